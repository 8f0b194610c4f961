"""What is kept longer than it may be: found, counted, and erased down to numbers (152-ФЗ, ст. 5 ч. 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update

from storage.database import Connection
from storage.model.appeal import CLOSED
from storage.model.city import Retention
from storage.tables import appeals, call_words, calls, conversations, events, handovers, media, supporters, verdicts

AT_ONCE = 500


@dataclass(frozen=True)
class Expired:
    """How much is over its time: conversations with drafts, closed appeals, talks, photos that belong to nothing."""

    drafts: int
    appeals: int
    talks: int
    photos: int

    @property
    def total(self) -> int:
        """All together."""
        return self.drafts + self.appeals + self.talks + self.photos


def conditions(periods: Retention, now: datetime) -> dict[str, ColumnElement[bool]]:
    """What is over its time, by what it is."""
    closed, ended = now - timedelta(days=periods.closed_days), now - timedelta(days=periods.talk_days)
    stray = now - periods.drafts - timedelta(days=1)
    return {
        "drafts": conversations.c.forget_at <= now,
        "appeals": appeals.c.status.in_(sorted(CLOSED)) & (appeals.c.changed_at < closed) & (appeals.c.text != ""),
        "talks": calls.c.closed_at < ended,
        "photos": media.c.appeal_id.is_(None) & (media.c.created_at < stray),
    }


async def count(connection: Connection, periods: Retention, now: datetime) -> Expired:
    """How much would be erased now."""
    over = conditions(periods, now)
    tables = {"drafts": conversations, "appeals": appeals, "talks": calls, "photos": media}
    found = {}
    for name, table in tables.items():
        query = select(func.count()).select_from(table).where(over[name])
        found[name] = (await connection.execute(query)).scalar_one()
    return Expired(**found)


async def draft_owners(connection: Connection, now: datetime) -> list[tuple[int, dict[str, Any]]]:
    """People whose drafts are over their time, with where their conversation stands."""
    query = select(conversations.c.person_id, conversations.c.state).where(conversations.c.forget_at <= now)
    return [(row.person_id, row.state) for row in await connection.execute(query.limit(AT_ONCE))]


async def erase_closed(connection: Connection, periods: Retention, now: datetime) -> tuple[int, list[str]]:
    """Of appeals closed long ago only numbers stay; gives how many, and the files nobody needs any more."""
    over = conditions(periods, now)["appeals"]
    ids = list((await connection.execute(select(appeals.c.id).where(over).limit(AT_ONCE))).scalars())
    if not ids:
        return 0, []
    files = await forget_media(connection, media.c.appeal_id.in_(ids))
    empty: dict[str, Any] = {"text": "", "place": "", "address": "", "answers": {}, "lat": None, "lon": None}
    for statement in (
        update(events).where(events.c.appeal_id.in_(ids)).values(words="", media=[], actor_id=None),
        update(verdicts).where(verdicts.c.appeal_id.in_(ids)).values(comment=""),
        delete(supporters).where(supporters.c.appeal_id.in_(ids)),
        delete(handovers).where(handovers.c.appeal_id.in_(ids)),
        update(appeals).where(appeals.c.id.in_(ids)).values(**empty, official_number="", author_id=None),
    ):
        await connection.execute(statement)
    return len(ids), files


async def erase_talks(connection: Connection, periods: Retention, now: datetime) -> int:
    """Talks with a human that ended long ago."""
    over = conditions(periods, now)["talks"]
    ids = list((await connection.execute(select(calls.c.id).where(over).limit(AT_ONCE))).scalars())
    await connection.execute(delete(call_words).where(call_words.c.call_id.in_(ids)))
    await connection.execute(delete(calls).where(calls.c.id.in_(ids)))
    return len(ids)


async def erase_photos(connection: Connection, periods: Retention, now: datetime) -> Sequence[str]:
    """Photos of drafts that are no more; gives the names of their files."""
    return await forget_media(connection, conditions(periods, now)["photos"])


async def forget_media(connection: Connection, which: ColumnElement[bool]) -> list[str]:
    """Forget files; gives the names of those that were stored."""
    gone = await connection.execute(delete(media).where(which).returning(media.c.file))
    return [name for name in gone.scalars() if name]
