"""`kill -9` at any moment: nothing that was accepted is lost, nothing is done twice."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import Table, select

from dialogs.state import Conversation
from storage import outbox
from storage.database import Database
from storage.model.numbers import written
from storage.outbox import State
from storage.tables import appeals, conversations, events, outgoing, persons, updates_seen
from tests.emulators.faults import Fault
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.vk import VkEmulator
from tests.faults.program import KILLED, Program, Zygote, surroundings
from tests.faults.residents import Moderator, Resident, together
from tests.world import VK_GROUP

KILLS = 50
RESIDENTS = 6
"""in each messenger"""
STARTING = 7
"""calls that a program makes before it listens"""
LONGEST = 20
"""calls that a program is let make after that"""
MODERATOR = 9001
SEND = "messages.send"
HARMLESS = ("event_id was already answered", "was used for another message")
"""VK refuses a second answer to a press, and takes a message that was edited meanwhile for the one it knows"""
DRAIN = 30.0
"""seconds until everything has to be delivered after the last start"""
Rows = list[dict[str, Any]]


@dataclass
class Town:
    """Two messengers, the people in them, and the program that is killed."""

    zygote: Zygote
    telegram: TelegramEmulator
    vk: VkEmulator
    database: Database
    environment: dict[str, str]
    chance: random.Random
    residents: list[Resident]
    moderator: Moderator

    @property
    def happened(self) -> int:
        """Calls that the messengers have got."""
        return len(self.telegram.calls) + len(self.vk.calls)

    def start(self) -> Program:
        """The next incarnation."""
        return self.zygote.start(self.environment)

    async def killed_at_some_moment(self) -> None:
        """Start the program, let it do something, kill it: now and then while it is still starting."""
        calls = self.happened + self.chance.choice((0, STARTING, STARTING, STARTING, STARTING))
        program = self.start()
        calls += self.chance.randint(1, LONGEST)
        give_up = monotonic() + DRAIN
        while self.happened < calls:
            assert monotonic() < give_up, f"it does nothing any more:\n{self.diaries()}"
            await asyncio.sleep(0.0005)
        for _ in range(self.chance.randint(0, 300)):  # and some moments later, in the middle of a turn or of a commit
            await asyncio.sleep(0)
        assert program.kill() == KILLED, f"it ended by itself:\n{self.zygote.log.read_text()[-3000:]}"

    def diaries(self) -> str:
        """The end of everybody's diary, and of the log."""
        talks = ["\n".join([f"{one.hand.id}:", *one.diary[-6:]]) for one in (*self.residents, self.moderator)]
        return "\n".join([*talks, self.zygote.log.read_text()[-3000:]])

    async def drained(self) -> None:
        """Wait until everything said is taken and everything to be said is delivered."""
        await self.telegram.drained(DRAIN)
        await self.vk.polled()
        async with asyncio.timeout(DRAIN):
            while await self.waiting() or await self.untaken():
                await asyncio.sleep(0.05)

    async def untaken(self) -> bool:
        """Whether something was said in VK that the program has not marked: a press may still be on its way."""
        seen = sum(row["channel"] == "vk" for row in await self.rows(updates_seen))
        return bool(seen < said_in_vk(self))

    async def waiting(self) -> int:
        """Messages that wait, and events that nobody was told of."""
        async with self.database.begin() as connection:
            untold = await connection.execute(select(events.c.id).where(events.c.noticed.is_(False)))
            return await outbox.count(connection, State.WAITING) + len(untold.all())

    async def rows(self, table: Table) -> Rows:
        """Everything in a table."""
        async with self.database.begin() as connection:
            return [dict(row) for row in (await connection.execute(select(table))).mappings()]


def said_in_vk(made: Town) -> int:
    """How much people wrote and pressed there."""
    conversations = made.vk.world.conversations.values()
    written = sum(message.from_id > 0 for one in conversations for message in one.messages)
    return written + len(made.vk.world.presses)


@asynccontextmanager
async def town(zygote: Zygote, database_url: str, folder: Path) -> AsyncIterator[Town]:
    """A town in which nobody has said anything yet."""
    seed = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
    print(f"KILL_SEED={seed}")  # noqa: T201 - shown with a failure, to be set for the next run
    async with TelegramEmulator() as telegram, VkEmulator(group_id=VK_GROUP, rate_limit=None) as vk:
        database = Database(database_url)
        environment = surroundings(database_url, folder, telegram, vk, f"vk:{MODERATOR}")
        people = [Resident(telegram.user(1001 + number)) for number in range(RESIDENTS)]
        people += [Resident(vk.user(2001 + number)) for number in range(RESIDENTS)]
        moderator = Moderator(vk.user(MODERATOR, "Ольга"))
        try:
            yield Town(zygote, telegram, vk, database, environment, random.Random(seed), people, moderator)
        finally:
            await database.close()


