"""The client of Open311 GeoReport v2 over loopback: what it files and learns, and that it never files twice."""

import asyncio
import contextlib
import gzip
import html
import json
import logging
import traceback
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.delivery import Rejected, RetryAfter, Transient
from notifier.open311.client import AT_ONCE, LARGEST_BYTES, MOST_PAGES, Client
from notifier.open311.model import LONGEST_TEXT, Choice, Filed, Missing, Report, Server, State
from storage.model.territory import Point
from tests.emulators.faults import Fault
from tests.emulators.open311 import STARTED, Open311Emulator
from tests.emulators.open311_rules import LAMP, POTHOLE

KEY = "open311-test"
MARK = "Обращение № 1001-9, городской бот «Я здесь живу»"
PIT = Report(POTHOLE, "Яма глубиной с ладонь, объезжают по тротуару.", MARK, address="Полевая ул., 5")
DARK = Report(LAMP, "Не горит фонарь.", MARK, point=Point(59.93, 30.36), attributes={"POLE": "17"})
LATER = STARTED + timedelta(minutes=10)


@pytest.fixture
async def city() -> AsyncIterator[Open311Emulator]:
    """The city's server."""
    async with Open311Emulator(KEY) as emulator:
        yield emulator


@contextlib.asynccontextmanager
async def client_of(server: Server, timeout_seconds: float = 5.0) -> AsyncIterator[Client]:
    """A client that is closed afterwards."""
    made = Client(server, timeout_seconds=timeout_seconds)
    yield made
    await made.close()


@pytest.fixture
async def client(city: Open311Emulator) -> AsyncIterator[Client]:
    """The client of the city's server."""
    async with client_of(Server(city.endpoint, key=KEY)) as made:
        yield made


async def fault_of(call: Awaitable[object]) -> Exception:
    """The error that a call ends in."""
    with pytest.raises((Transient, RetryAfter, Rejected)) as caught:
        await call
    return caught.value


async def code_of(call: Awaitable[object]) -> str:
    """The same as «Transient lost»."""
    error = await fault_of(call)
    return f"{type(error).__name__} {error.args[0]}"


# what can be filed


async def test_discovery_tells_which_interface_can_be_used(city: Open311Emulator, client: Client) -> None:
    found = await client.discovery(f"{city.url}/discovery.json")
    assert [(one.url, one.kind) for one in found.endpoints if one.usable] == [(city.endpoint, "production")]
    assert len(found.endpoints) == 3
    assert found.endpoints[0].formats == ("text/xml", "application/json")
    assert (found.contact, found.changed) == ("api@city.example", "2026-02-03 14:18")
    assert found.key_service == "Ключ выдают на city.example/key"


async def test_services_say_what_can_be_filed_and_how_it_gets_its_number(client: Client) -> None:
    pothole, lamp = await client.services()
    assert (pothole.code, pothole.name, pothole.group) == (POTHOLE, "Яма на дороге", "Дороги")
    assert (pothole.kind, pothole.has_attributes) == ("realtime", False)
    assert (lamp.kind, lamp.has_attributes, lamp.description) == ("batch", True, "Освещение")


async def test_a_definition_lists_its_questions_in_their_order(client: Client) -> None:
    pole, when = await client.service(LAMP)
    assert (pole.code, pole.datatype, pole.required, pole.values) == ("POLE", "string", True, ())
    assert (when.code, when.datatype, when.required, when.variable) == ("WHEN", "multivaluelist", False, True)
    assert when.values == (Choice("1", "Вечером"), Choice("2", "Ночью"))
    assert (pole.description, when.description) == ("Номер опоры", "Когда не горит?")


async def test_a_service_without_a_definition_is_missing(client: Client) -> None:
    assert await code_of(client.service("a/b?c")) == "Missing http_404 service_code provided was not found"


# filing


async def test_an_appeal_is_filed_by_address(city: Open311Emulator, client: Client) -> None:
    assert await client.file(PIT) == Filed("638344", notice="Осмотрим за сутки")
    (kept,) = city.requests
    assert kept.fields == {
        "api_key": KEY,
        "service_code": POTHOLE,
        "address_string": "Полевая ул., 5",
        "description": f"{PIT.description}\n\n{MARK}",
    }


