"""What is kept too long is counted first, and erased down to numbers."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from storage import appeals, calls, media, people, privacy, retention
from storage.database import Connection
from storage.media import MediaState
from storage.model.appeal import Status
from storage.model.city import Retention
from storage.people import Keeping
from storage.tables import appeals as appeal_table
from storage.tables import calls as call_table
from storage.tables import conversations as conversation_table
from storage.tables import media as media_table
from tests.unit.given import MONDAY
from tests.unit.rows import filed, resident
from tests.unit.test_privacy import LATER, leaks, program, standing, two_lives

PERIODS = Retention()
PHOTO = {"kind": "photo", "ref": "AgAC", "size": 10}
Files = list[dict[str, Any]]
"""files as a draft knows them"""


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
    await calls.close(connection, anna.id, MONDAY)
    assert await retention.erase_talks(connection, PERIODS, after(89)) == 0
    assert await retention.erase_talks(connection, PERIODS, after(91)) == 1
    assert await calls.words_of(connection, call) == []


async def test_a_talk_that_nobody_closed_goes_after_its_last_word(connection: Connection) -> None:
    anna = await resident(connection)
    call = await calls.open_call(connection, anna.id, MONDAY)
    assert (await retention.count(connection, PERIODS, after(91))).talks == 1, "opened, and nothing said"
    await calls.add_words(connection, call, anna.id, "Помогите", MONDAY)
    await calls.add_words(connection, call, anna.id, "Ещё раз", after(50))
    assert await retention.erase_talks(connection, PERIODS, after(139)) == 0
    assert await retention.erase_talks(connection, PERIODS, after(141)) == 1
    assert await calls.words_of(connection, call) == []


async def test_a_photo_of_no_appeal_goes_a_day_after_the_drafts(connection: Connection) -> None:
    anna = await resident(connection)
    await media.add(connection, anna.id, None, "telegram", [PHOTO], MONDAY)
    assert (await retention.count(connection, PERIODS, after(30.5))).photos == 0
    assert (await retention.count(connection, PERIODS, after(31.5))).photos == 1
    await retention.erase_photos(connection, PERIODS, after(31.5))
    left = await connection.execute(select(func.count()).select_from(media_table))
    assert left.scalar_one() == 0


# what is counted is what goes

LONG_AGO = LATER - timedelta(days=200)
KEPT_LONGER = {
    "persons.address": "whom to answer",
    "persons.name": "of staff only",
    "profiles.name": "until they take it back",
    "profiles.reply_to": "until they take it back",
    "outgoing.address": "on its way",
    "outgoing.body": "on its way",
    "told neighbours": "on its way",
    "told moderators": "on its way",
    "examples.words": "what the city has learnt, without names and addresses",
    "unanswered.words": "words that nobody understood, without who said them",
    "proposals.words": "on its way into the pack, without who said them",
    "assigned": "what the city has learnt, without who said it",
    "in a dialog": "what a moderator is deciding",
    "conversations.state": "quoted in a message on its way",
}
"""words that no term ends"""


async def everything_is_old(connection: Connection) -> None:
    """All appeals and talks were closed long ago, and all drafts and files waited too long."""
    for statement in (
        update(appeal_table).values(status=Status.CONFIRMED, changed_at=LONG_AGO),
        update(call_table).values(closed_at=LONG_AGO),
        update(conversation_table).values(forget_at=LONG_AGO),
        update(media_table).values(created_at=LONG_AGO),
    ):
        await connection.execute(statement)


async def test_after_all_terms_no_column_holds_a_word_but_those_that_are_kept_longer(
    database_url: str, tmp_path: Path
) -> None:
    app = program(database_url, tmp_path)
    async with app.database.begin() as connection:
        known = await two_lives(connection)
        await everything_is_old(connection)
    await app.keeper.erase()
    async with app.database.read() as connection:
        places = await standing(connection, known.of_anna)
    await app.database.close()
    assert {trace for trace, columns in places.items() if columns} == set(KEPT_LONGER)


async def keeps_files(connection: Connection, person: int, count: int, state: MediaState = MediaState.STORED) -> Files:
    """Files of no appeal that came long ago, as a draft knows them."""
    ids = await media.add(connection, person, None, "telegram", [PHOTO] * count, LONG_AGO)
    for id in ids:
        await media.settle(connection, id, state, f"{id:064x}.jpg" if state is MediaState.STORED else "")
    return [{**PHOTO, "id": id} for id in ids]


async def draft(connection: Connection, person: int, files: dict[str, Files], forget_at: datetime) -> None:
    """A draft with files that waits until a moment."""
    frame = {"dialog": "file_appeal", "step": "photos", "answers": {"story": "Яма у дома", **files}}
    keeping = {person: Keeping(None, forget_at)}
    await people.save_conversations(connection, {person: {"active": frame}}, LONG_AGO, keeping)


async def much(connection: Connection) -> set[int]:
    """Something of each kind that is over its time, and as much that is not; gives the files that stay."""
    late, early, idle = [await resident(connection, address) for address in ("late", "early", "idle")]
    files = {name: await keeps_files(connection, late.id, 2) for name in ("photos", "recordings")}
    await draft(connection, late.id, files, LATER)
    await keeps_files(connection, late.id, 1)  # belongs to no draft of theirs
    waiting = {"photos": await keeps_files(connection, early.id, 3)}
    await draft(connection, early.id, waiting, LATER + timedelta(hours=1))
    await keeps_files(connection, idle.id, 1)
    for status in (Status.CONFIRMED, Status.REJECTED, Status.FORWARDED):
        appeal = await filed(connection, idle.id, LONG_AGO)
        changed = update(appeal_table).where(appeal_table.c.id == appeal.id)
        await connection.execute(changed.values(status=status, changed_at=LONG_AGO))
    for person in (late, early):
        call = await calls.open_call(connection, person.id, LONG_AGO)
        await calls.add_words(connection, call, person.id, "Помогите", LONG_AGO)
    await calls.add_words(connection, call, early.id, "Вы здесь?", LATER)
    await calls.close(connection, late.id, LONG_AGO)
    return {item["id"] for item in waiting["photos"]}


async def test_a_run_erases_exactly_what_was_counted_before(database_url: str, tmp_path: Path) -> None:
    app = program(database_url, tmp_path)
    async with app.database.begin() as connection:
        staying = await much(connection)
    counted = await app.keeper.expired()
    async with app.database.read() as connection:
        assert len(list(await connection.execute(select(media_table)))) == len(staying) + 6  # counting erases nothing
    erased, files = await app.keeper.erase()
    async with app.database.read() as connection:
        left = set((await connection.execute(select(media_table.c.id))).scalars())
    again = await app.keeper.expired()
    await app.database.close()
    assert counted == retention.Expired(drafts=1, appeals=2, talks=1, photos=2)
    assert erased == counted
    assert again.total == 0
    assert (left, len(files)) == (staying, 6)


async def test_files_that_were_never_fetched_are_counted_and_go_too(connection: Connection) -> None:
    anna = await resident(connection)
    await keeps_files(connection, anna.id, 3, MediaState.LOST)
    assert (await retention.count(connection, PERIODS, LATER)).photos == 3
    assert await retention.erase_photos(connection, PERIODS, LATER) == (3, [])
    assert (await retention.count(connection, PERIODS, LATER)).photos == 0


async def test_a_file_stays_as_long_as_a_draft_of_its_owner_waits(connection: Connection) -> None:
    anna = await resident(connection)
    await draft(connection, anna.id, {"photos": await keeps_files(connection, anna.id, 1)}, LATER + timedelta(days=1))
    assert (await retention.count(connection, PERIODS, LATER)).photos == 0
    assert await retention.erase_photos(connection, PERIODS, LATER) == (0, [])


async def test_what_neighbours_left_at_an_appeal_goes_though_its_author_erased_their_part(
    connection: Connection,
) -> None:
    anna, boris = await resident(connection, "1"), await resident(connection, "2")
    appeal = await filed(connection, anna.id)
    await appeals.join(connection, appeal, boris.id, MONDAY)
    await appeals.name_supporter(connection, appeal.id, boris.id, "Примеров Борис")
    key = {"appeal_id": appeal.id, "person_id": boris.id, "round": 1}
    await appeals.save_verdict(connection, key, MONDAY, solved=True, comment="Спасибо Анне")
    await privacy.erase(connection, anna.id, MONDAY)
    await connection.execute(update(appeal_table).values(status=Status.CONFIRMED, changed_at=MONDAY))
    assert await leaks(connection, ["Примеров Борис", "Спасибо Анне"]) == {"supporters.name", "verdicts.comment"}
    assert await retention.erase_closed(connection, PERIODS, after(91)) == (1, [])
    assert await leaks(connection, ["Примеров Борис", "Спасибо Анне"]) == set()
    assert (await retention.count(connection, PERIODS, after(91))).appeals == 0
