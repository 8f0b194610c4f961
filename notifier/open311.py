"""Files appeals with a body's own server by Open311 GeoReport v2, and asks what became of them."""

import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlencode

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
    NonHttpUrlClientError,
    TCPConnector,
)

from notifier.delivery import Rejected, RetryAfter, Transient
from storage.model.territory import Point

STANDARD = "GeoReport_v2"
"""how service discovery names the standard, the end of http://wiki.open311.org/GeoReport_v2"""
LONGEST_TEXT = 4000
"""characters of a description, by the standard"""
LONGEST_SPAN = timedelta(days=90)
"""of the dates in one search, by the standard"""
LONGEST_ID = 100
"""characters"""
LARGEST_BYTES = 2 * 1024 * 1024
LARGEST_REFUSAL_BYTES = 16 * 1024
AT_ONCE = 50
"""requests asked for in one call: its address stays below 8 kB"""
PAGE_ROWS, MOST_PAGES = 50, 40
"""`page` and `page_size` are the commonest extension: http://wiki.open311.org/GeoReport_v2/Extensions/"""
CLOCKS_APART = timedelta(days=1)
"""by which a server's clock, or the zone of its dates, may be off"""
LONGEST_PAUSE_SECONDS = 86_400.0
MOST_REDIRECTS = 3
PASSING = frozenset({408, 425, 429})
"""statuses below 500 that are no refusal: too slow, too early, too many"""
USER_AGENT = "ya-zdes-zhivu (self-hosted civic chat-bot)"

Row = Mapping[str, object]
Fields = Sequence[tuple[str, str]]


class Missing(Rejected):
    """The server knows no such service, request, token or jurisdiction (404)."""


@dataclass(frozen=True)
class Server:
    """Where a body takes requests. The key never gets into a log: it is in no repr and in no address."""

    endpoint: str
    """«https://city.example/open311/v2»"""
    jurisdiction: str = ""
    """needed where one endpoint serves several cities"""
    key: str = field(default="", repr=False)
    """needed for filing only"""
    zone: tzinfo = UTC
    """of dates that come without one, against the standard"""
    publishes: bool = True
    """whether new requests are listed soon, descriptions included; if not, a lost answer is a matter for people"""


@dataclass(frozen=True)
class Endpoint:
    """One interface that service discovery lists."""

    url: str
    specification: str
    kind: str
    """production or test"""
    formats: tuple[str, ...]
    """media types"""

    @property
    def usable(self) -> bool:
        """Whether this client can talk to it: XML is required by the standard, JSON is not."""
        return STANDARD.casefold() in self.specification.casefold() and any("json" in name for name in self.formats)


@dataclass(frozen=True)
class Discovered:
    """A server's own description, http://wiki.open311.org/Service_Discovery/; texts are meant for people."""

    endpoints: tuple[Endpoint, ...]
    contact: str = ""
    key_service: str = ""
    """how to get a key"""
    changed: str = ""
    """sortable: when anything changed last"""


@dataclass(frozen=True)
class Service:
    """A kind of request that the server takes."""

    code: str
    name: str
    description: str = ""
    group: str = ""
    kind: str = "realtime"
    """realtime: a request gets its number at once; batch: first a token; blackbox: never a number"""
    has_attributes: bool = False
    """whether `Client.service` tells more"""


@dataclass(frozen=True)
class Choice:
    """One answer that a list attribute offers."""

    key: str
    name: str


@dataclass(frozen=True)
class Attribute:
    """A question that belongs to a service."""

    code: str
    description: str
    datatype: str
    """string, number, datetime, text, singlevaluelist or multivaluelist"""
    required: bool = False
    variable: bool = True
    """false: the description is only shown, nothing is answered"""
    values: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Report:
    """What is filed. It has no place for a name, a phone or a mail address: none of them leaves the bot this way."""

    service: str
    description: str
    mark: str
    """plain words with our own number of the appeal, unlike any other's: «Обращение № 1001-9 бота …»"""
    address: str = ""
    point: Point | None = None
    attributes: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """code → answer; a tuple for a multivaluelist"""
    media_url: str = ""


@dataclass(frozen=True)
class Filed:
    """An accepted request: its number, or a token until it has one; neither only for a service of kind blackbox."""

    request: str = ""
    token: str = ""
    notice: str = ""


@dataclass(frozen=True)
class State:
    """What the server says of a request; texts are as the server wrote them, HTML is not taken out."""

    request: str
    status: str
    """open or closed"""
    notes: str = ""
    agency: str = ""
    expected: datetime | None = None
    """UTC"""
    updated: datetime | None = None
    """UTC"""


