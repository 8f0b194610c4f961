"""What is kept longer than it may be: found, counted, and erased down to numbers (152-ФЗ, ст. 5 ч. 7)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update

from storage.database import Connection
from storage.model.appeal import CLOSED
from storage.model.city import PERSONAL_DATA, Retention
from storage.privacy import ERASED, NOTHING, answers_in, frames_of
from storage.tables import (
    appeals,
    call_words,
    calls,
    consents,
    conversations,
    events,
    handovers,
    media,
    persons,
    supporters,
    verdicts,
)

AT_ONCE = 500


@dataclass(frozen=True)
class Expired:
    """How much is over its time: conversations with drafts, closed appeals, talks, files that belong to nothing, people
    who took their consent back.
    """

    drafts: int
    appeals: int
    talks: int
    photos: int
    people: int = 0

    @property
    def total(self) -> int:
        """All together."""
        return self.drafts + self.appeals + self.talks + self.photos + self.people


def conditions(periods: Retention, now: datetime) -> dict[str, ColumnElement[bool]]:
    """What is over its time, by what it is. Files of no appeal stay while their owner has a draft that waits."""
    closed, ended = now - timedelta(days=periods.closed_days), now - timedelta(days=periods.talk_days)
    stray = now - periods.drafts - timedelta(days=1)
    last_said = select(func.max(call_words.c.at)).where(call_words.c.call_id == calls.c.id).scalar_subquery()
    waits = exists().where(conversations.c.person_id == media.c.person_id, conversations.c.forget_at > now)
    return {
        "drafts": conversations.c.forget_at <= now,
        "appeals": appeals.c.status.in_(sorted(CLOSED)) & (appeals.c.changed_at < closed) & has_more_than_numbers(),
        "talks": func.coalesce(calls.c.closed_at, last_said, calls.c.opened_at) < ended,  # many are never closed
        "photos": media.c.appeal_id.is_(None) & (media.c.created_at < stray) & ~waits,
        "people": withdrawn_before(now - timedelta(days=periods.withdrawal_days)),
    }


def withdrawn_before(moment: datetime) -> ColumnElement[bool]:
    """Whether somebody took the consent to the processing of their data back and has given none since."""
    own = (consents.c.person_id == persons.c.id) & (consents.c.kind == PERSONAL_DATA)
    back = exists().where(own, consents.c.withdrawn_at <= moment)
    return (persons.c.channel != ERASED) & back & ~exists().where(own, consents.c.withdrawn_at.is_(None))


async def withdrawn(connection: Connection, periods: Retention, now: datetime) -> list[int]:
    """People who took their consent back so long ago that everything is to be erased, some of them."""
    query = select(persons.c.id).where(conditions(periods, now)["people"]).limit(AT_ONCE)
    return list((await connection.execute(query)).scalars())


def has_more_than_numbers() -> ColumnElement[bool]:
    """Whether anything is left of an appeal to be erased; its author may have erased their part before."""

    def some(column: ColumnElement[int], *condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists().where(column == appeals.c.id, *condition)

    return or_(
        appeals.c.text != "",
        appeals.c.author_id.is_not(None),
        some(media.c.appeal_id),
        some(supporters.c.appeal_id),
        some(handovers.c.appeal_id),
        some(verdicts.c.appeal_id, verdicts.c.comment != ""),
        some(events.c.appeal_id, (events.c.words != "") | events.c.actor_id.is_not(None)),
    )


async def count(connection: Connection, periods: Retention, now: datetime) -> Expired:
    """How much would be erased now; files of drafts that are over their time go with them and are not counted."""
    over = conditions(periods, now)
    over["photos"] &= media.c.id.not_in(await files_of_drafts(connection, now))
    tables = {"drafts": conversations, "appeals": appeals, "talks": calls, "photos": media, "people": persons}
    found = {}
    for name, table in tables.items():
        query = select(func.count()).select_from(table).where(over[name])
        found[name] = (await connection.execute(query)).scalar_one()
    return Expired(**found)


async def files_of_drafts(connection: Connection, now: datetime) -> list[int]:
    """The files of drafts that are over their time, by their ids."""
    query = select(conversations.c.state).where(conversations.c.forget_at <= now)
    states = (await connection.execute(query)).scalars()
    return [id for state in states for frame in frames_of(state) for id in files_in(answers_in(frame))]


def files_in(answers: Mapping[str, Any]) -> Iterator[int]:
    """The ids of the files among answers: what was sent has a name in its messenger, too."""
    for sent in answers.values():
        for item in sent if isinstance(sent, list) else ():
            if isinstance(item, Mapping) and "ref" in item and "id" in item:
                yield item["id"]


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
    for statement in (
        update(events).where(events.c.appeal_id.in_(ids)).values(words="", media=[], actor_id=None),
        update(verdicts).where(verdicts.c.appeal_id.in_(ids)).values(comment=""),
        delete(supporters).where(supporters.c.appeal_id.in_(ids)),
        delete(handovers).where(handovers.c.appeal_id.in_(ids)),
        update(appeals).where(appeals.c.id.in_(ids)).values(**NOTHING, official_number="", author_id=None),
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


async def erase_photos(connection: Connection, periods: Retention, now: datetime) -> tuple[int, list[str]]:
    """Photos and voice messages of drafts that are no more; gives how many, and the names of stored files."""
    ids = select(media.c.id).where(conditions(periods, now)["photos"]).limit(AT_ONCE)
    gone = await connection.execute(delete(media).where(media.c.id.in_(ids)).returning(media.c.file))
    files = list(gone.scalars())
    return len(files), [name for name in files if name]


async def forget_media(connection: Connection, which: ColumnElement[bool]) -> list[str]:
    """Forget files; gives the names of those that were stored."""
    gone = await connection.execute(delete(media).where(which).returning(media.c.file))
    return [name for name in gone.scalars() if name]
