"""Listens to the voice messages of drafts, one after the other, and offers what it heard as words."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from notifier.hearing import BadSound, Hear
from notifier.photos import PhotoNews
from storage import media
from storage.database import Database, Unavailable
from storage.media import Media

log = logging.getLogger(__name__)

POLL_SECONDS = 5.0
"""how often the table is looked at without being woken"""
LONGEST_WORDS = 1000


@dataclass
class Listener:
    """One for the whole program: recognising takes a whole core."""

    hear: Hear
    database: Database
    files: Path
    clock: Callable[[], datetime]
    news: PhotoNews
    written: Callable[[], None]
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    working: bool = False

    def wake(self) -> None:
        """There may be something new."""
        self.awake.set()

    @property
    def idle(self) -> bool:
        """Whether everything that is stored was listened to."""
        return not (self.awake.is_set() or self.working)

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            self.working = True
            self.awake.clear()
            try:
                while await self.listen_once():
                    self.written()
            except Unavailable as error:
                log.warning("listening waits for the database", extra={"fault": str(error)})
            finally:
                self.working = False
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await self.awake.wait()
            except TimeoutError:
                continue

    async def listen_once(self) -> bool:
        """One recording; gives whether there was one. What cannot be read has no words."""
        async with self.database.read() as connection:
            item = await media.unheard(connection)
        if item is None:
            return False
        words = await self.heard(item)
        async with self.database.begin() as connection:
            await media.note_words(connection, item.id, words)
            await self.news.heard(connection, item, words, self.clock())
        return True

    async def heard(self, item: Media) -> str:
        """The words in a recording, the first letter large; empty if there are none."""
        try:
            content = await asyncio.to_thread((self.files / item.file).read_bytes)
            words = await asyncio.to_thread(self.hear, content)
        except (OSError, BadSound) as error:
            log.warning("recording not understood", extra={"media": item.id, "fault": type(error).__name__})
            return ""
        return (words[:1].upper() + words[1:])[:LONGEST_WORDS]