class Client:
    """Talks to one server.

    Whatever happens, calls raise Transient, RetryAfter or Rejected only (Missing is a Rejected), with codes:
    unreached (nothing was sent), lost, timeout, http_500 and its like, unreadable (no JSON), misunderstood,
    oversized, unnumbered as Transient; http_400 and its like with the server's reason, address (the configured one
    is none), unsearchable as Rejected. The server's reason loses every word that we sent and every number, so that
    nothing personal, and no key, is repeated. Nothing is logged here.
    """

    def __init__(self, server: Server, *, timeout_seconds: float = 20.0) -> None:
        self.server, self.timeout_seconds = server, timeout_seconds
        self._opened: ClientSession | None = None

    async def close(self) -> None:
        """Give connections back."""
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    async def discovery(self, url: str) -> Discovered:
        """What a server says of itself at an address that ends in /discovery.json."""
        return discovered_in(await self._call("GET", url))

    async def services(self) -> tuple[Service, ...]:
        """What can be filed."""
        rows = rows_of(await self._get("services"))
        return tuple(service_of(row) for row in rows if id_of(row.get("service_code")))

    async def service(self, code: str) -> tuple[Attribute, ...]:
        """The questions of a service, in the server's order."""
        return attributes_in(await self._get(f"services/{quote(code, safe='')}"))

    async def file(self, report: Report, tried_since: datetime | None = None) -> Filed:
        """File a request once.

        GeoReport v2 has no key that makes a repetition harmless, and a request whose answer was lost may have been
        accepted. So the caller writes down when it first tries, and every later try gives that moment: then the
        request is searched for by its mark (`find`) and only filed if it is not there. After anything but a refusal,
        wait some minutes: servers list a new request with a delay.

        Raises Transient, RetryAfter, Rejected.
        """
        if tried_since is not None and (found := await self.find(report, tried_since)):
            return found
        return filed_in(await self._call("POST", self._address("requests"), form_of(report, self.server)))

    async def find(self, report: Report, since: datetime) -> Filed | None:
        """The request that carries the report's mark and was filed at `since` or later; None if there is none.

        Raises Rejected("unsearchable") where its absence proves nothing, so that a person looks before anything is
        filed twice: the server is known not to publish requests, lists them without descriptions, or lists so many
        that the end is out of reach. Raises Transient("unnumbered") for a request that waits for its number. It
        cannot be found where the server cut off the end of the description or moved it to another service meanwhile.
        """
        wanted = words_of(report.mark)
        if not wanted or not self.server.publishes:
            raise Rejected("unsearchable")
        rows, whole = await self._filed_since(report.service, since)
        if found := next((row for row in rows if f" {wanted} " in f" {told_in(row)} "), None):
            return numbered(found)
        if not whole or (rows and not any(map(told_in, rows))):
            raise Rejected("unsearchable")
        return None

    async def request_of(self, token: str) -> str | None:
        """The number that a request with this token has got; None while it has none. Raises Missing."""
        for row in rows_of(await self._get(f"tokens/{quote(token, safe='')}")):
            if id_of(row.get("token")) in ("", token) and (request := id_of(row.get("service_request_id"))):
                return request
        return None

    async def states(self, requests: Sequence[str]) -> list[State]:
        """What became of requests, in the order asked.

        Left out are those that the server does not know or describes by a status other than open and closed.
        """
        found: dict[str, State] = {}
        for start in range(0, len(requests), AT_ONCE):
            found |= await self._states(requests[start : start + AT_ONCE])
        return [found[request] for request in dict.fromkeys(requests) if request in found]

    async def _states(self, requests: Sequence[str]) -> dict[str, State]:
        """In one call; what that leaves out is asked for by itself, as one unknown number can spoil the call."""
        found = await self._known("requests", [("service_request_id", ",".join(requests))])
        for request in requests:
            if request not in found:
                found |= await self._known(f"requests/{quote(request, safe='')}")
        return found

    async def _known(self, path: str, asked: Fields = ()) -> dict[str, State]:
        """States by request; none if the server says that it knows nothing of them."""
        try:
            rows = rows_of(await self._get(path, asked))
        except Missing:
            return {}
        states = [state_of(row, self.server.zone) for row in rows]
        return {state.request: state for state in states if state is not None}

    async def _filed_since(self, service: str, since: datetime) -> tuple[list[Row], bool]:
        """The requests of a service since then, over all pages, and whether these are all of them.

        A server without paging repeats the first page; a round number of rows may be its limit then.
        """
        start = since - CLOCKS_APART
        # the longest span allowed ends in the future, so that the server's idea of now does not matter
        dates = [("start_date", written(start)), ("end_date", written(start + LONGEST_SPAN))]
        known: dict[str, Row] = {}
        for page in range(1, MOST_PAGES + 1):
            paging = [("page_size", str(PAGE_ROWS)), ("page", str(page))]
            rows = await self._page([("service_code", service), *dates, *paging], first=page == 1)
            fresh = {key: row for row in rows if (key := key_of(row)) not in known}
            if not fresh:
                return list(known.values()), not rows or len(known) % PAGE_ROWS > 0
            known |= fresh
        return list(known.values()), False

    async def _page(self, asked: Fields, first: bool) -> list[Row]:
        """One page of requests; behind the last one some servers answer 404."""
        try:
            return rows_of(await self._get("requests", asked))
        except Missing:
            if first:
                raise
            return []

    def _address(self, path: str) -> str:
        return f"{self.server.endpoint.rstrip('/')}/{path}.json"

    async def _get(self, path: str, asked: Fields = ()) -> object:
        """What the server answers to a question; the key is not needed for one and stays here."""
        own = [("jurisdiction_id", self.server.jurisdiction)] if self.server.jurisdiction else []
        return await self._call("GET", self._address(path), [*own, *asked])

    async def _call(self, method: str, address: str, sent: Fields = ()) -> object:
        """One request and its answer as JSON. A POST follows no redirect: it might be filed twice, or elsewhere."""
        asks, words = method == "GET", urlencode(sent, errors="replace")
        with network_faults():
            async with self._session().request(
                method,
                f"{address}?{words}" if asks and words else address,
                data=None if asks else words.encode(),
                headers={} if asks else {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
                allow_redirects=asks,
                max_redirects=MOST_REDIRECTS,
            ) as answer:
                if not 200 <= answer.status < 300:
                    raise await refused(answer, sent)
                content = parsed(await content_of(answer))
        if status := refusing(content):
            raise refusal(status, content, sent)
        return content

    def _session(self) -> ClientSession:
        """Made inside the running loop; a connection serves one call, so that none dies while it waits for the next."""
        if self._opened is None:
            self._opened = ClientSession(
                connector=TCPConnector(force_close=True),
                cookie_jar=DummyCookieJar(),
                headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": USER_AGENT},
                timeout=ClientTimeout(total=self.timeout_seconds),
            )
        return self._opened


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


async def content_of(answer: ClientResponse) -> bytes:
    """The body of an answer. Raises Transient beyond LARGEST_BYTES."""
    content = bytearray()
    async for part in answer.content.iter_any():
        content += part
        if len(content) > LARGEST_BYTES:
            raise Transient("oversized")
    return bytes(content)


def parsed(content: bytes) -> object:
    """JSON, however deep or broken. Raises Transient."""
    try:
        found: object = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Transient("unreadable") from error
    return found


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


def form_of(report: Report, server: Server) -> list[tuple[str, str]]:
    """The fields of a filing. The order is that of the standard's example."""
    point = report.point
    plain = {
        "api_key": server.key,
        "jurisdiction_id": server.jurisdiction,
        "service_code": report.service,
        "lat": f"{point.lat:.6f}" if point else "",
        "long": f"{point.lon:.6f}" if point else "",
        "address_string": report.address,
        "description": described(report),
        "media_url": report.media_url,
    }
    fields = [(name, value) for name, value in plain.items() if value]
    for code, answer in report.attributes.items():
        if isinstance(answer, str):
            fields.append((f"attribute[{code}]", answer))
        else:
            fields += [(f"attribute[{code}][]", one) for one in answer]
    return fields


def described(report: Report) -> str:
    """The description with its mark as the last line; what does not fit the standard's limit is cut before the mark."""
    ending = f"\n\n{report.mark}"
    room = LONGEST_TEXT - len(ending)
    words = report.description
    return ((words if len(words) <= room else f"{words[: room - 1]}…") + ending).strip()


def words_of(text: str) -> str:
    """The words of a text, one space apart: servers escape quotes, wrap lines and change letters' case."""
    plain = unicodedata.normalize("NFC", html.unescape(text)).casefold()
    return " ".join(re.findall(r"[\w-]+", plain))


def written(moment: datetime) -> str:
    """A date as the standard wants it: 2010-01-01T00:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


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
