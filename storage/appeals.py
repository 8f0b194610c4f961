"""Appeals: filing, changing, finding; every change is an event written with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, delete, exists, func, insert, select, update

from storage.database import Connection, insert_once
from storage.model.appeal import (
    CLOSED,
    IN_HAND,
    TRANSITIONS,
    UNDER_WAY,
    WAITING,
    Actor,
    Appeal,
    Change,
    Event,
    ForbiddenTransition,
    Kind,
    NewAppeal,
    Status,
)
from storage.model.territory import Point
from storage.tables import appeals, events, persons, supporters, verdicts

AROUND = 50
"""appeals that are looked at around a place"""


def appeal_of(row: RowMapping) -> Appeal:
    """An appeal from a row of `appeals`."""
    point = Point(row["lat"], row["lon"]) if row["lat"] is not None else None
    same = ("id", "author_id", "city", "situation", "body", "land", "district", "okrug", "place", "text")
    rest = ("created_at", "changed_at", "moderate_by", "due_on", "official_number", "share_token", "address")
    return Appeal(
        **{name: row[name] for name in same + rest},
        point=point,
        status=Status(row["status"]),
    )


def event_of(row: RowMapping) -> Event:
    """An event from a row of `events` joined with the actor's name."""
    before, after = row["before"], row["after"]
    return Event(
        row["id"],
        row["appeal_id"],
        row["at"],
        Kind(row["kind"]),
        Actor(row["actor"]),
        row["actor_id"],
        row["name"] or "",
        Status(before) if before else None,
        Status(after) if after else None,
        row["words"],
        tuple(row["media"]),
    )


async def file(connection: Connection, new: NewAppeal, now: datetime) -> Appeal:
    """Store an appeal, with the first event of its history."""
    values = {
        "author_id": new.author_id,
        "city": new.city,
        "situation": new.situation,
        "body": new.body,
        "land": new.land,
        "district": new.district,
        "okrug": new.okrug,
        "place": new.place,
        "lat": new.point.lat if new.point else None,
        "lon": new.point.lon if new.point else None,
        "text": new.text,
        "answers": new.answers,
        "status": new.status,
        "created_at": now,
        "changed_at": now,
        "moderate_by": new.moderate_by,
        "share_token": new.share_token,
        "address": new.address,
    }
    inserted = await connection.execute(insert(appeals).returning(appeals), values)
    appeal = appeal_of(inserted.mappings().one())
    await record(connection, appeal, Change(Kind.MOVED, Actor.AUTHOR, new.author_id, after=new.status), now, None)
    return appeal


async def record(connection: Connection, appeal: Appeal, change: Change, now: datetime, before: Status | None) -> int:
    """Append an event to an appeal's history; gives its id."""
    values = {
        "appeal_id": appeal.id,
        "at": now,
        "kind": change.kind,
        "actor": change.actor,
        "actor_id": change.actor_id,
        "before": before,
        "after": change.after,
        "words": change.words,
        "media": list(change.media),
    }
    inserted = await connection.execute(insert(events).returning(events.c.id), values)
    event_id: int = inserted.scalar_one()
    return event_id


async def apply(connection: Connection, appeal: Appeal, change: Change, now: datetime) -> Appeal:
    """Do what the change says and write it into the history. Raises ForbiddenTransition; the row must be locked."""
    values: dict[str, Any] = {}
    if change.after is not None:
        if change.after not in TRANSITIONS[appeal.status]:
            raise ForbiddenTransition(f"{appeal.status} -> {change.after}")
        values = {"status": change.after, "changed_at": now, "overdue_told": False}
    if change.official_number is not None:
        values["official_number"] = change.official_number
    if change.due_on is not None:
        values["due_on"] = change.due_on
    await record(connection, appeal, change, now, appeal.status)
    if not values:
        return appeal
    changed = await connection.execute(
        update(appeals).where(appeals.c.id == appeal.id).values(**values).returning(appeals)
    )
    return appeal_of(changed.mappings().one())


