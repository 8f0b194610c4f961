"""People: who they are, what they consented to, and where their conversation stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Insert, RowMapping, bindparam, func, insert, select, tuple_, update

from storage.database import Connection, insert_for
from storage.model.city import PERSONAL_DATA
from storage.model.person import STAFF, Person, Role, Wishes
from storage.tables import consents, conversations, persons

consented = (
    select(func.max(consents.c.version))
    .where(consents.c.person_id == persons.c.id, consents.c.kind == PERSONAL_DATA, consents.c.withdrawn_at.is_(None))
    .scalar_subquery()
    .label("consented")
)
"""the version of the consent to the processing of personal data that is in force"""

KNOWN = (
    select(persons, consented, conversations.c.state)
    .outerjoin(conversations, conversations.c.person_id == persons.c.id)
    .where(tuple_(persons.c.channel, persons.c.address).in_(bindparam("addresses", expanding=True)))
)
"""those of some people (channel, address) who were here before"""


def person_of(row: RowMapping) -> Person:
    """A person from a row of `persons` with the column `consented`."""
    return Person(
        row["id"],
        row["channel"],
        row["address"],
        Role(row["role"]),
        row["name"],
        bool(row["consented"]),
        row["reachable"],
        Wishes(row["notices"], row["quiet"], row["reminders"]),
        row["created_at"],
        row["consented"] or "",
    )


async def load(
    connection: Connection, addresses: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], tuple[Person, dict[str, Any]]]:
    """Known people among these (channel, address) with the state of their conversation, in one query."""
    rows = await connection.execute(KNOWN, {"addresses": list(addresses)})
    return {(row["channel"], row["address"]): (person_of(row), row["state"] or {}) for row in rows.mappings()}


async def meet(connection: Connection, channel: str, address: str, role: Role, name: str, now: datetime) -> Person:
    """Remember a person who writes for the first time; the name only if they are staff."""
    kept = name[:64] if role in STAFF else ""
    wishes = Wishes()
    values = {
        "channel": channel,
        "address": address,
        "role": role,
        "name": kept,
        "reachable": True,
        "notices": wishes.notices,
        "quiet": wishes.quiet,
        "reminders": wishes.reminders,
        "created_at": now,
    }
    inserted = await connection.execute(insert(persons).returning(persons.c.id), values)
    return Person(inserted.scalar_one(), channel, address, role, kept, created_at=now)


async def change(connection: Connection, person: int, **values: Any) -> None:
    """Change columns of one person."""
    await connection.execute(update(persons).where(persons.c.id == person).values(**values))


@dataclass(frozen=True)
class Keeping:
    """When a person is reminded of drafts that changed, and when those are forgotten; never if there are none."""

    remind_at: datetime | None = None
    forget_at: datetime | None = None


async def save_conversations(
    connection: Connection,
    states: Mapping[int, dict[str, Any]],
    now: datetime,
    keeping: Mapping[int, Keeping] | None = None,
) -> None:
    """Write where the conversations of these people stand, in one statement, in two if the drafts of some changed."""
    keeping = keeping or {}
    rows = [
        {"person_id": person, "state": state, "changed_at": now, **(vars(keeping[person]) if person in keeping else {})}
        for person, state in states.items()
    ]
    for changed in (False, True):
        some = [row for row in rows if ("remind_at" in row) is changed]
        if some:
            await connection.execute(saving_conversations(connection.dialect.name, tuple(some[0])), some)


@lru_cache
def saving_conversations(dialect: str, columns: tuple[str, ...]) -> Insert:
    """The statement that writes these columns of one conversation, new or known."""
    statement = insert_for(dialect, conversations)
    new = {name: statement.excluded[name] for name in columns if name != "person_id"}
    written: Insert = statement.on_conflict_do_update(index_elements=["person_id"], set_=new)
    return written


async def staff(connection: Connection) -> list[Person]:
    """Moderators and administrators who can be reached."""
    rows = await connection.execute(
        select(persons, consented).where(persons.c.role.in_(sorted(STAFF)), persons.c.reachable).order_by(persons.c.id)
    )
    return [person_of(row) for row in rows.mappings()]


async def find(connection: Connection, ids: Iterable[int]) -> list[Person]:
    """The people with these ids."""
    rows = await connection.execute(
        select(persons, consented).where(persons.c.id.in_(list(ids))).order_by(persons.c.id)
    )
    return [person_of(row) for row in rows.mappings()]


async def consent(
    connection: Connection, person: int, kind: str, version: str, now: datetime, channel: str = ""
) -> None:
    """Record that a person consents; to the same words in force nothing is added, those of before are replaced."""
    in_force = select(consents.c.version).where(
        consents.c.person_id == person, consents.c.kind == kind, consents.c.withdrawn_at.is_(None)
    )
    known = set((await connection.execute(in_force)).scalars())
    if version in known:
        return
    if known:
        await withdraw_consent(connection, person, kind, now)
    values = {"person_id": person, "kind": kind, "version": version, "channel": channel, "given_at": now}
    await connection.execute(insert(consents).values(**values))


async def withdraw_consent(connection: Connection, person: int, kind: str, now: datetime) -> None:
    """Record that a person takes a consent back."""
    await connection.execute(
        update(consents)
        .where(consents.c.person_id == person, consents.c.kind == kind, consents.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )


async def consents_of(connection: Connection, person: int) -> list[RowMapping]:
    """Every consent a person ever gave, oldest first."""
    rows = await connection.execute(select(consents).where(consents.c.person_id == person).order_by(consents.c.id))
    return list(rows.mappings())
