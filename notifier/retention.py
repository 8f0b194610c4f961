"""The job that erases what is over its time; by its dry run it only counts."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifier.drafts import Drafts
from storage import privacy, retention
from storage.database import Connection, Database
from storage.pack.current import Current
from storage.retention import AT_ONCE, Expired

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Keeper:
    """Erases in small transactions, so that turns do not wait for it."""

    database: Database
    current: Current
    drafts: Drafts
    clock: Callable[[], datetime]

    async def expired(self) -> Expired:
        """How much would be erased now. Raises Unavailable."""
        async with self.database.read() as connection:
            return await retention.count(connection, self.current.city.retention, self.clock())

    async def erase(self) -> tuple[Expired, list[str]]:
        """Erase it; gives how much it was, and the files nothing refers to any more. Raises Unavailable."""
        files: list[str] = []
        works = (self.of_drafts, self.of_appeals, self.of_talks, self.photos, self.of_people)
        counts = [await self.all_of(work, files) for work in works]
        done = Expired(*counts)
        log.info("retention", extra=vars(done))
        return done, files

    async def all_of(
        self, work: Callable[[Connection, datetime], Awaitable[tuple[int, Sequence[str]]]], files: list[str]
    ) -> int:
        """One kind, a portion a transaction."""
        total, count = 0, AT_ONCE
        while count >= AT_ONCE:
            async with self.database.begin() as connection:
                count, names = await work(connection, self.clock())
            total += count
            files += names
        return total

    async def of_drafts(self, connection: Connection, now: datetime) -> tuple[int, Sequence[str]]:
        """Drafts nobody touched."""
        return await self.drafts.forget(connection, now)

    async def of_appeals(self, connection: Connection, now: datetime) -> tuple[int, Sequence[str]]:
        """Appeals closed long ago."""
        return await retention.erase_closed(connection, self.current.city.retention, now)

    async def of_talks(self, connection: Connection, now: datetime) -> tuple[int, Sequence[str]]:
        """Talks that ended long ago."""
        return await retention.erase_talks(connection, self.current.city.retention, now), ()

    async def photos(self, connection: Connection, now: datetime) -> tuple[int, Sequence[str]]:
        """Photos that belong to nothing."""
        return await retention.erase_photos(connection, self.current.city.retention, now)

    async def of_people(self, connection: Connection, now: datetime) -> tuple[int, Sequence[str]]:
        """Everything of those who took their consent back."""
        gone = await retention.withdrawn(connection, self.current.city.retention, now)
        names = [name for person in gone for name in await privacy.erase(connection, person, now)]
        return len(gone), names
