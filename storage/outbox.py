"""What the bot has to say: rows made with the turn, taken by the relay, marked when the messenger has them."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, RowMapping, Select, bindparam, delete, func, insert, select, update

from storage.database import Connection, as_it_stands
from storage.tables import outgoing, persons


class Lane(IntEnum):
    """Who goes first."""

    REPLY = 0
    NOTICE = 1
    BROADCAST = 2


class State(StrEnum):
    """What became of a row."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    UNREACHABLE = "unreachable"


WAITING = as_it_stands(State.WAITING)


@dataclass(frozen=True)
class Outgoing:
    """One message on its way. `random_id` (int32, not 0) is stored so that a repeat in VK is no second message."""

    id: int
    person_id: int
    channel: str
    address: str
    lane: Lane
    body: dict[str, Any]
    random_id: int
    attempts: int
    due_at: datetime


@dataclass(frozen=True)
class Draft:
    """A message that is not stored yet."""

    person_id: int
    channel: str
    address: str
    lane: Lane
    body: dict[str, Any]
    random_id: int
    due_at: datetime


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt to send."""

    id: int
    state: State
    attempts: int
    due_at: datetime
    problem: str = ""


async def put(connection: Connection, drafts: Sequence[Draft], now: datetime) -> list[Outgoing]:
    """Store messages; they may be sent after the transaction is committed."""
    if not drafts:
        return []
    fixed = {"state": State.WAITING, "created_at": now}
    rows = await connection.execute(
        insert(outgoing).returning(outgoing.c.id, outgoing.c.address, outgoing.c.random_id),
        [{**vars(draft), **fixed} for draft in drafts],
    )
    ids: dict[tuple[str, int], deque[int]] = {}
    for row in sorted(rows, key=lambda row: row.id):  # they come back in any order
        ids.setdefault((row.address, row.random_id), deque()).append(row.id)
    return [Outgoing(id=ids[draft.address, draft.random_id].popleft(), attempts=0, **vars(draft)) for draft in drafts]


async def due(
    connection: Connection,
    channel: str,
    lanes: Iterable[Lane],
    now: datetime,
    limit: int,
    addresses: Iterable[str] | None = None,
) -> list[Outgoing]:
    """What is to be sent in these lanes, first lane first, oldest first; only to these addresses if given.

    What was tried before is given even when its next try is still to come: nothing behind it may overtake it.
    """
    query = waiting_in(tuple(sorted(lanes)), addresses is None)
    values = {"channel": channel, "now": now, "limit": limit}
    rows = await connection.execute(query, values if addresses is None else {**values, "addresses": list(addresses)})
    return [outgoing_of(row) for row in rows.mappings()]


@lru_cache(maxsize=32)
def waiting_in(lanes: tuple[Lane, ...], everybody: bool) -> Select[Any]:
    """The query for `due`."""
    mine = outgoing.c
    query = select(outgoing).where(
        mine.channel == bindparam("channel"),
        mine.state == WAITING,
        mine.lane.in_(lanes),
        (mine.due_at <= bindparam("now")) | (mine.attempts > 0),
    )
    if not everybody:
        query = query.where(mine.address.in_(bindparam("addresses", expanding=True)))
    return query.order_by(mine.lane, mine.id).limit(bindparam("limit", type_=Integer))


def outgoing_of(row: RowMapping) -> Outgoing:
    """A message from a row of `outgoing`."""
    same = ("id", "person_id", "channel", "address", "body", "random_id", "attempts", "due_at")
    return Outgoing(**{name: row[name] for name in same}, lane=Lane(row["lane"]))


async def finish(connection: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write what became of attempts. The words of what is through are forgotten: they stand in the chat."""
    done = [outcome for outcome in outcomes if outcome.state is not State.WAITING]
    again = [outcome for outcome in outcomes if outcome.state is State.WAITING]
    one = update(outgoing).where(outgoing.c.id == bindparam("row"))
    if done:
        values: dict[str, Any] = {"state": bindparam("to"), "attempts": bindparam("tries"), "problem": bindparam("why")}
        await connection.execute(
            one.values(**values, finished_at=now, body={}),
            [{"row": item.id, "to": item.state, "tries": item.attempts, "why": item.problem} for item in done],
        )
    if again:
        values = {"attempts": bindparam("tries"), "due_at": bindparam("later"), "problem": bindparam("why")}
        await connection.execute(
            one.values(**values),
            [{"row": item.id, "tries": item.attempts, "later": item.due_at, "why": item.problem} for item in again],
        )


async def give_up_on(connection: Connection, person: int, now: datetime) -> None:
    """A person cannot be reached any more: nothing that waits for them is sent."""
    waiting = (outgoing.c.person_id == person) & (outgoing.c.state == WAITING)
    await connection.execute(update(outgoing).where(waiting).values(state=State.UNREACHABLE, finished_at=now, body={}))
    await connection.execute(update(persons).where(persons.c.id == person).values(reachable=False))


async def count(connection: Connection, state: State) -> int:
    """How many messages are in a state."""
    query = select(func.count()).select_from(outgoing).where(outgoing.c.state == state)
    return (await connection.execute(query)).scalar_one()


async def forget_finished(connection: Connection, before: datetime) -> int:
    """Delete rows that were sent or given up before a moment; gives their number. Failed ones stay visible."""
    over = outgoing.c.state.in_([State.SENT, State.UNREACHABLE]) & (outgoing.c.finished_at < before)
    return (await connection.execute(delete(outgoing).where(over))).rowcount
