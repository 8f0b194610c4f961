"""A body with an Open311 server: accepted appeals go there by themselves, once, and its answer comes back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot import app as wiring
from storage import handovers
from storage.handovers import State
from storage.model.city import City
from storage.model.facts import Answer, Confidence, Open311, Source
from storage.model.numbers import read
from tests.emulators.faults import Fault
from tests.emulators.open311 import Open311Emulator
from tests.emulators.open311_rules import LAMP, POTHOLE
from tests.stories.beginnings import FILED_WITH_MODERATOR, filed_with_moderator
from tests.transcript import perform
from tests.unit.given import city
from tests.world import MONDAY, PATIENCE, World, world

KEY = "open311-test"
THEME = "waste_containers"
ANSWER = Answer(
    10, False, "регламент", Source("S1", "https://example.org", "регламент", MONDAY.date()), Confidence.HIGH
)
ALONE = True
ACCEPTED = """
Ольга: /queue
  > 1 обращение ждёт решения. …
  > № {number} · На проверке …
Ольга: [Принять]
  > № {number} · Принято … [Передано в орган] …
  Анна > Обращение № {number} (… прошло проверку и принято. …
"""
TWO_PHOTOS = """
Анна: {album 2}
  > …
Анна: [Готово]
""".strip()
FORWARDED = """
  Анна > Обращение № {number} (вывоз мусора с площадки) передано в … Регистрационный номер: 638344.
    Ответ ждём до 3 декабря 2026. …
"""
OPENED = """
Ольга: [Открыть обращение]
  > № {number} · Принято … [Передано в орган] …
"""
BY_HAND = "Передайте его сами: «Открыть обращение», затем «Передано в орган». [Открыть обращение]"
UNSENT = "Ольга > Обращение № {number} (вывоз мусора с площадки) не удалось передать в … по Open311."


def taking(server: Open311Emulator, code: str = POTHOLE, publishes: bool = True) -> City:
    """The city in which the body for waste takes requests by Open311."""
    known = city()
    situation = replace(known.situations[THEME], open311=code)
    id = situation.rules[-1].body
    body = replace(known.bodies[id], submission="open311", answer=ANSWER)
    return replace(
        known,
        bodies={**known.bodies, id: body},
        situations={**known.situations, THEME: situation},
        open311=Open311(server.endpoint, publishes=publishes),
        examples=(),
    )


@pytest.fixture
async def server() -> AsyncIterator[Open311Emulator]:
    """The body's server, whose clock shows the day of the stories."""
    async with Open311Emulator(KEY) as made:
        made.now = MONDAY
        yield made


@pytest.fixture
async def everywhere(place: tuple[str, str], tmp_path: Path, server: Open311Emulator) -> AsyncIterator[World]:
    """The program with a body that takes requests."""
    async with world(*place, tmp_path, city=taking(server), open311_key=KEY) as made:
        yield made


@pytest.fixture
async def here(sqlite_url: str, tmp_path: Path, server: Open311Emulator) -> AsyncIterator[World]:
    """The same in one messenger."""
    async with world("telegram", sqlite_url, tmp_path, city=taking(server), open311_key=KEY) as made:
        yield made


async def state_of(made: World, known: dict[str, str]) -> State | None:
    """Where the handover of the story's appeal stands."""
    async with made.app.database.read() as connection:
        found = await handovers.find(connection, read(known["number"]))
    return found.state if found else None


async def until(true: Callable[[], bool]) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.01)


async def test_an_accepted_appeal_is_handed_over_and_its_answer_is_judged(
    everywhere: World, server: Open311Emulator
) -> None:
    known = await filed_with_moderator(everywhere)
    known = await perform(
        everywhere,
        """
        Анна: [Поделиться]
          > … {token} …
        Борис: {link {token}}
          > …
        Борис: [Присоединиться]
          > Согласие …
        Борис: [Даю согласие на обработку данных]
          > Сообщать о ходе обращений? … [Сообщать] [Не нужно]
        Борис: [Сообщать]
          > …
          > …
          Анна > К вашему обращению № {number} присоединился сосед. …
        """,
        known,
    )
    known = await perform(
        everywhere,
        f"""{ACCEPTED}
          Борис > Обращение № {{number}} (… прошло проверку и принято. …
          {FORWARDED.strip()}
          Борис > Обращение № {{number}} (… передано в … Регистрационный номер: 638344. …
        """,
        known,
    )
    (kept,) = server.requests
    mark = f"Обращение № {known['number']} от 23 ноября 2026, городской чат-бот «Я здесь живу»."
    assert kept.fields["description"].endswith(f"\n\n{mark}")
    assert kept.fields["description"].startswith("В ")
    assert (kept.fields["address_string"], kept.fields["service_code"]) == ("Садовая, 10", POTHOLE)
    assert set(kept.fields) == {"api_key", "service_code", "address_string", "description"}

    await perform(everywhere, "— 10 minutes\n— 20 minutes", known)
    server.move(kept.id, "closed", "Вывезли <b>сегодня</b>,\nв 14:00 &amp; проверили\u202e")
    known = await perform(
        everywhere,
        """
        — 10 minutes
          Анна > По обращению № {number} есть ответ Вывоз мусора с площадки
            «Вывезли сегодня , в 14:00 & проверили» Проверьте на месте: проблема решена? [Да, решено] [Нет, не решено] …
          Борис > По обращению № {number} есть ответ … [Да, решено] [Нет, не решено] …
        Анна: [Да, решено]
          > … Спасибо, что проверили.
          > …
          Борис > Автор обращения № {number} (… подтвердил: проблема решена. …
        """,
        known,
    )
    server.move(kept.id, "open", "Передумали")
    await perform(everywhere, "— 30 minutes", known)
    assert server.count("file") == 1
    assert await state_of(everywhere, known) is State.CLOSED


