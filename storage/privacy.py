"""Everything that is kept about one person: to be shown, handed over, erased."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, delete, select, update

from storage.database import Connection
from storage.model.numbers import written
from storage.outbox import Lane
from storage.tables import (
    appeals,
    call_words,
    calls,
    consents,
    conversations,
    events,
    examples,
    handovers,
    media,
    outgoing,
    persons,
    profiles,
    proposals,
    supporters,
    verdicts,
)

ERASED = "erased"


def printable(value: Any) -> Any:
    """A value as JSON shows it."""
    return value.isoformat() if isinstance(value, datetime | date) else value


async def rows(connection: Connection, table: Table, condition: Any) -> list[dict[str, Any]]:
    """Rows of a table as JSON shows them."""
    found = await connection.execute(select(table).where(condition))
    return [{key: printable(value) for key, value in row.items()} for row in found.mappings()]


async def export(connection: Connection, person: int) -> dict[str, Any]:
    """Everything about a person, table by table (152-ФЗ, ст. 14)."""
    own = select(appeals.c.id).where(appeals.c.author_id == person)
    talks = select(calls.c.id).where(calls.c.person_id == person)
    return {
        "person": await rows(connection, persons, persons.c.id == person),
        "consents": await rows(connection, consents, consents.c.person_id == person),
        "conversation": await rows(connection, conversations, conversations.c.person_id == person),
        "profile": await rows(connection, profiles, profiles.c.person_id == person),
        "appeals": await rows(connection, appeals, appeals.c.author_id == person),
        "history": await rows(connection, events, events.c.appeal_id.in_(own) | (events.c.actor_id == person)),
        "handovers": await rows(connection, handovers, handovers.c.appeal_id.in_(own)),
        "joined": await rows(connection, supporters, supporters.c.person_id == person),
        "verdicts": await rows(connection, verdicts, verdicts.c.person_id == person),
        "files": await rows(connection, media, media.c.person_id == person),
        "talks": await rows(
            connection, call_words, call_words.c.call_id.in_(talks) | (call_words.c.person_id == person)
        ),
        "examples": await rows(connection, examples, examples.c.person_id == person),
        "proposals": await rows(connection, proposals, proposals.c.person_id == person),
        "messages": await rows(connection, outgoing, outgoing.c.person_id == person),
    }


async def recall_words(connection: Connection, person: int) -> None:
    """Messages with a person's words that are still on their way to others are not sent any more."""
    own = (await connection.execute(select(appeals.c.id).where(appeals.c.author_id == person))).scalars()
    talks = (await connection.execute(select(calls.c.id).where(calls.c.person_id == person))).scalars()
    signs = {f"№ {written(appeal)}" for appeal in own} | {f"(разговор {call})" for call in talks}
    waiting = (outgoing.c.state == "waiting") & (outgoing.c.person_id != person) & (outgoing.c.lane < Lane.BROADCAST)
    found = await connection.execute(select(outgoing.c.id, outgoing.c.body).where(waiting))
    telling = [row.id for row in found if any(sign in str(row.body.get("text", "")) for sign in signs)]
    await connection.execute(delete(outgoing).where(outgoing.c.id.in_(telling)))


async def erase(connection: Connection, person: int, now: datetime) -> Sequence[str]:
    """Erase what a person told us; gives the names of files to be deleted.

    Appeals stay as counts without words, place, number or author; the record of consent and its withdrawal stays, tied
    to a number that leads to nobody (152-ФЗ, ст. 21 ч. 5).
    """
    own = select(appeals.c.id).where(appeals.c.author_id == person)
    mine = list((await connection.execute(select(calls.c.id).where(calls.c.person_id == person))).scalars())
    files = select(media.c.file).where(media.c.person_id == person, media.c.file != "")
    names = list((await connection.execute(files)).scalars())
    await recall_words(connection, person)
    about_own = events.c.appeal_id.in_(own)
    for statement in (
        update(events).where(about_own | (events.c.actor_id == person)).values(words="", media=[]),
        update(events).where(events.c.actor_id == person).values(actor_id=None),
        delete(handovers).where(handovers.c.appeal_id.in_(own)),
        delete(media).where(media.c.person_id == person),
        delete(call_words).where(call_words.c.call_id.in_(mine) | (call_words.c.person_id == person)),
        delete(calls).where(calls.c.person_id == person),
        delete(supporters).where(supporters.c.person_id == person),
        delete(verdicts).where(verdicts.c.person_id == person),
        delete(profiles).where(profiles.c.person_id == person),
        delete(conversations).where(conversations.c.person_id == person),
        delete(outgoing).where(outgoing.c.person_id == person),
        delete(examples).where(examples.c.person_id == person),
        update(proposals).where(proposals.c.person_id == person).values(person_id=None),
        update(consents)
        .where(consents.c.person_id == person, consents.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now),
        update(appeals)
        .where(appeals.c.author_id == person)
        .values(text="", place="", answers={}, lat=None, lon=None, official_number="", author_id=None),
        update(persons)
        .where(persons.c.id == person)
        .values(channel=ERASED, address=str(person), name="", reachable=False, role="resident"),
    ):
        await connection.execute(statement)
    return names
