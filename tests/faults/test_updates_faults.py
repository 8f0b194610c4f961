"""What may happen to what people say on its way in: it comes twice, out of shape, late, or meets a mistake of ours."""

import asyncio
import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import select, update

import bot.app
import bot.channels.telegram as telegram_door
import bot.channels.vk as vk_door
from bot.logs import JsonLine
from dialogs.speech import Json
from handlers import tables
from handlers.flood import BURST
from handlers.turn import Turn
from storage.tables import appeals, conversations, doors, outgoing, persons, updates_seen
from tests.emulators.faults import Fault
from tests.emulators.telegram_updates import FIRST_ID
from tests.faults.test_bad_input import SORRY, at_photos
from tests.world import CAST, World

HELP = "Что можно сделать"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Polls that failed are repeated after tenths of a second."""
    for module in (telegram_door, vk_door, bot.app):
        monkeypatch.setattr(module, "PAUSES", (0.1, 0.2))


@pytest.fixture
def log() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines that the program logs, as they would be written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLine())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(before)


def emulator(made: World) -> Any:
    """The messenger."""
    return made.telegram or made.vk


async def said(made: World, name: str, words: str) -> list[str]:
    """Say something; gives the answers when all is quiet again."""
    await made.people[name].says(words)
    return await answers(made, name)


async def answers(made: World, name: str) -> list[str]:
    """What somebody was told since they were last asked."""
    await made.settle()
    return [heard.text for heard in made.unread(name)]


async def while_away(made: World, *words: tuple[str, str]) -> None:
    """People say things, each a name and words, while the messenger does not answer; they arrive together."""
    await emulator(made).stop()
    for name, text in words:
        await made.people[name].says(text)
    await emulator(made).start()
    await until_taken(made, len(words))


async def until_taken(made: World, count: int) -> None:
    """Wait until so many more updates are marked; settling alone would not wait for a door that pauses."""
    if made.telegram:
        await made.telegram.drained()
        return
    async with asyncio.timeout(10):
        while await seen(made) < count:
            await asyncio.sleep(0.005)


async def seen(made: World) -> int:
    """How many updates had their effect."""
    async with made.app.database.read() as connection:
        return len((await connection.execute(select(updates_seen.c.update_id))).all())


def repeat(made: World) -> None:
    """The last update comes once more."""
    if made.telegram:
        made.telegram.repeat_last_update()
    else:
        emulator(made).repeat_last_event()


async def test_an_update_that_comes_twice_has_one_effect(messenger: World) -> None:
    assert len(await said(messenger, "Анна", "/help")) == 1
    repeat(messenger)
    assert await answers(messenger, "Анна") == []
    assert await seen(messenger) == 1


async def test_sending_the_appeal_comes_twice_and_it_is_filed_once(messenger: World) -> None:
    await at_photos(messenger, "Анна")
    for label in ("Пропустить", "Отправить"):
        await messenger.people["Анна"].presses(label)
        await messenger.settle()
    messenger.unread("Анна")
    repeat(messenger)
    assert await answers(messenger, "Анна") == []
    if messenger.vk:  # VK refuses the second answer to one press, without harm
        messenger.vk.violations[:] = [words for words in messenger.vk.violations if "already answered" not in words]
    async with messenger.app.database.read() as connection:
        assert len((await connection.execute(select(appeals.c.id))).all()) == 1


async def test_the_same_update_twice_in_one_batch_has_one_effect(messenger: World) -> None:
    await said(messenger, "Борис", "/help")
    await emulator(messenger).stop()
    await messenger.people["Анна"].says("/help")
    repeat(messenger)
    await emulator(messenger).start()
    await until_taken(messenger, 2)
    assert len(await answers(messenger, "Анна")) == 1


async def test_what_one_person_says_in_a_burst_is_taken_in_order(messenger: World) -> None:
    words = [("Анна", text) for text in ("/help", "/find", "👍", "/settings", "/cancel") * 2]
    await while_away(messenger, *words)
    heard = await answers(messenger, "Анна")
    marks = (HELP, "Что случилось?", "не хватает слов", "Настройки", "Отменили")
    assert len(heard) == 10
    assert all(mark in text for mark, text in zip(marks * 2, heard, strict=True))


MALFORMED: Mapping[str, list[Any]] = {
    "telegram": [
        {"message": {"text": "без отправителя"}},
        {"message": {"message_id": "x", "chat": 5}},
        {"callback_query": {"id": 5}},
        {"message": []},
        {"unheard_of": {"a": 1}},
        {},
    ],
    "vk": [
        {"type": "message_new", "event_id": "e1"},
        {"type": "message_new", "object": {"message": {"text": "без отправителя"}}, "event_id": "e2"},
        {"type": "message_new", "object": {"message": None}, "event_id": "e3"},
        {"type": "message_event", "object": [], "event_id": "e4"},
        {"type": "message_event", "object": {"peer_id": 1, "user_id": 1}, "event_id": None},
        {"type": "message_new", "object": {"message": {"from_id": 5, "peer_id": 5, "conversation_message_id": 1,
         "attachments": [{"type": "photo", "photo": {"sizes": []}}]}}, "event_id": "e5"},
        {"type": "message_new", "object": {"message": {"from_id": "5", "peer_id": "5"}}, "event_id": "e6"},
        {"type": "unheard_of", "object": {}, "event_id": "e7"},
        {"no": "type"},
        "text",
        7,
        None,
        [],
    ],
}  # fmt: skip


async def test_updates_out_of_shape_do_not_stop_the_others(
    messenger: World, log: Callable[[], list[dict[str, Any]]]
) -> None:
    push = emulator(messenger).push
    await messenger.people["Анна"].says("/help")
    for update_ in MALFORMED["telegram" if messenger.telegram else "vk"]:
        push(update_)
        await messenger.people["Анна"].says("👍")
    await messenger.people["Борис"].says("/help")
    assert HELP in (await answers(messenger, "Борис"))[0]
    count = len(MALFORMED["telegram" if messenger.telegram else "vk"])
    assert len(await answers(messenger, "Анна")) == 1 + count
    assert "unreadable update" in [line["event"] for line in log()]
    assert "part failed, starting it again" not in [line["event"] for line in log()]


async def test_group_chats_are_not_answered(messenger: World) -> None:
    before = len(emulator(messenger).calls)
    if messenger.telegram:
        chat = {"id": -100500, "type": "supergroup", "title": "Соседи"}
        sender = {"id": 1001, "is_bot": False, "first_name": "Анна"}
        message = {"message_id": 900, "from": sender, "chat": chat, "date": 1}
        messenger.telegram.push({"message": {**message, "text": "/start"}})
        messenger.telegram.push(
            {"callback_query": {"id": "1", "from": sender, "chat_instance": "1", "data": "my", "message": message}}
        )
        await messenger.telegram.drained()
    else:
        message = {"from_id": 1001, "peer_id": 2_000_000_001, "conversation_message_id": 1, "text": "/start", "date": 1}
        pressed = {"user_id": 1001, "peer_id": 2_000_000_001, "event_id": "x", "payload": {"b": "my"}}
        emulator(messenger).push({"type": "message_new", "object": {"message": message}, "event_id": "e1"})
        emulator(messenger).push({"type": "message_event", "object": pressed, "event_id": "e2"})
    await messenger.settle()
    methods = {call.method for call in emulator(messenger).calls[before:]}
    assert methods <= {"getUpdates"}
    assert await seen(messenger) == 0


@pytest.mark.parametrize("loss", ["expire_key", "lose_history", "lose_all"])
async def test_vk_losing_its_place_loses_nothing_that_was_said(vk: World, loss: str) -> None:
    assert vk.vk
    await said(vk, "Анна", "/help")
    await vk.vk.stop()
    await vk.people["Анна"].says("/settings")
    await vk.people["Борис"].says("/help")
    getattr(vk.vk, loss)()
    await vk.vk.start()
    await until_taken(vk, 3)
    assert "Настройки" in (await answers(vk, "Анна"))[0]
    assert HELP in (await answers(vk, "Борис"))[0]
    assert len(await said(vk, "Анна", "/help")) == 1


async def test_vk_losing_its_history_loses_none_of_several_messages(vk: World) -> None:
    assert vk.vk
    await said(vk, "Анна", "/help")
    await vk.vk.stop()
    for words in ("/settings", "👍", "/find"):
        await vk.people["Анна"].says(words)
    vk.vk.lose_history()
    await vk.vk.start()
    await until_taken(vk, 4)
    heard = await answers(vk, "Анна")
    assert len(heard) == 3
    marks = ("Настройки", "Не удалось понять", "Что случилось?")
    assert all(mark in text for mark, text in zip(marks, heard, strict=True))


@pytest.mark.parametrize("fault", [Fault.vk_error(10), Fault.status(502), Fault.drop_before], ids=lambda one: one.kind)
async def test_vk_is_asked_again_for_what_was_lost_when_it_does_not_answer_at_once(vk: World, fault: Fault) -> None:
    assert vk.vk
    await said(vk, "Анна", "/help")
    await vk.vk.stop()
    await vk.people["Анна"].says("/settings")
    vk.vk.lose_history()
    vk.vk.fault("messages.getConversations", fault, times=2)
    await vk.vk.start()
    await until_taken(vk, 2)
    assert "Настройки" in (await answers(vk, "Анна"))[0]


async def test_a_messenger_that_vanishes_and_comes_back_is_served_again(messenger: World) -> None:
    await said(messenger, "Анна", "/help")
    for number in (2, 3):
        await while_away(messenger, *[("Анна", "/help")] * number)
        assert len(await answers(messenger, "Анна")) == number


POLLS = {"telegram": "getUpdates", "vk": "longpoll"}
BAD_POLLS = {
    "drop": Fault.drop_before,
    "lost answer": Fault.drop_after,
    "garbage": Fault.garbage,
    "502": Fault.status(502),
    "429": Fault.status(429, retry_after=1),
}


async def test_a_poll_that_fails_is_repeated(messenger: World) -> None:
    said_so_far = 0
    for name, fault in BAD_POLLS.items():
        emulator(messenger).fault(POLLS["telegram" if messenger.telegram else "vk"], fault, times=2)
        for _ in range(4):
            await messenger.people["Анна"].says("/help")
            said_so_far += 1
            await until_taken(messenger, said_so_far)
        assert len(await answers(messenger, "Анна")) == 4, name


@pytest.mark.parametrize(("code", "fault"), [(409, "TelegramConflictError"), (401, "TelegramUnauthorizedError")])
async def test_telegram_refusing_a_poll_is_logged_loudly_and_polling_goes_on(
    telegram: World, log: Callable[[], list[dict[str, Any]]], code: int, fault: str
) -> None:
    assert telegram.telegram
    telegram.telegram.fault("getUpdates", Fault.status(code), times=2)
    await telegram.people["Анна"].says("/help")
    await telegram.people["Анна"].says("/help")
    await telegram.telegram.drained()
    assert len(await answers(telegram, "Анна")) == 2
    lines = [line for line in log() if line["event"] == "poll failed"]
    assert [(line["level"], line["fault"]) for line in lines] == [("error", fault)] * 2


@pytest.mark.parametrize("code", [5, 27])
async def test_a_dead_token_of_vk_is_logged_loudly_and_may_come_alive(
    vk: World, log: Callable[[], list[dict[str, Any]]], code: int
) -> None:
    assert vk.vk
    vk.vk.token_dead = code
    vk.vk.lose_all()
    async with asyncio.timeout(10):
        while not any(line["level"] == "error" and line["event"] == "poll failed" for line in log()):
            await asyncio.sleep(0.01)
    await vk.people["Анна"].says("/help")
    vk.vk.token_dead = None
    await until_taken(vk, 1)
    assert len(await answers(vk, "Анна")) == 1


async def test_a_failing_handler_costs_only_its_own_turn(
    messenger: World, monkeypatch: pytest.MonkeyPatch, log: Callable[[], list[dict[str, Any]]]
) -> None:
    await said(messenger, "Анна", "/help")
    monkeypatch.setitem(tables.ACTIONS, "human", written_and_failed)
    await emulator(messenger).stop()
    await messenger.people["Борис"].says("/help")
    await messenger.people["Анна"].presses("Позвать человека")
    await messenger.people["Анна"].says("👍")
    await messenger.people["Вера"].says("/help")
    await emulator(messenger).start()
    await until_taken(messenger, 5)
    assert [HELP in text for text in await answers(messenger, "Борис")] == [True]
    assert [HELP in text for text in await answers(messenger, "Вера")] == [True]
    sorry, next_turn = await answers(messenger, "Анна")
    assert SORRY in sorry
    assert "Не удалось понять" in next_turn
    assert HELP in (await said(messenger, "Анна", "/help"))[0]
    async with messenger.app.database.read() as connection:
        assert (await connection.execute(select(doors.c.link).where(doors.c.channel == "nowhere"))).first() is None
    nothing_personal(log(), messenger)


async def written_and_failed(turn: Turn, _argument: str) -> None:
    """A handler that writes and then fails, with a person's words in its error."""
    await turn.connection.execute(doors.insert().values(channel="nowhere"))
    turn.say("start.help", staff=False)
    raise RuntimeError(f"Анна ({turn.person.address}) сказала: секрет")


