"""Builds every object once and runs them together: the only place that knows all of the house."""

import asyncio
import contextlib
import gc
import logging
import random
import secrets
import uuid
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.channels import CHANNELS, Channel
from bot.config import Settings
from bot.renewal import Renewal
from dialogs.engine import Engine
from dialogs.registry import DIALOGS
from dialogs.speech import Capabilities
from dialogs.texts.words import Texts
from handlers.desk import Desk
from handlers.house import Chance, House, Locate
from handlers.tables import COMMANDS
from notifier.delivery import Rejected, RetryAfter, Transient, Unreachable
from notifier.drafts import Drafts
from notifier.fetch import Fetcher
from notifier.following import Follower
from notifier.handover import Forwarder
from notifier.hearing import Hear
from notifier.listening import Listener
from notifier.notices import Notifier
from notifier.open311.clients import Clients
from notifier.papers import Papers
from notifier.photos import PhotoNews
from notifier.relay import Relay
from notifier.retention import Keeper
from notifier.schedule import Schedule, finish, scheduler
from storage import doors
from storage.database import Database, Unavailable
from storage.migrate import migrate
from storage.model.city import City
from storage.outbox import Outgoing
from storage.pack.current import Current
from storage.pack.layers import CITIES
from storage.pack.opening import open_city
from storage.tables import events, media

log = logging.getLogger(__name__)

DRAIN_SECONDS = 4.0
"""how long turns in hand are waited for when the program stops"""
LOCATE_SECONDS = 2.0
"""a resident waits no longer for a service on the internet"""
PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)


def utc_now() -> datetime:
    """Now, UTC."""
    return datetime.now(UTC)


def real_chance() -> Chance:
    """Chance as it is outside tests; only secrets have to be beyond guessing."""
    return Chance(
        token=lambda: f"{random.getrandbits(24):06x}",
        secret=lambda: secrets.token_urlsafe(12),
        number=lambda: random.randrange(2**31 - 1) + 1,  # noqa: S311 - it tells messages apart, it hides nothing
    )


