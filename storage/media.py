"""Photos and documents: known at once by where they came from, fetched afterwards, kept under a name of ours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, Select, delete, func, insert, select, update

from storage.database import Connection, as_it_stands
from storage.model.appeal import Status
from storage.model.territory import Point
from storage.tables import events, media

VOICE = "voice"
"""the kind of voice messages"""


class MediaState(StrEnum):
    """Whether we have the file."""

    WAITING = "waiting"
    STORED = "stored"
    LOST = "lost"


@dataclass(frozen=True)
class Media:
    """One file; `ref` is the messenger's own name for it, `file` is ours inside the folder of files."""

    id: int
    channel: str
    kind: str
    ref: str
    state: MediaState
    file: str
    attempts: int
    caption: str = ""
    """what was written with it"""
    person_id: int | None = None
    appeal_id: int | None = None
    """None while it belongs to a draft"""

    @property
    def is_voice(self) -> bool:
        """Whether it is to be listened to, not looked at."""
        return self.kind == VOICE


def media_of(row: RowMapping) -> Media:
    """A file from a row of `media`."""
    same = ("id", "channel", "kind", "ref", "file", "attempts", "caption", "person_id", "appeal_id")
    return Media(**{name: row[name] for name in same}, state=MediaState(row["state"]))


Sent = Sequence[dict[str, Any]]
"""files as a conversation knows them: kind, ref, size, caption"""


async def add(
    connection: Connection, person: int, appeal: int | None, channel: str, found: Sent, now: datetime
) -> tuple[int, ...]:
    """Remember files of an appeal, None for a draft; gives their ids."""
    ids = []
    for item in found:
        values = {
            "person_id": person,
            "appeal_id": appeal,
            "channel": channel,
            "kind": item["kind"],
            "ref": item["ref"],
            "size": item.get("size"),
            "caption": item.get("caption") or "",
            "state": MediaState.WAITING,
            "retry_at": now,
            "created_at": now,
        }
        ids.append((await connection.execute(insert(media).values(**values).returning(media.c.id))).scalar_one())
    return tuple(ids)


async def find(connection: Connection, ids: Iterable[int]) -> list[Media]:
    """The files with these ids, in that order."""
    wanted = list(ids)
    rows = await connection.execute(select(media).where(media.c.id.in_(wanted)))
    return sorted((media_of(row) for row in rows.mappings()), key=lambda item: wanted.index(item.id))


async def of_appeal(connection: Connection, appeal: int) -> list[Media]:
    """All files of an appeal."""
    rows = await connection.execute(select(media).where(media.c.appeal_id == appeal).order_by(media.c.id))
    return [media_of(row) for row in rows.mappings()]


async def photos_of(connection: Connection, appeal: int) -> list[Media]:
    """The photos by which an appeal shows its problem: not those that are lost, nor those of an answer to it."""
    found = await of_appeal(connection, appeal)
    told = select(events.c.media).where(events.c.appeal_id == appeal, events.c.after == Status.ANSWERED)
    answers = {id for ids in (await connection.execute(told)).scalars() for id in ids or ()}
    shown = (item for item in found if not item.is_voice and item.id not in answers)
    return [item for item in shown if item.state is not MediaState.LOST]


async def unheard(connection: Connection) -> Media | None:
    """The first stored voice message of a draft that nobody listened to yet."""
    new = (media.c.kind == VOICE) & (media.c.state == MediaState.STORED) & media.c.words.is_(None)
    query = select(media).where(new, media.c.appeal_id.is_(None)).order_by(media.c.id).limit(1)
    row = (await connection.execute(query)).mappings().first()
    return media_of(row) if row else None


async def note_words(connection: Connection, media_id: int, words: str) -> None:
    """Write what was heard in a voice message, empty if nothing was."""
    await connection.execute(update(media).where(media.c.id == media_id).values(words=words))


async def words_of(connection: Connection, person: int, media_id: int) -> str:
    """What was heard in a voice message of a person's draft; empty if nothing was or it is not theirs."""
    own = (media.c.id == media_id) & (media.c.person_id == person) & media.c.appeal_id.is_(None)
    return (await connection.execute(select(media.c.words).where(own))).scalar() or ""


async def has_waiting(connection: Connection, channel: str, now: datetime) -> bool:
    """Whether there is a file to be fetched now."""
    return (await connection.execute(waiting(channel, now).limit(1))).first() is not None


def waiting(channel: str, now: datetime) -> Select[tuple[int]]:
    """The files to be fetched now."""
    due = (media.c.state == as_it_stands(MediaState.WAITING)) & (media.c.channel == channel) & (media.c.retry_at <= now)
    return select(media.c.id).where(due).order_by(media.c.id)


async def claim(connection: Connection, channel: str, now: datetime, limit: int) -> list[Media]:
    """Take files to be fetched; whoever else looks gets them again only in a minute, should we not report back."""
    query = waiting(channel, now).limit(limit).with_for_update(skip_locked=True)
    ids = list((await connection.execute(query)).scalars())
    if not ids:
        return []
    later = {"retry_at": now + timedelta(minutes=1), "attempts": media.c.attempts + 1}
    taken = await connection.execute(update(media).where(media.c.id.in_(ids)).values(**later).returning(media))
    return [media_of(row) for row in taken.mappings()]


async def in_use(connection: Connection, files: Iterable[str]) -> set[str]:
    """Which of these stored files anybody's media still refer to: two people may have sent the same photo."""
    return set((await connection.execute(select(media.c.file).where(media.c.file.in_(list(files))))).scalars())


async def settle(
    connection: Connection, media_id: int, state: MediaState, file: str = "", size: int | None = None, **more: Any
) -> None:
    """Write that a file is stored, or lost for good; `more`: the `problem` it has, `lat` and `lon` it was taken at."""
    values = {"state": state, "file": file, "size": size, **more}
    await connection.execute(update(media).where(media.c.id == media_id).values(**values))


async def room_taken(connection: Connection, person: int) -> int:
    """Bytes of all stored files of a person."""
    stored = (media.c.person_id == person) & (media.c.state == MediaState.STORED)
    return int((await connection.execute(select(func.coalesce(func.sum(media.c.size), 0)).where(stored))).scalar_one())


async def attach(connection: Connection, person: int, ids: Sequence[int], appeal: int) -> None:
    """Files of a draft belong to an appeal from now on; where they were taken is forgotten."""
    own = media.c.id.in_(list(ids)) & (media.c.person_id == person) & media.c.appeal_id.is_(None)
    await connection.execute(update(media).where(own).values(appeal_id=appeal, lat=None, lon=None))


async def drop(connection: Connection, person: int, ids: Sequence[int]) -> list[str]:
    """Forget files of a draft that is given up; gives the names of those that were stored."""
    own = media.c.id.in_(list(ids)) & (media.c.person_id == person) & media.c.appeal_id.is_(None)
    gone = await connection.execute(delete(media).where(own).returning(media.c.file))
    return [name for name in gone.scalars() if name]


async def taken_at(connection: Connection, person: int, media_id: int) -> Point | None:
    """Where a photo of a person's draft was taken, None if it does not say or is not theirs."""
    own = (media.c.id == media_id) & (media.c.person_id == person) & media.c.lat.is_not(None)
    row = (await connection.execute(select(media.c.lat, media.c.lon).where(own))).first()
    return Point(row.lat, row.lon) if row else None


async def postpone(connection: Connection, media_id: int, until: datetime) -> None:
    """Try to fetch a file again later."""
    await connection.execute(update(media).where(media.c.id == media_id).values(retry_at=until))
