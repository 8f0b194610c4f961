"""Asking a geocoding service: a loopback one that answers, hangs, talks rubbish or breaks."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from storage.geocoding import FAULT_KEPT_SECONDS, KEPT, Geocoding, UnknownGeocoder, geocoder, place_of
from storage.model.territory import Point

TIMEOUT = 0.3
HERE = Point(56.05, 44.05)
Asking = Callable[[str], Awaitable[Point | None]]


def nominatim_answer(lat: Any = "56.05", lon: Any = "44.05", addresstype: str = "building") -> list[dict[str, Any]]:
    """An answer as Nominatim gives it."""
    return [{"lat": lat, "lon": lon, "display_name": "дом", "addresstype": addresstype}]


def yandex_answer(position: str = "44.05 56.05", kind: str = "house") -> dict[str, Any]:
    """An answer as Yandex gives it."""
    place = {"name": "дом", "Point": {"pos": position}, "metaDataProperty": {"GeocoderMetaData": {"kind": kind}}}
    return {"response": {"GeoObjectCollection": {"featureMember": [{"GeoObject": place}]}}}


class Service:
    """A loopback geocoder with memory; `answer` is sent as it is when it is text, as JSON otherwise."""

    def __init__(self) -> None:
        self.answer: Any = nominatim_answer()
        self.status = 200
        self.hangs = False
        self.asked: list[web.Request] = []
        self.over = asyncio.Event()
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        self.asked.append(request)
        if self.hangs:
            await self.over.wait()
        if isinstance(self.answer, bytes):
            return web.Response(status=self.status, body=self.answer)
        return web.json_response(self.answer, status=self.status)


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """The service, listening."""
    one = Service()
    application = web.Application()
    application.router.add_get("/{path:.*}", one.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield one
    one.over.set()
    await runner.cleanup()


def nominatim(service: Service) -> Asking:
    """The door to it as Nominatim."""
    return geocoder("nominatim", "", service.url, "Приморск", TIMEOUT)


def yandex(service: Service) -> Asking:
    """The door to it as Yandex, below a path."""
    return geocoder("yandex", "key-of-ours", f"{service.url}/maps/", "Приморск", TIMEOUT)


async def test_nominatim_is_asked_for_an_address_in_the_city(service: Service) -> None:
    assert await nominatim(service)("Полевая ул.,  5") == HERE
    (request,) = service.asked
    assert (request.path, request.query["q"]) == ("/search", "Приморск, Полевая ул., 5")
    assert "ya-zdes-zhivu" in request.headers["User-Agent"]


async def test_yandex_is_asked_with_the_key_below_any_path(service: Service) -> None:
    service.answer = yandex_answer()
    assert await yandex(service)("Полевая ул., 5") == HERE
    (request,) = service.asked
    assert (request.path, request.query["geocode"]) == ("/maps/1.x/", "Приморск, Полевая ул., 5")
    assert request.query["apikey"] == "key-of-ours"


async def test_an_answer_is_remembered_and_so_is_its_absence(service: Service) -> None:
    service.answer = yandex_answer()
    ask = yandex(service)
    assert [await ask("Полевая, 5"), await ask(" полевая,  5 ")] == [HERE, HERE]
    service.answer = {"response": {"GeoObjectCollection": {"featureMember": []}}}
    assert [await ask("Лесная, 5"), await ask("Лесная, 5")] == [None, None]
    assert len(service.asked) == 2


@pytest.mark.parametrize("kind", ["locality", "district", "province"])
async def test_a_whole_town_is_no_answer_of_yandex(service: Service, kind: str) -> None:
    service.answer = yandex_answer(kind=kind)
    assert await yandex(service)("Полевая, 5") is None


@pytest.mark.parametrize("kind", ["city", "suburb", "administrative"])
async def test_a_whole_town_is_no_answer_of_nominatim(service: Service, kind: str) -> None:
    service.answer = nominatim_answer(addresstype=kind)
    assert await nominatim(service)("Полевая, 5") is None


@pytest.mark.parametrize("answer", [[], nominatim_answer(addresstype="city")])
async def test_what_is_not_found_is_no_fault(service: Service, answer: Any, caplog: pytest.LogCaptureFixture) -> None:
    service.answer = answer
    assert await nominatim(service)("Полевая, 5") is None
    assert [record for record in caplog.records if record.name.startswith(("storage", "geopy"))] == []


RUBBISH = {
    "nothing": b"",
    "a page": b"<html>",
    "no text": b"\xff\xfe",
    "a pit": b"[" * 100_000,
    "a number": [1],
    "a word": ["x"],
    "an error": {"error": "Полевая, 5"},
    "half a point": [{"lat": "56.05"}],
    "no point": [{"display_name": "Полевая"}],
    "words": nominatim_answer(lat="north"),
    "no number": nominatim_answer(lat="nan"),
    "beyond": nominatim_answer(lon="1e999"),
}


def only_line(caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    """The one line that was logged; it must not hold the address."""
    (record,) = (record for record in caplog.records if record.name.startswith(("storage", "geopy")))
    assert "Полев" not in str(record.__dict__)
    return record


@pytest.mark.parametrize("rubbish", RUBBISH)
async def test_rubbish_is_no_answer_and_one_line_in_the_log(
    service: Service, rubbish: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    service.answer = RUBBISH[rubbish]
    assert await nominatim(service)("Полевая, 5") is None
    assert only_line(caplog).levelno == logging.WARNING


@pytest.mark.parametrize("answer", [b"", [], {"response": {}}, {"error": {"message": "Полевая"}}, yandex_answer("x y")])
async def test_rubbish_of_yandex_is_no_answer_either(
    service: Service, answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    service.answer = answer
    assert await yandex(service)("Полевая, 5") is None
    assert only_line(caplog)


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
async def test_a_refusal_is_no_answer_and_one_line(
    service: Service, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    service.status = status
    assert await nominatim(service)("Полевая, 5") is None
    assert only_line(caplog)


async def test_a_service_that_hangs_is_given_up(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    service.hangs = True
    assert await nominatim(service)("Полевая, 5") is None
    assert "Time" in only_line(caplog).__dict__["fault"]


async def test_a_service_that_is_not_there_is_no_fault_of_the_bot(caplog: pytest.LogCaptureFixture) -> None:
    assert await geocoder("nominatim", "", "http://127.0.0.1:9", "Приморск", TIMEOUT)("Полевая, 5") is None
    assert only_line(caplog)


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        self.waits.append(seconds)
        self.now += seconds


class Place:
    """A location as geopy gives it."""

    latitude, longitude, raw = HERE.lat, HERE.lon, None


class Line:
    """A service that answers at once and remembers the questions; with `fault` it raises."""

    def __init__(self) -> None:
        self.questions: list[str] = []
        self.fault: Exception | None = None

    def __call__(self, question: str) -> Place:
        self.questions.append(question)
        if self.fault:
            raise self.fault
        return Place()


def paced(line: Line, clock: Clock, timeout: float = 5.0) -> Geocoding:
    """A geocoder that asks once a second of this clock."""
    return Geocoding(line, "nominatim", "Приморск", timeout, 1.0, clock, clock.sleep)


async def test_a_service_is_asked_once_a_second() -> None:
    line, clock = Line(), Clock()
    ask = paced(line, clock)
    assert [await ask(f"Полевая, {house}") for house in range(4)] == [HERE] * 4
    assert clock.waits == [1.0, 1.0, 1.0]


async def test_a_remembered_answer_waits_for_nobody() -> None:
    line, clock = Line(), Clock()
    ask = paced(line, clock)
    assert [await ask("Полевая, 5") for _ in range(4)] == [HERE] * 4
    assert (len(line.questions), clock.waits) == (1, [])


async def test_who_would_wait_too_long_is_turned_away_and_may_ask_again(caplog: pytest.LogCaptureFixture) -> None:
    line, clock = Line(), Clock()
    ask = paced(line, clock, timeout=2.5)
    ask.free_at = clock.now + 10
    assert await ask("Полевая, 5") is None
    assert only_line(caplog).message == "geocoder is busy"
    clock.now += 10
    assert await ask("Полевая, 5") == HERE


async def test_after_a_fault_an_address_is_left_alone_for_a_while() -> None:
    line, clock = Line(), Clock()
    ask = paced(line, clock)
    line.fault = OSError("net")
    assert await ask("Полевая, 5") is None
    line.fault = None
    clock.now += FAULT_KEPT_SECONDS - 1
    assert await ask("Полевая, 5") is None
    clock.now += 2
    assert await ask("Полевая, 5") == HERE


async def test_only_the_latest_answers_are_remembered() -> None:
    line, clock = Line(), Clock()
    ask = Geocoding(line, "yandex", "Приморск", 5.0, 0.0, clock, clock.sleep)
    for house in range(KEPT):
        await ask(f"Полевая, {house}")
    await ask("Полевая, 0")
    await ask("Лесная, 1")
    assert len(ask.kept) == KEPT
    asked = len(line.questions)
    await ask("Полевая, 0")
    assert len(line.questions) == asked
    await ask("Полевая, 1")
    assert len(line.questions) == asked + 1


async def test_no_address_is_no_question() -> None:
    line = Line()
    assert await paced(line, Clock())("  ") is None
    assert line.questions == []


@pytest.mark.parametrize(
    ("kind", "key", "url", "told"),
    [
        ("google", "", "", "напишите nominatim или yandex"),
        ("yandex", "", "", "нужен ключ"),
        ("nominatim", "", "ftp://example.org", "https://"),
        ("nominatim", "", "example.org", "https://"),
        ("nominatim", "", "https://", "https://"),
    ],
)
def test_a_wrong_configuration_is_told_at_once(kind: str, key: str, url: str, told: str) -> None:
    with pytest.raises(UnknownGeocoder, match=told):
        geocoder(kind, key, url, "Приморск", TIMEOUT)


def test_the_public_service_is_asked_where_no_other_is_named() -> None:
    assert place_of("") == {}
    assert place_of("https://geo.example/search/") == {"scheme": "https", "domain": "geo.example/search"}
