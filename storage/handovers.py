"""Handovers: accepted appeals on their way to the Open311 server of a body, each claimed by one program at a time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, Select, func, literal, select, update

from storage.database import Connection, insert_once
from storage.model.appeal import Status
from storage.tables import appeals, handovers

LEASE = timedelta(minutes=10)
"""for which a claimed handover is nobody else's, should its program die: longer than a try takes"""
LOOKED_AGAIN = timedelta(minutes=10)
"""between two questions about the same request"""
WATCHED = (Status.ACCEPTED, Status.FORWARDED, Status.IN_PROGRESS, Status.PLANNED)
"""appeals that wait for what the server says"""
MOVED_ON = (
    *(Status.ANSWERED, Status.DECLINED, Status.CONFIRMED, Status.DISPUTED, Status.ESCALATED),
    *(Status.REJECTED, Status.WITHDRAWN, Status.MERGED),
)
"""appeals for which somebody else was quicker"""


class State(StrEnum):
    """What became of a handover."""

    WAITING = "waiting"
    """to be sent"""
    SENT = "sent"
    """the server has it and is asked about it"""
    CLOSED = "closed"
    """nothing more is asked"""
    FAILED = "failed"
    """a matter for moderators"""


@dataclass(frozen=True)
class Handover:
    """One appeal on its way."""

    appeal_id: int
    service: str
    """empty until it is sent for the first time"""
    state: State
    tried_since: datetime | None
    """None as long as the server cannot have it"""
    attempts: int
    """claims to send it, this one included"""
    token: str
    request: str
    """its number on the server; empty while it has none"""
    status: str
    """what the server said last: open or closed, empty for nothing"""
    notes: str


def handover_of(row: RowMapping) -> Handover:
    """A handover from a row of `handovers`."""
    same = ("appeal_id", "service", "tried_since", "attempts", "token", "request", "status", "notes")
    return Handover(**{name: row[name] for name in same}, state=State(row["state"]))


async def find(connection: Connection, appeal_id: int) -> Handover | None:
    """The handover of an appeal."""
    row = (await connection.execute(select(handovers).where(handovers.c.appeal_id == appeal_id))).mappings().first()
    return handover_of(row) if row else None


def due(city: str, bodies: Collection[str], now: datetime) -> Select[tuple[int]]:
    """Accepted appeals to these bodies that are to be sent now, for the first time or again; erased ones are not."""
    mine = handovers.c
    again = (mine.state == State.WAITING) & (mine.retry_at <= now)
    return (
        select(appeals.c.id)
        .outerjoin(handovers, mine.appeal_id == appeals.c.id)
        .where(appeals.c.status == Status.ACCEPTED, appeals.c.city == city, appeals.c.body.in_(bodies))
        .where(appeals.c.author_id.is_not(None), mine.appeal_id.is_(None) | again)
        .order_by(appeals.c.changed_at, appeals.c.id)
        .limit(1)
    )


async def has_due(connection: Connection, city: str, bodies: Collection[str], now: datetime) -> bool:
    """Whether there is an appeal to be sent now."""
    return (await connection.execute(due(city, bodies, now))).first() is not None


async def claim(connection: Connection, city: str, bodies: Collection[str], now: datetime) -> Handover | None:
    """Take the accepted appeal that waits longest; None if there is none, or somebody else took it just now."""
    appeal_id = (await connection.execute(due(city, bodies, now))).scalar()
    if appeal_id is None:
        return None
    taken = {"retry_at": now + LEASE, "updated_at": now}
    first = insert_once(connection, handovers).values(appeal_id=appeal_id, state=State.WAITING, attempts=1, **taken)
    again = (
        update(handovers)
        .where(handovers.c.appeal_id == appeal_id, handovers.c.state == State.WAITING, handovers.c.retry_at <= now)
        .values(attempts=handovers.c.attempts + 1, **taken)
    )
    for statement in (first, again):
        if row := (await connection.execute(statement.returning(handovers))).mappings().first():
            return handover_of(row)
    return None


async def begin(connection: Connection, appeal_id: int, service: str, now: datetime) -> None:
    """Write that it is being sent from now on; committed before anything is sent."""
    since = func.coalesce(handovers.c.tried_since, literal(now, handovers.c.tried_since.type))
    await settle(connection, [appeal_id], now, service=service, tried_since=since)


async def settle(connection: Connection, appeal_ids: Iterable[int], now: datetime, **values: Any) -> None:
    """Write what became of handovers."""
    mine = handovers.c.appeal_id.in_(list(appeal_ids))
    await connection.execute(update(handovers).where(mine).values(updated_at=now, **values))


async def has_sent(connection: Connection, city: str, now: datetime) -> bool:
    """Whether there is a request to be asked about now."""
    return (await connection.execute(sent(city, now).limit(1))).first() is not None


def sent(city: str, now: datetime) -> Select[tuple[int]]:
    """Requests to be asked about now."""
    mine = handovers.c
    return (
        select(mine.appeal_id)
        .join(appeals, appeals.c.id == mine.appeal_id)
        .where(mine.state == State.SENT, mine.retry_at <= now, appeals.c.city == city)
        .where(appeals.c.status.in_(WATCHED))
        .order_by(mine.retry_at, mine.appeal_id)
    )


async def claim_sent(connection: Connection, city: str, now: datetime, limit: int) -> list[Handover]:
    """Take requests to be asked about; they come again in LOOKED_AGAIN."""
    query = sent(city, now).limit(limit).with_for_update(skip_locked=True, of=handovers)
    ids = list((await connection.execute(query)).scalars())
    if not ids:
        return []
    later = update(handovers).where(handovers.c.appeal_id.in_(ids)).values(retry_at=now + LOOKED_AGAIN)
    taken = await connection.execute(later.returning(handovers))
    return [handover_of(row) for row in taken.mappings()]


async def leave_moved(connection: Connection, now: datetime) -> None:
    """Ask no more about appeals that were moved on otherwise: what the server says later is about the past."""
    moved = select(appeals.c.id).where(appeals.c.status.in_(MOVED_ON))
    gone = (handovers.c.state == State.SENT) & handovers.c.appeal_id.in_(moved)
    await connection.execute(update(handovers).where(gone).values(state=State.CLOSED, updated_at=now))
