"""Migrations: each up, down and up again, the same schema as the tables, and several programs starting at once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage.database import Database
from storage.migrate import MIGRATIONS, downgrade, head, migrate, upgrade
from storage.tables import metadata

REVISIONS = sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
BASE = "base"


def tables_in(connection: Connection) -> set[str]:
    """The tables there are, without Alembic's own."""
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def differences(connection: Connection) -> list[Any]:
    """What a new migration would change."""
    defaults = connection.dialect.name != "sqlite"  # there Alembic takes an empty default for none
    compared = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": defaults})
    return list(compare_metadata(compared, metadata))


@pytest.fixture
def postgres_url(own_postgres_url: str) -> str:
    """These tests change the tables."""
    return own_postgres_url


@pytest.fixture
async def empty(database: Database, tmp_path: Path) -> AsyncIterator[Database]:
    """A database nobody has used yet."""
    if not database.is_sqlite:
        async with database.begin() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
        yield database
        return
    fresh = Database(f"sqlite+aiosqlite:///{tmp_path / 'fresh' / 'bot.db'}")
    yield fresh
    await fresh.close()


async def test_everything_can_be_taken_back_and_made_again(database: Database) -> None:
    async with database.begin() as connection:
        assert await connection.run_sync(tables_in) == set(metadata.tables)
        await connection.run_sync(downgrade, BASE)
        assert await connection.run_sync(tables_in) == set()
    assert await database.version() is None
    assert await migrate(database) is True
    async with database.begin() as connection:
        assert await connection.run_sync(tables_in) == set(metadata.tables)
        assert await connection.run_sync(differences) == []
    assert await database.version() == head()


async def test_each_migration_can_be_taken_back_by_itself(empty: Database) -> None:
    for before, revision in zip([BASE, *REVISIONS], REVISIONS, strict=False):
        async with empty.begin() as connection:
            await connection.run_sync(upgrade, revision)
            made = await connection.run_sync(tables_in)
            await connection.run_sync(downgrade, before)
            await connection.run_sync(upgrade, revision)
            assert await connection.run_sync(tables_in) == made
        assert await empty.version() == revision


async def test_a_migrated_database_has_the_tables_as_the_program_knows_them(database: Database) -> None:
    async with database.begin() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_difference_would_be_noticed(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("ALTER TABLE calls ADD COLUMN mood VARCHAR(16)"))
        assert len(await connection.run_sync(differences)) == 1


async def test_a_database_is_migrated_once(empty: Database) -> None:
    assert await empty.version() is None
    assert [await migrate(empty), await migrate(empty)] == [True, False]
    assert await empty.version() == head()


async def test_two_programs_that_start_at_once_both_find_the_database_ready(empty: Database) -> None:
    other = Database(empty.url.render_as_string(hide_password=False))
    try:
        await asyncio.gather(migrate(empty), migrate(other))
        assert [await empty.version(), await other.version()] == [head(), head()]
        async with other.begin() as connection:
            assert await connection.run_sync(tables_in) == set(metadata.tables)
    finally:
        await other.close()


async def interrupted(database: Database) -> None:
    """Migrate, and fail before the end."""
    async with database.begin() as connection:
        await connection.run_sync(upgrade)
        raise RuntimeError("the power went out")


async def test_an_interrupted_migration_leaves_nothing_behind(empty: Database) -> None:
    with pytest.raises(RuntimeError, match="the power went out"):
        await interrupted(empty)
    assert await empty.version() is None
    async with empty.begin() as connection:
        assert await connection.run_sync(tables_in) == set()


def test_the_newest_file_is_the_head_of_one_line_of_revisions() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_heads() == [head()]
    assert [script.revision for script in scripts.walk_revisions()] == REVISIONS[::-1]
    assert head() == REVISIONS[-1]
