"""Photos and documents: remembered, claimed to be fetched by one at a time, stored or lost."""

from datetime import timedelta
from typing import Any

import pytest

from storage import appeals, media
from storage.database import Connection
from storage.media import Media, MediaState
from storage.model.appeal import Actor, Appeal, Change, Kind, Status
from tests.unit.given import MONDAY
from tests.unit.rows import filed, resident

PHOTOS = [{"kind": "photo", "ref": f"AgAC{number}", "size": 1000} for number in range(3)]
MINUTE = timedelta(minutes=1)


async def added(connection: Connection, found: list[dict[str, Any]] = PHOTOS) -> tuple[Appeal, tuple[int, ...]]:
    """An appeal with photos."""
    anna = await resident(connection)
    appeal = await filed(connection, anna.id)
    return appeal, await media.add(connection, anna.id, appeal.id, "telegram", found, MONDAY)


async def test_files_are_remembered_by_where_they_came_from(connection: Connection) -> None:
    appeal, ids = await added(connection, [*PHOTOS[:1], {"kind": "document", "ref": "BQAC"}])
    found = await media.of_appeal(connection, appeal.id)
    assert found == [
        Media(ids[0], "telegram", "photo", "AgAC0", MediaState.WAITING, "", 0, "", appeal.author_id, appeal.id),
        Media(ids[1], "telegram", "document", "BQAC", MediaState.WAITING, "", 0, "", appeal.author_id, appeal.id),
    ]
    assert await media.find(connection, ids) == found
    assert await media.find(connection, []) == []
    assert await media.of_appeal(connection, appeal.id + 1) == []


async def test_files_are_given_in_the_order_that_was_asked_for(connection: Connection) -> None:
    _, ids = await added(connection)
    assert [item.id for item in await media.find(connection, ids[::-1])] == list(ids[::-1])


async def test_no_files_are_none(connection: Connection) -> None:
    appeal, ids = await added(connection, [])
    assert ids == ()
    assert await media.of_appeal(connection, appeal.id) == []


async def test_photos_of_an_answer_are_no_photos_of_the_problem(connection: Connection) -> None:
    appeal, (first, second, third) = await added(connection)
    for status, shown in ((Status.ANSWERED, (third,)), (None, (second,))):
        kind = Kind.MOVED if status else Kind.SUPPLEMENTED
        told = Change(kind, Actor.AUTHOR, appeal.author_id, after=status, media=shown)
        await appeals.record(connection, appeal, told, MONDAY, Status.FORWARDED)
    assert [item.id for item in await media.photos_of(connection, appeal.id)] == [first, second]
    assert [item.id for item in await media.of_appeal(connection, appeal.id)] == [first, second, third]


async def test_a_claimed_file_is_nobody_elses_for_a_minute(connection: Connection) -> None:
    _, ids = await added(connection)
    assert await media.has_waiting(connection, "telegram", MONDAY)
    first = await media.claim(connection, "telegram", MONDAY, 2)
    assert {item.id for item in first} == set(ids[:2])
    assert {item.attempts for item in first} == {1}
    assert [item.id for item in await media.claim(connection, "telegram", MONDAY, 2)] == [ids[2]]
    assert await media.claim(connection, "telegram", MONDAY + MINUTE / 2, 9) == []
    assert not await media.has_waiting(connection, "telegram", MONDAY + MINUTE / 2)
    again = await media.claim(connection, "telegram", MONDAY + MINUTE, 9)
    assert {(item.id, item.attempts) for item in again} == {(id, 2) for id in ids}


async def test_files_of_another_messenger_or_of_later_are_not_claimed(connection: Connection) -> None:
    await added(connection)
    assert await media.claim(connection, "vk", MONDAY, 9) == []
    assert not await media.has_waiting(connection, "vk", MONDAY)
    assert await media.claim(connection, "telegram", MONDAY - MINUTE, 9) == []


async def test_a_postponed_file_is_claimed_when_its_time_has_come(connection: Connection) -> None:
    _, ids = await added(connection, PHOTOS[:1])
    await media.claim(connection, "telegram", MONDAY, 9)
    await media.postpone(connection, ids[0], MONDAY + 5 * MINUTE)
    assert await media.claim(connection, "telegram", MONDAY + 4 * MINUTE, 9) == []
    assert [item.id for item in await media.claim(connection, "telegram", MONDAY + 5 * MINUTE, 9)] == list(ids)


@pytest.mark.parametrize(("state", "file"), [(MediaState.STORED, "ab12.jpg"), (MediaState.LOST, "")])
async def test_a_file_that_is_settled_is_not_fetched_again(
    connection: Connection, state: MediaState, file: str
) -> None:
    _, ids = await added(connection, PHOTOS[:1])
    await media.settle(connection, ids[0], state, file, 7)
    (item,) = await media.find(connection, ids)
    assert (item.state, item.file) == (state, file)
    assert await media.claim(connection, "telegram", MONDAY + 9 * MINUTE, 9) == []
