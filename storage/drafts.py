"""Conversations whose drafts wait: who is to be reminded."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from storage.database import Connection
from storage.tables import conversations


async def claim_reminders(connection: Connection, now: datetime, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """People to be reminded of their drafts, each once, with where their conversation stands."""
    due = select(conversations.c.person_id).where(conversations.c.remind_at <= now).limit(limit)
    ids = list((await connection.execute(due.with_for_update(skip_locked=True))).scalars())
    if not ids:
        return []
    claimed = update(conversations).where(conversations.c.person_id.in_(ids)).values(remind_at=None)
    rows = await connection.execute(claimed.returning(conversations.c.person_id, conversations.c.state))
    return [(row.person_id, row.state) for row in rows]


async def store(connection: Connection, person: int, state: dict[str, Any], *, forget: bool = False) -> None:
    """Where a conversation stands after its open dialog was put aside, or after its drafts were forgotten."""
    times = {"remind_at": None, "forget_at": None} if forget else {}
    await connection.execute(
        update(conversations).where(conversations.c.person_id == person).values(state=state, **times)
    )