async def test_a_closing_without_words_is_told_in_ours(here: World, server: Open311Emulator) -> None:
    known = await perform(here, ACCEPTED + FORWARDED, await filed_with_moderator(here))
    server.move("638344", "closed")
    await perform(
        here,
        """
        — 10 minutes
          Анна > … есть ответ … «Работа отмечена как выполненная, пояснений нет.» Проверьте на месте: …
        """,
        known,
    )


async def test_what_a_moderator_moved_on_is_left_alone(here: World, server: Open311Emulator) -> None:
    known = await perform(here, ACCEPTED + FORWARDED, await filed_with_moderator(here))
    known = await perform(
        here,
        """
        Ольга: [Передано в орган]
          > Это сделал бот: у обращения № {number} статус «Передано» с 23 ноября, 12:00. …
        Ольга: /appeal {number}
          > № {number} · Передано … [Есть ответ] …
        Ольга: [Есть ответ]
          > …
        Ольга: Вывезли
          > …
        Ольга: [Пропустить]
          > …
          Анна > … «Вывезли» …
        """,
        known,
    )
    server.move("638344", "closed", "Поздно")
    await perform(here, "— 10 minutes\n— 10 minutes", known)
    assert await state_of(here, known) is State.CLOSED


async def test_a_request_that_gets_its_number_later_is_told_with_it(here: World, server: Open311Emulator) -> None:
    server.behaviour.tokens_first = True
    known = await perform(here, f"{ACCEPTED}\n— 10 minutes\n— 20 minutes", await filed_with_moderator(here))
    server.number("t638344")
    known = await perform(here, f"— 10 minutes{FORWARDED}", known)
    server.move("638344", "closed", "Готово")
    await perform(here, "— 10 minutes\n  Анна > … «Готово» …", known)


async def test_who_waits_too_long_for_a_number_is_told_without_one_and_gets_it_later(
    here: World, server: Open311Emulator
) -> None:
    server.behaviour.tokens_first = True
    known = await perform(here, ACCEPTED, await filed_with_moderator(here))
    told = "— 4 days\n  Анна > Обращение № {number} (… передано в … Ответ ждём до 7 декабря 2026. …"
    known = await perform(here, told, known)
    server.number("t638344")
    await perform(
        here,
        """
        — 10 minutes
        Анна: [Открыть обращение]
          > … Передано … Регистрационный номер: 638344 …
        """,
        known,
    )


async def test_a_token_that_the_server_forgot_is_asked_about_no_more(here: World, server: Open311Emulator) -> None:
    server.behaviour.tokens_first = True
    known = await perform(here, ACCEPTED, await filed_with_moderator(here))
    server.requests.clear()
    told = "— 10 minutes\n  Анна > Обращение № {number} (… передано в … Ответ ждём до 3 декабря 2026. …"
    known = await perform(here, f"{told}\n— 3 hours", known)
    assert server.count("token") == 1
    assert await state_of(here, known) is State.CLOSED


async def test_a_server_that_cannot_be_asked_is_asked_later(here: World, server: Open311Emulator) -> None:
    known = await perform(here, ACCEPTED + FORWARDED, await filed_with_moderator(here))
    server.move("638344", "closed", "Готово")
    for fault in (Fault.status(500), Fault.garbage, Fault.status(403)):
        server.fault("requests", fault)
        known = await perform(here, "— 10 minutes", known)
    server.fault("requests", Fault.status(429, retry_after=3600))
    known = await perform(here, "— 10 minutes\n— 59 minutes", known)
    assert server.count("requests") == 4
    await perform(here, "— 1 minutes\n  Анна > … «Готово» …", known)


