"""Reads the answers of an Open311 server, which may be anything at all."""

import html
import json
import re
import unicodedata
from datetime import UTC, datetime, tzinfo

from notifier.delivery import Transient
from notifier.open311.model import (
    LONGEST_TEXT,
    Attribute,
    Choice,
    Discovered,
    Endpoint,
    Filed,
    Row,
    Service,
    State,
)

LONGEST_ID = 100
"""characters"""


def parsed(content: bytes) -> object:
    """JSON, however deep or broken. Raises Transient."""
    try:
        found: object = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Transient("unreadable") from error
    return found


def words_of(text: str) -> str:
    """The words of a text, one space apart: servers escape quotes, wrap lines and change letters' case."""
    plain = unicodedata.normalize("NFC", html.unescape(text)).casefold()
    return " ".join(re.findall(r"[\w-]+", plain))


def rows_of(answer: object) -> list[Row]:
    """The objects of an answer; one that is not in a list counts as a list of one. Raises Transient."""
    if isinstance(answer, dict):
        return [answer]
    if isinstance(answer, list):
        return [row for row in answer if isinstance(row, dict)]
    raise Transient("misunderstood")


def inner(value: object) -> list[Row]:
    """The objects of a list inside an answer; none if it is no list."""
    return rows_of(value) if isinstance(value, list) else []


def text_of(value: object) -> str:
    """A text of an answer, at most LONGEST_TEXT, without characters that a database refuses; empty if it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    shown = str(value)[:LONGEST_TEXT]
    kept = (one for one in shown if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def id_of(value: object) -> str:
    """An id of an answer, be it a number; empty if it is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    found = str(value).strip()
    return found if len(found) <= LONGEST_ID and found.isprintable() else ""


def flag_of(value: object) -> bool:
    """True for true, «true» and 1."""
    return value is True or text_of(value).casefold() in ("true", "1")


def moment_of(value: object, zone: tzinfo) -> datetime | None:
    """A date of an answer in UTC; one without a zone is read in `zone`. None if it is none."""
    try:
        read = datetime.fromisoformat(text_of(value))
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def key_of(row: Row) -> str:
    """What tells one listed request from another, also before it has a number."""
    return id_of(row.get("service_request_id")) or id_of(row.get("token")) or told_in(row)


def told_in(row: Row) -> str:
    """The words of a listed request's description, all of them: the mark is at the end."""
    told = row.get("description")
    return words_of(told) if isinstance(told, str) else ""


def numbered(row: Row) -> Filed:
    """A listed request as it was filed. Raises Transient if it has neither number nor token yet."""
    filed = filed_of(row)
    if not filed.request and not filed.token:
        raise Transient("unnumbered")
    return filed


def filed_of(row: Row) -> Filed:
    """What a filing, or a listed request, is known by."""
    request = id_of(row.get("service_request_id"))
    token = "" if request else id_of(row.get("token"))
    return Filed(request, token, text_of(row.get("service_notice")))


def filed_in(answer: object) -> Filed:
    """The answer to a filing. Raises Transient if it is none: then nobody knows whether it was accepted."""
    known = {"service_request_id", "token", "service_notice", "account_id"}
    row = next((row for row in rows_of(answer) if row.keys() & known), None)
    if row is None:
        raise Transient("misunderstood")
    filed = filed_of(row)
    if not filed.request and not filed.token and (row.get("service_request_id") or row.get("token")):
        raise Transient("misunderstood")
    return filed


def state_of(row: Row, zone: tzinfo) -> State | None:
    """A listed request; None if it has no number or no status of the standard."""
    request, status = id_of(row.get("service_request_id")), text_of(row.get("status")).casefold()
    if not request or status not in ("open", "closed"):
        return None
    return State(
        request,
        status,
        notes=text_of(row.get("status_notes")),
        agency=text_of(row.get("agency_responsible")),
        expected=moment_of(row.get("expected_datetime"), zone),
        updated=moment_of(row.get("updated_datetime"), zone),
    )


def service_of(row: Row) -> Service:
    """A listed service."""
    return Service(
        id_of(row.get("service_code")),
        text_of(row.get("service_name")),
        description=text_of(row.get("description")),
        group=text_of(row.get("group")),
        kind=text_of(row.get("type")) or "realtime",
        has_attributes=flag_of(row.get("metadata")),
    )


def attributes_in(answer: object) -> tuple[Attribute, ...]:
    """The attributes of a definition by their order; one without a code cannot be answered and is left out."""
    listed = [row for definition in rows_of(answer) for row in inner(definition.get("attributes"))]
    listed.sort(key=order_of)
    return tuple(attribute_of(row) for row in listed if id_of(row.get("code")))


def order_of(row: Row) -> int:
    """Where an attribute stands; the last place if that is not said."""
    told = id_of(row.get("order"))
    return int(told) if re.fullmatch("[0-9]{1,9}", told) else 10**9


def attribute_of(row: Row) -> Attribute:
    """An attribute of a definition."""
    values = [Choice(id_of(one.get("key")), text_of(one.get("name"))) for one in inner(row.get("values"))]
    return Attribute(
        id_of(row.get("code")),
        text_of(row.get("description")),
        text_of(row.get("datatype")),
        required=flag_of(row.get("required")),
        variable=flag_of(row.get("variable", True)),
        values=tuple(choice for choice in values if choice.key),
    )


def discovered_in(answer: object) -> Discovered:
    """A discovery document. Raises Transient if it is none."""
    for row in rows_of(answer):
        if "endpoints" in row:
            endpoints = tuple(endpoint_of(one) for one in inner(row["endpoints"]) if text_of(one.get("url")))
            texts = (text_of(row.get(name)) for name in ("contact", "key_service", "changeset"))
            return Discovered(endpoints, *texts)
    raise Transient("misunderstood")


def endpoint_of(row: Row) -> Endpoint:
    """An endpoint of a discovery document."""
    formats = row.get("formats")
    listed = formats if isinstance(formats, list) else [formats]
    return Endpoint(
        text_of(row.get("url")),
        text_of(row.get("specification")),
        text_of(row.get("type")),
        tuple(name for one in listed if (name := text_of(one).casefold())),
    )