@pytest.mark.timeout(300)
async def test_fifty_kills_lose_nothing_and_double_nothing(zygote: Zygote, database_url: str, tmp_path: Path) -> None:
    async with town(zygote, database_url, tmp_path) as made:
        await lived_through(made)
        await every_update_had_its_effect_once(made)
        await every_story_is_one_appeal(made)
        await everybody_was_told(made)
        await nothing_is_left(made)
        assert not made.telegram.violations
        assert not [words for words in made.vk.violations if not any(known in words for known in HARMLESS)]


async def test_order_is_kept_by_a_kill_between_two_tries_of_the_first_message(
    zygote: Zygote, sqlite_url: str, tmp_path: Path
) -> None:
    async with town(zygote, sqlite_url, tmp_path) as made:
        made.telegram.fault("sendMessage", Fault.status(503))
        made.vk.fault(SEND, Fault.vk_error(10))
        people = [made.residents[0].hand, made.residents[-1].hand]
        program = made.start()
        await made.vk.polled()
        for person in people:
            for words in ("/help", "/find", "👍"):
                await person.says(words)
        async with asyncio.timeout(DRAIN):
            while len([row for row in await made.rows(outgoing) if row["attempts"]]) < len(people):
                await asyncio.sleep(0.005)
        assert program.kill() == KILLED
        assert [person.heard for person in people] == [[], []]
        program = made.start()
        for person in people:
            await person.hears(3)
            marks = ("Что можно сделать", "Что случилось?", "не хватает слов")
            assert all(mark in heard.text for mark, heard in zip(marks, person.heard, strict=True))
        assert await program.stop() == 0


async def lived_through(made: Town) -> None:
    """People talk, the program is killed again and again; then it may finish, and is asked to stop."""
    program = made.start()
    await made.vk.polled()
    await made.moderator.hand.opens()
    await made.moderator.hand.hears(1)
    moderating = asyncio.create_task(made.moderator.work())
    kills = 0
    living = asyncio.create_task(together(made.residents, lambda: kills >= KILLS))
    assert program.kill() == KILLED
    while kills < KILLS:
        await made.killed_at_some_moment()
        kills += 1
    last = made.start()
    await living
    async with asyncio.timeout(DRAIN):
        while not any(row["after"] == "accepted" for row in await made.rows(events)):
            await asyncio.sleep(0.02)
    while not moderating.done():  # `wait_for` may swallow a cancellation that comes as its wait ends
        moderating.cancel()
        await asyncio.sleep(0)
    await made.drained()
    assert await last.stop() == 0


async def every_update_had_its_effect_once(made: Town) -> None:
    """What the messengers delivered is what the program has marked."""
    seen = Counter(row["channel"] for row in await made.rows(updates_seen))
    assert seen["vk"] == said_in_vk(made)
    assert not made.telegram.unconfirmed


async def every_story_is_one_appeal(made: Town) -> None:
    """An appeal for each story, a story for each appeal, under the number that was told."""
    found = {row["answers"]["story"]: written(row["id"]) for row in await made.rows(appeals)}
    told = {story: number for person in made.residents for story, number in person.filed.items()}
    assert found == told
    assert len(await made.rows(appeals)) == len(told) > KILLS / 10
    steps = Counter((row["appeal_id"], row["after"]) for row in await made.rows(events))
    assert set(steps.values()) <= {1}
    assert len([after for _, after in steps if after == "submitted"]) == len(told)


async def everybody_was_told(made: Town) -> None:
    """Each receipt and each notice: in Telegram at least once, in VK exactly once."""
    accepted = {written(row["appeal_id"]) for row in await made.rows(events) if row["after"] == "accepted"}
    assert accepted
    for person in made.residents:
        for number in person.filed.values():
            told = [
                person.heard(f"Обращение № {number} отправлено на проверку"),
                person.heard(f"заметнее обращение № {number}"),
            ]
            told += [person.heard(f"Обращение № {number} (устранение")] if number in accepted else []
            assert min(told) >= 1
            assert made.vk.world.people.get(person.hand.id) is not person.hand or max(told) == 1
            assert made.moderator.heard(f"Новое обращение № {number}") == 1


async def nothing_is_left(made: Town) -> None:
    """Everything is sent, each row of VK as one message or one edit; and every conversation can be read."""
    rows = await made.rows(outgoing)
    assert {row["state"] for row in rows} == {State.SENT}
    sends = {(call.params["random_id"], call.params["message"]) for call in made.vk.calls if call.method == SEND}
    assert len(sends) == len({random_id for random_id, _ in sends})
    said = Counter(message.random_id for one in made.vk.world.conversations.values() for message in one.messages)
    del said[0]
    assert set(said.values()) == {1}
    mine = {row["random_id"] for row in rows if row["channel"] == "vk"}
    assert set(said) <= mine
    for row in await made.rows(conversations):
        assert Conversation.from_json(row["state"]).active is None
    assert len(await made.rows(persons)) == len(made.residents) + 1
