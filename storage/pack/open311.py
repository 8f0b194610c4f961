"""The Open311 server of a pack, and the services under which situations are filed with it."""

import re
from urllib.parse import urlsplit

from storage.model.facts import Open311
from storage.pack.table import Table

LOOPBACK = ("127.0.0.1", "localhost", "::1")
FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,30}(?:\[\])?")
LONGEST_CODE = 100
"""characters"""


def open311(table: Table) -> Open311:
    """The server."""
    found = Open311(
        endpoint=table.take("endpoint", str),
        jurisdiction=table.take("jurisdiction", str, ""),
        publishes=table.take("publishes", bool, True),
        media=table.take("media", str, ""),
    )
    if found.media and not FIELD.fullmatch(found.media):
        table.error("media", f"«{found.media[:20]}» — не имя поля; обычно это «media» или «media[]»")
    if found.media and found.publishes:
        table.error(
            "media",
            "там, где заявки видны всем, снимков не показывают; уберите «media» или добавьте «publishes = false»",
        )
    if found.endpoint and not is_endpoint(found.endpoint):
        table.error(
            "endpoint",
            f"«{found.endpoint}» — не адрес сервера; он начинается с https:// (http:// — только на этой же машине), "
            "без «?», «#» и пароля",
        )
    table.finish()
    return found


def is_endpoint(address: str) -> bool:
    """Whether requests may be sent there: the key goes with them, so it has to be https beyond this machine."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port  # a port that is none raises here
    except ValueError:
        return False
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    return bool(safe and host and address.isprintable()) and not set("?#@ ") & set(address)


def service(table: Table) -> str:
    """The code of a service, empty if none is named."""
    code: str = table.take("open311", str, "")
    if code != code.strip() or len(code) > LONGEST_CODE or not code.isprintable():
        table.error("open311", f"«{code[:20]}» — не код услуги; напишите его, как на сервере, до {LONGEST_CODE} знаков")
    return code
