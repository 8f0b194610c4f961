"""What people put at the head of their papers."""

from datetime import datetime

from sqlalchemy import delete, select

from storage.database import Connection, insert_for
from storage.model.person import Profile
from storage.tables import profiles


async def find(connection: Connection, person: int) -> Profile | None:
    """What a person wants at the head of their papers, None if they never said."""
    row = (await connection.execute(select(profiles).where(profiles.c.person_id == person))).mappings().first()
    return Profile(row["name"], row["reply_to"]) if row else None


async def save(connection: Connection, person: int, profile: Profile, now: datetime) -> None:
    """Keep it, in the place of what was kept before."""
    values = {"name": profile.name, "reply_to": profile.reply_to, "changed_at": now}
    statement = insert_for(connection.dialect.name, profiles).values(person_id=person, **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=values))


async def forget(connection: Connection, person: int) -> None:
    """Keep nothing of it."""
    await connection.execute(delete(profiles).where(profiles.c.person_id == person))