async def test_an_appeal_is_filed_by_point_with_a_photo(city: Open311Emulator, client: Client) -> None:
    photo = "https://city.example/p/1.jpg?a=1&b=ё"
    await client.file(replace(PIT, point=Point(59.9386, 1e-6), address="", media_url=photo))
    fields = city.requests[0].fields
    assert (fields["lat"], fields["long"], fields["media_url"]) == ("59.938600", "0.000001", photo)
    assert "address_string" not in fields


async def test_photos_go_along_in_the_field_that_the_server_names(city: Open311Emulator) -> None:
    city.behaviour.media = "media[]"
    async with client_of(Server(city.endpoint, key=KEY, media="media[]")) as takes:
        report = replace(
            DARK, attributes={"POLE": "17 & 18", "WHEN": ("1", "2")}, photos=(b"\xff\xd8one", b"\xff\xd8two")
        )
        assert (await takes.file(report)).request == "638344"
        await takes.file(PIT)
    shown, plain = city.requests
    assert shown.photos == [b"\xff\xd8one", b"\xff\xd8two"]
    assert shown.fields["description"] == f"{DARK.description}\n\n{MARK}"
    assert shown.attributes == {"POLE": ("17 & 18",), "WHEN": ("1", "2")}
    assert (plain.photos, plain.fields["description"]) == ([], f"{PIT.description}\n\n{MARK}")


async def test_a_server_that_names_no_field_gets_no_photos(city: Open311Emulator, client: Client) -> None:
    await client.file(replace(PIT, photos=(b"\xff\xd8one",)))
    assert city.requests[0].photos == []


async def test_a_lost_answer_to_a_filing_with_photos_makes_one_request(city: Open311Emulator) -> None:
    city.behaviour.media = "media"
    city.fault("file", Fault.drop_after)
    async with client_of(Server(city.endpoint, key=KEY, media="media")) as takes:
        report = replace(PIT, photos=(b"\xff\xd8one",))
        assert await code_of(takes.file(report)) == "Transient lost"
        assert (await takes.file(report, city.now)).request == "638344"
    (kept,) = city.requests
    assert kept.photos == [b"\xff\xd8one"]


async def test_attributes_are_sent_one_by_one_and_several_of_one(city: Open311Emulator, client: Client) -> None:
    await client.file(replace(DARK, attributes={"POLE": "17 & 18", "WHEN": ("1", "2")}))
    assert city.requests[0].attributes == {"POLE": ("17 & 18",), "WHEN": ("1", "2")}


async def test_a_server_of_several_cities_is_told_which(city: Open311Emulator) -> None:
    city.jurisdiction = "city.example"
    async with client_of(Server(f"{city.endpoint}/", "city.example", KEY)) as told:
        filed = await told.file(PIT)
        assert await told.states([filed.request])
        assert await told.services()
    async with client_of(Server(city.endpoint, key=KEY)) as untold:
        assert await code_of(untold.file(PIT)) == "Rejected http_400 jurisdiction_id was not provided"
        assert await code_of(untold.services()) == "Rejected http_400 jurisdiction_id was not provided"


@pytest.mark.parametrize("length", [LONGEST_TEXT - len(MARK) - 2, LONGEST_TEXT, 3 * LONGEST_TEXT])
async def test_a_long_description_never_loses_its_mark(city: Open311Emulator, client: Client, length: int) -> None:
    await client.file(replace(PIT, description="я" * length))
    sent = city.requests[0].fields["description"]
    assert len(sent) == LONGEST_TEXT
    assert sent.endswith(f"\n\n{MARK}")
    assert ("…" in sent) == (length > LONGEST_TEXT - len(MARK) - 2)


async def test_a_token_becomes_a_number_later(city: Open311Emulator, client: Client) -> None:
    city.behaviour.tokens_first = True
    filed = await client.file(DARK)
    assert (filed.request, filed.token) == ("", "t638344")
    assert await client.request_of(filed.token) is None
    assert await client.states(["638344"]) == []
    assert city.number(filed.token) == "638344"
    assert await client.request_of(filed.token) == "638344"


async def test_a_token_that_the_server_does_not_know_is_missing(client: Client) -> None:
    assert await code_of(client.request_of("../нет")) == "Missing http_404 token not found"


