"""What may happen to a message on its way out, in both messengers: it comes later, it comes once, or it is given up."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

import bot.channels.vk_calls as vk_door
from notifier import retries
from storage import media as stored
from storage.database import Unavailable
from storage.outbox import State
from storage.tables import media, outgoing, persons
from tests.emulators.faults import Fault
from tests.faults.test_bad_input import at_photos
from tests.world import CAST, PHOTO, World

SENDING = {"telegram": "sendMessage", "vk": "messages.send"}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries come after tenths of a second."""
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.1)


def where(made: World) -> str:
    """The name of the messenger."""
    return "telegram" if made.telegram else "vk"


def trouble(made: World, fault: Fault, times: int = 1, method: str = "") -> None:
    """Let sending, or another method, meet a fault."""
    emulator: Any = made.telegram or made.vk
    emulator.fault(method or SENDING[where(made)], fault, times)


async def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something to come true."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.002)


async def said(made: World, name: str, words: str) -> list[str]:
    """Say something; gives the answers when all is quiet again."""
    await made.people[name].says(words)
    await made.settle()
    return [heard.text for heard in made.unread(name)]


async def states(made: World, name: str) -> list[tuple[str, str]]:
    """State and problem of each message to somebody, in order."""
    query = select(outgoing.c.state, outgoing.c.problem).where(outgoing.c.address == str(CAST[name]))
    async with made.app.database.begin() as connection:
        return [(row.state, row.problem) for row in await connection.execute(query.order_by(outgoing.c.id))]


TRANSIENT = {
    "drop_before": Fault.drop_before,
    "drop_after": Fault.drop_after,
    "garbage": Fault.garbage,
    "500": Fault.status(500),
    "502": Fault.status(502),
    "503": Fault.status(503),
}


async def test_a_message_that_met_trouble_comes_later(messenger: World) -> None:
    for name, fault in TRANSIENT.items():
        trouble(messenger, fault, times=2)
        answers = await said(messenger, "Анна", "/help")
        twice_allowed = fault is Fault.drop_after and where(messenger) == "telegram"
        assert len(answers) == (3 if twice_allowed else 1), name
        assert len(set(answers)) == 1, name
    assert await states(messenger, "Анна") == [(State.SENT, "")] * len(TRANSIENT)


@pytest.mark.parametrize("code", [1, 10])
async def test_vk_failing_inside_is_asked_again(vk: World, code: int) -> None:
    trouble(vk, Fault.vk_error(code), times=2)
    assert len(await said(vk, "Анна", "/help")) == 1


async def test_telegram_asking_for_a_pause_gets_it(telegram: World) -> None:
    assert telegram.telegram
    trouble(telegram, Fault.status(429, retry_after=1))
    await telegram.people["Анна"].says("/help")
    await telegram.telegram.called("sendMessage")
    await telegram.people["Борис"].says("/help")
    await telegram.settle()
    assert [len(telegram.unread(name)) for name in ("Анна", "Борис")] == [1, 1]
    first, *later = [call.at for call in telegram.telegram.calls if call.method == "sendMessage"]
    assert len(later) == 2
    assert min(later) - first >= 1.0


async def test_vk_asking_to_slow_down_gets_a_pause(vk: World) -> None:
    assert vk.vk
    trouble(vk, Fault.vk_error(6))
    await vk.people["Анна"].says("/help")
    await until(lambda: bool(sends_of(vk)))
    await vk.people["Борис"].says("/help")
    await vk.settle()
    assert [len(vk.unread(name)) for name in ("Анна", "Борис")] == [1, 1]
    first, *later = sends_of(vk)
    assert len(later) == 2
    assert min(later) - first >= 1.0


def sends_of(made: World) -> list[float]:
    """When messages were sent, successfully or not."""
    assert made.vk
    return [call.at for call in made.vk.calls if call.method == "messages.send"]


