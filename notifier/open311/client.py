"""Files appeals with a body's own server by Open311 GeoReport v2, and asks what became of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from aiohttp import ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, FormData, TCPConnector

from notifier.delivery import Rejected, Transient
from notifier.open311.answers import (
    attributes_in,
    discovered_in,
    filed_in,
    id_of,
    key_of,
    numbered,
    parsed,
    rows_of,
    service_of,
    state_of,
    told_in,
    words_of,
)
from notifier.open311.forms import form_of, written
from notifier.open311.model import (
    Attribute,
    Discovered,
    Fields,
    Filed,
    Missing,
    Report,
    Row,
    Server,
    Service,
    State,
)
from notifier.open311.refusals import network_faults, refusal, refused, refusing

LONGEST_SPAN = timedelta(days=90)
"""of the dates in one search, by the standard"""
LARGEST_BYTES = 2 * 1024 * 1024
AT_ONCE = 50
"""requests asked for in one call: its address stays below 8 kB"""
PAGE_ROWS, MOST_PAGES = 50, 40
"""`page` and `page_size` are the commonest extension: http://wiki.open311.org/GeoReport_v2/Extensions/"""
CLOCKS_APART = timedelta(days=1)
"""by which a server's clock, or the zone of its dates, may be off"""
MOST_REDIRECTS = 3
UPLOADING = 4
"""times as long a filing with photos may take"""
USER_AGENT = "ya-zdes-zhivu (self-hosted civic chat-bot)"


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
        fields, photos = form_of(report, self.server), report.photos if self.server.media else ()
        return filed_in(await self._call("POST", self._address("requests"), fields, photos))

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

    async def _call(self, method: str, address: str, sent: Fields = (), photos: Sequence[bytes] = ()) -> object:
        """One request and its answer as JSON. A POST follows no redirect: it might be filed twice, or elsewhere."""
        asks, words = method == "GET", urlencode(sent, errors="replace")
        form = in_parts(sent, self.server.media, photos) if photos else words.encode()
        headers = {} if asks or photos else {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        seconds = self.timeout_seconds * (UPLOADING if photos else 1)
        with network_faults():
            async with self._session().request(
                method,
                f"{address}?{words}" if asks and words else address,
                data=None if asks else form,
                headers=headers,
                timeout=ClientTimeout(total=seconds),
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
            )
        return self._opened


def in_parts(sent: Fields, field: str, photos: Sequence[bytes]) -> FormData:
    """A form with photos: not urlencoded as the standard's is, but as the servers that take photos want it."""
    form = FormData(quote_fields=False)
    for name, value in sent:
        form.add_field(name, value.encode(errors="replace").decode(), content_type="text/plain; charset=utf-8")
    for number, photo in enumerate(photos, 1):
        form.add_field(field, photo, filename=f"{number}.jpg", content_type="image/jpeg")
    return form


async def content_of(answer: ClientResponse) -> bytes:
    """The body of an answer. Raises Transient beyond LARGEST_BYTES."""
    content = bytearray()
    async for part in answer.content.iter_any():
        content += part
        if len(content) > LARGEST_BYTES:
            raise Transient("oversized")
    return bytes(content)
