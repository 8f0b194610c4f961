"""What is remembered of each messenger: updates that had their effect, the reading position, the form of its links."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from storage.database import Connection, insert_for, insert_once
from storage.tables import doors, updates_seen


async def mark_seen(connection: Connection, updates: Iterable[tuple[str, str]], now: datetime) -> set[tuple[str, str]]:
    """Mark updates (channel, id) as seen and give those that were not seen before."""
    rows = [{"channel": channel, "update_id": update, "seen_at": now} for channel, update in updates]
    statement = insert_once(connection, updates_seen)
    fresh = await connection.execute(statement.returning(updates_seen.c.channel, updates_seen.c.update_id), rows)
    return {(channel, update) for channel, update in fresh}


async def forget_seen(connection: Connection, before: datetime) -> int:
    """Delete marks older than a moment; gives their number. No messenger repeats an update after a day."""
    return (await connection.execute(delete(updates_seen).where(updates_seen.c.seen_at < before))).rowcount


async def save(connection: Connection, channel: str, **values: str) -> None:
    """Remember the `cursor` or the `link` of a messenger."""
    statement = insert_for(connection.dialect.name, doors).values(channel=channel, **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["channel"], set_=values))


async def cursor(connection: Connection, channel: str) -> str:
    """Where reading the updates of a messenger goes on; empty at the first start."""
    return (await connection.execute(select(doors.c.cursor).where(doors.c.channel == channel))).scalar() or ""


async def links(connection: Connection) -> dict[str, str]:
    """The form of links into each messenger, with «{}» where the payload goes."""
    rows = await connection.execute(
        select(doors.c.channel, doors.c.link).where(doors.c.link != "").order_by(doors.c.channel)
    )
    return {row.channel: row.link for row in rows}
