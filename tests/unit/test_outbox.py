"""What is to be sent: in lanes and in order, marked with what became of it, forgotten in the end."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from storage import outbox, people
from storage.database import Connection
from storage.model.person import Person
from storage.outbox import Draft, Lane, Outcome, Outgoing, State
from storage.tables import outgoing
from tests.unit.given import MONDAY
from tests.unit.rows import resident

NUMBERS = count(1)
SOON = timedelta(minutes=1)


def draft(person: Person, text: str = "Яма", lane: Lane = Lane.REPLY, due_at: datetime = MONDAY) -> Draft:
    """A message that is not stored yet."""
    return Draft(person.id, person.channel, person.address, lane, {"text": text}, next(NUMBERS), due_at)


async def waiting(connection: Connection, *lanes: Lane, now: datetime = MONDAY, **more: Any) -> list[str]:
    """The texts of what is to be sent now."""
    found = await outbox.due(connection, "telegram", lanes or tuple(Lane), now, more.pop("limit", 100), **more)
    return [row.body["text"] for row in found]


async def stored(connection: Connection) -> list[Any]:
    """Every row, oldest first."""
    return list((await connection.execute(select(outgoing).order_by(outgoing.c.id))).mappings())


async def put(connection: Connection, *drafts: Draft) -> list[Outgoing]:
    """Store messages and give them as the relay sees them."""
    given = await outbox.put(connection, drafts, MONDAY)
    found = await outbox.due(connection, "telegram", tuple(Lane), MONDAY + 100 * SOON, 100)
    assert sorted(found, key=lambda row: row.id) == [row for row in given if row.channel == "telegram"]
    return given


async def test_a_message_is_taken_as_it_was_put(connection: Connection) -> None:
    anna = await resident(connection)
    wanted = draft(anna, "Яма")
    (row,) = await put(connection, wanted)
    assert (row.person_id, row.channel, row.address, row.lane, row.body, row.random_id, row.due_at) == (
        wanted.person_id, wanted.channel, wanted.address, wanted.lane, wanted.body, wanted.random_id, wanted.due_at,
    )  # fmt: skip
    assert row.attempts == 0
    await outbox.put(connection, [], MONDAY)
    assert len(await stored(connection)) == 1


async def test_replies_go_before_notices_and_those_before_broadcasts_and_each_in_order(connection: Connection) -> None:
    anna, boris = await resident(connection), await resident(connection, "1002")
    orders = [
        (anna, Lane.BROADCAST),
        (boris, Lane.NOTICE),
        (anna, Lane.REPLY),
        (boris, Lane.REPLY),
        (anna, Lane.NOTICE),
    ]
    await put(connection, *(draft(person, str(number), lane) for number, (person, lane) in enumerate(orders)))
    assert await waiting(connection) == ["2", "3", "1", "4", "0"]
    assert await waiting(connection, Lane.NOTICE) == ["1", "4"]
    assert await waiting(connection, limit=2) == ["2", "3"]


async def test_only_what_is_due_goes_and_only_to_this_messenger_and_these_addresses(connection: Connection) -> None:
    anna, boris = await resident(connection), await resident(connection, "1002")
    vera = await resident(connection, "1003", "vk")
    await put(
        connection, draft(anna, "now"), draft(anna, "later", due_at=MONDAY + SOON), draft(boris), draft(vera, "vk")
    )
    assert await waiting(connection) == ["now", "Яма"]
    assert await waiting(connection, addresses=["1002", "1003"]) == ["Яма"]
    assert await waiting(connection, addresses=[]) == []
    assert await waiting(connection, now=MONDAY + SOON) == ["now", "later", "Яма"]
    assert await waiting(connection, now=MONDAY - SOON) == []


@pytest.mark.parametrize("state", [State.SENT, State.FAILED, State.UNREACHABLE])
async def test_what_is_through_is_marked_and_its_words_are_forgotten(connection: Connection, state: State) -> None:
    anna = await resident(connection)
    (row,) = await put(connection, draft(anna, "Слова"))
    await outbox.finish(connection, [Outcome(row.id, state, 3, MONDAY, "why")], MONDAY + SOON)
    (kept,) = await stored(connection)
    assert (kept["state"], kept["attempts"], kept["problem"]) == (state, 3, "why")
    assert (kept["body"], kept["finished_at"]) == ({}, MONDAY + SOON)
    assert await waiting(connection, now=MONDAY + 10 * SOON) == []
    assert await outbox.count(connection, state) == 1
    assert await outbox.count(connection, State.WAITING) == 0


async def test_what_is_to_be_tried_again_keeps_its_words_and_its_place(connection: Connection) -> None:
    anna = await resident(connection)
    one, two = await put(connection, draft(anna, "Слова"), draft(anna, "Ещё"))
    outcomes = [Outcome(one.id, State.WAITING, 1, MONDAY + SOON, "timeout"), Outcome(two.id, State.SENT, 1, MONDAY)]
    await outbox.finish(connection, outcomes, MONDAY)
    assert await waiting(connection) == ["Слова"]
    (again,) = await outbox.due(connection, "telegram", [Lane.REPLY], MONDAY, 10)
    assert again.due_at == MONDAY + SOON
    assert (again.id, again.body, again.attempts, again.random_id) == (one.id, one.body, 1, one.random_id)
    assert [row["problem"] for row in await stored(connection)] == ["timeout", ""]
    await outbox.finish(connection, [], MONDAY)


async def test_a_person_who_is_gone_is_not_written_to_any_more(connection: Connection) -> None:
    anna, boris = await resident(connection), await resident(connection, "1002")
    sent, *_ = await put(connection, draft(anna, "sent"), draft(anna, "one"), draft(anna, "two"), draft(boris, "other"))
    await outbox.finish(connection, [Outcome(sent.id, State.SENT, 1, MONDAY)], MONDAY)
    await outbox.give_up_on(connection, anna.id, MONDAY)
    assert await waiting(connection) == ["other"]
    assert [row["state"] for row in await stored(connection)] == ["sent", "unreachable", "unreachable", "waiting"]
    assert [row["body"] for row in await stored(connection)] == [{}, {}, {}, {"text": "other"}]
    assert [person.reachable for person in await people.find(connection, [anna.id, boris.id])] == [False, True]


async def test_what_was_delivered_long_ago_is_forgotten_and_what_failed_stays_visible(connection: Connection) -> None:
    anna = await resident(connection)
    states = [State.SENT, State.UNREACHABLE, State.FAILED, State.SENT, State.WAITING]
    rows = await put(connection, *(draft(anna, state) for state in states))
    for number, (row, state) in enumerate(zip(rows, states, strict=True)):
        await outbox.finish(connection, [Outcome(row.id, state, 1, MONDAY)], MONDAY + SOON * (number == 3))
    assert await outbox.forget_finished(connection, MONDAY) == 0
    assert await outbox.forget_finished(connection, MONDAY + SOON) == 2
    assert [row["state"] for row in await stored(connection)] == ["failed", "sent", "waiting"]
