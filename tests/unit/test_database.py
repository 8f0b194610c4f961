"""The way into the database: how often it is asked, who is told of commits, and which queries find an index."""

import contextlib
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text

from storage import appeals, doors, media, outbox, sqlite
from storage.database import Connection, Database
from storage.outbox import Lane
from storage.tables import doors as doors_table
from storage.tables import events, updates_seen
from tests.unit.given import MONDAY
from tests.unit.rows import filed, resident


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done in the threads of SQLite connections."""
    made: list[str] = []
    go = sqlite.Connection._execute

    async def counted(self: Any, work: Any, *arguments: Any, **more: Any) -> Any:
        made.append(work.__name__)
        return await go(self, work, *arguments, **more)  # type: ignore[no-untyped-call] # aiosqlite has no types here

    monkeypatch.setattr(sqlite.Connection, "_execute", counted)
    return made


async def test_a_statement_takes_one_trip(sqlite_url: str, trips: list[str]) -> None:
    database = Database(sqlite_url)
    async with database.begin() as connection:
        await connection.execute(text("SELECT 1"))
        trips.clear()
        assert await doors.mark_seen(connection, [("vk", "1"), ("vk", "2")], MONDAY) == {("vk", "1"), ("vk", "2")}
        await connection.execute(insert(doors_table), [{"channel": "vk"}, {"channel": "telegram"}])
        rows = (await connection.execute(select(updates_seen.c.update_id))).scalars().all()
    assert sorted(rows) == ["1", "2"]
    assert trips == ["run", "run", "run", "commit"]
    await database.close()


async def test_a_statement_that_fails_says_why_and_leaves_the_connection_usable(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with database.engine.connect() as connection:
        with pytest.raises(Exception, match="no such table") as caught:
            await connection.execute(text("SELECT * FROM missing"))
        assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
        changed = await connection.execute(insert(doors_table), {"channel": "vk"})
        assert changed.rowcount == 1
        assert (await connection.execute(select(doors_table.c.channel))).scalar_one() == "vk"
    await database.close()


async def test_a_commit_that_put_rows_into_a_table_is_told_and_a_rollback_is_not(database: Database) -> None:
    told: list[str] = []
    database.watch(events, lambda: told.append("events"))
    async with database.begin() as connection:
        anna = await resident(connection)
        await doors.save(connection, "vk", cursor="1")
    assert told == []
    async with database.begin() as connection:
        await filed(connection, anna.id)
        await filed(connection, anna.id)
        assert told == []
    assert told == ["events"]
    with contextlib.suppress(RuntimeError):
        async with database.begin() as connection:
            await filed(connection, anna.id)
            raise RuntimeError
    async with database.begin() as connection:
        await doors.save(connection, "vk", cursor="2")
    assert told == ["events"]


LOOKS: dict[str, Callable[[Connection], Awaitable[Any]]] = {
    "events nobody was told of": appeals.has_unnoticed,
    "events to be told of": lambda connection: appeals.claim_unnoticed(connection, 50),
    "appeals past their date": lambda connection: appeals.claim_overdue(connection, MONDAY.date(), 50),
    "appeals under control": lambda connection: appeals.in_hand(connection, 8),
    "how many are under control": lambda connection: appeals.count_in_hand(connection),
    "files to be fetched": lambda connection: media.has_waiting(connection, "vk", MONDAY),
    "messages to be sent": lambda connection: outbox.due(connection, "vk", tuple(Lane), MONDAY, 100),
    "messages to some people": lambda connection: outbox.due(connection, "vk", [Lane.REPLY], MONDAY, 100, ["1"]),
    "messages to be forgotten": lambda connection: outbox.forget_finished(connection, MONDAY),
}


@pytest.mark.parametrize("what", LOOKS)
async def test_what_is_looked_at_again_and_again_is_found_by_an_index(sqlite_url: str, what: str) -> None:
    database = Database(sqlite_url)
    asked: list[tuple[str, Any]] = []
    async with database.begin() as connection:

        @event.listens_for(connection.sync_connection, "before_cursor_execute")
        def remember(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            asked.append((statement, parameters))

        await LOOKS[what](connection)
    await database.close()
    with contextlib.closing(sqlite3.connect(Path(database.file or ""))) as plain:
        plans = [plain.execute(f"EXPLAIN QUERY PLAN {one}", with_what).fetchall() for one, with_what in asked]
    steps = [step[3] for plan in plans for step in plan]
    assert steps
    assert [step for step in steps if step.startswith("SCAN") and "INDEX" not in step] == []