async def test_a_blackbox_is_told_without_a_number_and_never_asked(here: World, server: Open311Emulator) -> None:
    server.say('[{"service_request_id": null, "service_notice": "Приняли", "account_id": null}]')
    known = await perform(
        here,
        f"""{ACCEPTED}
          Анна > Обращение № {{number}} (… передано в … Ответ ждём до 3 декабря 2026. …
        — 3 days
        """,
        await filed_with_moderator(here),
    )
    assert [call.name for call in server.calls] == ["file"]
    assert await state_of(here, known) is State.CLOSED


@pytest.mark.parametrize("fault", [Fault.drop_after, Fault.drop_before, Fault.garbage, Fault.status(500)])
async def test_a_lost_answer_makes_exactly_one_request(here: World, server: Open311Emulator, fault: Fault) -> None:
    server.fault("file", fault)
    known = await perform(here, f"{ACCEPTED}\n— 9 minutes", await filed_with_moderator(here))
    assert server.count("file") == 1
    assert server.count("requests") == 0, "servers list new requests late"
    await perform(here, f"— 1 minutes{FORWARDED}", known)
    assert len(server.requests) == 1


async def test_a_server_that_was_not_reached_is_tried_sooner_and_needs_no_search(
    sqlite_url: str, tmp_path: Path, server: Open311Emulator
) -> None:
    there = taking(server, publishes=False)
    away = replace(there, open311=Open311("http://127.0.0.1:9/v2", publishes=False))
    async with world("telegram", sqlite_url, tmp_path, city=away, open311_key=KEY) as made:
        known = await perform(made, f"{ACCEPTED}\n— 1 minutes", await filed_with_moderator(made))
        made.app.house.current.city = there
        await perform(made, f"— 2 minutes{FORWARDED}", known)
    assert [call.name for call in server.calls] == ["file"]


async def test_a_pause_that_the_server_asks_for_is_kept(here: World, server: Open311Emulator) -> None:
    server.fault("file", Fault.status(429, retry_after=3600))
    known = await perform(here, f"{ACCEPTED}\n— 59 minutes", await filed_with_moderator(here))
    assert server.count("file") == 1
    await perform(here, f"— 1 minutes{FORWARDED}", known)


REASONS: dict[str, tuple[str, Fault | None, str]] = {
    "refused": (POTHOLE, Fault.status(400), "Сервер не принял обращение; …"),
    "the key is wrong": (POTHOLE, Fault.status(403), "Сервер не принял ключ доступа, или ключ не задан. …"),
    "no service": ("", None, "Для этой темы в городском пакете нет кода услуги."),
    "unknown service": ("404", None, "Сервер не принял обращение; …"),
    "attributes are wanted": (LAMP, None, "Сервер не принял обращение; …"),
}


@pytest.mark.parametrize("name", REASONS)
async def test_moderators_pass_on_what_the_server_does_not_take(
    sqlite_url: str, tmp_path: Path, server: Open311Emulator, name: str
) -> None:
    service, fault, words = REASONS[name]
    if fault:
        server.fault("file", fault)
    async with world("telegram", sqlite_url, tmp_path, city=taking(server, service), open311_key=KEY) as made:
        told = f"{UNSENT} {words} {BY_HAND}"
        known = await perform(made, f"{ACCEPTED}\n{told}\n— 3 hours\n{OPENED}", await filed_with_moderator(made))
        assert await state_of(made, known) is State.FAILED
    assert server.requests == []
    assert server.count("file") <= 1


async def test_flats_and_names_are_not_published(sqlite_url: str, tmp_path: Path, server: Open311Emulator) -> None:
    async with world("telegram", sqlite_url, tmp_path, city=taking(server), open311_key=KEY) as made:
        begun = FILED_WITH_MODERATOR.replace("переполнены", "переполнены, жалуется кв. 15, Петрова А. И.")
        begun = begun.replace("Анна: Садовая, 10", "Анна: Садовая, 10, кв. 16").replace("10. [", "10…[")
        await perform(made, f"{ACCEPTED}\n  Анна > … передано …", await perform(made, begun))
    (kept,) = server.requests
    assert "баки переполнены, жалуется" in str(kept)
    assert "Прошу" in str(kept)
    for personal in ("кв.", "Петрова"):
        assert personal not in str(kept)


