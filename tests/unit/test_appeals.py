"""Finding and counting appeals, supporters, verdicts and events, as the handlers ask for them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from storage import appeals
from storage.database import Connection
from storage.model.appeal import WAITING, Actor, Appeal, Change, Kind, Status
from storage.model.territory import Point
from storage.tables import appeals as table
from tests.unit.given import MONDAY
from tests.unit.rows import filed, resident

HOUR = timedelta(hours=1)
MODERATOR = Actor.MODERATOR


async def status_of(connection: Connection, appeal: Appeal, status: Status) -> None:
    """Put an appeal into a status, whatever it was."""
    await connection.execute(update(table).where(table.c.id == appeal.id).values(status=status))


async def test_an_appeal_is_found_as_it_was_filed(connection: Connection) -> None:
    anna = await resident(connection)
    appeal = await filed(connection, anna.id, point=Point(59.93, 30.36), answers={"story": "Яма"})
    assert await appeals.find(connection, appeal.id) == appeal
    assert await appeals.find(connection, appeal.id, lock=True) == appeal
    assert await appeals.find_shared(connection, appeal.share_token) == appeal
    assert await appeals.find_shared(connection, "") is None
    assert await appeals.find(connection, appeal.id + 1) is None
    assert (appeal.point, appeal.author_id, appeal.created_at) == (Point(59.93, 30.36), anna.id, MONDAY)


async def test_a_point_on_the_equator_is_a_point(connection: Connection) -> None:
    anna = await resident(connection)
    appeal = await filed(connection, anna.id, point=Point(0.0, 0.0))
    assert appeal.point == Point(0.0, 0.0)
    assert (await filed(connection, anna.id)).point is None


async def test_ones_appeals_are_those_one_wrote_or_joined_latest_first(connection: Connection) -> None:
    anna, boris = await resident(connection), await resident(connection, "1002")
    written = [await filed(connection, anna.id) for _ in range(3)]
    other = await filed(connection, boris.id)
    await appeals.join(connection, other, anna.id, MONDAY)
    await appeals.join(connection, written[0], boris.id, MONDAY)
    expected = [appeal.id for appeal in (other, *written[::-1])]
    assert [appeal.id for appeal in await appeals.of_person(connection, anna.id, 10)] == expected
    assert [appeal.id for appeal in await appeals.of_person(connection, anna.id, 2, 1)] == expected[1:3]
    assert [appeal.id for appeal in await appeals.of_person(connection, boris.id, 10)] == [other.id, written[0].id]


async def test_joining_and_leaving_count_once_and_leave_a_trace(connection: Connection) -> None:
    anna, boris = await resident(connection), await resident(connection, "1002")
    appeal = await filed(connection, anna.id)
    assert [await appeals.join(connection, appeal, boris.id, MONDAY) for _ in range(2)] == [True, False]
    assert await appeals.supporters_of(connection, appeal.id) == [boris.id]
    assert await appeals.is_supporter(connection, appeal.id, boris.id)
    assert not await appeals.is_supporter(connection, appeal.id, anna.id)
    assert [await appeals.leave(connection, appeal, boris.id, MONDAY) for _ in range(2)] == [True, False]
    assert await appeals.supporters_of(connection, appeal.id) == []
    kinds = [(event.kind, event.actor_id) for event in await appeals.history(connection, appeal.id)]
    assert kinds == [(Kind.MOVED, anna.id), (Kind.JOINED, boris.id), (Kind.LEFT, boris.id)]


async def test_the_queue_is_led_by_what_waits_longest(connection: Connection) -> None:
    anna = await resident(connection)
    late, early, done, same = [await filed(connection, anna.id, MONDAY + hours * HOUR) for hours in (3, 1, 0, 3)]
    await status_of(connection, done, Status.ACCEPTED)
    await status_of(connection, same, Status.DISPUTED)
    found, queue = await appeals.waiting_after(connection, None), []
    while found:
        queue.append(found.id)
        found = await appeals.waiting_after(connection, found)
    assert queue == [early.id, late.id, same.id]
    assert await appeals.count_waiting(connection) == len(queue)


@pytest.mark.parametrize("status", Status)
async def test_only_what_is_to_be_decided_waits(connection: Connection, status: Status) -> None:
    anna = await resident(connection)
    await status_of(connection, await filed(connection, anna.id), status)
    assert await appeals.count_waiting(connection) == (status in WAITING)


async def led(connection: Connection, author: int, path: str, due: date | None = None, by: Actor = MODERATOR) -> int:
    """An appeal that somebody moved on through these statuses; its number."""
    appeal = await filed(connection, author)
    for status in map(Status, path.split()):
        appeal = await appeals.apply(connection, appeal, Change(Kind.MOVED, by, None, after=status, due_on=due), MONDAY)
    return appeal.id


async def test_what_moderators_lead_on_is_the_most_urgent_first(connection: Connection) -> None:
    """By its due date, else by the day on which it had to be checked: the day it was filed on in these rows."""
    anna = (await resident(connection)).id
    later = await led(connection, anna, "accepted forwarded", date(2026, 12, 23))
    sooner = await led(connection, anna, "accepted forwarded in_progress", date(2026, 12, 5))
    first, second = [await led(connection, anna, "accepted") for _ in range(2)]
    handed_over = await led(connection, anna, "accepted forwarded", date(2026, 12, 6), Actor.SYSTEM)
    for path in ("", "answered", "forwarded answered", "rejected"):
        await led(connection, anna, path if path in ("", "rejected") else f"accepted {path}")
    order = [first, second, sooner, handed_over, later]
    assert [appeal.id for appeal in await appeals.in_hand(connection, 9)] == order
    assert [appeal.id for appeal in await appeals.in_hand(connection, 2, 2)] == order[2:4]
    assert await appeals.in_hand(connection, 9, 9) == []
    assert await appeals.count_in_hand(connection) == len(order)


async def test_what_its_author_alone_moved_is_theirs_to_lead_until_a_moderator_takes_it_up(
    connection: Connection,
) -> None:
    anna = (await resident(connection)).id
    number = await led(connection, anna, "accepted ready forwarded", by=Actor.AUTHOR)
    assert await appeals.count_in_hand(connection) == 0
    appeal = await appeals.find(connection, number)
    assert appeal is not None
    taken = Change(Kind.MOVED, Actor.MODERATOR, None, after=Status.IN_PROGRESS)
    await appeals.apply(connection, appeal, taken, MONDAY)
    assert [found.id for found in await appeals.in_hand(connection, 9)] == [number]


async def test_what_nobody_waits_for_any_more_need_not_be_led_on(connection: Connection) -> None:
    anna, boris = await resident(connection), await resident(connection, "1002")
    alone, joined = [await led(connection, anna.id, "accepted") for _ in range(2)]
    appeal = await appeals.find(connection, joined)
    assert appeal is not None
    await appeals.join(connection, appeal, boris.id, MONDAY)
    await connection.execute(update(table).where(table.c.id.in_((alone, joined))).values(author_id=None))
    assert [found.id for found in await appeals.in_hand(connection, 9)] == [joined]


async def test_every_event_is_claimed_once_and_in_order(connection: Connection) -> None:
    anna = await resident(connection)
    assert not await appeals.has_unnoticed(connection)
    filings = [await filed(connection, anna.id) for _ in range(3)]
    assert await appeals.has_unnoticed(connection)
    first = await appeals.claim_unnoticed(connection, 2)
    rest = await appeals.claim_unnoticed(connection, 2)
    assert [event.appeal_id for event in (*first, *rest)] == [appeal.id for appeal in filings]
    assert await appeals.claim_unnoticed(connection, 2) == []
    assert not await appeals.has_unnoticed(connection)


@pytest.mark.parametrize(
    ("status", "due", "late"),
    [
        (Status.FORWARDED, date(2026, 11, 22), True),
        (Status.IN_PROGRESS, date(2026, 11, 22), True),
        (Status.PLANNED, date(2026, 11, 22), True),
        (Status.ESCALATED, date(2026, 11, 22), True),
        (Status.FORWARDED, date(2026, 11, 23), False),
        (Status.FORWARDED, None, False),
        (Status.ACCEPTED, date(2026, 11, 22), False),
        (Status.ANSWERED, date(2026, 11, 22), False),
        (Status.WITHDRAWN, date(2026, 11, 22), False),
    ],
)
async def test_overdue_is_what_is_under_way_past_its_day(
    connection: Connection, status: Status, due: date | None, late: bool
) -> None:
    anna = await resident(connection)
    appeal = await filed(connection, anna.id)
    await connection.execute(update(table).where(table.c.id == appeal.id).values(status=status, due_on=due))
    found = await appeals.claim_overdue(connection, date(2026, 11, 23), 10)
    assert [one.id for one in found] == ([appeal.id] if late else [])


async def test_verdicts_are_one_a_person_and_answer_and_may_be_changed(connection: Connection) -> None:
    anna, boris = await resident(connection), await resident(connection, "1002")
    appeal = await filed(connection, anna.id)
    assert await appeals.answer_round(connection, appeal.id) is None
    answered = Change(Kind.MOVED, Actor.MODERATOR, None, after=Status.ANSWERED)
    rounds = [await appeals.record(connection, appeal, answered, MONDAY, Status.FORWARDED) for _ in range(2)]
    assert await appeals.answer_round(connection, appeal.id) == rounds[1]
    for person, solved in ((anna, True), (boris, True), (boris, False)):
        key = {"appeal_id": appeal.id, "person_id": person.id, "round": rounds[1]}
        await appeals.save_verdict(connection, key, MONDAY, solved=solved)
    await appeals.save_verdict(connection, key, MONDAY, solved=False, score=2, comment="Дыра осталась")
    rows = await appeals.verdicts_of(connection, appeal.id, rounds[1])
    said = sorted((row["person_id"], row["solved"], row["score"], row["comment"]) for row in rows)
    assert said == [(anna.id, True, None, ""), (boris.id, False, 2, "Дыра осталась")]
    assert await appeals.verdicts_of(connection, appeal.id, rounds[0]) == []


async def test_appeals_are_counted_most_frequent_first(connection: Connection) -> None:
    anna = await resident(connection)
    assert await appeals.counted_by(connection, "status") == {}
    for status in (Status.ACCEPTED, Status.REJECTED, Status.ACCEPTED, Status.ANSWERED):
        await status_of(connection, await filed(connection, anna.id), status)
    counted = await appeals.counted_by(connection, "status")
    assert list(counted.items()) == [("accepted", 2), ("answered", 1), ("rejected", 1)]
    assert await appeals.counted_by(connection, "situation") == {"ground_collapse": 4}
