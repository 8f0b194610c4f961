"""What it means when an Open311 server refuses, is slow, or cannot be reached."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime

from aiohttp import ClientConnectorError, ClientError, ClientResponse, InvalidURL, NonHttpUrlClientError

from notifier.delivery import Rejected, RetryAfter, Transient
from notifier.open311.answers import id_of, parsed, rows_of, text_of, words_of
from notifier.open311.model import Fields, Missing

LARGEST_REFUSAL_BYTES = 16 * 1024
LONGEST_PAUSE_SECONDS = 86_400.0
PASSING = frozenset({408, 425, 429})
"""statuses below 500 that are no refusal: too slow, too early, too many"""


@contextmanager
def network_faults() -> Iterator[None]:
    """Turns what happens on the way into Transient, and an address that is none into Rejected."""
    try:
        yield
    except (InvalidURL, NonHttpUrlClientError) as error:
        raise Rejected("address") from error
    except TimeoutError as error:
        raise Transient("timeout") from error
    except ClientConnectorError as error:
        raise Transient("unreached") from error
    except (ClientError, OSError) as error:
        raise Transient("lost") from error


async def refused(answer: ClientResponse, sent: Fields) -> Exception:
    """What an answer means whose status is no success."""
    pause = pause_of(answer.headers) if answer.status in (429, 503) else None
    if pause is not None:
        return RetryAfter(pause)
    try:
        said = parsed(await answer.content.read(LARGEST_REFUSAL_BYTES))
    except Transient:
        said = None
    return refusal(answer.status, said, sent)


def refusal(status: int, said: object, sent: Fields) -> Transient | Rejected:
    """What a status means, with the reason the server gives."""
    if status >= 500 or status in PASSING:
        return Transient(f"http_{status}")
    rows = rows_of(said) if isinstance(said, list | dict) else []
    reason = unechoed(" ".join(text_of(row.get("description")) for row in rows), sent)
    words = f"http_{status} {reason}".strip()
    return Missing(words) if status == 404 else Rejected(words)


def refusing(answer: object) -> int | None:
    """The status of a list of errors that came with status 200; None if the answer is no such list."""
    rows = rows_of(answer) if isinstance(answer, list | dict) else []
    if not rows or not all("code" in row and row.keys() <= {"code", "description"} for row in rows):
        return None
    code = id_of(rows[0]["code"])
    return int(code) if re.fullmatch("[45][0-9]{2}", code) else 400


def unechoed(said: str, sent: Fields) -> str:
    """The words of a reason, without numbers and without whatever we sent, be it cut off; at most 100 characters."""
    ours = words_of(" ".join(value for _, value in sent)).split()
    for value in (value for _, value in sent if len(value) > 7):  # a key may be part of a longer word
        said = said.replace(value, " ")
    words = [word for word in words_of(said[:300]).split() if len(word) > 1 and not re.search(r"\d", word)]
    return " ".join(word for word in words if not any(one.startswith(word) for one in ours))[:100]


def pause_of(headers: Mapping[str, str]) -> float | None:
    """Seconds that a Retry-After asks for; a date is counted from the server's own clock. None if it is neither."""
    told = headers.get("Retry-After", "").strip()
    try:
        if re.fullmatch("[0-9]+", told):
            seconds = float(told)
        else:
            seconds = (parsedate_to_datetime(told) - parsedate_to_datetime(headers.get("Date", ""))).total_seconds()
    except (ValueError, TypeError, OverflowError, LookupError):
        return None
    return min(max(seconds, 1.0), LONGEST_PAUSE_SECONDS)
