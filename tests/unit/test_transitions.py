"""The life of an appeal: one table decides, and every change leaves an event."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from storage import appeals
from storage.database import Connection
from storage.model.appeal import (
    CLOSED,
    TRANSITIONS,
    UNDER_WAY,
    WAITING,
    Actor,
    Appeal,
    Change,
    Event,
    ForbiddenTransition,
    Kind,
    Status,
)
from storage.tables import appeals as table
from tests.unit.given import MONDAY, appeal
from tests.unit.rows import filed, resident

LATER = MONDAY + timedelta(hours=3)


def reached_from(start: Status) -> set[Status]:
    """Every status that some chain of allowed changes leads to."""
    found: set[Status] = set()
    fresh: Iterable[Status] = {start}
    while fresh:
        found |= set(fresh)
        fresh = {after for before in fresh for after in TRANSITIONS[before]} - found
    return found


@pytest.mark.parametrize("status", Status)
def test_the_table_says_what_may_follow_every_status(status: Status) -> None:
    assert status in TRANSITIONS
    assert TRANSITIONS[status] <= set(Status)
    assert status not in TRANSITIONS[status], "a change to the same status is no change"


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.SUBMITTED])
def test_every_status_can_be_reached_from_the_first_one(status: Status) -> None:
    assert status in reached_from(Status.SUBMITTED)


@pytest.mark.parametrize("status", [status for status in Status if status not in CLOSED])
def test_an_appeal_that_is_not_closed_can_still_be_closed(status: Status) -> None:
    assert TRANSITIONS[status]
    assert reached_from(status) & CLOSED


@pytest.mark.parametrize("status", sorted(CLOSED))
def test_a_closed_appeal_stays_closed_unless_a_confirmed_one_is_disputed(status: Status) -> None:
    assert TRANSITIONS[status] == ({Status.DISPUTED} if status is Status.CONFIRMED else set())


def test_nothing_that_waits_or_is_under_way_counts_as_closed() -> None:
    assert not CLOSED & UNDER_WAY
    assert not CLOSED & set(WAITING)
    assert not UNDER_WAY & set(WAITING)


def moved(after: Status, words: str = "") -> Change:
    """A moderator's change of status."""
    return Change(Kind.MOVED, Actor.MODERATOR, None, words, after)


async def put_into(connection: Connection, appeal: Appeal, status: Status) -> Appeal:
    """The appeal in any status, with no event of how it got there."""
    await connection.execute(update(table).where(table.c.id == appeal.id).values(status=status, overdue_told=True))
    found = await appeals.find(connection, appeal.id)
    assert found is not None
    return found


@pytest.mark.parametrize("before", Status)
def test_the_model_answers_as_the_table_does(before: Status) -> None:
    assert {after for after in Status if appeal(before).can_become(after)} == TRANSITIONS[before]


async def test_storage_refuses_every_change_the_table_does_not_have(connection: Connection) -> None:
    author = await resident(connection)
    for before in Status:
        appeal = await put_into(connection, await filed(connection, author.id), before)
        known = await appeals.history(connection, appeal.id)
        for after in set(Status) - TRANSITIONS[before]:
            with pytest.raises(ForbiddenTransition):
                await appeals.apply(connection, appeal, moved(after), LATER)
        assert await appeals.find(connection, appeal.id) == appeal
        assert await appeals.history(connection, appeal.id) == known


async def test_storage_makes_every_change_the_table_has_and_records_it(connection: Connection) -> None:
    author = await resident(connection)
    for before in Status:
        first = await filed(connection, author.id)
        for after in TRANSITIONS[before]:
            appeal = await put_into(connection, first, before)
            changed = await appeals.apply(connection, appeal, moved(after, f"{before} → {after}"), LATER)
            assert changed == replace(appeal, status=after, changed_at=LATER)
            assert await appeals.find(connection, first.id) == changed
        new = (await appeals.history(connection, first.id))[1:]
        assert [short(event) for event in new] == [
            (Kind.MOVED, Actor.MODERATOR, None, before, after) for after in TRANSITIONS[before]
        ]
        assert [event.words for event in new] == [f"{before} → {after}" for after in TRANSITIONS[before]]
        assert {event.at for event in new} <= {LATER}


async def test_filing_writes_the_first_event(connection: Connection) -> None:
    author = await resident(connection)
    appeal = await filed(connection, author.id)
    events = await appeals.history(connection, appeal.id)
    assert appeal.status is Status.SUBMITTED
    assert [short(event) for event in events] == [(Kind.MOVED, Actor.AUTHOR, author.id, None, Status.SUBMITTED)]


async def test_a_change_brings_number_and_due_date_with_it(connection: Connection) -> None:
    author = await resident(connection)
    appeal = await put_into(connection, await filed(connection, author.id), Status.ACCEPTED)
    change = replace(moved(Status.FORWARDED), official_number="ВХ-118", due_on=date(2026, 12, 3))
    changed = await appeals.apply(connection, appeal, change, LATER)
    assert (changed.official_number, changed.due_on) == ("ВХ-118", date(2026, 12, 3))


async def test_a_supplement_is_an_event_that_changes_nothing_else(connection: Connection) -> None:
    author = await resident(connection)
    appeal = await filed(connection, author.id)
    same = await appeals.apply(
        connection, appeal, Change(Kind.SUPPLEMENTED, Actor.AUTHOR, author.id, "ещё яма", media=(7, 8)), LATER
    )
    found = await appeals.find(connection, appeal.id)
    last = (await appeals.history(connection, appeal.id))[-1]
    assert same == appeal == found
    assert short(last) == (Kind.SUPPLEMENTED, Actor.AUTHOR, author.id, Status.SUBMITTED, None)
    assert (last.words, last.media) == ("ещё яма", (7, 8))


async def test_a_new_status_makes_the_due_date_count_again(connection: Connection) -> None:
    today = date(2026, 12, 4)
    author = await resident(connection)
    appeal = await put_into(connection, await filed(connection, author.id), Status.ACCEPTED)
    forward = replace(moved(Status.FORWARDED), due_on=date(2026, 12, 3))
    appeal = await appeals.apply(connection, appeal, forward, LATER)
    assert await appeals.claim_overdue(connection, date(2026, 12, 3), 10) == []
    assert [late.id for late in await appeals.claim_overdue(connection, today, 10)] == [appeal.id]
    assert await appeals.claim_overdue(connection, today, 10) == []
    begin = moved(Status.IN_PROGRESS)
    await appeals.apply(connection, appeal, begin, LATER)
    assert [late.id for late in await appeals.claim_overdue(connection, today, 10)] == [appeal.id]


def short(event: Event) -> tuple[Kind, Actor, int | None, Status | None, Status | None]:
    """What an event tells, without words."""
    return event.kind, event.actor, event.actor_id, event.before, event.after
