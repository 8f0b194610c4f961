"""Fetches photos, documents and voice messages that people sent, after the turn: a turn never waits for a file."""

import asyncio
import hashlib
import logging
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from notifier.delivery import Door, Rejected, RetryAfter, TooBig, Transient, Unreachable
from notifier.photos import PhotoNews
from storage import media
from storage.database import Database, Unavailable
from storage.media import Media, MediaState
from storage.model.territory import Point
from storage.pictures import BadPicture, cleaned

log = logging.getLogger(__name__)

AT_ONCE = 4
POLL_SECONDS = 2.0
MAX_BYTES = 20 * 1024 * 1024
ATTEMPTS = 12
PERSON_BYTES = 45 * 1024 * 1024
"""what the stored photos of one person may take: an archive of them has to fit into a message of 50 MB"""
SOUND = ".ogg"
"""what voice messages are in both messengers"""
SIGNATURES = {
    rb"\xff\xd8\xff": ".jpg",
    rb"\x89PNG\r\n\x1a\n": ".png",
    rb"RIFF....WEBP": ".webp",
    rb"%PDF": ".pdf",
    rb"OggS": SOUND,
}
"""how the content of a file begins, as patterns, with the ending of its name"""


@dataclass
class Fetcher:
    """Fetches for one door into a folder; a file is named by what it contains, so the same photo is kept once."""

    door: Door
    database: Database
    files: Path
    clock: Callable[[], datetime]
    news: PhotoNews
    fetched: Callable[[], None]
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    fresh: bool = True
    working: bool = False

    def wake(self) -> None:
        """There may be something new."""
        self.fresh = True
        self.awake.set()

    @property
    def idle(self) -> bool:
        """Whether everything that could be fetched is."""
        return not (self.fresh or self.working)

    async def run(self) -> None:
        """Fetch until cancelled."""
        while True:
            self.awake.clear()
            self.fresh, self.working = False, True
            try:
                self.fresh = await self.round() > 0 or self.fresh
            except Unavailable as error:
                log.warning("fetching waits for the database", extra={"channel": self.door.name, "fault": str(error)})
            finally:
                self.working = False
            if not self.fresh:
                try:
                    async with asyncio.timeout(POLL_SECONDS):
                        await self.awake.wait()
                except TimeoutError:
                    self.fresh = True

    async def round(self) -> int:
        """Fetch a few files; gives how many were taken on."""
        now = self.clock()
        async with self.database.read() as connection:
            if not await media.has_waiting(connection, self.door.name, now):
                return 0
        async with self.database.begin() as connection:
            taken = await media.claim(connection, self.door.name, now, AT_ONCE)
        if taken:
            await asyncio.gather(*(self.fetch(item) for item in taken))
            self.fetched()
        return len(taken)

    async def fetch(self, item: Media) -> None:
        """One file: stored, lost, or to be tried later."""
        try:
            content = await self.door.fetch(item.ref)
            if len(content) > MAX_BYTES:
                raise TooBig
        except (Transient, RetryAfter, TimeoutError):
            await self.again(item)
            return
        except (Rejected, TooBig, Unreachable) as error:
            await self.lose(item, "too_big" if isinstance(error, TooBig) else "gone")
            return
        point = None
        if item.is_voice:
            if ending_of(content) != SOUND:
                await self.lose(item, "no_recording")
                return
        else:
            try:
                picture = await asyncio.to_thread(cleaned, content)
            except BadPicture as error:
                await self.lose(item, str(error))
                return
            content, point = picture.content, picture.point
        try:
            name = await asyncio.to_thread(store, self.files, content)
        except OSError:  # a full disk is mended some day
            await self.again(item)
            return
        await self.keep(item, name, len(content), point)

    async def again(self, item: Media) -> None:
        """Later, with growing pauses; in the end it is lost."""
        if item.attempts >= ATTEMPTS:
            await self.lose(item, "gone")
            return
        pause = timedelta(seconds=min(2.0**item.attempts, 600))
        async with self.database.begin() as connection:
            await media.postpone(connection, item.id, self.clock() + pause)

    async def keep(self, item: Media, name: str, size: int, point: Point | None) -> None:
        """Write that a file is stored, if its owner has room for it, and say where a photo was taken."""
        async with self.database.begin() as connection:
            taken = await media.room_taken(connection, item.person_id) if item.person_id else 0
            if taken + size > PERSON_BYTES:
                await self.news.lost(connection, item, "no_room", self.clock())
                await media.settle(connection, item.id, MediaState.LOST, problem="no_room")
                return
            where = {"lat": point.lat, "lon": point.lon} if point and item.appeal_id is None else {}
            await media.settle(connection, item.id, MediaState.STORED, name, size, **where)
            if where and point:
                await self.news.located(connection, item, point, self.clock())

    async def lose(self, item: Media, problem: str) -> None:
        """Write that a file is lost for good, and tell whose it is."""
        log.warning("file lost", extra={"media": item.id, "problem": problem})
        async with self.database.begin() as connection:
            await media.settle(connection, item.id, MediaState.LOST, problem=problem)
            await self.news.lost(connection, item, problem, self.clock())


def ending_of(content: bytes) -> str:
    """The ending for the name of a file, by what it begins with."""
    return next((ending for start, ending in SIGNATURES.items() if re.match(start, content, re.DOTALL)), ".bin")


def store(folder: Path, content: bytes) -> str:
    """Write a file under the name of its content; a half-written one never has that name."""
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(content).hexdigest() + ending_of(content)
    partial = folder / f".{name}.{uuid.uuid4().hex}"
    partial.write_bytes(content)
    partial.replace(folder / name)
    return name