def nothing_personal(lines: list[dict[str, Any]], made: World) -> None:
    """The failure is logged once, with the id of its update, and no line says who it was or what they said."""
    failures = [line for line in lines if line["event"] == "turn failed"]
    assert len(failures) == 1
    assert failures[0]["error"] == "RuntimeError"
    assert failures[0].pop("update") in ids(made)
    text = json.dumps(lines, ensure_ascii=False)
    for private in ("секрет", *made.people, *(str(number) for number in CAST.values())):
        assert private not in text, f"{private} was logged"


def ids(made: World) -> set[str]:
    """The ids of everything that was said, which name nobody."""
    if made.telegram:
        return {str(number) for number in range(FIRST_ID, FIRST_ID + 1000)}
    assert made.vk
    messages = [message.id for one in made.vk.world.conversations.values() for message in one.messages]
    return {*(f"m{number}" for number in messages), *(f"{number:040x}" for number in range(1000))}


async def test_what_a_failing_message_says_and_who_said_it_is_not_logged(
    messenger: World, monkeypatch: pytest.MonkeyPatch, log: Callable[[], list[dict[str, Any]]]
) -> None:
    monkeypatch.setitem(tables.OUTCOMES, "find_body", told_and_failed)
    await said(messenger, "Анна", "/find")
    assert SORRY in (await said(messenger, "Анна", "Лифт не работает, секрет"))[0]
    nothing_personal(log(), messenger)


