"""The relay: takes what waits in `outgoing` to one messenger, at its pace, in order, replies first.

Rows are read lane by lane a window at a time, so a broadcast to a hundred thousand people costs no memory and never
stands before an answer. One message is in flight to a chat at a time, which keeps their order; chats run side by side.
A row is marked when the messenger confirmed it, several with one commit. What was sent but not yet marked when the
process was killed is sent again at the next start: a second time in Telegram, once in VK, which knows its `random_id`.

Three loops run side by side: one reads the table, one sends, one marks; none of them waits for another. What a turn of
this process has just written is offered from memory, so the table is read for the rest only.
"""

import asyncio
import contextlib
import logging
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from dialogs.speech import Reply
from notifier.delivery import Document, Door, Parcel, Photo, Transient
from notifier.pace import Pace
from notifier.papers import Papers
from notifier.retries import Decision, decide
from storage import media, outbox
from storage.database import Database, Unavailable
from storage.media import MediaState
from storage.outbox import Lane, Outcome, Outgoing, State

log = logging.getLogger(__name__)

WINDOW = 100
"""rows of one lane in memory"""
POLL_SECONDS = 1.0
"""how often the table is looked at without being woken: for retries, and for what other processes wrote"""
RETRY_SECONDS = 1.0
RECORDING = "Запись {}.ogg"
"""how a voice message is called where it is sent on"""
LAST_SECONDS = 4.0
"""how long requests in flight are waited for when the program stops"""
STUCK_SECONDS = 90.0
"""no request takes longer: a hung one is given up and tried again"""


@dataclass
class Queue:
    """What waits in one lane: the chats in order, each with its messages in order."""

    chats: OrderedDict[str, deque[Outgoing]] = field(default_factory=OrderedDict)
    untried: int = 0
    """messages that were not tried yet: they count for the window, those that wait for another try do not"""
    more: bool = False
    """whether the table holds more than the window took"""

    def add(self, row: Outgoing) -> None:
        """A message behind the others of its chat."""
        self.chats.setdefault(row.address, deque()).append(row)
        self.untried += row.attempts == 0

    def again(self, row: Outgoing) -> None:
        """A message that is to be tried again, before the others of its chat."""
        self.chats.setdefault(row.address, deque()).appendleft(row)

    def take(self, chat: str) -> Outgoing:
        """The next message of a chat."""
        row = self.chats[chat].popleft()
        if not self.chats[chat]:
            del self.chats[chat]
        self.untried -= row.attempts == 0
        return row

    def drop(self, chat: str) -> list[Outgoing]:
        """Take every message of a chat."""
        return [self.take(chat) for _ in tuple(self.chats.get(chat, ()))]


@dataclass(frozen=True)
class Landing:
    """What came of one attempt, and the rows that need not be held once that is written."""

    outcome: Outcome
    person_id: int
    frees: frozenset[int]


