"""What is remembered of messengers: updates that had their effect, reading positions, links."""

from datetime import timedelta

from storage import doors
from storage.database import Connection
from tests.unit.given import MONDAY

HOUR = timedelta(hours=1)


async def test_an_update_is_fresh_once(connection: Connection) -> None:
    one, two, other = ("telegram", "17"), ("telegram", "18"), ("vk", "17")
    assert await doors.mark_seen(connection, [one, two], MONDAY) == {one, two}
    assert await doors.mark_seen(connection, [one, other], MONDAY + HOUR) == {other}
    assert await doors.mark_seen(connection, [one, two, other], MONDAY + HOUR) == set()


async def test_an_update_that_comes_twice_at_once_is_fresh_once(connection: Connection) -> None:
    twice = ("vk", "m1001:5")
    assert await doors.mark_seen(connection, [twice, twice], MONDAY) == {twice}


async def test_old_marks_are_forgotten_and_new_ones_kept(connection: Connection) -> None:
    old, new = ("telegram", "1"), ("telegram", "2")
    await doors.mark_seen(connection, [old], MONDAY)
    await doors.mark_seen(connection, [new], MONDAY + HOUR)
    assert await doors.forget_seen(connection, MONDAY) == 0
    assert await doors.forget_seen(connection, MONDAY + HOUR) == 1
    assert await doors.mark_seen(connection, [old, new], MONDAY + HOUR) == {old}


async def test_reading_goes_on_where_it_stopped(connection: Connection) -> None:
    assert await doors.cursor(connection, "vk") == ""
    await doors.save(connection, "vk", cursor="118")
    await doors.save(connection, "vk", cursor="119")
    assert await doors.cursor(connection, "vk") == "119"
    assert await doors.cursor(connection, "telegram") == ""


async def test_a_link_and_a_position_do_not_disturb_each_other(connection: Connection) -> None:
    await doors.save(connection, "vk", cursor="118")
    await doors.save(connection, "vk", link="https://vk.me/club?ref={}")
    await doors.save(connection, "vk", cursor="119")
    await doors.save(connection, "telegram", link="https://t.me/bot?start={}")
    await doors.save(connection, "terminal", cursor="1")
    assert await doors.cursor(connection, "vk") == "119"
    assert await doors.links(connection) == {
        "telegram": "https://t.me/bot?start={}",
        "vk": "https://vk.me/club?ref={}",
    }