async def test_the_number_of_another_token_is_not_ours(city: Open311Emulator, client: Client) -> None:
    city.say('[{"token": 2, "service_request_id": 8}, {"token": 1, "service_request_id": 7}]')
    assert await client.request_of("1") == "7"


async def test_a_blackbox_accepts_without_a_number(city: Open311Emulator, client: Client) -> None:
    city.say('[{"service_request_id": null, "service_notice": "Приняли", "account_id": null}]')
    assert await client.file(PIT) == Filed(notice="Приняли")
    city.say('[{"status": "ok"}]')
    assert await code_of(client.file(PIT)) == "Transient misunderstood"


async def test_half_a_character_does_not_stop_a_filing(city: Open311Emulator, client: Client) -> None:
    await client.file(replace(PIT, description="Яма \ud83d."))
    assert city.requests[0].fields["description"].startswith("Яма ?.")


# what became of it


async def test_states_follow_what_the_city_does(city: Open311Emulator, client: Client) -> None:
    filed = await client.file(PIT)
    assert await client.states([filed.request]) == [State("638344", "open", updated=STARTED)]
    city.now = LATER
    city.move("638344", "closed", "Заделали <b>сегодня</b>", "Дорожная служба", STARTED + timedelta(days=3))
    (state,) = await client.states([filed.request])
    assert (state.status, state.notes, state.agency) == ("closed", "Заделали <b>сегодня</b>", "Дорожная служба")
    assert (state.expected, state.updated) == (STARTED + timedelta(days=3), LATER)


async def test_many_states_take_few_calls_and_keep_their_order(city: Open311Emulator, client: Client) -> None:
    for _ in range(2 * AT_ONCE + 1):
        await client.file(PIT)
    requests = [kept.id for kept in reversed(city.requests)]
    assert [state.request for state in await client.states([*requests, requests[0]])] == requests
    assert city.count("requests") == 3
    assert await client.states([]) == []


@pytest.mark.parametrize("all_or_nothing", [False, True])
async def test_an_unknown_request_hides_no_other(city: Open311Emulator, client: Client, all_or_nothing: bool) -> None:
    city.behaviour.lists_all_or_nothing = all_or_nothing
    first = await client.file(PIT)
    await client.file(DARK)
    city.requests[1].id = "SR/5?x"
    found = await client.states([first.request, "nothing", "SR/5?x"])
    assert [state.request for state in found] == [first.request, "SR/5?x"]


async def test_dates_without_a_zone_are_the_citys_own(city: Open311Emulator) -> None:
    row = {"service_request_id": 7, "status": "OPEN", "expected_datetime": "2026-03-02T12:00:00"}
    moscow = timezone(timedelta(hours=3))
    async with client_of(Server(city.endpoint, zone=moscow)) as client:
        for told in ("2026-03-02T12:00:00", "2026-03-02T09:00:00Z", "2026-03-02T14:00:00+05:00"):
            city.say(json.dumps([row | {"updated_datetime": told}]))
            assert await client.states(["7"]) == [State("7", "open", expected=STARTED, updated=STARTED)]


# never twice


@pytest.mark.parametrize("pages", [True, False])
async def test_a_retry_after_a_lost_answer_finds_the_first(city: Open311Emulator, client: Client, pages: bool) -> None:
    city.behaviour.pages = pages
    city.fault("file", Fault.drop_after)
    assert await code_of(client.file(PIT)) == "Transient lost"
    city.now = LATER
    assert (await client.file(PIT, tried_since=STARTED)).request == "638344"
    assert len(city.requests) == 1
    assert city.count("file") == 1


async def test_a_retry_of_what_never_arrived_files_it(city: Open311Emulator, client: Client) -> None:
    city.fault("file", Fault.drop_before)
    assert await code_of(client.file(PIT)) == "Transient lost"
    assert (await client.file(PIT, tried_since=STARTED)).request == "638344"
    assert len(city.requests) == 1


async def test_an_answer_that_comes_too_late_is_found_too(city: Open311Emulator) -> None:
    city.fault("file", Fault.hang)
    async with client_of(Server(city.endpoint, key=KEY), timeout_seconds=0.05) as hasty:
        assert await code_of(hasty.file(PIT)) == "Transient timeout"
    async with client_of(Server(city.endpoint, key=KEY)) as patient:
        await patient.file(PIT)
        assert (await patient.file(PIT, tried_since=STARTED)).request == "638344"
    assert len(city.requests) == 1