async def correct(
    connection: Connection, appeal: Appeal, change: Change, now: datetime, answers: dict[str, Any] | None = None
) -> None:
    """Store the situation, body, text and answers an appeal has now, and why, in its history; it must be locked."""
    await record(connection, appeal, change, now, appeal.status)
    new: dict[str, Any] = {"situation": appeal.situation, "body": appeal.body, "text": appeal.text}
    if answers is not None:
        new["answers"] = answers
    await connection.execute(update(appeals).where(appeals.c.id == appeal.id).values(**new))


async def answers_of(connection: Connection, appeal_id: int) -> dict[str, Any]:
    """What the author answered; empty if it was erased."""
    return (await connection.execute(select(appeals.c.answers).where(appeals.c.id == appeal_id))).scalar() or {}


async def find(connection: Connection, appeal_id: int, *, lock: bool = False) -> Appeal | None:
    """The appeal with this id; `lock` keeps others from changing it until the transaction ends."""
    return await first(connection, appeals.c.id == appeal_id, lock=lock)


async def find_shared(connection: Connection, token: str) -> Appeal | None:
    """The appeal behind a link."""
    return await first(connection, appeals.c.share_token == token)


async def first(connection: Connection, condition: ColumnElement[bool], *, lock: bool = False) -> Appeal | None:
    """The one appeal that fulfils a condition."""
    query = select(appeals).where(condition)
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().first()
    return appeal_of(row) if row else None


async def of_person(connection: Connection, person: int, limit: int, offset: int = 0) -> list[Appeal]:
    """Appeals a person wrote or joined, latest first."""
    joined = select(supporters.c.appeal_id).where(supporters.c.person_id == person)
    query = select(appeals).where((appeals.c.author_id == person) | appeals.c.id.in_(joined))
    return await listed(connection, query.order_by(appeals.c.id.desc()).limit(limit).offset(offset))


async def listed(connection: Connection, query: Select[Any]) -> list[Appeal]:
    """The appeals a query finds."""
    return [appeal_of(row) for row in (await connection.execute(query)).mappings()]


@dataclass(frozen=True)
class Area:
    """Where similar appeals are looked for: around a point (`reach` in kilometres), or at an address."""

    city: str
    situation: str
    point: Point | None
    reach: float
    address: str


async def around(connection: Connection, area: Area, since: datetime) -> list[Appeal]:
    """Open appeals of a situation in an area, made since then, latest first; those in the corners may be farther."""
    found: dict[int, Appeal] = {}
    for place in places_in(area):
        about = (appeals.c.situation == area.situation) & (appeals.c.city == area.city) & place
        query = select(appeals).where(about, appeals.c.created_at >= since, appeals.c.status.not_in(sorted(CLOSED)))
        many = await listed(connection, query.order_by(appeals.c.id.desc()).limit(AROUND))
        found |= {appeal.id: appeal for appeal in many}
    return list(found.values())


def places_in(area: Area) -> list[ColumnElement[bool]]:
    """The conditions for the place, one for each index."""
    conditions: list[ColumnElement[bool]] = []
    if area.point is not None:
        north, east = area.point.degrees(area.reach)
        lat, lon = area.point.lat, area.point.lon
        box = appeals.c.lat.between(lat - north, lat + north) & appeals.c.lon.between(lon - east, lon + east)
        conditions.append(box)
    return [*conditions, *([appeals.c.address == area.address] if area.address else [])]


async def waiting_after(connection: Connection, after: Appeal | None) -> Appeal | None:
    """The appeal that waits longest for a moderator; with `after`, the next one in the queue."""
    query = select(appeals).where(appeals.c.status.in_(WAITING)).order_by(appeals.c.changed_at, appeals.c.id).limit(1)
    if after is not None:
        later = (appeals.c.changed_at > after.changed_at) | (
            (appeals.c.changed_at == after.changed_at) & (appeals.c.id > after.id)
        )
        query = query.where(later)
    row = (await connection.execute(query)).mappings().first()
    return appeal_of(row) if row else None


async def count_waiting(connection: Connection) -> int:
    """How many appeals wait for a moderator."""
    query = select(func.count()).select_from(appeals).where(appeals.c.status.in_(WAITING))
    return (await connection.execute(query)).scalar_one()


