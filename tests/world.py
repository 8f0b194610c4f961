"""The whole program with messengers around it, for conversations: real adapters, real HTTP, a real database."""

import asyncio
import contextlib
import io
import itertools
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from PIL import Image

from bot.app import App, add_messengers, build
from bot.config import Settings
from handlers.house import Chance
from tests.emulators.heard import Heard
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.terminal import TerminalPerson
from tests.emulators.vk import VkEmulator
from tests.unit.given import city, texts

ssl.create_default_context = cache(ssl.create_default_context)  # type: ignore[assignment]
"""aiogram asks for one for each bot, and reading the certificates of the whole world takes as long as ten turns"""
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""noon in Saint Petersburg, on a working day"""
PATIENCE = 20.0
"""seconds until a conversation counts as hung"""
CAST = {"Анна": 1001, "Борис": 1002, "Вера": 1003, "Ольга": 9001, "Павел": 9002}
"""Анна, Борис and Вера are residents, Ольга and Павел moderate"""
STAFF = ("Ольга", "Павел")
MIXED = {"Анна": "telegram", "Борис": "vk", "Вера": "terminal", "Ольга": "vk", "Павел": "telegram"}
VK_GROUP = 77


def picture() -> bytes:
    """A small photo."""
    held = io.BytesIO()
    Image.new("RGB", (32, 24), "gray").save(held, "JPEG")
    return held.getvalue()


PHOTO = picture()


class Player(Protocol):
    """A person with some messenger in their hands."""

    name: str

    @property
    def heard(self) -> list[Heard]:
        """What they have been told."""

    async def says(self, text: str) -> Any:
        """Send words."""

    async def presses(self, label: str) -> Any:
        """Press a button."""

    async def opens(self, payload: str = "") -> Any:
        """Follow a link."""

    async def sends_photo(self, data: bytes, caption: str = "", group: str | None = None) -> Any:
        """Send a photo."""

    async def sends_voice(self, data: bytes = b"voice") -> Any:
        """Send a voice message."""

    async def sends_location(self, latitude: float, longitude: float) -> Any:
        """Send a place."""


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        """Now."""
        return self.now


def counted_chance() -> Chance:
    """Chance without chance: each thing is the next number."""
    numbers = itertools.count(1)
    return Chance(
        token=lambda: f"{next(numbers):06x}",
        secret=lambda: f"{next(numbers):012x}",
        number=lambda: next(numbers),
    )


@dataclass(repr=False)
class World:
    """The program, the messengers and the people. Without a repr: asyncio asks each fixture's task for one, and it
    would spell out the whole city."""

    app: App
    clock: Clock
    telegram: TelegramEmulator | None
    vk: VkEmulator | None
    people: dict[str, Player]
    read: dict[str, int] = field(default_factory=dict)

    async def settle(self) -> None:
        """Wait until everything said is answered and everything to be said is delivered."""
        async with asyncio.timeout(PATIENCE):
            if self.telegram:
                await self.telegram.drained()
            if self.vk:
                await self.vk.polled()
            typing = [person for person in self.people.values() if isinstance(person, TerminalPerson)]
            while not (self.app.idle and all(person.idle for person in typing)):
                await asyncio.sleep(0.002)

    async def passes(self, **time: float) -> None:
        """Let time pass, with the work that is due then."""
        self.clock.now += timedelta(**time)
        await self.app.schedule.overdue()
        await self.app.schedule.remind()
        await self.app.schedule.retain()
        await self.app.schedule.hand_over()
        await self.app.schedule.follow()
        self.app.news.set()
        self.app.wake_relays()
        self.app.wake_fetchers()
        await self.settle()

    def unread(self, name: str) -> list[Heard]:
        """What a person was told since they were last asked."""
        heard = self.people[name].heard
        start = self.read.get(name, 0)
        self.read[name] = len(heard)
        return heard[start:]


@contextlib.asynccontextmanager
async def world(where: str, database_url: str, folder: Path, **changes: Any) -> AsyncIterator[World]:
    """A world in which everybody uses `where`: telegram, vk, terminal, or mixed."""
    homes = {name: MIXED[name] if where == "mixed" else where for name in CAST}
    async with contextlib.AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(TelegramEmulator()) if "telegram" in homes.values() else None
        vk = (
            await stack.enter_async_context(VkEmulator(group_id=VK_GROUP, rate_limit=None))
            if "vk" in homes.values()
            else None
        )
        settings = settings_of(database_url, folder, homes, telegram, vk)
        settings = replace(settings, open311_key=changes.pop("open311_key", ""))
        clock = Clock()
        changes.setdefault("city", city())
        changes.setdefault("texts", texts())
        app = build(settings, clock=clock, chance=changes.pop("chance", None) or counted_chance(), **changes)
        people = {name: player(name, homes[name], folder, telegram, vk) for name in CAST}
        add_messengers(app)
        for channel in app.channels:
            if channel.name == "vk":
                unlimited(channel)
            if channel.name == "telegram":
                unencrypted(channel)
        numbers = itertools.count(1)
        for person in people.values():
            if isinstance(person, TerminalPerson):
                door = person.channel(app.house.texts, lambda: f"line{next(numbers)}")
                app.add(door, [person.name], poll_seconds=0.5)
        for relay in app.relays:
            relay.pace.limits = fast(relay.pace.limits)
        await app.prepare()
        stop = asyncio.Event()
        running = asyncio.create_task(app.run(stop))
        made = World(app, clock, telegram, vk, people)
        try:
            await opened(made)
            yield made
        finally:
            stop.set()
            await running
            await app.database.close()
    assert not telegram or not telegram.violations, telegram.violations
    assert not vk or not vk.violations, vk.violations


def fast(limits: Any) -> Any:
    """The limits of a messenger without the waiting: pace has tests of its own."""
    return type(limits)(per_second=5000.0, per_chat_seconds=0.0, chat_burst=1, at_once=limits.at_once)


def unlimited(channel: Any) -> None:
    """Calls to VK without the waiting."""
    channel.call.interval = 0.0


def unencrypted(channel: Any) -> None:
    """Telegram without the quarter of a second that aiogram leaves encrypted connections to close: here are none."""
    session = channel.bot.session

    async def close() -> None:
        if session._session:
            await session._session.close()

    session.close = close


async def opened(made: World) -> None:
    """Wait until every messenger is being listened at."""
    async with asyncio.timeout(PATIENCE):
        if made.telegram:
            await made.telegram.polled()
        if made.vk:
            await made.vk.polled()
        typing = [person for person in made.people.values() if isinstance(person, TerminalPerson)]
        while not all(person.window.printed for person in typing):
            await asyncio.sleep(0.002)
        while not made.app.idle:
            await asyncio.sleep(0.002)


def settings_of(
    database_url: str, folder: Path, homes: dict[str, str], telegram: TelegramEmulator | None, vk: VkEmulator | None
) -> Settings:
    """Settings that lead to the emulators."""
    admins = {(homes[name], name if homes[name] == "terminal" else str(CAST[name])) for name in STAFF}
    return Settings(
        city="saint_petersburg",
        database_url=database_url,
        files=folder / "files",
        imported=folder / "cities",
        admins=frozenset(admins),
        telegram_api=telegram.url if telegram else "",
        vk_api=vk.url if vk else "",
        vk_group_id=VK_GROUP if vk else 0,
        log_level="INFO",
        telegram_token=telegram.token if telegram else "",
        vk_token=vk.token if vk else "",
    )


def player(name: str, home: str, folder: Path, telegram: TelegramEmulator | None, vk: VkEmulator | None) -> Player:
    """A person in their messenger."""
    if home == "telegram" and telegram:
        return telegram.user(CAST[name], name)
    if home == "vk" and vk:
        return vk.user(CAST[name], name)
    typed = folder / f"photos-{CAST[name]}"
    typed.mkdir(exist_ok=True)
    return TerminalPerson(name, typed)
