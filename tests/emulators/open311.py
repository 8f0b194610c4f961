"""A city's GeoReport v2 server for tests, over HTTP on loopback, strict about what the standard requires."""

import json
import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.emulators.faults import Fault
from tests.emulators.open311_rules import (
    ATTRIBUTES,
    SERVICES,
    Form,
    Refusal,
    check_location,
    check_service,
    check_texts,
    form_in,
    parts_in,
)
from tests.emulators.vk_http import Body, FaultyDoor, Listener

W3_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
LONGEST_SPAN = timedelta(days=90)
STARTED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Kept:
    """A request that was accepted; `numbered` is false while only its token is known."""

    id: str
    token: str
    fields: Mapping[str, str]
    attributes: Mapping[str, tuple[str, ...]]
    requested: datetime
    numbered: bool = True
    status: str = "open"
    notes: str = ""
    agency: str = ""
    expected: datetime | None = None
    updated: datetime | None = None
    photos: Sequence[bytes] = ()


@dataclass
class Behaviour:
    """How this server uses the freedom that the standard leaves; to be changed in place."""

    tokens_first: bool = False
    """a filing is answered with a token, and gets its number when a test calls `number`"""
    hides_descriptions: bool = False
    most_rows: int = 1000
    """of one answer, or of a page if there is paging"""
    pages: bool = False
    """whether it knows the extension `page` and `page_size`"""
    ends_with_404: bool = False
    """says so of a page behind the last one"""
    lists_all_or_nothing: bool = False
    """a list with one unknown request is a 404"""
    media: str = ""
    """the field of a form with several parts in which it takes photos"""
    rewrites: Callable[[str], str] = str
    """what becomes of a description before it is shown"""


@dataclass(frozen=True)
class Call:
    """What was asked: «services», «service», «file», «requests», «request», «token» or «discovery»."""

    name: str
    path: str
    query: Mapping[str, str]