async def in_hand(connection: Connection, limit: int, offset: int = 0) -> list[Appeal]:
    """Appeals that moderators have to lead on, the most urgent first: by the due date, else by the one for checking."""
    urgency = func.coalesce(appeals.c.due_on, appeals.c.moderate_by)
    query = select(appeals).where(is_in_hand()).order_by(urgency, appeals.c.id)
    return await listed(connection, query.limit(limit).offset(offset))


async def count_in_hand(connection: Connection) -> int:
    """How many they are."""
    return (await connection.execute(select(func.count()).select_from(appeals).where(is_in_hand()))).scalar_one()


def is_in_hand() -> ColumnElement[bool]:
    """Accepted and not answered, moved by others than its author alone, and somebody waits for it still."""
    of_it = events.c.appeal_id == appeals.c.id
    led = of_it & (events.c.kind == Kind.MOVED) & events.c.actor.in_((Actor.MODERATOR, Actor.SYSTEM))
    awaited = appeals.c.author_id.is_not(None) | exists().where(supporters.c.appeal_id == appeals.c.id)
    return appeals.c.status.in_(IN_HAND) & exists().where(led) & awaited


async def history(connection: Connection, appeal_id: int) -> list[Event]:
    """Everything that happened to an appeal, oldest first."""
    query = select(events, persons.c.name).outerjoin(persons, persons.c.id == events.c.actor_id)
    rows = await connection.execute(query.where(events.c.appeal_id == appeal_id).order_by(events.c.id))
    return [event_of(row) for row in rows.mappings()]


async def has_unnoticed(connection: Connection) -> bool:
    """Whether there is an event nobody was told of yet."""
    return (await connection.execute(select(events.c.id).where(~events.c.noticed).limit(1))).first() is not None


async def claim_unnoticed(connection: Connection, limit: int) -> list[Event]:
    """Events nobody was told of yet, oldest first; they are marked, so that this transaction alone tells of them."""
    query = select(events.c.id).where(~events.c.noticed).order_by(events.c.id).limit(limit)
    ids = list((await connection.execute(query.with_for_update(skip_locked=True))).scalars())
    if not ids:
        return []
    await connection.execute(update(events).where(events.c.id.in_(ids)).values(noticed=True))
    full = select(events, persons.c.name).outerjoin(persons, persons.c.id == events.c.actor_id)
    rows = await connection.execute(full.where(events.c.id.in_(ids)).order_by(events.c.id))
    return [event_of(row) for row in rows.mappings()]


async def claim_overdue(connection: Connection, today: date, limit: int) -> list[Appeal]:
    """Appeals under way that are past their due date, each claimed once for each date."""
    late = (appeals.c.due_on < today) & appeals.c.status.in_(sorted(UNDER_WAY)) & ~appeals.c.overdue_told
    query = select(appeals.c.id).where(late).limit(limit).with_for_update(skip_locked=True)
    ids = list((await connection.execute(query)).scalars())
    if not ids:
        return []
    claimed = update(appeals).where(appeals.c.id.in_(ids)).values(overdue_told=True).returning(appeals)
    return [appeal_of(row) for row in (await connection.execute(claimed)).mappings()]


async def claim_unfiled(connection: Connection, before: datetime, limit: int) -> list[Appeal]:
    """Appeals that have been with their authors since `before` and were not filed, each claimed once."""
    late = (appeals.c.status == Status.READY) & (appeals.c.changed_at < before) & ~appeals.c.overdue_told
    query = select(appeals.c.id).where(late).limit(limit).with_for_update(skip_locked=True)
    ids = list((await connection.execute(query)).scalars())
    if not ids:
        return []
    claimed = update(appeals).where(appeals.c.id.in_(ids)).values(overdue_told=True).returning(appeals)
    return [appeal_of(row) for row in (await connection.execute(claimed)).mappings()]