async def test_a_request_that_waits_for_its_number_is_not_filed_again(city: Open311Emulator, client: Client) -> None:
    city.behaviour.tokens_first = True
    await client.file(PIT)
    assert await code_of(client.file(PIT, tried_since=STARTED)) == "Transient unnumbered"
    city.number("t638344")
    assert (await client.file(PIT, tried_since=STARTED)).request == "638344"
    assert len(city.requests) == 1


@pytest.mark.parametrize(
    "rewrites",
    [
        html.escape,
        str.upper,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace(" ", "\n").replace("«", "&laquo;").replace("»", "&raquo;"),
        lambda text: f"<p>{text}</p>",
        lambda text: f"Из бота: {text} (ответ на почту)",
    ],
)
async def test_a_mark_is_found_however_the_server_shows_it(
    city: Open311Emulator, client: Client, rewrites: Callable[[str], str]
) -> None:
    await client.file(replace(PIT, description="Яма & «яма». " * 400))
    city.behaviour.rewrites = rewrites
    found = await client.find(PIT, STARTED)
    assert found is not None
    assert found.request == "638344"


@pytest.mark.parametrize("change", [("1001-9", "1001-90"), ("1001-9", "21001-9"), ("живу", "живут")])
async def test_the_mark_of_another_appeal_is_not_ours(client: Client, change: tuple[str, str]) -> None:
    await client.file(replace(PIT, mark=MARK.replace(*change)))
    assert await client.find(PIT, STARTED) is None


async def test_only_the_service_and_the_time_of_the_try_are_searched(city: Open311Emulator, client: Client) -> None:
    await client.file(PIT)
    assert await client.find(replace(PIT, service=LAMP), STARTED) is None
    assert await client.find(PIT, STARTED + timedelta(days=2)) is None
    assert await client.find(PIT, STARTED + timedelta(hours=20)) is not None, "clocks may differ"
    asked = {"start_date": "2026-03-02T05:00:00Z", "end_date": "2026-05-31T05:00:00Z", "service_code": POTHOLE}
    assert city.calls[-1].query == asked | {"page": "2", "page_size": "50"}


async def others(city: Open311Emulator, client: Client, count: int) -> None:
    """So many requests of other people, after whatever was filed before."""
    await client.file(replace(PIT, description="Тоже яма.", mark="Почта № 5"))
    kept = city.requests[-1]
    city.requests += [replace(kept, id=str(700_000 + number)) for number in range(count - 1)]


@pytest.mark.parametrize("ends_with_404", [False, True])
@pytest.mark.parametrize("most_rows", [20, 50, 500])
async def test_every_page_is_searched(
    city: Open311Emulator, client: Client, most_rows: int, ends_with_404: bool
) -> None:
    city.behaviour.pages, city.behaviour.most_rows, city.behaviour.ends_with_404 = True, most_rows, ends_with_404
    assert await client.find(PIT, STARTED) is None
    await client.file(PIT)
    await others(city, client, 119)
    found = await client.find(PIT, STARTED)
    assert found is not None
    assert found.request == "638344"
    assert await client.find(replace(PIT, mark="Обращение № 1002-7"), STARTED) is None


async def test_what_lies_behind_the_end_of_a_list_is_a_matter_for_people(city: Open311Emulator, client: Client) -> None:
    await client.file(PIT)
    await others(city, client, 249)
    city.behaviour.most_rows = 200
    assert await code_of(client.file(PIT, tried_since=STARTED)) == "Rejected unsearchable"
    city.behaviour.most_rows = 250
    assert (await client.file(PIT, tried_since=STARTED)).request == "638344"
    city.behaviour.pages, city.behaviour.most_rows = True, 1
    assert await code_of(client.file(PIT, tried_since=STARTED)) == "Rejected unsearchable"
    assert city.count("requests") == 4 + MOST_PAGES
    assert city.count("file") == 2


async def test_hidden_descriptions_are_a_matter_for_people(city: Open311Emulator, client: Client) -> None:
    await client.file(PIT)
    city.behaviour.hides_descriptions = True
    assert await code_of(client.file(PIT, tried_since=STARTED)) == "Rejected unsearchable"
    assert len(city.requests) == 1