async def test_a_hung_connection_keeps_nobody_else_waiting(messenger: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_patience(messenger, monkeypatch, 1.5)
    trouble(messenger, Fault.hang)
    await messenger.people["Анна"].says("/help")
    sending = SENDING[where(messenger)]
    emulator: Any = messenger.telegram or messenger.vk
    await until(lambda: any(call.method == sending for call in emulator.calls))
    for _ in range(3):
        await messenger.people["Борис"].says("/help")
    await until(lambda: len(messenger.people["Борис"].heard) == 3, seconds=1.4)
    assert messenger.people["Анна"].heard == []
    await messenger.settle()
    assert len(messenger.people["Анна"].heard) == 1


async def test_connections_that_hang_all_at_once_are_given_up(
    messenger: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorten_patience(messenger, monkeypatch, 0.5)
    trouble(messenger, Fault.hang, times=3)
    for name in ("Анна", "Борис", "Вера"):
        await messenger.people[name].says("/help")
    await messenger.settle()
    assert [len(messenger.unread(name)) for name in ("Анна", "Борис", "Вера")] == [1, 1, 1]


def shorten_patience(made: World, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let the door give a call up after so many seconds."""
    door: Any = made.app.channels[0]
    if made.telegram:
        door.bot.session.timeout = seconds
    else:
        monkeypatch.setattr(vk_door, "TIMEOUT", (seconds, seconds))


async def test_somebody_who_blocked_the_bot_is_left_alone_until_they_write(messenger: World) -> None:
    anna: Any = messenger.people["Анна"]
    await said(messenger, "Анна", "/help")
    trouble(messenger, Fault.status(503))
    for _ in range(3):
        await anna.says("/help")
    await anna.blocks()
    await messenger.settle()
    assert messenger.unread("Анна") == []
    found = Counter(state for state, _ in await states(messenger, "Анна"))
    assert found == {State.SENT: 1, State.UNREACHABLE: 3}
    assert not await reachable(messenger, "Анна")
    await anna.unblocks()
    assert len(await said(messenger, "Анна", "/help")) == 1
    assert await reachable(messenger, "Анна")


async def test_after_one_refusal_nothing_more_is_tried(messenger: World) -> None:
    anna: Any = messenger.people["Анна"]
    await said(messenger, "Анна", "/help")
    before = len(tries(messenger, "Анна"))
    trouble(messenger, Fault.status(503))
    await asyncio.gather(*(anna.says("/help") for _ in range(3)))
    await until(lambda: len(tries(messenger, "Анна")) == before + 1)
    await anna.blocks()
    await messenger.settle()
    assert len(tries(messenger, "Анна")) == before + 2
    assert [state for state, _ in await states(messenger, "Анна")] == [State.SENT, *[State.UNREACHABLE] * 3]


def tries(made: World, name: str) -> list[Any]:
    """Calls that would have told somebody something."""
    emulator: Any = made.telegram or made.vk
    key = "chat_id" if made.telegram else "peer_id"
    sending = SENDING[where(made)]
    return [call for call in emulator.calls if call.method == sending and str(call.params[key]) == str(CAST[name])]


async def reachable(made: World, name: str) -> bool:
    """Whether we believe that somebody can be written to."""
    query = select(persons.c.reachable).where(persons.c.address == str(CAST[name]))
    async with made.app.database.begin() as connection:
        return bool((await connection.execute(query)).scalar_one())


async def test_who_never_wrote_is_unreachable_not_a_failure(messenger: World) -> None:
    await said(messenger, "Вера", "/help")
    emulator: Any = messenger.telegram or messenger.vk
    trouble(messenger, Fault.status(403) if messenger.telegram else Fault.vk_error(901))
    assert await said(messenger, "Вера", "/help") == []
    assert (await states(messenger, "Вера"))[-1] == (State.UNREACHABLE, "unreachable")
    assert not emulator.violations


REJECTED = {"telegram": Fault.status(400), "vk": Fault.vk_error(914)}


async def test_a_rejected_message_is_not_repeated_and_is_seen_by_moderators(messenger: World) -> None:
    trouble(messenger, REJECTED[where(messenger)])
    assert await said(messenger, "Анна", "/help") == []
    assert len(tries(messenger, "Анна")) == 1
    [(state, problem)] = await states(messenger, "Анна")
    assert state == State.FAILED
    assert problem
    assert len(await said(messenger, "Анна", "/help")) == 1
    assert "Не доставлено сообщений: 1" in (await said(messenger, "Ольга", "/stats"))[0]


async def test_what_fails_again_and_again_is_given_up_in_the_end(
    messenger: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(retries, "LONGEST_PAUSE", 0.001)
    trouble(messenger, Fault.drop_before, times=retries.ATTEMPTS)
    assert await said(messenger, "Анна", "/help") == []
    assert len(tries(messenger, "Анна")) == retries.ATTEMPTS
    assert [state for state, _ in await states(messenger, "Анна")] == [State.FAILED]
    assert len(await said(messenger, "Анна", "/help")) == 1


async def test_order_is_kept_when_the_first_of_three_fails_for_a_moment(messenger: World) -> None:
    trouble(messenger, Fault.status(503), times=2)
    anna = messenger.people["Анна"]
    await asyncio.gather(anna.says("/help"), anna.says("/find"), anna.says("👍"))
    await messenger.settle()
    heard = [item.text for item in messenger.unread("Анна")]
    marks = ("Что можно сделать", "Что случилось?", "Не удалось понять")
    assert len(heard) == 3
    assert all(mark in words or "не хватает слов" in words for mark, words in zip(marks, heard, strict=True))


FETCHING = {
    "telegram": {"file": [Fault.status(500), Fault.drop_before], "getFile": [Fault.status(429, retry_after=1)]},
    "vk": {"files": [Fault.status(500), Fault.drop_before, Fault.status(429)]},
}


async def test_photos_that_cannot_be_fetched_now_are_fetched_later(
    messenger: World, caplog: pytest.LogCaptureFixture
) -> None:
    faults = [(method, fault) for method, many in FETCHING[where(messenger)].items() for fault in many]
    for method, fault in faults:
        trouble(messenger, fault, method=method)
    await at_photos(messenger, "Анна")
    for number in range(len(faults)):
        await messenger.people["Анна"].sends_photo(PHOTO + bytes([number]))
        await messenger.settle()
    for label in ("Готово", "Отправить"):
        await messenger.people["Анна"].presses(label)
        await messenger.settle()
    for _ in range(3):
        await messenger.passes(seconds=100)
    async with messenger.app.database.begin() as connection:
        found = (await connection.execute(select(media.c.state))).scalars().all()
    assert found == ["stored"] * len(faults)
    assert not [line for line in caplog.messages if "part failed" in line]


async def test_a_card_whose_photos_cannot_be_looked_up_now_is_sent_later(
    messenger: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await at_photos(messenger, "Анна")
    await messenger.people["Анна"].sends_photo(PHOTO)
    await messenger.settle()
    for label in ("Готово", "Отправить"):
        await messenger.people["Анна"].presses(label)
        await messenger.settle()
    found, failures = stored.find, [Unavailable("locked")]

    async def find(*args: Any) -> Any:
        if failures:
            raise failures.pop()
        return await found(*args)

    monkeypatch.setattr(stored, "find", find)
    messenger.unread("Ольга")
    heard = await said(messenger, "Ольга", "/queue")
    assert not failures
    assert len(heard) == 2
    assert "Яма на дороге" in heard[-1]
    assert {state for state, _ in await states(messenger, "Ольга")} == {State.SENT}


async def test_a_burst_beyond_the_limit_of_a_chat_is_slowed_not_refused(telegram: World) -> None:
    assert telegram.telegram
    relay = telegram.app.relays[0]
    relay.pace.limits = replace(relay.pace.limits, per_chat_seconds=0.2, chat_burst=2)
    anna = telegram.people["Анна"]
    await asyncio.gather(*(anna.says("/help") for _ in range(5)))
    await telegram.settle()
    at = [call.at for call in telegram.telegram.calls if call.method == "sendMessage"]
    assert len(at) == 5
    assert at[-1] - at[0] >= 0.5
