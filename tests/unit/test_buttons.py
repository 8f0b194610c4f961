"""Forged buttons and commands that do not exist: each is answered with a clear word, never with an apology."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path

import pytest

from bot.app import App, build
from bot.config import Settings
from dialogs.speech import Press, Said
from handlers.tables import ACTIONS, COMMANDS, STAFF_ACTIONS
from storage import outbox
from storage.outbox import Lane
from tests.unit.given import MONDAY, city, texts
from tests.unit.rows import filed, resident

ARGUMENTS = ("", "0", "1", "-1", "нет такого", "²", "٣", "1:2:3", "1:yes", ":", "9" * 40, "a' OR 1=1 --")
RESIDENTS = [*ACTIONS, *STAFF_ACTIONS, "command", "q", "", "нет такой"]
STAFF = [*STAFF_ACTIONS, "card"]
RESIDENT, MODERATOR = "telegram", "vk"
"""in this town everybody in VK is an administrator"""


@pytest.fixture
async def app(database_url: str, tmp_path: Path) -> AsyncIterator[App]:
    """The program without messengers, with one appeal in it."""
    pressed = {f"{name}:{argument}"[:60] for name in STAFF for argument in ARGUMENTS}
    settings = Settings(
        city="saint_petersburg",
        database_url=database_url,
        files=tmp_path,
        admins=frozenset((MODERATOR, data) for data in pressed),
        telegram_api="",
        vk_api="",
        vk_group_id=0,
        log_level="INFO",
    )
    made = build(settings, clock=lambda: MONDAY, city=city())
    async with made.database.begin() as connection:
        anna = await resident(connection)
        await filed(connection, anna.id)
    working = asyncio.create_task(made.desk.run())
    yield made
    working.cancel()
    await made.database.close()


async def told_after(app: App, said: Iterable[Said]) -> Mapping[str, list[str]]:
    """What people are told after what each of them did, by address."""
    done = list(said)
    await asyncio.gather(*map(app.desk.take, done))
    told: dict[str, list[str]] = {one.address: [] for one in done}
    async with app.database.begin() as connection:
        for channel in (RESIDENT, MODERATOR):
            for row in await outbox.due(connection, channel, [Lane.REPLY], MONDAY, 10_000):
                told[row.address].append(row.body["text"])
    return told


def presses(channel: str, names: Iterable[str]) -> list[Said]:
    """Every forged press, each by somebody of their own, whose address is what they press."""
    forged = [f"{name}:{argument}"[:60] for name in names for argument in ARGUMENTS]
    return [Said(channel, data, data, press=Press(data)) for data in forged]


@pytest.mark.parametrize(("channel", "names"), [(RESIDENT, RESIDENTS), (MODERATOR, STAFF)], ids=["residents", "staff"])
async def test_a_press_with_any_data_is_answered(app: App, channel: str, names: list[str]) -> None:
    told = await told_after(app, presses(channel, names))
    assert [data for data, texts_told in told.items() if not texts_told] == []
    assert [data for data, texts_told in told.items() if texts().say("engine.failed") in texts_told] == []


async def test_what_is_for_moderators_does_not_exist_for_residents(app: App) -> None:
    buttons = [Said(RESIDENT, name, name, press=Press(f"{name}:1")) for name in STAFF_ACTIONS]
    names = [command.name for command in COMMANDS if command.staff]
    forms = [form for name in names for form in (f"/{name}", f"/{name} 1001-9", f"/{name}@some_bot")]
    commands = [Said(RESIDENT, form, form, text=form) for form in forms]
    told = await told_after(app, [*buttons, *commands])
    assert {told[one.address][0] for one in buttons} == {texts().say("engine.stale")}
    assert {told[one.address][0] for one in commands} == {texts().say("start.unknown_command")}


async def test_a_command_that_does_not_exist_is_no_answer_to_a_question(app: App) -> None:
    typed = ("/cancle", "/отмена", "/queue", "/новое обращение")
    said = [
        Said(RESIDENT, text, f"{text} {number}", text=one)
        for text in typed
        for number, one in enumerate(("/find", text))
    ]
    told = await told_after(app, said)
    unknown = texts().say("start.unknown_command")
    assert [text for text in typed if not any(unknown in reply for reply in told[text])] == []