@pytest.mark.parametrize(("field", "sent"), [("media[]", 2), ("media", 1), ("", 0)])
async def test_photos_go_along_where_the_server_takes_them_and_shows_them_to_nobody(
    sqlite_url: str, tmp_path: Path, server: Open311Emulator, field: str, sent: int
) -> None:
    server.behaviour.media = field
    known = taking(server, publishes=False)
    quiet = replace(known, open311=Open311(server.endpoint, publishes=False, media=field))
    with_photos = FILED_WITH_MODERATOR.replace("Анна: [Пропустить]", TWO_PHOTOS)
    async with world("telegram", sqlite_url, tmp_path, city=quiet, open311_key=KEY) as made:
        accepted = ACCEPTED.replace("На проверке …", "На проверке …\n  > (фото) (фото)")
        await perform(made, f"{accepted}\n{FORWARDED}", await perform(made, with_photos))
        stored = {file.read_bytes() for file in tmp_path.glob("files/**/*.jpg")}
    (kept,) = server.requests
    assert len(kept.photos) == sent
    assert set(kept.photos) <= stored
    assert ("Приложение: 2 фотографии." in kept.fields["description"]) is (sent == 2)


async def test_what_is_private_is_not_published(sqlite_url: str, tmp_path: Path, server: Open311Emulator) -> None:
    known = taking(server)
    situation = replace(known.situations[THEME], private=True)
    private = replace(known, situations={**known.situations, THEME: situation})
    async with world("telegram", sqlite_url, tmp_path, city=private, open311_key=KEY) as made:
        await perform(made, f"{ACCEPTED}\n  {UNSENT} Тема личная, …", await filed_with_moderator(made))
    assert server.calls == []


async def test_a_missing_key_is_told_and_no_terminal_sends_without_one(
    sqlite_url: str, tmp_path: Path, server: Open311Emulator
) -> None:
    async with world("terminal", sqlite_url, tmp_path, city=taking(server)) as made:
        known = await perform(made, ACCEPTED, await filed_with_moderator(made))
        assert server.calls == [], "the program that runs messengers may have the key"
        made.app.schedule.hands_over = True
        await perform(made, f"— 1 minutes\n  {UNSENT} Сервер не принял ключ доступа, или ключ не задан. …", known)
    assert server.requests == []


async def test_a_lost_answer_of_a_server_that_publishes_nothing_is_a_matter_for_people(
    sqlite_url: str, tmp_path: Path, server: Open311Emulator
) -> None:
    server.fault("file", Fault.drop_after)
    silent = taking(server, publishes=False)
    async with world("telegram", sqlite_url, tmp_path, city=silent, open311_key=KEY) as made:
        known = await perform(made, ACCEPTED, await filed_with_moderator(made))
        told = "Ответ сервера потерялся, … Сначала уточните у них: оно может уже быть принято. …"
        await perform(made, f"— 10 minutes\n  {UNSENT} {told}", known)
    assert len(server.requests) == server.count("file") == 1


async def test_a_program_that_ends_before_the_answer_makes_exactly_one_request(
    sqlite_url: str, tmp_path: Path, server: Open311Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "DRAIN_SECONDS", 0.2)
    server.fault("file", Fault.slow(60))
    async with world("telegram", sqlite_url, tmp_path, city=taking(server), open311_key=KEY) as made:
        known = await filed_with_moderator(made)
        await made.people["Ольга"].says("/queue")
        await made.settle()
        await made.people["Ольга"].presses("Принять")
        await until(lambda: bool(server.requests))
    async with world("telegram", sqlite_url, tmp_path, city=taking(server), open311_key=KEY) as made:
        assert await state_of(made, known) is State.WAITING
        await made.passes(minutes=9)
        assert server.count("requests") == 0
        await made.passes(minutes=1)
        assert await state_of(made, known) is State.SENT
    assert len(server.requests) == server.count("file") == 1


async def test_an_appeal_that_is_withdrawn_or_passed_on_while_it_waits_is_not_sent(
    here: World, server: Open311Emulator
) -> None:
    server.fault("file", Fault.status(503, retry_after=600))
    known = await perform(
        here,
        """
        Ольга: /queue
          > …
          > …
        Ольга: [Принять]
          > № {number} · Принято …
          Анна > …
        Анна: [Открыть обращение]
          > …
        Анна: [Отозвать]
          > …
        Анна: [Да]
          > … Отозвано …
        — 3 hours
        """,
        await filed_with_moderator(here),
    )
    assert server.count("file") == 1
    assert await state_of(here, known) is State.WAITING


async def test_nothing_is_asked_where_the_pack_names_no_server(
    sqlite_url: str, tmp_path: Path, server: Open311Emulator
) -> None:
    nobody = replace(taking(server), open311=None)
    async with world("telegram", sqlite_url, tmp_path, city=nobody, open311_key=KEY) as made:
        await perform(made, f"{ACCEPTED}\n— 3 hours", await filed_with_moderator(made))
        assert made.app.clients.known == {}
    assert server.calls == []
