"""Calls for a human: opened once, answered, closed, opened again."""

from datetime import timedelta

from storage import calls
from storage.database import Connection
from tests.unit.given import MONDAY
from tests.unit.rows import moderator, resident

LATER = MONDAY + timedelta(hours=1)


async def test_a_person_has_one_open_call_until_it_is_closed(connection: Connection) -> None:
    anna, boris = await resident(connection), await resident(connection, "1002")
    first = await calls.open_call(connection, anna.id, MONDAY)
    assert await calls.open_call(connection, anna.id, LATER) == first
    assert await calls.open_call(connection, boris.id, LATER) != first
    await calls.close(connection, anna.id, LATER)
    second = await calls.open_call(connection, anna.id, LATER)
    assert second != first
    found = await calls.find(connection, first)
    assert found is not None
    assert (found["opened_at"], found["closed_at"], found["answered_at"]) == (MONDAY, LATER, None)
    assert await calls.find(connection, 0) is None


async def test_closing_ends_only_ones_own_call(connection: Connection) -> None:
    anna, boris = await resident(connection), await resident(connection, "1002")
    mine, other = [await calls.open_call(connection, person.id, MONDAY) for person in (anna, boris)]
    await calls.close(connection, anna.id, LATER)
    assert await calls.open_call(connection, boris.id, LATER) == other
    assert [row["id"] for row in await calls.unanswered(connection, 10)] == [other]
    assert mine != other


async def test_calls_wait_in_the_order_they_came_until_they_are_answered(connection: Connection) -> None:
    people = [await resident(connection, str(number)) for number in range(1, 4)]
    opened = [await calls.open_call(connection, person.id, MONDAY) for person in people]
    assert [row["id"] for row in await calls.unanswered(connection, 2)] == opened[:2]
    await calls.answered(connection, opened[0], LATER)
    assert [row["id"] for row in await calls.unanswered(connection, 10)] == opened[1:]


async def test_an_answer_opens_a_closed_call_again(connection: Connection) -> None:
    anna = await resident(connection)
    call = await calls.open_call(connection, anna.id, MONDAY)
    await calls.close(connection, anna.id, MONDAY)
    await calls.answered(connection, call, LATER)
    assert await calls.open_call(connection, anna.id, LATER) == call


async def test_new_words_after_an_answer_wait_for_one_again(connection: Connection) -> None:
    anna, olga = await resident(connection), await moderator(connection)
    call = await calls.open_call(connection, anna.id, MONDAY)
    await calls.add_words(connection, call, anna.id, "Помогите", MONDAY)
    await calls.add_words(connection, call, olga.id, "Чем?", LATER)
    await calls.answered(connection, call, LATER)
    assert await calls.unanswered(connection, 10) == []
    again = await calls.open_call(connection, anna.id, LATER)
    await calls.add_words(connection, again, anna.id, "Лифт стоит", LATER + timedelta(hours=1))
    assert [row["id"] for row in await calls.unanswered(connection, 10)] == [call]


async def test_words_of_a_call_are_kept_in_order_with_who_said_them(connection: Connection) -> None:
    anna, olga = await resident(connection), await moderator(connection)
    call = await calls.open_call(connection, anna.id, MONDAY)
    other = await calls.open_call(connection, olga.id, MONDAY)
    await calls.add_words(connection, call, anna.id, "Помогите", MONDAY)
    await calls.add_words(connection, other, olga.id, "Проба", MONDAY)
    await calls.add_words(connection, call, olga.id, "Чем?", LATER)
    said = await calls.words_of(connection, call)
    assert [(row["person_id"], row["words"], row["at"]) for row in said] == [
        (anna.id, "Помогите", MONDAY),
        (olga.id, "Чем?", LATER),
    ]
