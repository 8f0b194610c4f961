"""Handovers: claimed by one program at a time, never for an erased appeal, and the pure decisions about them."""

import asyncio
from datetime import timedelta

import pytest

from notifier.delivery import Rejected, RetryAfter, Transient
from notifier.following import LONGEST_NOTES, readable
from notifier.handover import ATTEMPTS, pause_after, refused
from storage import appeals, handovers, privacy
from storage.database import Connection, Database
from storage.handovers import LEASE, LOOKED_AGAIN, Handover, State
from storage.model.appeal import Actor, Appeal, Change, Kind, Status
from tests.unit.given import MONDAY
from tests.unit.rows import filed, resident

CITY, BODIES = "saint_petersburg", ["managing_organization"]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


async def moved(connection: Connection, appeal: Appeal, *path: Status) -> Appeal:
    """An appeal that a moderator led on."""
    for after in path:
        appeal = await appeals.apply(connection, appeal, Change(Kind.MOVED, Actor.MODERATOR, None, "", after), MONDAY)
    return appeal


async def accepted(connection: Connection, address: str = "1001") -> Appeal:
    """An appeal that is to be handed over."""
    author = await resident(connection, address)
    return await moved(connection, await filed(connection, author.id), Status.ACCEPTED)


async def sent(connection: Connection, address: str = "1001") -> Appeal:
    """An appeal that the server has, under the number 7."""
    appeal = await accepted(connection, address)
    await handovers.claim(connection, CITY, BODIES, MONDAY)
    await handovers.begin(connection, appeal.id, "001", MONDAY)
    known = {"state": State.SENT, "request": "7", "retry_at": MONDAY + LOOKED_AGAIN}
    await handovers.settle(connection, [appeal.id], MONDAY, **known)
    return await moved(connection, appeal, Status.FORWARDED)


# to be sent


async def test_an_accepted_appeal_is_claimed_once_until_its_lease_is_over(connection: Connection) -> None:
    appeal = await accepted(connection)
    assert await handovers.has_due(connection, CITY, BODIES, MONDAY)
    claimed = await handovers.claim(connection, CITY, BODIES, MONDAY)
    assert claimed == Handover(appeal.id, "", State.WAITING, None, 1, "", "", "", "")
    for now in (MONDAY, MONDAY + LEASE - SECOND):
        assert not await handovers.has_due(connection, CITY, BODIES, now)
        assert await handovers.claim(connection, CITY, BODIES, now) is None
    again = await handovers.claim(connection, CITY, BODIES, MONDAY + LEASE)
    assert again is not None
    assert again.attempts == 2


async def test_the_first_try_is_remembered_with_its_service(connection: Connection) -> None:
    appeal = await accepted(connection)
    for number in range(2):
        now = MONDAY + number * LEASE
        assert await handovers.claim(connection, CITY, BODIES, now)
        await handovers.begin(connection, appeal.id, f"00{number + 1}", now)
    found = await handovers.find(connection, appeal.id)
    assert found is not None
    assert (found.tried_since, found.service, found.attempts) == (MONDAY, "002", 2)


async def test_the_longest_waiting_goes_first(connection: Connection) -> None:
    appeals_ = [await accepted(connection, f"{number}") for number in range(3)]
    taken = [await handovers.claim(connection, CITY, BODIES, MONDAY) for _ in range(4)]
    assert [item and item.appeal_id for item in taken] == [*(item.id for item in appeals_), None]


@pytest.mark.parametrize("bodies", [[], ["waste_operator"]])
async def test_appeals_to_others_are_not_claimed(connection: Connection, bodies: list[str]) -> None:
    await accepted(connection)
    assert not await handovers.has_due(connection, CITY, bodies, MONDAY)
    assert await handovers.claim(connection, CITY, bodies, MONDAY) is None
    assert await handovers.claim(connection, "tosno", BODIES, MONDAY) is None


@pytest.mark.parametrize("status", [Status.FORWARDED, Status.WITHDRAWN, Status.RETURNED, Status.MERGED])
async def test_an_appeal_that_is_no_longer_accepted_is_not_claimed(connection: Connection, status: Status) -> None:
    await moved(connection, await accepted(connection), status)
    assert await handovers.claim(connection, CITY, BODIES, MONDAY) is None


@pytest.mark.parametrize("state", [State.SENT, State.CLOSED, State.FAILED])
async def test_what_is_through_is_not_claimed_again(connection: Connection, state: State) -> None:
    appeal = await accepted(connection)
    await handovers.claim(connection, CITY, BODIES, MONDAY)
    await handovers.settle(connection, [appeal.id], MONDAY, state=state)
    assert await handovers.claim(connection, CITY, BODIES, MONDAY + 99 * LEASE) is None


async def test_an_erased_appeal_is_not_sent_and_leaves_no_number(connection: Connection) -> None:
    waiting, known = await accepted(connection, "1002"), await sent(connection, "1001")
    for appeal in (waiting, known):
        assert appeal.author_id is not None
        await privacy.erase(connection, appeal.author_id, MONDAY)
        assert await handovers.find(connection, appeal.id) is None
    assert await handovers.claim(connection, CITY, BODIES, MONDAY + LEASE) is None
    assert await handovers.claim_sent(connection, CITY, MONDAY + LOOKED_AGAIN, 9) == []


