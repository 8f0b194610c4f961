"""What is kept too long is counted first, and erased down to numbers."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from storage import appeals, calls, media, retention
from storage.database import Connection
from storage.model.appeal import Status
from storage.model.city import Retention
from storage.tables import appeals as appeal_table
from storage.tables import media as media_table
from tests.unit.given import MONDAY
from tests.unit.rows import filed, resident

PERIODS = Retention()
PHOTO = {"kind": "photo", "ref": "AgAC", "size": 10}


def after(days: float) -> datetime:
    """So many days later."""
    return MONDAY + timedelta(days=days)


async def closed(connection: Connection, status: Status) -> int:
    """An appeal of somebody's that got this status on Monday, with a photo."""
    anna = await resident(connection)
    appeal = await filed(connection, anna.id)
    ids = await media.add(connection, anna.id, appeal.id, "telegram", [PHOTO], MONDAY)
    await media.settle(connection, ids[0], media.MediaState.STORED, "a" * 64 + ".jpg", 10)
    await connection.execute(update(appeal_table).values(status=status, changed_at=MONDAY))
    return appeal.id


async def test_of_an_appeal_closed_long_ago_only_numbers_stay(connection: Connection) -> None:
    number = await closed(connection, Status.CONFIRMED)
    assert (await retention.count(connection, PERIODS, after(89))).total == 0
    assert (await retention.count(connection, PERIODS, after(91))).appeals == 1
    before = await appeals.find(connection, number)
    assert await retention.erase_closed(connection, PERIODS, after(91)) == (1, ["a" * 64 + ".jpg"])
    appeal = await appeals.find(connection, number)
    assert before is not None
    assert appeal is not None
    assert (appeal.text, appeal.place, appeal.point, appeal.author_id) == ("", "", None, None)
    assert (appeal.situation, appeal.body, appeal.status) == (before.situation, before.body, Status.CONFIRMED)
    assert await media.of_appeal(connection, number) == []
    assert await retention.erase_closed(connection, PERIODS, after(91)) == (0, [])


async def test_an_appeal_that_is_not_closed_stays_however_old(connection: Connection) -> None:
    await closed(connection, Status.FORWARDED)
    assert (await retention.count(connection, PERIODS, after(2000))).appeals == 0
    assert await retention.erase_closed(connection, PERIODS, after(2000)) == (0, [])


async def test_a_talk_goes_after_its_time_and_only_then(connection: Connection) -> None:
    anna = await resident(connection)
    call = await calls.open_call(connection, anna.id, MONDAY)
    await calls.add_words(connection, call, anna.id, "Помогите", MONDAY)
    assert (await retention.count(connection, PERIODS, after(500))).talks == 0
    await calls.close(connection, anna.id, MONDAY)
    assert await retention.erase_talks(connection, PERIODS, after(89)) == 0
    assert await retention.erase_talks(connection, PERIODS, after(91)) == 1
    assert await calls.words_of(connection, call) == []


async def test_a_photo_of_no_appeal_goes_a_day_after_the_drafts(connection: Connection) -> None:
    anna = await resident(connection)
    await media.add(connection, anna.id, None, "telegram", [PHOTO], MONDAY)
    assert (await retention.count(connection, PERIODS, after(30.5))).photos == 0
    assert (await retention.count(connection, PERIODS, after(31.5))).photos == 1
    await retention.erase_photos(connection, PERIODS, after(31.5))
    left = await connection.execute(select(func.count()).select_from(media_table))
    assert left.scalar_one() == 0
