"""The relay by itself: what is offered, read and marked at the same time leaves once and in order."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from notifier.delivery import Limits, Parcel, Transient
from notifier.papers import Papers
from notifier.relay import Relay
from storage import outbox
from storage.database import Database
from storage.model.person import Person
from storage.outbox import Draft, Lane, Outcome, Outgoing, State
from storage.pack.current import Current
from tests.unit.given import city, texts
from tests.unit.rows import resident

PATIENCE = 10.0


@dataclass
class Door:
    """A messenger that remembers what it was given."""

    name: str = "telegram"
    limits: Limits = field(default_factory=lambda: Limits(10_000, 0, 100, 8))
    resends: frozenset[str] = frozenset()
    sent: list[str] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    """nothing goes through while it is closed"""
    refused: set[str] = field(default_factory=set)
    """what does not go through the first time"""

    async def deliver(self, parcel: Parcel) -> None:
        """Take a message when the door is open."""
        await self.open.wait()
        if parcel.reply.text in self.refused:
            self.refused.discard(parcel.reply.text)
            raise Transient("network")
        self.sent.append(parcel.reply.text)

    async def fetch(self, ref: str) -> bytes:
        """Nobody sends files here."""
        raise AssertionError(f"nobody sends files here, but {ref} was asked for")


@dataclass
class Post:
    """A relay at work over a database, and its door."""

    database: Database
    door: Door
    relay: Relay

    async def written(self, person: Person, *texts: str, lane: Lane = Lane.REPLY) -> list[Outgoing]:
        """Messages that are committed."""
        now = datetime.now(UTC)
        drafts = [
            Draft(person.id, person.channel, person.address, lane, {"text": text}, number, now)
            for number, text in enumerate(texts, 1)
        ]
        async with self.database.begin() as connection:
            return await outbox.put(connection, drafts, now)

    async def idle(self) -> None:
        """Wait until all is delivered and marked."""
        async with asyncio.timeout(PATIENCE):
            while not self.relay.idle:
                await asyncio.sleep(0.002)

    async def somebody(self, address: str = "1001") -> Person:
        """A person who is there."""
        async with self.database.begin() as connection:
            return await resident(connection, address)


@contextlib.asynccontextmanager
async def post(database: Database, folder: Path) -> AsyncIterator[Post]:
    """A relay that looks at the table only when it is woken."""
    door = Door()
    door.open.set()
    papers = Papers(database, folder, Current(city()), texts(), lambda: datetime.now(UTC))
    relay = Relay(door, database, folder, lambda: datetime.now(UTC), lambda: 0.5, papers, poll_seconds=60.0)
    task = asyncio.create_task(relay.run())
    made = Post(database, door, relay)
    try:
        await made.idle()
        yield made
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_a_turn_offers_leaves_in_order_and_the_table_is_not_asked(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with post(database, tmp_path) as made:
        anna = await made.somebody()
        monkeypatch.setattr(database, "read", None)
        made.relay.offer(await made.written(anna, "раз", "два"))
        made.relay.offer(await made.written(anna, "три"))
        await made.idle()
    assert made.door.sent == ["раз", "два", "три"]


async def test_what_is_offered_for_another_messenger_or_other_people_is_left_alone(
    database: Database, tmp_path: Path
) -> None:
    async with post(database, tmp_path) as made:
        anna, boris = await made.somebody(), await made.somebody("1002")
        made.relay.addresses = ["1002"]
        made.relay.offer(await made.written(anna, "Анне"))
        made.relay.offer(await made.written(boris, "Борису"))
        await made.idle()
        made.relay.addresses, made.door.name = None, "vk"
        made.relay.offer(await made.written(anna, "в другой мессенджер"))
        await made.idle()
    assert made.door.sent == ["Борису"]


async def test_what_is_offered_does_not_overtake_what_still_stands_in_the_table(
    database: Database, tmp_path: Path
) -> None:
    async with post(database, tmp_path) as made:
        anna = await made.somebody()
        await made.written(anna, "раньше")
        made.relay.wake()
        made.relay.offer(await made.written(anna, "позже"))
        await made.idle()
    assert made.door.sent == ["раньше", "позже"]


async def test_more_than_a_window_leaves_once_each_and_in_order(database: Database, tmp_path: Path) -> None:
    async with post(database, tmp_path) as made:
        anna = await made.somebody()
        made.door.open.clear()
        for start in range(0, 300, 60):
            made.relay.offer(await made.written(anna, *map(str, range(start, start + 60))))
        made.door.open.set()
        await made.idle()
    assert made.door.sent == list(map(str, range(300)))


async def test_a_message_that_is_marked_while_the_table_is_read_is_not_sent_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, seen, go = outbox.due, asyncio.Event(), asyncio.Event()

    async def slow(*arguments: Any) -> list[Outgoing]:
        found = await look(*arguments)
        seen.set()
        await go.wait()
        return found

    async with post(database, tmp_path) as made:
        made.door.open.clear()
        made.relay.offer(await made.written(await made.somebody(), "один раз"))
        monkeypatch.setattr(outbox, "due", slow)
        made.relay.wake()
        async with asyncio.timeout(PATIENCE):
            await seen.wait()
            made.door.open.set()
            while made.relay.held:
                await asyncio.sleep(0.002)
        go.set()
        await made.idle()
    assert made.door.sent == ["один раз"]


async def test_after_a_restart_what_waits_for_another_try_is_not_overtaken(database: Database, tmp_path: Path) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=0.3)
    async with post(database, tmp_path) as made:
        anna = await made.somebody()
        first, _second = await made.written(anna, "первое", "второе")
        async with database.begin() as connection:
            await outbox.finish(connection, [Outcome(first.id, State.WAITING, 1, soon, "network")], soon)
        made.relay.wake()
        made.relay.offer(await made.written(anna, "третье"))
        await made.idle()
    assert datetime.now(UTC) >= soon
    assert made.door.sent == ["первое", "второе", "третье"]


async def test_a_message_that_does_not_go_through_is_tried_again_before_those_behind_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifier.retries.FIRST_PAUSE", 0.05)
    async with post(database, tmp_path) as made:
        made.door.refused = {"первое"}
        made.relay.offer(await made.written(await made.somebody(), "первое", "второе"))
        await made.idle()
        async with database.read() as connection:
            assert await outbox.count(connection, State.SENT) == 2
    assert made.door.sent == ["первое", "второе"]