async def test_a_person_is_shown_what_was_handed_over(connection: Connection) -> None:
    appeal = await sent(connection)
    assert appeal.author_id is not None
    (row,) = (await privacy.export(connection, appeal.author_id))["handovers"]
    assert (row["appeal_id"], row["request"], row["tried_since"]) == (appeal.id, "7", MONDAY.isoformat())


async def claimed_by(program: Database) -> Handover | None:
    """What one of several programs gets."""
    async with program.begin() as connection:
        return await handovers.claim(connection, CITY, BODIES, MONDAY)


async def test_of_two_programs_that_look_at_once_one_takes_it(database: Database) -> None:
    async with database.begin() as connection:
        await accepted(connection)
    other = Database(database.url.render_as_string(hide_password=False))
    taken = await asyncio.gather(*(claimed_by(program) for program in (database, other, database, other)))
    await other.close()
    assert sum(item is not None for item in taken) == 1


# to be asked about


async def test_a_request_is_asked_about_every_ten_minutes(connection: Connection) -> None:
    appeal = await sent(connection)
    assert not await handovers.has_sent(connection, CITY, MONDAY + LOOKED_AGAIN - SECOND)
    for turn in (1, 2):
        now = MONDAY + turn * LOOKED_AGAIN
        assert await handovers.has_sent(connection, CITY, now)
        assert [item.appeal_id for item in await handovers.claim_sent(connection, CITY, now, 9)] == [appeal.id]
        assert await handovers.claim_sent(connection, CITY, now, 9) == []


async def test_requests_are_asked_about_in_chunks(connection: Connection) -> None:
    for number in range(3):
        await sent(connection, f"{number}")
    now = MONDAY + LOOKED_AGAIN
    assert [len(await handovers.claim_sent(connection, CITY, now, 2)) for _ in range(3)] == [2, 1, 0]
    assert await handovers.claim_sent(connection, "tosno", now + LOOKED_AGAIN, 2) == []


async def test_what_was_answered_otherwise_is_not_asked_about_even_when_it_comes_back(connection: Connection) -> None:
    appeal = await moved(connection, await sent(connection), Status.ANSWERED)
    await handovers.leave_moved(connection, MONDAY)
    await moved(connection, appeal, Status.DISPUTED, Status.FORWARDED)
    assert await handovers.claim_sent(connection, CITY, MONDAY + LOOKED_AGAIN, 9) == []


async def test_work_in_progress_is_still_asked_about(connection: Connection) -> None:
    await moved(connection, await sent(connection), Status.IN_PROGRESS)
    await handovers.leave_moved(connection, MONDAY)
    assert len(await handovers.claim_sent(connection, CITY, MONDAY + LOOKED_AGAIN, 9)) == 1


# decisions


@pytest.mark.parametrize(
    ("error", "attempts", "minutes"),
    [
        (Transient("unreached"), 1, 1),
        (Transient("unreached"), 3, 4),
        (Transient("unreached"), ATTEMPTS, 60),
        (Transient("lost"), 1, 10),
        (Transient("lost"), 2, 20),
        (Transient("http_500"), 9, 60),
        (TimeoutError(), 1, 10),
        (RetryAfter(5.0), 1, 10),
        (RetryAfter(3600.0), 1, 60),
        (RetryAfter(86_400.0), 1, 1440),
    ],
)
def test_pauses_grow_and_are_long_where_the_server_may_have_it(error: Exception, attempts: int, minutes: int) -> None:
    assert pause_after(error, attempts) == minutes * MINUTE


@pytest.mark.parametrize(
    ("problem", "tried", "why"),
    [
        ("http_400 location is required", False, "refused"),
        ("http_401", False, "key"),
        ("http_403 missing or invalid", False, "key"),
        ("http_404 not found", False, "refused"),
        ("unsearchable", False, "unsure"),
        ("unsearchable", True, "unsure"),
        ("http_400", True, "unsure"),
        ("http_403", True, "unsure"),
    ],
)
def test_moderators_are_told_what_they_have_to_know(problem: str, tried: bool, why: str) -> None:
    handover = Handover(1, "001", State.WAITING, MONDAY if tried else None, 2, "", "", "", "")
    assert refused(Rejected(problem), handover) == f"handover.{why}"


@pytest.mark.parametrize(
    ("notes", "shown"),
    [
        ("", ""),
        (" <p> </p>\n&nbsp;", ""),
        ("Вывезли <b>сегодня</b><br/>в&nbsp;14:00", "Вывезли сегодня в 14:00"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("&lt;b&gt;5 &amp; 6&lt;/b&gt;", "<b>5 & 6</b>"),
        ("2 < 3 и 5 > 4", "2 < 3 и 5 > 4"),
        ("слева\u202eаварпс\u2066 \u200bи\u00ad дальше", "слевааварпс и дальше"),
        ("Спасибо 👷\u200d♀️", "Спасибо 👷\u200d♀️"),
        ("я" * 1000, "я" * (LONGEST_NOTES - 1) + "…"),
    ],
)
def test_notes_of_a_server_are_plain_words(notes: str, shown: str) -> None:
    assert readable(notes) == shown