async def join(connection: Connection, appeal: Appeal, person: int, now: datetime) -> bool:
    """Add a supporter; False if they are one already."""
    values = {"appeal_id": appeal.id, "person_id": person, "joined_at": now}
    added = await connection.execute(
        insert_once(connection, supporters).values(**values).returning(supporters.c.person_id)
    )
    if added.first() is None:
        return False
    await record(connection, appeal, Change(Kind.JOINED, Actor.SUPPORTER, person), now, appeal.status)
    return True


async def leave(connection: Connection, appeal: Appeal, person: int, now: datetime) -> bool:
    """Remove a supporter; False if they were none."""
    mine = (supporters.c.appeal_id == appeal.id) & (supporters.c.person_id == person)
    gone = await connection.execute(delete(supporters).where(mine).returning(supporters.c.person_id))
    if gone.first() is None:
        return False
    await record(connection, appeal, Change(Kind.LEFT, Actor.SUPPORTER, person), now, appeal.status)
    return True


async def supporters_of(connection: Connection, appeal_id: int) -> list[int]:
    """The ids of those who joined."""
    query = select(supporters.c.person_id).where(supporters.c.appeal_id == appeal_id)
    return list((await connection.execute(query.order_by(supporters.c.joined_at))).scalars())


async def names_of_supporters(connection: Connection, appeal_id: int) -> tuple[list[str], int]:
    """The names of those who want to be named on paper, first come first, and how many the others are."""
    query = select(supporters.c.name).where(supporters.c.appeal_id == appeal_id).order_by(supporters.c.joined_at)
    told = list((await connection.execute(query)).scalars())
    names = [name for name in told if name]
    return names, len(told) - len(names)


async def name_of_supporter(connection: Connection, appeal_id: int, person: int) -> str:
    """Under which name a supporter is named on paper, empty for not at all."""
    mine = (supporters.c.appeal_id == appeal_id) & (supporters.c.person_id == person)
    return (await connection.execute(select(supporters.c.name).where(mine))).scalar() or ""


async def name_supporter(connection: Connection, appeal_id: int, person: int, name: str) -> bool:
    """Write under which name a supporter is named on paper, empty for not at all; False if they are none."""
    mine = (supporters.c.appeal_id == appeal_id) & (supporters.c.person_id == person)
    named = await connection.execute(update(supporters).where(mine).values(name=name).returning(supporters.c.person_id))
    return named.first() is not None


async def is_supporter(connection: Connection, appeal_id: int, person: int) -> bool:
    """Whether a person joined this appeal."""
    mine = (supporters.c.appeal_id == appeal_id) & (supporters.c.person_id == person)
    return (await connection.execute(select(supporters.c.person_id).where(mine))).first() is not None


async def answer_round(connection: Connection, appeal_id: int) -> int | None:
    """The event with the latest answer, about which verdicts are given; None if there was no answer."""
    query = select(func.max(events.c.id)).where(events.c.appeal_id == appeal_id, events.c.after == Status.ANSWERED)
    found: int | None = (await connection.execute(query)).scalar()
    return found


async def save_verdict(connection: Connection, key: Mapping[str, int], now: datetime, **values: Any) -> None:
    """Write a person's verdict (`key`: appeal_id, person_id, round), or the score and comment that follow it."""
    mine = [verdicts.c[name] == value for name, value in key.items()]
    changed = await connection.execute(update(verdicts).where(*mine).values(**values).returning(verdicts.c.person_id))
    if changed.first() is None:
        await connection.execute(insert(verdicts).values(**key, at=now, **values))


async def verdicts_of(connection: Connection, appeal_id: int, round_id: int) -> list[RowMapping]:
    """All verdicts about one answer, in the order in which people first gave them."""
    query = select(verdicts).where(verdicts.c.appeal_id == appeal_id, verdicts.c.round == round_id)
    return list((await connection.execute(query.order_by(verdicts.c.at, verdicts.c.person_id))).mappings())


async def counted_by(connection: Connection, column: str) -> dict[str, int]:
    """Number of appeals by status, situation or body, most frequent first."""
    key = appeals.c[column]
    query = select(key, func.count()).group_by(key).order_by(func.count().desc(), key)
    return {row[0]: row[1] for row in await connection.execute(query)}