@dataclass
class App:
    """One running program: what arrives at its channels goes over the desk, what is to be said leaves by relays."""

    settings: Settings
    database: Database
    house: House
    channels: list[Channel]
    relays: list[Relay] = field(default_factory=list)
    fetchers: list[Fetcher] = field(default_factory=list)
    hear: Hear | None = None
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = Desk(self.house, self.database, self.saved)
        notifier = Notifier(self.house.current, self.house.texts, self.house.capabilities, self.house.chance.number)
        self.clients = Clients(self.settings.open311_key)
        reaching = (self.database, self.house.current, self.house.texts, self.clients, self.house.clock)
        texts, number = self.house.texts, self.house.chance.number
        drafts = Drafts(self.house.current, self.house.engine, texts, self.house.capabilities, number)
        self.keeper = Keeper(self.database, self.house.current, drafts, self.house.clock)
        self.schedule = Schedule(
            self.database,
            notifier,
            self.house.current,
            self.house.clock,
            self.wake_relays,
            self.settings.files,
            Forwarder(*reaching, self.settings.files),
            Follower(*reaching),
            drafts,
            self.keeper,
            hands_over=bool(self.settings.open311_key),
        )
        self.desk.discard = self.schedule.discard
        self.renewal = Renewal(self.house.current, self.database, self.read_city, self.house.clock)
        self.listeners = [self.listening(self.hear)] if self.hear else []
        self.open_for_all = asyncio.Event()
        self.news, self.decided = asyncio.Event(), asyncio.Event()
        self.database.watch(events, self.changed)
        self.database.watch(media, self.wake_fetchers)

    def add(self, channel: Channel, addresses: Collection[str] | None = None, poll_seconds: float = 1.0) -> None:
        """Serve a channel; `addresses` are the people it reaches if that is not everybody."""
        clock, files = self.house.clock, self.settings.files
        papers = Papers(self.database, files, self.house.current, self.house.texts, clock)
        relay = Relay(channel, self.database, files, clock, random.random, papers, addresses, poll_seconds)
        self.channels.append(channel)
        if addresses is None:  # a terminal chat without the key leaves it to the program that has one
            self.schedule.hands_over = True
        self.relays.append(relay)
        self.fetchers.append(Fetcher(channel, self.database, files, clock, self.file_news, self.fetched))

    def listening(self, hear: Hear) -> Listener:
        """What listens to voice messages."""
        return Listener(hear, self.database, self.settings.files, self.house.clock, self.file_news, self.wake_relays)

    @property
    def file_news(self) -> PhotoNews:
        """What tells people of their files."""
        house = self.house
        return PhotoNews(house.current, house.texts, house.capabilities, house.chance.number)

    def fetched(self) -> None:
        """Files were fetched: messages may wait for them, and voice messages can be listened to."""
        self.wake_relays()
        for listener in self.listeners:
            listener.wake()

    def saved(self, messages: Sequence[Outgoing]) -> None:
        """Turns were saved with these messages."""
        for relay in self.relays:
            relay.offer(messages)

    def read_city(self) -> City:
        """The city as it is on the disk now. Raises BrokenPack, BrokenImport."""
        return open_city(CITIES / self.settings.city, self.settings.imported)

    async def renew(self) -> None:
        """Build the index once a channel is open, unless it is there; then exchange the city when asked to."""
        await self.open_for_all.wait()
        await self.renewal.run()

    def wake_relays(self) -> None:
        """Messages were written, or may leave now."""
        for relay in self.relays:
            relay.wake()

    def wake_fetchers(self) -> None:
        """Files were named."""
        for fetcher in self.fetchers:
            fetcher.wake()

    def changed(self) -> None:
        """Something happened to appeals."""
        self.news.set()
        self.decided.set()

    async def hand_over(self) -> None:
        """Send an appeal on as soon as it was accepted; what has to be tried again is the schedule's."""
        while True:
            await self.decided.wait()
            self.decided.clear()
            await self.schedule.hand_over()

    async def tell(self) -> None:
        """Turn events into notices as soon as turns made them; the schedule looks again every second."""
        while True:
            await self.news.wait()
            self.news.clear()
            await self.schedule.announce()

    @property
    def idle(self) -> bool:
        """Whether everything said was answered and everything to be said was delivered."""
        waiting = self.news.is_set() or self.decided.is_set() or self.schedule.running
        quiet = self.desk.idle and not waiting
        workers: Iterable[Relay | Fetcher | Listener] = (*self.relays, *self.fetchers, *self.listeners)
        return quiet and all(worker.idle for worker in workers)

    async def prepare(self) -> None:
        """Wait for the database and bring its schema up to date."""
        for pause in (*PAUSES, *[PAUSES[-1]] * 10_000):
            try:
                await migrate(self.database)
                return
            except Unavailable as error:
                log.warning("waiting for the database", extra={"fault": str(error), "retry_in": pause})
                await asyncio.sleep(pause)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop`; then finish the turns in hand and the messages in flight."""
        listeners = [self.spawn(f"listen {channel.name}", self.listener(channel, stop)) for channel in self.channels]
        ticking, desk = self.spawn("tick", self.tick), self.spawn("desk", self.desk.run)
        workers = [self.spawn("tell", self.tell), self.spawn("renew", self.renew)]
        workers.append(self.spawn("hand over", self.hand_over))
        workers += [self.spawn("deliver", relay.run) for relay in self.relays]
        workers += [self.spawn("fetch", fetcher.run) for fetcher in self.fetchers]
        workers += [self.spawn("listen aloud", listener.run) for listener in self.listeners]
        gc.freeze()  # what the libraries brought stays as long as we do: looking through it again and again is waste
        gc.enable()
        try:
            await stop.wait()
        finally:
            gc.unfreeze()
            await end([ticking])
            await end(listeners)
            await self.drain()
            await end([desk])
            await end(workers)
            for channel in self.channels:
                await channel.close()
            await self.clients.close()

    async def tick(self) -> None:
        """Let the schedule tick; in the end wait for the works under way, but not for ever."""
        ticking = scheduler(self.schedule)
        ticking.start()
        try:
            await asyncio.Event().wait()
        finally:
            await finish(ticking, lambda: wait_until(lambda: not self.schedule.running))

    async def drain(self) -> None:
        """Wait for the turns in hand, but not for ever."""
        await wait_until(lambda: self.desk.idle)

    async def settled(self) -> None:
        """Wait until everything said is answered, but not for ever."""
        await wait_until(lambda: self.idle)

    def spawn(self, name: str, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        """Run a part of the program; should it fail by a mistake of ours, it is logged and started again."""
        task = asyncio.create_task(supervised(name, work), name=name)
        self.tasks.append(task)
        return task

    def listener(self, channel: Channel, stop: asyncio.Event) -> Callable[[], Awaitable[None]]:
        """Open a channel, however long that takes, and listen; when its input ends the program stops."""

        async def listen() -> None:
            await self.opened(channel)
            await channel.listen(self.desk.take)
            await self.settled()
            stop.set()

        return listen

    async def opened(self, channel: Channel) -> None:
        """Try to open a channel until it works, and remember the form of its links."""
        for pause in (*PAUSES, *[PAUSES[-1]] * 10_000):
            try:
                await channel.open()
                break
            except (Transient, Rejected, RetryAfter, Unreachable) as error:  # a wrong token today may be right tomorrow
                code = error.args[0] if error.args else ""
                known = {"channel": channel.name, "fault": type(error).__name__, "code": code, "retry_in": pause}
                log.error("cannot open channel", extra=known)
                await asyncio.sleep(pause)
        if channel.link:
            async with self.database.begin() as connection:
                await doors.save(connection, channel.name, link=channel.link)
        log.info("channel is open", extra={"channel": channel.name})
        self.open_for_all.set()


async def wait_until(true: Callable[[], bool]) -> None:
    """Wait for something to come true, DRAIN_SECONDS at most."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while not true():  # noqa: ASYNC110 - it depends on several parties
                await asyncio.sleep(0.02)


async def supervised(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Keep a part of the program running."""
    while True:
        try:
            await work()
            return
        except Exception:  # a fault of ours in one part: the others go on, and nobody else would start it again
            log.exception("part failed, starting it again", extra={"part": name})
            await asyncio.sleep(1.0)


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait for them."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def build(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    chance: Chance | None = None,
    texts: Texts | None = None,
    capabilities: Mapping[str, Capabilities] | None = None,
    city: City | None = None,
    hear: Hear | None = None,
) -> App:
    """Everything but the channels; reads the pack unless a city is given; voice messages are recognised by `hear`.

    Raises BrokenPack, BrokenImport.
    """
    known = capabilities or {name: known.capabilities for name, known in CHANNELS.items()}
    luck = chance or real_chance()
    served = city or open_city(CITIES / settings.city, settings.imported)
    engine = Engine(DIALOGS, luck.token)
    locate = locator(settings, served)
    serving, words = Current(served), texts or Texts()
    house = House(serving, words, engine, known, settings.admins, luck, clock, locate, hears=hear is not None)
    return App(settings, Database(settings.database_url), house, [], hear=hear)


def locator(settings: Settings, city: City) -> Locate | None:
    """What asks the configured service for addresses; its library is imported only now. Raises UnknownGeocoder."""
    if not settings.geocoder:
        return None
    from storage.geocoding import geocoder

    return geocoder(settings.geocoder, settings.geocoder_key, settings.geocoder_url, city.name, LOCATE_SECONDS)


def add_messengers(app: App) -> None:
    """The messengers that have a token; their libraries are imported only now. Raises BadToken."""
    settings = app.settings
    if settings.telegram_token:
        from bot.channels.telegram import Telegram

        app.add(Telegram(settings.telegram_token, settings.telegram_api, offered_commands(app.house.texts)))
    if settings.vk_token:
        from bot.channels.vk import Vk

        staff = [address for channel, address in sorted(settings.admins) if channel == "vk"]
        load, save = cursor_of(app, "vk")
        app.add(Vk(settings.vk_token, settings.vk_group_id, settings.vk_api, load, save, staff))


def cursor_of(app: App, channel: str) -> tuple[Callable[[], Any], Callable[[str], Any]]:
    """How a channel remembers where it was reading."""

    async def load() -> str:
        async with app.database.read() as connection:
            return await doors.cursor(connection, channel)

    async def save(position: str) -> None:
        async with app.database.begin() as connection:
            await doors.save(connection, channel, cursor=position)

    return load, save


def offered_commands(texts: Texts) -> list[tuple[str, str]]:
    """The commands that a messenger shows, with their descriptions."""
    return [
        (command.name, texts.say(f"commands.{command.name}"))
        for command in COMMANDS
        if not command.staff and texts.has(f"commands.{command.name}")
    ]


def new_update_id() -> str:
    """An id for something typed in a terminal."""
    return uuid.uuid4().hex