async def told_and_failed(_turn: Turn, answers: Mapping[str, Json]) -> None:
    """An outcome that fails with the answers in its error."""
    raise RuntimeError(str(answers))


async def test_a_failure_of_one_does_not_make_a_flood_of_another(
    messenger: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await said(messenger, "Анна", "/help")
    monkeypatch.setitem(tables.ACTIONS, "human", written_and_failed)
    await emulator(messenger).stop()
    for _ in range(20):
        await messenger.people["Борис"].says("/help")
    await messenger.people["Анна"].presses("Позвать человека")
    await emulator(messenger).start()
    await until_taken(messenger, 22)
    heard = await answers(messenger, "Борис")
    assert [HELP in text for text in heard] == [True] * 20


async def test_a_conversation_that_cannot_be_read_costs_only_its_own_person(
    messenger: World, log: Callable[[], list[dict[str, Any]]]
) -> None:
    await said(messenger, "Анна", "/new")
    async with messenger.app.database.begin() as connection:
        await connection.execute(update(conversations).values(state={"active": {"nonsense": 1}}))
    await messenger.people["Анна"].says("/help")
    await messenger.people["Борис"].says("/help")
    await until_taken(messenger, 3)
    assert HELP in (await answers(messenger, "Борис"))[0]
    assert await answers(messenger, "Анна")
    assert HELP in (await said(messenger, "Борис", "/help"))[0]
    assert await said(messenger, "Анна", "/help")
    assert "part failed, starting it again" not in [line["event"] for line in log()]


async def test_flooding_is_slowed_and_said_so_once(messenger: World) -> None:
    await while_away(messenger, *[("Анна", "/help")] * (BURST + 10), ("Борис", "/help"))
    heard = await answers(messenger, "Анна")
    assert [HELP in text for text in heard] == [True] * BURST + [False]
    assert "Сообщений очень много" in heard[-1]
    assert len(await answers(messenger, "Борис")) == 1
    await messenger.passes(seconds=5)
    assert HELP in (await said(messenger, "Анна", "/help"))[0]


async def test_the_first_words_of_a_newcomer_are_taken_once_even_if_they_come_in_pairs(messenger: World) -> None:
    await while_away(messenger, *[("Вера", "/start")] * 3, ("Вера", "/help"))
    assert len(await answers(messenger, "Вера")) == 4
    async with messenger.app.database.read() as connection:
        assert len((await connection.execute(select(persons.c.id))).all()) == 1
        assert len((await connection.execute(select(outgoing.c.id))).all()) == 4


async def test_the_first_position_in_vk_is_remembered_before_anything_is_taken(vk: World) -> None:
    async with vk.app.database.read() as connection:
        position = await connection.execute(select(doors.c.cursor).where(doors.c.channel == "vk"))
        assert position.scalar_one()
