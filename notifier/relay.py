"""The relay: takes what waits in `outgoing` to one messenger, at its pace, in order, replies first.

Rows are read lane by lane a window at a time, so a broadcast to a hundred thousand people costs no memory and never
stands before an answer. One message is in flight to a chat at a time, which keeps their order; chats run side by side.
A row is marked when the messenger confirmed it, several with one commit. What was sent but not yet marked when the
process was killed is sent again at the next start: a second time in Telegram, once in VK, which knows its `random_id`.
"""

import asyncio
import contextlib
import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from dialogs.speech import Reply
from notifier.delivery import Door, Parcel, Photo, Transient
from notifier.pace import Pace
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
        self.untried += 1

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


@dataclass
class Relay:
    """Delivers for one door; `addresses` limits it to some people (a terminal serves only its own)."""

    door: Door
    database: Database
    files: Path
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    addresses: Iterable[str] | None = None
    poll_seconds: float = POLL_SECONDS
    lanes: dict[Lane, Queue] = field(default_factory=lambda: {lane: Queue() for lane in Lane})
    held: set[int] = field(default_factory=set)
    """rows that are in memory: waiting, in flight or not yet marked"""
    busy: set[str] = field(default_factory=set)
    """chats with a message in flight"""
    outcomes: list[tuple[Outcome, int]] = field(default_factory=list)
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    flying: set[asyncio.Task[None]] = field(default_factory=set)
    fresh: bool = True
    """whether the table may hold what memory does not"""
    reading: bool = False
    read_at: float = 0.0

    def __post_init__(self) -> None:
        self.pace = Pace(self.door.limits)

    def wake(self) -> None:
        """Something new waits."""
        self.fresh = True
        self.awake.set()

    @property
    def idle(self) -> bool:
        """Whether everything that was due is delivered and marked."""
        return not (self.fresh or self.reading or self.held or self.flying or self.outcomes)

    async def run(self) -> None:
        """Deliver until cancelled; requests in flight are finished and marked first."""
        try:
            while True:
                await self.cycle()
        finally:
            await self.finish()

    async def cycle(self) -> None:
        """Mark, read, send what may leave now, then sleep until something changes."""
        self.awake.clear()
        try:
            await self.mark()
            await self.read()
        except Unavailable as error:
            log.warning("relay waits for the database", extra={"channel": self.door.name, "fault": str(error)})
            await asyncio.sleep(RETRY_SECONDS)
            return
        pause = min(self.send_ready(), self.poll_seconds)
        if not self.outcomes:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self.awake.wait()

    async def finish(self) -> None:
        """Wait a little for requests in flight and mark them."""
        if self.flying:
            await asyncio.wait(self.flying, timeout=LAST_SECONDS)
        with contextlib.suppress(Unavailable):
            await self.mark()

    async def read(self) -> None:
        """Fill the windows of the lanes from the table."""
        loop = asyncio.get_running_loop()
        if not self.fresh and loop.time() - self.read_at < self.poll_seconds:
            return
        self.fresh, self.reading, self.read_at = False, True, loop.time()
        try:
            await self.fill()
        except BaseException:
            self.fresh = True
            raise
        finally:
            self.reading = False

    async def fill(self) -> None:
        """One query for all lanes that have room, replies first."""
        lanes = [lane for lane, queue in self.lanes.items() if queue.untried < WINDOW]
        limit = WINDOW + len(self.held)
        async with self.database.read() as connection:
            rows = await outbox.due(connection, self.door.name, lanes, self.clock(), limit, self.addresses)
        for lane in lanes:
            self.lanes[lane].more = len(rows) == limit
        for row in rows:
            if row.id not in self.held:
                self.held.add(row.id)
                self.lanes[row.lane].add(row)

    def send_ready(self) -> float:
        """Send whatever may leave now; gives the seconds until the next may."""
        loop = asyncio.get_running_loop()
        while len(self.flying) < self.door.limits.at_once:
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
            task.add_done_callback(self.landed)
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

    def landed(self, task: asyncio.Task[None]) -> None:
        """A request is through."""
        self.flying.discard(task)
        self.awake.set()

    async def deliver(self, row: Outgoing) -> None:
        """One attempt; whatever comes of it becomes an outcome."""
        attempts = row.attempts + 1
        try:
            async with asyncio.timeout(STUCK_SECONDS):
                await self.door.deliver(await self.parcel(row))
            outcome = Outcome(row.id, State.SENT, attempts, row.due_at)
        except Exception as error:  # noqa: BLE001 - whatever one message meets, the others go on
            outcome = self.judged(row, attempts, error)
        finally:
            self.busy.discard(row.address)
        self.outcomes.append((outcome, row.person_id))

    def judged(self, row: Outgoing, attempts: int, error: Exception) -> Outcome:
        """What to do after a failure; what is not the messenger's trouble is ours and is logged."""
        passing = {TimeoutError: "timeout", Unavailable: "database"}.get(type(error))
        decision = decide(Transient(passing) if passing else error, attempts, self.chance())
        self.log_failure(row, decision, error)
        now = asyncio.get_running_loop().time()
        if decision.channel_pause:
            self.pace.pause(now + decision.channel_pause.total_seconds())
        if decision.state is State.UNREACHABLE:
            self.forget(row.address)
        if decision.state is State.WAITING:
            self.pace.hold(row.address, now + decision.after.total_seconds())
            self.lanes[row.lane].again(replace(row, attempts=attempts))
        return Outcome(row.id, decision.state, attempts, self.clock() + decision.after, decision.problem)

    def forget(self, chat: str) -> None:
        """Nothing more is tried for somebody who cannot be reached; `mark` gives their rows up in the table."""
        for queue in self.lanes.values():
            while chat in queue.chats:
                self.held.discard(queue.take(chat).id)

    def log_failure(self, row: Outgoing, decision: Decision, error: Exception) -> None:
        """A line without a word of the message."""
        level = logging.ERROR if decision.state is State.FAILED else logging.WARNING
        known = {"channel": self.door.name, "outgoing": row.id, "problem": decision.problem, "state": decision.state}
        log.log(level, "not delivered", extra=known, exc_info=error if decision.state is State.FAILED else None)

    async def parcel(self, row: Outgoing) -> Parcel:
        """The message with its files. Raises Transient while a file is still being fetched."""
        reply = Reply.from_json(row.body)
        if not reply.media:
            return Parcel(row.address, reply, row.random_id)
        async with self.database.read() as connection:
            found = await media.find(connection, reply.media)
        photos = []
        for item in found:
            own = item.channel == self.door.name and item.kind in self.door.resends
            if item.state is MediaState.STORED:
                photos.append(Photo(item.id, self.files / item.file, item.ref if own else ""))
            elif own and item.state is MediaState.WAITING:
                photos.append(Photo(item.id, None, item.ref))
            elif item.state is MediaState.WAITING:
                raise Transient("file_not_fetched")
        return Parcel(row.address, reply, row.random_id, photos)

    async def mark(self) -> None:
        """Write what became of attempts, with one commit; the fastest messenger is no faster than that."""
        if not self.outcomes:
            return
        written, self.outcomes = self.outcomes, []
        now = self.clock()
        done = False
        try:
            async with self.database.begin() as connection:
                await outbox.finish(connection, [outcome for outcome, _ in written], now)
                for outcome, person in written:
                    if outcome.state is State.UNREACHABLE:
                        await outbox.give_up_on(connection, person, now)
            done = True
        finally:
            if not done:
                self.outcomes = written + self.outcomes
        self.held -= {outcome.id for outcome, _ in written if outcome.state is not State.WAITING}