@dataclass
class Relay:
    """Delivers for one door; `addresses` limits it to some people (a terminal serves only its own)."""

    door: Door
    database: Database
    files: Path
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    papers: Papers
    addresses: Collection[str] | None = None
    poll_seconds: float = POLL_SECONDS
    lanes: dict[Lane, Queue] = field(default_factory=lambda: {lane: Queue() for lane in Lane})
    held: set[int] = field(default_factory=set)
    """rows that are in memory: waiting, in flight or not yet marked"""
    freed: set[int] = field(default_factory=set)
    """rows that were marked while the table was being read: the read may still have seen them waiting"""
    busy: set[str] = field(default_factory=set)
    """chats with a message in flight"""
    landings: list[Landing] = field(default_factory=list)
    """what is still to be marked"""
    flying: set[asyncio.Task[None]] = field(default_factory=set)
    hungry: asyncio.Event = field(default_factory=asyncio.Event)
    """the table may hold what memory does not"""
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    """something may leave, or a place in the air is free"""
    landed: asyncio.Event = field(default_factory=asyncio.Event)
    """there is something to mark"""
    reading: bool = False

    def __post_init__(self) -> None:
        self.pace = Pace(self.door.limits)
        self.hungry.set()

    def wake(self) -> None:
        """Something new waits in the table."""
        self.hungry.set()

    def offer(self, rows: Iterable[Outgoing]) -> None:
        """What was committed just now; while older messages may stand in the table it is read from there, in order."""
        mine = [row for row in rows if row.channel == self.door.name and self.serves(row.address)]
        for row in mine:
            queue = self.lanes[row.lane]
            if self.hungry.is_set() or self.reading or queue.more or queue.untried >= WINDOW:
                self.hungry.set()
            else:
                self.hold(row)
        if mine:
            self.ready.set()

    def serves(self, address: str) -> bool:
        """Whether this relay delivers to a person."""
        return self.addresses is None or address in self.addresses

    @property
    def idle(self) -> bool:
        """Whether everything that was due is delivered and marked."""
        return not (self.hungry.is_set() or self.reading or self.held or self.flying or self.landings)

    async def run(self) -> None:
        """Deliver until cancelled; requests in flight are finished and marked first."""
        try:
            async with asyncio.TaskGroup() as group:
                for loop in (self.keep_reading, self.keep_sending, self.keep_marking):
                    group.create_task(loop())
        finally:
            await self.finish()

    async def keep_reading(self) -> None:
        """Read when something new waits, and from time to time."""
        while True:
            await wait_for(self.hungry, self.poll_seconds)
            await self.patiently(self.read)

    async def keep_sending(self) -> None:
        """Send what may leave now, then wait until more may."""
        while True:
            self.ready.clear()
            await wait_for(self.ready, min(self.send_ready(), self.poll_seconds))

    async def keep_marking(self) -> None:
        """Mark what landed; what lands meanwhile is marked together."""
        while True:
            await self.landed.wait()
            await self.patiently(self.mark)

    async def patiently(self, work: Callable[[], Awaitable[None]]) -> None:
        """Work that the database may put off."""
        try:
            await work()
        except Unavailable as error:
            log.warning("relay waits for the database", extra={"channel": self.door.name, "fault": str(error)})
            await asyncio.sleep(RETRY_SECONDS)

    async def finish(self) -> None:
        """Wait a little for requests in flight and mark them."""
        if self.flying:
            await asyncio.wait(self.flying, timeout=LAST_SECONDS)
        with contextlib.suppress(Unavailable):
            await self.mark()

    async def read(self) -> None:
        """Fill the windows of the lanes from the table. Raises Unavailable."""
        self.hungry.clear()
        self.reading = True
        try:
            await self.fill()
        except BaseException:
            self.hungry.set()
            raise
        finally:
            self.reading = False
            self.freed.clear()
        self.ready.set()

    async def fill(self) -> None:
        """One query for all lanes that have room, replies first."""
        lanes = [lane for lane, queue in self.lanes.items() if queue.untried < WINDOW]
        limit = WINDOW + len(self.held)
        async with self.database.read() as connection:
            rows = await outbox.due(connection, self.door.name, lanes, self.clock(), limit, self.addresses)
        for lane, queue in self.lanes.items():
            queue.more = lane not in lanes or len(rows) == limit
        for row in rows:
            if row.id not in self.held and row.id not in self.freed:
                self.hold(row)

    def hold(self, row: Outgoing) -> None:
        """Take a message into memory; one that was tried before keeps its pause."""
        self.held.add(row.id)
        self.lanes[row.lane].add(row)
        if row.attempts:
            pause = (row.due_at - self.clock()).total_seconds()
            self.pace.hold(row.address, asyncio.get_running_loop().time() + pause)

    def send_ready(self) -> float:
        """Send whatever may leave now; gives the seconds until the next may. Nothing leaves far ahead of the marks."""
        loop = asyncio.get_running_loop()
        while len(self.flying) < self.door.limits.at_once and len(self.landings) < WINDOW:
            now = loop.time()
            if (wait := self.pace.ready_at(now) - now) > 0:
                return wait
            row, wait = self.next_row(now)
            if row is None:
                return wait
            self.pace.leave(row.address, now)
            self.busy.add(row.address)
            task = loop.create_task(self.deliver(row))
            self.flying.add(task)
            task.add_done_callback(self.back)
        return self.poll_seconds

    def next_row(self, now: float) -> tuple[Outgoing | None, float]:
        """The first message of the first lane whose chat is free, or the seconds until one is."""
        soonest = self.poll_seconds
        for queue in self.lanes.values():
            for chat in queue.chats:
                if chat in self.busy:
                    continue
                if (wait := self.pace.chat_ready_at(chat, now) - now) > 0:
                    soonest = min(soonest, wait)
                    continue
                row = queue.take(chat)
                if queue.more and queue.untried < WINDOW // 2:
                    queue.more = False
                    self.wake()
                return row, 0.0
        return None, soonest

    def back(self, task: asyncio.Task[None]) -> None:
        """A request is through."""
        self.flying.discard(task)
        self.ready.set()

    async def deliver(self, row: Outgoing) -> None:
        """One attempt; whatever comes of it is to be marked."""
        attempts = row.attempts + 1
        try:
            async with asyncio.timeout(STUCK_SECONDS):
                await self.door.deliver(await self.parcel(row))
            landing = Landing(Outcome(row.id, State.SENT, attempts, row.due_at), row.person_id, frozenset({row.id}))
        except Exception as error:  # noqa: BLE001 - whatever one message meets is judged and logged; the others go on
            landing = self.judged(row, attempts, error)
        finally:
            self.busy.discard(row.address)
        self.landings.append(landing)
        self.landed.set()

    def judged(self, row: Outgoing, attempts: int, error: Exception) -> Landing:
        """What to do after a failure; what is not the messenger's trouble is ours and is logged."""
        passing = {TimeoutError: "timeout", Unavailable: "database"}.get(type(error))
        decision = decide(Transient(passing) if passing else error, attempts, self.chance())
        self.log_failure(row, decision, error)
        now = asyncio.get_running_loop().time()
        if decision.channel_pause:
            self.pace.pause(now + decision.channel_pause.total_seconds())
        frees = {row.id}
        if decision.state is State.UNREACHABLE:
            frees |= self.dropped(row.address)
        if decision.state is State.WAITING:
            frees.clear()
            self.pace.hold(row.address, now + decision.after.total_seconds())
            self.lanes[row.lane].again(replace(row, attempts=attempts))
        due = self.clock() + decision.after
        outcome = Outcome(row.id, decision.state, attempts, due, decision.problem)
        return Landing(outcome, row.person_id, frozenset(frees))

    def dropped(self, chat: str) -> set[int]:
        """The rows that are not tried for somebody who cannot be reached; `mark` gives them up in the table."""
        queues = self.lanes.values()
        return {row.id for queue in queues for row in queue.drop(chat)}

    def log_failure(self, row: Outgoing, decision: Decision, error: Exception) -> None:
        """A line without a word of the message."""
        level = logging.ERROR if decision.state is State.FAILED else logging.WARNING
        known = {"channel": self.door.name, "outgoing": row.id, "problem": decision.problem, "state": decision.state}
        log.log(level, "not delivered", extra=known, exc_info=error if decision.state is State.FAILED else None)

    async def parcel(self, row: Outgoing) -> Parcel:
        """The message with its files. Raises Transient while a file is still being fetched, Rejected if it is gone."""
        reply = Reply.from_json(row.body)
        document = await self.papers.made(*reply.file, row.person_id) if reply.file else None
        if not reply.media:
            return Parcel(row.address, reply, row.random_id, document=document)
        async with self.database.read() as connection:
            found = await media.find(connection, reply.media)
        photos: list[Photo] = []
        recordings: list[Document] = []
        for item in found:
            if item.is_voice and item.state is MediaState.STORED:
                content = await asyncio.to_thread((self.files / item.file).read_bytes)
                recordings.append(Document(RECORDING.format(len(recordings) + 1), content))
                continue
            own = item.channel == self.door.name and item.kind in self.door.resends
            if item.state is MediaState.STORED:
                photos.append(Photo(item.id, self.files / item.file, item.ref if own else ""))
            elif own and item.state is MediaState.WAITING:
                photos.append(Photo(item.id, None, item.ref))
            elif item.state is MediaState.WAITING:
                raise Transient("file_not_fetched")
        return Parcel(row.address, reply, row.random_id, photos, document, recordings)

    async def mark(self) -> None:
        """Write what became of attempts, with one commit. Raises Unavailable."""
        self.landed.clear()
        if not self.landings:
            return
        written, self.landings = self.landings, []
        done = False
        try:
            async with self.database.begin() as connection:
                now = self.clock()
                await outbox.finish(connection, [landing.outcome for landing in written], now)
                for landing in written:
                    if landing.outcome.state is State.UNREACHABLE:
                        await outbox.give_up_on(connection, landing.person_id, now)
            done = True
        finally:
            if not done:
                self.landings = written + self.landings
                self.landed.set()
        frees = frozenset[int]().union(*(landing.frees for landing in written))
        self.held -= frees
        if self.reading:
            self.freed |= frees
        self.ready.set()


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Until it happens, or so many seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