class Open311Emulator:
    """One server and everything filed with it; an async context manager that listens while it is open.

    `calls` is whatever was asked, `requests` whatever was accepted.
    """

    def __init__(self, key: str = "open311-test", jurisdiction: str = "") -> None:
        self.key, self.jurisdiction = key, jurisdiction
        self.behaviour = Behaviour()
        self.requests: list[Kept] = []
        self.calls: list[Call] = []
        self.now = STARTED
        self._prepared: deque[web.Response] = deque()
        self._door = FaultyDoor()
        routes = (
            web.get("/discovery.json", self._on("discovery", self._discovery)),
            web.get("/v2/services.json", self._on("services", self._services)),
            web.get("/v2/services/{code}.json", self._on("service", self._service)),
            web.post("/v2/requests.json", self._on("file", self._file)),
            web.get("/v2/requests.json", self._on("requests", self._requests)),
            web.get("/v2/requests/{id}.json", self._on("request", self._request)),
            web.get("/v2/tokens/{token}.json", self._on("token", self._token)),
        )
        self._listener = Listener(routes, 0)

    async def __aenter__(self) -> Self:
        await self._listener.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._listener.stop()

    @property
    def url(self) -> str:
        """Where discovery is: «…/discovery.json»."""
        return self._listener.url

    @property
    def endpoint(self) -> str:
        """Where the standard's addresses begin."""
        return f"{self.url}/v2"

    def fault(self, name: str | None, fault: Fault, times: int = 1) -> None:
        """Let the next calls of this name (None: any) fail so."""
        self._door.planned.plan(name, fault, times)

    def say(self, body: bytes | str, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Answer the next call with this instead of doing anything."""
        content = body.encode() if isinstance(body, str) else body
        self._prepared.append(web.Response(body=content, status=status, headers=headers))

    def unsay(self) -> None:
        """Forget what is still to be answered so."""
        self._prepared.clear()

    def number(self, token: str) -> str:
        """Give the request with this token its number."""
        kept = next(kept for kept in self.requests if kept.token == token)
        kept.numbered = True
        return kept.id

    def move(self, id: str, status: str, notes: str = "", agency: str = "", expected: datetime | None = None) -> None:
        """Change a request as the city's own staff does."""
        kept = next(kept for kept in self.requests if kept.id == id)
        kept.status, kept.notes, kept.agency, kept.expected, kept.updated = status, notes, agency, expected, self.now

    def count(self, name: str) -> int:
        """How many calls of this name there were."""
        return sum(call.name == name for call in self.calls)

    def _on(self, name: str, work: Callable[[web.Request], Awaitable[Any]]) -> Callable[[web.Request], Any]:
        """A handler that notes the call, meets planned faults and words refusals as the standard does."""

        async def done(request: web.Request) -> web.Response:
            try:
                self._check_address(name, request)
                return said(await work(request))
            except Refusal as refusal:
                return said([{"code": refusal.status, "description": refusal.description}], refusal.status)

        async def handle(request: web.Request) -> web.Response:
            self.calls.append(Call(name, request.path, dict(request.query)))
            if self._prepared:
                await request.read()
                return self._prepared.popleft()
            return await self._door.let_in(request, name, lambda: done(request), lambda _: {})

        return handle

    def _check_address(self, name: str, request: web.Request) -> None:
        """A key belongs into the form only, a jurisdiction into the address of a question. Raises Refusal."""
        if "api_key" in request.query:
            raise Refusal(400, "api_key does not belong into an address")
        if name not in ("file", "discovery"):
            self._check_jurisdiction(request.query.get("jurisdiction_id"))

    def _check_jurisdiction(self, given: str | None) -> None:
        if self.jurisdiction and not given:
            raise Refusal(400, "jurisdiction_id was not provided")
        if self.jurisdiction and given != self.jurisdiction:
            raise Refusal(404, "jurisdiction_id provided was not found")

    async def _discovery(self, _: web.Request) -> Body:
        """A test and a production endpoint, and one of another standard."""
        specification = "http://wiki.open311.org/GeoReport_v2"
        common = {"changeset": "2026-01-11 09:01", "formats": ["text/xml", "application/json"]}
        return {
            "changeset": "2026-02-03 14:18",
            "contact": "api@city.example",
            "key_service": "Ключ выдают на city.example/key",
            "endpoints": [
                {"specification": specification, "url": self.endpoint, "type": "production", **common},
                {"specification": specification, "url": f"{self.url}/x", "type": "test", "formats": ["text/xml"]},
                {"specification": "http://wiki.open311.org/GeoReport_v3", "url": f"{self.url}/v3", **common},
            ],
        }

    async def _services(self, _: web.Request) -> list[Body]:
        return [{"service_code": code, **rest, "metadata": code in ATTRIBUTES} for code, rest in SERVICES.items()]

    async def _service(self, request: web.Request) -> Body:
        code = request.match_info["code"]
        if code not in ATTRIBUTES:
            raise Refusal(404, "service_code provided was not found")
        return {"service_code": code, "attributes": ATTRIBUTES[code]}

    async def _file(self, request: web.Request) -> list[Body]:
        """Check everything, then keep it and tell its number, or its token."""
        field = self.behaviour.media
        several = bool(field) and request.content_type == "multipart/form-data"
        form = await parts_in(request, field) if several else form_in(request.content_type, await request.read())
        if form.fields.get("api_key") != self.key:
            raise Refusal(403, "Missing or invalid api_key")
        self._check_jurisdiction(form.fields.get("jurisdiction_id"))
        check_service(form)
        check_location(form.fields)
        check_texts(form.fields)
        kept = self._keep(form)
        known = {"service_request_id": shown(kept.id)} if kept.numbered else {"token": kept.token}
        return [{**known, "service_notice": "Осмотрим за сутки", "account_id": None}]

    def _keep(self, form: Form) -> Kept:
        number = 638344 + len(self.requests)
        attributes = {code: values for (code, _), values in form.attributes.items()}
        kept = Kept(str(number), f"t{number}", form.fields, attributes, self.now, not self.behaviour.tokens_first)
        kept.photos = form.photos
        self.requests.append(kept)
        return kept

    async def _token(self, request: web.Request) -> list[Body]:
        for kept in self.requests:
            if kept.token == request.match_info["token"]:
                return [{"service_request_id": shown(kept.id) if kept.numbered else None, "token": kept.token}]
        raise Refusal(404, "token not found")

    async def _request(self, request: web.Request) -> list[Body]:
        for kept in self.requests:
            if kept.numbered and kept.id == request.match_info["id"]:
                return [self._row(kept)]
        raise Refusal(404, "service_request_id was not found")

    async def _requests(self, request: web.Request) -> list[Body]:
        """By number, which overrides everything else, or by service and dates."""
        wanted = request.query.get("service_request_id", "").split(",")
        if wanted != [""]:
            found = [kept for kept in self.requests if kept.numbered and kept.id in wanted]
            if self.behaviour.lists_all_or_nothing and len(found) < len(wanted):
                raise Refusal(404, "service_request_id was not found")
            return [self._row(kept) for kept in found]
        start, end = self._span(request.query)
        codes = request.query.get("service_code", ",".join(SERVICES)).split(",")
        found = [one for one in self.requests if start <= one.requested <= end and one.fields["service_code"] in codes]
        return [self._row(kept) for kept in self._page(found[::-1], request.query)]

    def _span(self, query: Mapping[str, str]) -> tuple[datetime, datetime]:
        """The dates of a search. Raises Refusal for a wrong form and for more than 90 days."""
        dates = [query[name] for name in ("start_date", "end_date") if name in query]
        if any(not W3_DATE.fullmatch(date) for date in dates):
            raise Refusal(400, "dates must use w3 format")
        if len(dates) < 2:
            return self.now - LONGEST_SPAN, self.now
        start, end = (datetime.fromisoformat(date) for date in dates)
        if not timedelta() <= end - start <= LONGEST_SPAN:
            raise Refusal(400, "dates may not span more than 90 days")
        return start, end

    def _page(self, found: list[Kept], query: Mapping[str, str]) -> list[Kept]:
        if not self.behaviour.pages:
            return found[: self.behaviour.most_rows]
        size = min(int(query.get("page_size", "50")), self.behaviour.most_rows)
        start = (int(query.get("page", "1")) - 1) * size
        if start >= len(found) and start and self.behaviour.ends_with_404:
            raise Refusal(404, "page not found")
        return found[start : start + size]

    def _row(self, kept: Kept) -> Body:
        """A request as it is listed, numbers as in the standard's examples."""
        description = self.behaviour.rewrites(kept.fields.get("description", ""))
        return {
            "service_request_id": shown(kept.id) if kept.numbered else None,
            "status": kept.status,
            "status_notes": kept.notes or None,
            "service_code": kept.fields["service_code"],
            "description": None if self.behaviour.hides_descriptions else description,
            "agency_responsible": kept.agency or None,
            "requested_datetime": kept.requested.isoformat(),
            "updated_datetime": (kept.updated or kept.requested).isoformat(),
            "expected_datetime": kept.expected.isoformat() if kept.expected else None,
            "address": kept.fields.get("address_string"),
            "lat": kept.fields.get("lat"),
            "long": kept.fields.get("long"),
        }


def said(content: Any, status: int = 200) -> web.Response:
    """An answer as JSON."""
    return web.Response(text=json.dumps(content, ensure_ascii=False), status=status, content_type="application/json")


def shown(id: str) -> int | str:
    """A number without quotes, as in the standard's examples."""
    return int(id) if id.isdecimal() else id
