"""Scheduled work: APScheduler only ticks; what is due is found in the tables and claimed in a transaction."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from notifier.drafts import AT_ONCE as DRAFTS_AT_ONCE
from notifier.drafts import Drafts
from notifier.following import Follower
from notifier.handover import Forwarder
from notifier.notices import EVENTS_AT_ONCE, Notifier
from notifier.retention import Keeper
from storage import appeals, doors, media, outbox
from storage.database import Connection, Database, Unavailable
from storage.model.appeal import Actor, Change, Kind
from storage.pack.current import Current

log = logging.getLogger(__name__)

SEEN_KEPT = timedelta(days=2)
FINISHED_KEPT = timedelta(days=7)
OVERDUE_AT_ONCE = 100
FILED_WITHIN = timedelta(days=2)
"""so long after an appeal is ready its author is reminded to file it"""
FILES_AT_ONCE = 500
OURS = re.compile(r"\.?[0-9a-f]{64}\.")
"""names the fetcher gives, finished or half-written"""
FILE_SPARED = timedelta(hours=1)
"""a file is written before its row says so: a younger one is not an orphan yet"""


@dataclass
class Schedule:
    """The works that are due from time to time; `told` is called when messages were written."""

    database: Database
    notifier: Notifier
    current: Current
    clock: Callable[[], datetime]
    told: Callable[[], None]
    files: Path
    forwarder: Forwarder
    follower: Follower
    drafts: Drafts
    keeper: Keeper
    hands_over: bool = True
    """whether this program may send appeals to servers"""
    running: int = 0
    """works under way"""

    def works(self) -> dict[str, tuple[Callable[[], Awaitable[None]], float]]:
        """Each work with the seconds between its ticks."""
        return {
            "announce": (self.announce, 1.0),
            "hand_over": (self.hand_over, 30.0),
            "follow": (self.follow, 60.0),
            "overdue": (self.overdue, 300.0),
            "remind": (self.remind, 300.0),
            "retain": (self.retain, 3600.0),
            "tidy": (self.tidy, 3600.0),
        }

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Counted while it runs: who ends the program waits for it, a transaction is not cut off in its middle."""
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1

    async def announce(self) -> None:
        """Turn events into notices."""
        with self.under_way():
            await self.announce_all()

    async def announce_all(self) -> None:
        """As many events as there are; a look costs less than a claim."""
        try:
            async with self.database.read() as connection:
                if not await appeals.has_unnoticed(connection):
                    return
        except Unavailable as error:
            log.warning("scheduled work put off", extra={"work": "announce", "fault": str(error)})
            return
        while await self.carry_out(self.notifier.announce) == EVENTS_AT_ONCE:
            pass

    async def hand_over(self) -> None:
        """Send accepted appeals to bodies that take them by Open311."""
        if self.hands_over:
            await self.reach(self.forwarder.run, "hand_over")

    async def follow(self) -> None:
        """Ask what became of what was sent by Open311."""
        if self.hands_over:
            await self.reach(self.follower.run, "follow")

    async def reach(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        """A work with several transactions, none of which is open while others are asked."""
        with self.under_way():
            try:
                await work()
            except Unavailable as error:
                log.warning("scheduled work put off", extra={"work": name, "fault": str(error)})

    async def overdue(self) -> None:
        """Write an event for each appeal whose due date has passed, once for each date, or that was not filed."""
        with self.under_way():
            await self.carry_out(self.find_overdue)
            await self.carry_out(self.find_unfiled)

    async def remind(self) -> None:
        """Remind people of drafts that wait."""
        with self.under_way():
            while await self.carry_out(self.drafts.remind) == DRAFTS_AT_ONCE:
                pass

    async def retain(self) -> None:
        """Erase what is over its time."""
        with self.under_way():
            try:
                _, files = await self.keeper.erase()
            except Unavailable as error:
                log.warning("scheduled work put off", extra={"work": "retain", "fault": str(error)})
                return
            await self.discard(files)

    async def tidy(self) -> None:
        """Forget what is of no use any more."""
        with self.under_way():
            await self.carry_out(forget)
            await self.database.truncate_log()
            old = self.clock().timestamp() - FILE_SPARED.total_seconds()
            if self.files.exists():
                await self.discard(
                    [path.name for path in self.files.iterdir() if OURS.match(path.name) and path.stat().st_mtime < old]
                )

    async def discard(self, names: Sequence[str]) -> None:
        """Delete those of the stored files that nothing refers to; what is missed now is found by `tidy`."""
        try:
            for start in range(0, len(names), FILES_AT_ONCE):
                some = names[start : start + FILES_AT_ONCE]
                async with self.database.read() as connection:
                    kept = await media.in_use(connection, some)
                for name in set(some) - kept:
                    (self.files / name).unlink(missing_ok=True)
        except Unavailable as error:
            log.warning("scheduled work put off", extra={"work": "discard", "fault": str(error)})

    async def carry_out(self, work: Callable[[Connection, datetime], Awaitable[int]]) -> int:
        """One work in one transaction; without a database it is put off to the next tick."""
        try:
            async with self.database.begin() as connection:
                done = await work(connection, self.clock())
        except Unavailable as error:
            log.warning("scheduled work put off", extra={"work": work.__name__, "fault": str(error)})
            return 0
        if done:
            self.told()
        return done

    async def find_overdue(self, connection: Connection, now: datetime) -> int:
        """Claim appeals that are past their due date."""
        today = now.astimezone(self.current.city.zone).date()
        found = await appeals.claim_overdue(connection, today, OVERDUE_AT_ONCE)
        for appeal in found:
            await appeals.record(connection, appeal, Change(Kind.OVERDUE, Actor.SYSTEM, None), now, appeal.status)
        return len(found)

    async def find_unfiled(self, connection: Connection, now: datetime) -> int:
        """Claim appeals that their authors have not filed."""
        found = await appeals.claim_unfiled(connection, now - FILED_WITHIN, OVERDUE_AT_ONCE)
        for appeal in found:
            await appeals.record(connection, appeal, Change(Kind.UNFILED, Actor.SYSTEM, None), now, appeal.status)
        return len(found)


async def forget(connection: Connection, now: datetime) -> int:
    """Old marks and delivered rows; gives 0, because nothing is to be told."""
    seen = await doors.forget_seen(connection, now - SEEN_KEPT)
    finished = await outbox.forget_finished(connection, now - FINISHED_KEPT)
    log.info("tidied", extra={"updates": seen, "messages": finished})
    return 0


def scheduler(schedule: Schedule) -> Any:
    """APScheduler with its jobs in memory: it only ticks; a tick that is late or comes twice does no harm."""
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    ticking = AsyncIOScheduler(timezone="UTC")
    options = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    for name, (work, seconds) in schedule.works().items():
        ticking.add_job(work, "interval", seconds=seconds, id=name, **options)
    return ticking


async def finish(ticking: Any, idle: Callable[[], Awaitable[None]]) -> None:
    """End the ticks: `idle` waits for the works under way, which would be cancelled in the middle otherwise."""
    ticking.pause()
    await asyncio.sleep(0)  # a work that was just handed over begins now, and is counted
    await idle()
    ticking.shutdown(wait=False)  # done in the loop's next round
    await asyncio.sleep(0)