@pytest.mark.parametrize(("publishes", "mark"), [(False, MARK), (True, ""), (True, "«…»")])
async def test_a_server_or_a_report_that_cannot_be_searched_for_is_not_asked(
    city: Open311Emulator, publishes: bool, mark: str
) -> None:
    async with client_of(Server(city.endpoint, key=KEY, publishes=publishes)) as client:
        await client.file(replace(PIT, mark=mark))
        assert await code_of(client.file(replace(PIT, mark=mark), STARTED)) == "Rejected unsearchable"
    assert [call.name for call in city.calls] == ["file"]


async def test_nothing_is_filed_while_the_search_fails(city: Open311Emulator, client: Client) -> None:
    for fault in (Fault.drop_before, Fault.status(500), Fault.garbage, Fault.status(404)):
        city.fault("requests", fault, times=2 if fault == Fault.drop_before else 1)  # aiohttp asks twice
        await fault_of(client.file(PIT, tried_since=STARTED))
    assert city.requests == []


# refusals

REFUSED = {
    "unknown service": (replace(PIT, service="404"), "Missing http_404 service_code was not found"),
    "no place": (replace(PIT, address=""), "Rejected http_400 location is required"),
    "no point": (replace(PIT, point=Point(95, 30)), "Rejected http_400 lat and long are no point"),
    "no attribute": (replace(DARK, attributes={}), "Rejected http_400 attribute pole is required"),
    "list for one": (replace(DARK, attributes={"POLE": ("1",)}), "Rejected http_400 attribute pole is required"),
    "no such choice": (
        replace(DARK, attributes={"POLE": "1", "WHEN": ("3",)}),
        "Rejected http_400 attribute when does not fit its definition",
    ),
    "media": (replace(PIT, media_url="ftp://x"), "Rejected http_400 media_url is no address"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_refusal_is_told_in_the_servers_words(city: Open311Emulator, client: Client, name: str) -> None:
    report, told = REFUSED[name]
    assert await code_of(client.file(report)) == told
    assert city.requests == []


@pytest.mark.parametrize("key", ["", "wrong-key"])
async def test_a_key_that_is_missing_or_wrong_is_refused(city: Open311Emulator, key: str) -> None:
    async with client_of(Server(city.endpoint, key=key)) as client:
        assert await code_of(client.file(PIT)) == "Rejected http_403 missing or invalid api_key"
        assert await client.services(), "everything else needs none"


async def test_a_refusal_repeats_neither_the_person_nor_the_key_nor_a_number(
    city: Open311Emulator, client: Client
) -> None:
    report = replace(PIT, description="Звоните Анне Петровне, anna@mail.example, 8 911 123-45-67.")
    echo = f"anna@mail.example 8 911 123-45-67 {KEY} my{KEY}! t.17 Полевая Петров"
    said = f"Field description has «Анне Петровне» {echo}"
    city.say(json.dumps([{"code": 400, "description": said}, {"code": 7, "description": "and more"}]), status=400)
    assert await code_of(client.file(report)) == "Rejected http_400 field description has my and more"


# network and server faults

FAULTS = {
    "nobody listens": (None, "Transient unreached"),
    "closed": (Fault.drop_before, "Transient lost"),
    "hangs": (Fault.hang, "Transient timeout"),
    "garbage": (Fault.garbage, "Transient unreadable"),
    **{str(status): (Fault.status(status), f"Transient http_{status}") for status in (408, 425, 429, 500, 502, 503)},
    **{str(status): (Fault.status(status), f"Rejected http_{status}") for status in (304, 400, 401, 403, 405, 422)},
    "404": (Fault.status(404), "Missing http_404"),
    "429 pause": (Fault.status(429, retry_after=7), "RetryAfter 7.0"),
    "503 pause": (Fault.status(503, retry_after=90_000), "RetryAfter 86400.0"),
    "500 pause": (Fault.status(500, retry_after=7), "Transient http_500"),
}


def calls_of(client: Client, url: str) -> dict[str, Callable[[], Awaitable[object]]]:
    """Everything that a client can be asked."""
    return {
        "discovery": lambda: client.discovery(f"{url}/discovery.json"),
        "services": client.services,
        "service": lambda: client.service(LAMP),
        "file": lambda: client.file(PIT),
        "find": lambda: client.find(PIT, STARTED),
        "request_of": lambda: client.request_of("t1"),
        "states": lambda: client.states(["638344"]),
    }


CALLS = tuple(calls_of(Client(Server("")), ""))


@pytest.mark.parametrize("name", FAULTS)
async def test_faults_become_what_the_relay_understands(city: Open311Emulator, name: str) -> None:
    fault, told = FAULTS[name]
    url = city.url if fault else "http://127.0.0.1:9"
    async with client_of(Server(f"{url}/v2", key=KEY), timeout_seconds=0.05 if name == "hangs" else 5.0) as client:
        for call, ask in calls_of(client, url).items():
            if fault:
                city.fault(None, fault, times=1 if call == "file" or fault != Fault.drop_before else 2)
            if name != "404" or call != "states":  # what the server does not know is left out of states
                assert (call, await code_of(ask())) == (call, told)
    assert city.requests == []


PAUSES = {
    "0": 1.0,
    "9" * 5000: 86_400.0,
    "Mon, 02 Mar 2026 09:02:00 GMT": 120.0,
    "Mon, 02 Mar 2026 08:00:00 GMT": 1.0,
    "Mon, 02 Mar 99999 08:00:00 GMT": None,
    "²": None,
    "-5": None,
    "soon": None,
    "": None,
}


@pytest.mark.parametrize("told", PAUSES)
async def test_a_pause_is_asked_for_in_seconds_or_by_a_date(city: Open311Emulator, client: Client, told: str) -> None:
    city.say("", status=429, headers={"Retry-After": told, "Date": "Mon, 02 Mar 2026 09:00:00 GMT"})
    error = await fault_of(client.services())
    assert (error.seconds if isinstance(error, RetryAfter) else None) == PAUSES[told]


async def test_a_filing_follows_no_redirect(city: Open311Emulator, client: Client) -> None:
    for status in (301, 302, 303, 307, 308):
        city.say("", status=status, headers={"Location": f"{city.endpoint}/requests.json"})
        assert await code_of(client.file(PIT)) == f"Rejected http_{status}"
    assert [call.name for call in city.calls] == ["file"] * 5
    assert city.requests == []


async def test_a_question_follows_a_few_redirects(city: Open311Emulator, client: Client) -> None:
    for _ in range(2):
        city.say("", status=301, headers={"Location": f"{city.endpoint}/services.json"})
    assert len(await client.services()) == 2
    for _ in range(5):
        city.say("", status=301, headers={"Location": f"{city.endpoint}/services.json"})
    assert await code_of(client.services()) == "Transient lost"


@pytest.mark.parametrize("location", ["", "ftp://x/", "file:///etc/hosts", "http://[", "http://127.0.0.1:99999/"])
async def test_a_redirect_to_nowhere_is_a_fault_like_any_other(
    city: Open311Emulator, client: Client, location: str
) -> None:
    city.say("", status=302, headers={"Location": location})
    await fault_of(client.services())


@pytest.mark.parametrize("endpoint", ["", "city.example/v2", "ftp://127.0.0.1/v2", "http://", "http://[", "file:///v2"])
async def test_an_endpoint_that_is_no_address_is_our_mistake(endpoint: str) -> None:
    async with client_of(Server(endpoint, key=KEY)) as client:
        assert await code_of(client.services()) == "Rejected address"
        assert await code_of(client.file(PIT)) == "Rejected address"


# secrets


async def test_the_key_is_in_no_repr_log_address_or_error(
    city: Open311Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = Server(city.endpoint, key=KEY)
    told = [repr(server), str(server)]
    async with client_of(server) as client:
        await client.file(PIT)
        for fault in (Fault.drop_after, Fault.garbage, Fault.status(500), Fault.status(403)):
            city.fault("file", fault)
            error = await fault_of(client.file(PIT))
            told += [repr(error), *traceback.format_exception(error)]
        city.say(f'[{{"code": 403, "description": "Invalid api_key {KEY}."}}]', status=403)
        told.append(await code_of(client.file(PIT)))
        for ask in calls_of(client, city.url).values():
            with contextlib.suppress(Missing):
                await ask()
        told += [repr(client), repr(vars(client)["server"])]
    told += [f"{call.path} {call.query}" for call in city.calls]
    assert KEY not in "\n".join(told) + caplog.text
    assert PIT.description[:10] not in "\n".join(told) + caplog.text


# hostile answers

HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "XML": b'<?xml version="1.0" encoding="utf-8"?><services><service/></services>',
    "HTML": b"<html>404</html>",
    "not UTF-8": b'[{"service_code": "\xff"}]',
    "number with a leading zero, as in the standard's example": b'[{"service_code":001}]',
    "endless number": b"[" + b"1" * 5000 + b"]",
    "deep": b"[" * 100_000,
    "cut": b'[{"service_request_id": 1',
    "text": b'"ok"',
    "null": b"null",
    "NaN": b"NaN",
    "true": b"true",
    "number": b"17",
    "huge": b"[" + b" " * LARGEST_BYTES + b"]",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_answers_that_are_none_may_be_better_next_time(city: Open311Emulator, client: Client, name: str) -> None:
    for ask in calls_of(client, city.url).values():
        city.say(HOSTILE[name])
        assert isinstance(await fault_of(ask()), Transient)


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_refusal_is_one_whatever_its_body(city: Open311Emulator, client: Client, name: str) -> None:
    city.say(HOSTILE[name], status=400)
    assert await code_of(client.file(PIT)) == "Rejected http_400"


async def test_a_bomb_does_not_go_off(city: Open311Emulator, client: Client) -> None:
    bomb = gzip.compress(b" " * 48 * 1024 * 1024, compresslevel=1)
    city.say(bomb, headers={"Content-Encoding": "gzip"})
    assert isinstance(await fault_of(client.services()), Transient)


async def test_errors_with_status_200_are_errors(city: Open311Emulator, client: Client) -> None:
    answers = {
        '[{"code": 404, "description": "token not found"}]': "Missing http_404 token not found",
        '[{"code": "403", "description": null}]': "Rejected http_403",
        '[{"code": 1005, "description": "no such lamp"}]': "Rejected http_400 no such lamp",
        '[{"code": 500}]': "Transient http_500",
    }
    for answer, told in answers.items():
        city.say(answer)
        assert await code_of(client.file(PIT)) == told


NUMBERS = {
    "293944": "293944",
    '" 293944 "': "293944",
    "293944.0": "293944",
    '"SR-5/1"': "SR-5/1",
    "true": None,
    "[1]": None,
    '{"a": 1}': None,
    "1.5": None,
    "1e400": None,
    f'"{"9" * 101}"': None,
    '"\\u0000"': None,
    '"\\ud800"': None,
}


@pytest.mark.parametrize("number", NUMBERS)
async def test_a_number_is_a_short_text_or_a_whole_number(city: Open311Emulator, client: Client, number: str) -> None:
    city.say(f'[{{"service_request_id": {number}}}]')
    if NUMBERS[number] is None:
        assert await code_of(client.file(PIT)) == "Transient misunderstood"
    else:
        assert await client.file(PIT) == Filed(NUMBERS[number] or "")


async def test_a_number_beats_a_token_so_that_there_is_one_of_them(city: Open311Emulator, client: Client) -> None:
    city.say('{"token": "t1", "service_request_id": "5", "service_notice": ["no"]}')
    assert await client.file(PIT) == Filed("5")


async def test_texts_are_kept_without_what_a_database_refuses(city: Open311Emulator, client: Client) -> None:
    notes = "\x00Готово\r\n<script>\ud800\u00a0👷‍♀️" + "я" * 10_000
    rows = [{"service_request_id": "7", "status": "closed", "status_notes": notes, "agency_responsible": {"a": 1}}]
    city.say(json.dumps(rows))
    (state,) = await client.states(["7"])
    assert state.notes.startswith("Готово\n<script>\u00a0👷‍♀️яяя")
    assert len(state.notes) <= LONGEST_TEXT
    assert state.notes.encode()
    assert state.agency == ""


async def test_rows_that_make_no_sense_are_left_out(city: Open311Emulator, client: Client) -> None:
    wrong: list[Any] = [
        *(None, 1, "open", [], {}),
        {"service_request_id": 6, "status": "open"},
        {"service_request_id": 7, "status": "fixed"},
        {"service_request_id": 7, "status": ["open"]},
    ]
    right = {"service_request_id": 7, "status": "closed", "updated_datetime": "9999-12-31T23:59:59-12:00"}
    city.say(json.dumps([right, *wrong]))
    assert await client.states(["7"]) == [State("7", "closed")]


async def test_definitions_that_make_no_sense_lose_only_their_nonsense(city: Open311Emulator, client: Client) -> None:
    right = {"code": "A", "datatype": "text", "required": "true", "values": "none", "order": "first"}
    first = {"code": 2, "values": [{"key": 0, "name": None}, {"name": "x"}, 5], "variable": "false", "order": 1}
    city.say(json.dumps([{"attributes": [right, {"code": None, "required": True}, 5, first]}, {"attributes": {}}]))
    number, text = await client.service("x")
    assert (number.code, number.values, number.variable) == ("2", (Choice("0", ""),), False)
    assert (text.code, text.required, text.variable) == ("A", True, True)


RAW: dict[str, bytes] = {
    "nothing": b"",
    "not HTTP": b"SSH-2.0-OpenSSH_9.9\r\n",
    "bad status": b"HTTP/1.1 ok\r\n\r\n",
    "status 99": b"HTTP/1.1 099 no\r\nContent-Length: 0\r\n\r\n",
    "status 999": b"HTTP/1.1 999 no\r\nContent-Length: 0\r\n\r\n",
    "long head": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n[]",
    "no colon": b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n[]",
    "short body": b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n[]",
    "bad length": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n[]",
    "bad chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n",
    "bad encoding": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n[]",
    "refusal cut short": b"HTTP/1.1 400 no\r\nContent-Length: 50\r\n\r\n[{",
    "bad cookie": b"HTTP/1.1 500 no\r\nSet-Cookie: \x01=;;\r\nContent-Length: 0\r\n\r\n",
    "bad words": b"HTTP/1.1 500 \xff\xfe\r\nRetry-After: \xff\r\nContent-Length: 0\r\n\r\n",
}


@contextlib.asynccontextmanager
async def talking(answer: bytes) -> AsyncIterator[str]:
    """The address of something that answers every connection with these bytes and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("name", RAW)
async def test_bytes_that_are_no_answer_are_a_fault_like_any_other(name: str) -> None:
    async with talking(RAW[name]) as url, client_of(Server(url, key=KEY)) as client:
        for ask in calls_of(client, url).values():
            await fault_of(ask())


# any answer at all

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
    st.sampled_from(["open", "closed", "638344", "2026-03-02T09:00:00", "0001-01-01T00:00:00+05:00", MARK, "\ud800"]),
)  # fmt: skip
NAMES = st.sampled_from(
    [
        "service_request_id", "token", "status", "status_notes", "updated_datetime", "expected_datetime", "description",
        "service_code", "metadata", "attributes", "code", "order", "values", "key", "endpoints", "formats", "url",
    ]
)  # fmt: skip
ANSWERS = st.recursive(
    SCALARS, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(NAMES, inside, max_size=6)
)
STATUSES = st.sampled_from([200, 200, 200, 201, 400, 404, 429, 500])


class Stage:
    """A server and its client in a loop of their own, for many examples of one test."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.city, self.client = self.runner.run(self.opened())

    async def opened(self) -> tuple[Open311Emulator, Client]:
        """Both, listening."""
        city = await Open311Emulator(KEY).__aenter__()
        return city, Client(Server(city.endpoint, key=KEY))

    async def asked(self, name: str, body: str, status: int) -> None:
        """One call, answered so as often as it asks."""
        for _ in range(4):
            self.city.say(body, status)
        with contextlib.suppress(Transient, RetryAfter, Rejected):
            await calls_of(self.client, self.city.url)[name]()
        self.city.unsay()

    async def closed(self) -> None:
        """Both gone."""
        await self.client.close()
        await self.city.__aexit__(None, None, None)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """One for this file."""
    made = Stage()
    yield made
    made.runner.run(made.closed())
    made.runner.close()


@settings(max_examples=100, deadline=None, database=None)
@given(st.sampled_from(CALLS), ANSWERS, STATUSES)
def test_any_answer_is_a_value_or_one_of_three_errors(stage: Stage, name: str, answer: object, status: int) -> None:
    stage.runner.run(stage.asked(name, json.dumps(answer), status))
    assert stage.city.requests == []
