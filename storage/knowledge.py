"""What a city's residents teach: words that nobody understood, corrections kept as examples, proposed situations."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import RowMapping

from storage.database import Connection, insert_for
from storage.model.situation import Example
from storage.tables import examples, proposals, reloads, unanswered

LONGEST = 300
"""characters that are kept of a text"""
PRIVATE = re.compile(
    r"\S*@\S+|\S+://\S+|\S+\.(?:me|com|ru|рф|org|net)/\S*|\+?\d[\d\-(). ]{5,}\d"
    r"|\bкв(?:артир[аеуы]?й?)?\.?\s*№?\s*\d+",
    re.IGNORECASE,
)
NAME = re.compile(r"(?<=\S )[А-ЯЁ][а-яё]+ +[А-ЯЁ][а-яё]+(?: +[А-ЯЁ][а-яё]+)?")
"""two or three capitalised words in a row, not at the beginning: somebody's name, or at worst a street"""
LEFT_OVER = re.compile(r"(?: *, *){2,}")
"""commas around what was taken out"""
"""addresses of mail and sites, phone and card numbers, flats: no word of a situation"""


def impersonal(text: str) -> str:
    """The words without what may lead to a person, on one line, cut to LONGEST."""
    kept = NAME.sub(" ", PRIVATE.sub(" ", text.replace("\0", " ")))
    return " ".join(LEFT_OVER.sub(", ", kept).split())[:LONGEST]


async def note_unanswered(connection: Connection, city: str, text: str, now: datetime) -> None:
    """Count words that no situation was found for."""
    words = impersonal(text)
    if not words:
        return
    row = {"city": city, "words": words, "count": 1, "first_at": now, "last_at": now}
    again = {"count": unanswered.c.count + 1, "last_at": now}
    statement = insert_for(connection.dialect.name, unanswered).values(**row)
    await connection.execute(statement.on_conflict_do_update(index_elements=["city", "words"], set_=again))


async def list_unanswered(connection: Connection, city: str, limit: int, offset: int = 0) -> Sequence[RowMapping]:
    """Words nobody understood, the most frequent first, then the latest."""
    order = (unanswered.c.count.desc(), unanswered.c.last_at.desc(), unanswered.c.id.desc())
    query = select(unanswered).where(unanswered.c.city == city).order_by(*order).limit(limit).offset(offset)
    return (await connection.execute(query)).mappings().all()


async def find_unanswered(connection: Connection, id: int) -> RowMapping | None:
    """One of them."""
    return (await connection.execute(select(unanswered).where(unanswered.c.id == id))).mappings().first()


async def drop_unanswered(connection: Connection, id: int) -> bool:
    """Take one off the list; gives whether it was there."""
    return bool((await connection.execute(delete(unanswered).where(unanswered.c.id == id))).rowcount)


async def learn(
    connection: Connection, city: str, situation: str, text: str, now: datetime, *, person: int | None, most: int
) -> None:
    """Keep a correction, the latest for the same words; of more than `most` the oldest go."""
    words = impersonal(text)
    if not words or most < 1:
        return
    await connection.execute(delete(examples).where(examples.c.city == city, examples.c.words == words))
    row = {"city": city, "situation": situation, "words": words, "person_id": person, "created_at": now}
    await connection.execute(insert(examples).values(**row))
    latest = select(examples.c.id).where(examples.c.city == city).order_by(examples.c.id.desc()).limit(most)
    kept = list((await connection.execute(latest)).scalars())
    if len(kept) == most:
        await connection.execute(delete(examples).where(examples.c.city == city, examples.c.id < kept[-1]))


async def learnt(connection: Connection, city: str, limit: int, offset: int = 0) -> Sequence[RowMapping]:
    """What was learnt, the latest first."""
    query = select(examples).where(examples.c.city == city).order_by(examples.c.id.desc()).limit(limit).offset(offset)
    return (await connection.execute(query)).mappings().all()


async def unlearn(connection: Connection, id: int) -> bool:
    """Forget one correction; gives whether it was there."""
    return bool((await connection.execute(delete(examples).where(examples.c.id == id))).rowcount)


async def count_learnt(connection: Connection, city: str) -> int:
    """How many corrections are kept."""
    query = select(func.count()).select_from(examples).where(examples.c.city == city)
    return int((await connection.execute(query)).scalar_one())


async def all_learnt(connection: Connection, city: str, most: int) -> tuple[Example, ...]:
    """The corrections for the index, the latest `most`."""
    return tuple(Example(row["situation"], row["words"]) for row in await learnt(connection, city, most))


async def propose(connection: Connection, city: str, title: str, words: str, person: int, now: datetime) -> None:
    """Keep a situation that an administrator proposes."""
    row = {
        "city": city,
        "title": impersonal(title)[:100],
        "words": impersonal(words),
        "person_id": person,
        "created_at": now,
    }
    await connection.execute(insert(proposals).values(**row))


async def proposed(connection: Connection, city: str, limit: int) -> Sequence[RowMapping]:
    """Proposed situations, the latest first."""
    query = select(proposals).where(proposals.c.city == city).order_by(proposals.c.id.desc()).limit(limit)
    return (await connection.execute(query)).mappings().all()


async def ask_reload(connection: Connection, city: str, now: datetime) -> int:
    """Ask the program that serves a city to read its pack anew; gives the request's number."""
    statement = insert(reloads).values(city=city, asked_at=now).returning(reloads.c.id)
    return int((await connection.execute(statement)).scalar_one())


async def waiting_reloads(connection: Connection, city: str) -> bool:
    """Whether somebody asked for it."""
    query = select(reloads.c.id).where(reloads.c.done_at.is_(None), reloads.c.city == city).limit(1)
    return (await connection.execute(query)).scalar() is not None


async def finish_reloads(connection: Connection, city: str, now: datetime, outcome: str) -> None:
    """Answer all who asked: empty, or what is wrong with the new pack."""
    waiting = update(reloads).where(reloads.c.done_at.is_(None), reloads.c.city == city)
    await connection.execute(waiting.values(done_at=now, outcome=outcome))


async def reload_outcome(connection: Connection, id: int) -> str | None:
    """The answer to a request, None while there is none."""
    row = (await connection.execute(select(reloads).where(reloads.c.id == id))).mappings().first()
    return row["outcome"] if row and row["done_at"] is not None else None
