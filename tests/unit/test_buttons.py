"""Buttons of every kind with forged data: each press is answered with a clear word, never with an apology."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App, build
from bot.config import Settings
from dialogs.speech import Press, Said
from handlers.tables import ACTIONS, COMMANDS, STAFF_ACTIONS
from storage import outbox
from storage.outbox import Lane
from tests.unit.given import MONDAY, texts
from tests.unit.rows import filed, moderator, resident

FORGED = ("", "0", "7", "-1", "нет такого", "²", "٣", "1:2:3", "1:yes", "1:", ":", "9" * 40, "a' OR 1=1 --", "ы" * 60)
RESIDENT, MODERATOR = "1002", "9001"


@pytest.fixture
async def app(database_url: str, tmp_path: Path) -> AsyncIterator[App]:
    """The program without messengers, with one appeal and one call in it."""
    settings = Settings(
        city="saint_petersburg",
        database_url=database_url,
        files=tmp_path,
        admins=frozenset(),
        telegram_api="",
        vk_api="",
        vk_group_id=0,
        log_level="INFO",
    )
    made = build(settings, clock=lambda: MONDAY)
    async with made.database.begin() as connection:
        anna = await resident(connection)
        await filed(connection, anna.id)
        await moderator(connection, MODERATOR)
    working = asyncio.create_task(made.desk.run())
    yield made
    working.cancel()
    await made.database.close()


async def told_after(app: App, said: Said) -> list[str]:
    """What somebody is told after one thing they did."""
    app.desk.flood.buckets.clear()
    await app.desk.take(said)
    async with app.database.begin() as connection:
        found = await outbox.due(connection, said.channel, [Lane.REPLY], MONDAY, 100, [said.address])
        outcomes = [outbox.Outcome(row.id, outbox.State.SENT, 1, MONDAY) for row in found]
        await outbox.finish(connection, outcomes, MONDAY)
    return [str(row.body["text"]) for row in found]


# FINDS: handlers call int() on what is .isdigit() («²»), and hand the database numbers it cannot hold (9 × 40)
@pytest.mark.parametrize("name", [*ACTIONS, *STAFF_ACTIONS, "command", "q", "", "нет такой"])
async def test_a_press_with_any_data_is_answered(app: App, name: str) -> None:
    apology = texts().say("engine.failed")
    apologised = []
    for number, argument in enumerate(FORGED):
        for channel, address in (("telegram", RESIDENT), ("vk", MODERATOR)):
            press = Said(channel, address, f"{channel}{number}", press=Press(f"{name}:{argument}"[:64]))
            told = await told_after(app, press)
            assert told, f"silence after {name}:{argument}"
            if apology in told:
                apologised.append((address, argument))
    assert apologised == []


@pytest.mark.parametrize("name", sorted(STAFF_ACTIONS))
async def test_a_resident_who_forges_a_button_of_moderators_hears_that_it_is_no_button_of_theirs(
    app: App, name: str
) -> None:
    told = await told_after(app, Said("telegram", RESIDENT, name, press=Press(f"{name}:1")))
    assert told == [texts().say("engine.stale")]


@pytest.mark.parametrize("command", [command.name for command in COMMANDS if command.staff])
async def test_a_command_of_moderators_does_not_exist_for_residents(app: App, command: str) -> None:
    for form in (f"/{command}", f"/{command} 1001-9", f"/{command}@some_bot"):
        told = await told_after(app, Said("telegram", RESIDENT, form, text=form))
        assert told == [texts().say("start.unknown_command")]
