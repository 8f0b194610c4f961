"""Conversations in which a resident asked for a human."""

from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update

from storage.database import Connection
from storage.tables import call_words, calls


async def open_call(connection: Connection, person: int, now: datetime) -> int:
    """The open call of a person; a new one if there is none."""
    query = select(calls.c.id).where(calls.c.person_id == person, calls.c.closed_at.is_(None))
    known: int | None = (await connection.execute(query)).scalar()
    if known is not None:
        return known
    inserted = await connection.execute(insert(calls).values(person_id=person, opened_at=now).returning(calls.c.id))
    opened: int = inserted.scalar_one()
    return opened


async def find(connection: Connection, call: int) -> RowMapping | None:
    """One call."""
    return (await connection.execute(select(calls).where(calls.c.id == call))).mappings().first()


async def add_words(connection: Connection, call: int, person: int, words: str, now: datetime) -> None:
    """Keep what was said in a call."""
    await connection.execute(insert(call_words).values(call_id=call, person_id=person, words=words, at=now))
    await wait_again(connection, call, person)


async def wait_again(connection: Connection, call: int, person: int) -> None:
    """The resident said something: the call waits for an answer (again)."""
    theirs = (calls.c.id == call) & (calls.c.person_id == person)
    await connection.execute(update(calls).where(theirs).values(answered_at=None))


async def answered(connection: Connection, call: int, now: datetime) -> None:
    """A moderator answered; closed calls are open again by that."""
    await connection.execute(update(calls).where(calls.c.id == call).values(answered_at=now, closed_at=None))


async def close(connection: Connection, person: int, now: datetime) -> None:
    """The resident is through with it."""
    mine = (calls.c.person_id == person) & calls.c.closed_at.is_(None)
    await connection.execute(update(calls).where(mine).values(closed_at=now))


async def unanswered(connection: Connection, limit: int) -> list[RowMapping]:
    """Open calls whose last words are the resident's, oldest first."""
    query = select(calls).where(calls.c.closed_at.is_(None), calls.c.answered_at.is_(None))
    return list((await connection.execute(query.order_by(calls.c.id).limit(limit))).mappings())


async def words_of(connection: Connection, call: int) -> list[RowMapping]:
    """What was said in a call, oldest first."""
    query = select(call_words).where(call_words.c.call_id == call).order_by(call_words.c.id)
    return list((await connection.execute(query)).mappings())
