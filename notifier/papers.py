"""Files that are made when a message leaves and kept nowhere: the letter of an appeal, the archive of a person."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dialogs.compose import facts_of
from dialogs.papers.letter import Letter
from dialogs.papers.sheet import Photo, Undersigned, letter_of, letter_of_words
from dialogs.speech import ARCHIVE, LETTER
from dialogs.texts.words import Texts
from notifier.archive import packed
from notifier.delivery import Document, Rejected, Transient
from storage import appeals, media, privacy, profiles
from storage.database import Connection, Database
from storage.media import Media, MediaState
from storage.model.appeal import Appeal
from storage.pack.current import Current

ARCHIVE_NAME = "moi-dannye.zip"


@dataclass(frozen=True)
class Papers:
    """Makes files for those they belong to, out of what is stored when they leave."""

    database: Database
    files: Path
    current: Current
    texts: Texts
    clock: Callable[[], datetime]

    async def made(self, kind: str, id: int, person: int) -> Document:
        """A file for a person. Raises Rejected for what is gone or not theirs, Transient while a photo is fetched."""
        makers: dict[str, Callable[[int, int], Awaitable[Document]]] = {LETTER: self.letter, ARCHIVE: self.archive}
        return await makers[kind](id, person)

    async def letter(self, id: int, person: int) -> Document:
        """The letter of the person's own appeal."""
        async with self.database.read() as connection:
            appeal = await appeals.find(connection, id)
            if appeal is None or appeal.author_id != person:
                raise Rejected("gone")
            letter = await self.laid_out(connection, appeal, person)
        from dialogs.papers.letter import render

        return Document(f"obrashchenie-{appeal.number}.pdf", await asyncio.to_thread(render, letter))

    async def laid_out(self, connection: Connection, appeal: Appeal, person: int) -> Letter:
        """What stands in the letter."""
        profile = await profiles.find(connection, person)
        names, unnamed = await appeals.names_of_supporters(connection, appeal.id)
        signed = Undersigned(profile.lines if profile else (), tuple(names), unnamed)
        shown = await media.photos_of(connection, appeal.id)
        if any(item.state is MediaState.WAITING for item in shown):
            raise Transient("file_not_fetched")
        photos = [self.photo(item) for item in shown]
        situation = self.current.city.situations.get(appeal.situation)
        if situation is None:
            return letter_of_words(appeal.text.split("\n\n"), appeal.number, signed, photos)
        answers = await appeals.answers_of(connection, appeal.id)
        facts = facts_of(answers, situation, self.current.city)
        return letter_of(facts, self.texts, appeal.number, signed, photos)

    def photo(self, item: Media) -> Photo:
        """A stored photo."""
        return Photo(item.caption, self.files / item.file)

    async def archive(self, id: int, person: int) -> Document:
        """Everything about a person, for themselves."""
        if id != person:
            raise Rejected("gone")
        async with self.database.read() as connection:
            found = await privacy.export(connection, person)
        zone = self.current.city.zone
        made = await asyncio.to_thread(packed, found, self.files, self.texts, self.clock().astimezone(zone))
        return Document(ARCHIVE_NAME, made)
