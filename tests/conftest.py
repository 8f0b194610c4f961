"""Databases for the tests: a fresh one each, copied from one that was migrated once."""

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url

from storage.database import Database
from storage.migrate import migrate
from storage.tables import metadata
from tests.servers import postgres

NUMBERS = itertools.count(1)
OTHERS_LEAVE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
COUNT_FROM_ONE = "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences"


async def migrated(url: str) -> None:
    """Bring a database up to date."""
    database = Database(url)
    await migrate(database)
    await database.close()


async def administer(server: str, *statements: str, name: str = "postgres") -> None:
    """Run statements in a database of the server, each by itself."""
    address = make_url(f"{server}/{name}").set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to be copied."""
    file = tmp_path_factory.mktemp("template") / "bot.db"
    asyncio.run(migrated(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server with a migrated database to be copied."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        server, name = given.rsplit("/", 1)[0], "template_of_tests"
        asyncio.run(administer(server, f"DROP DATABASE IF EXISTS {name}"))
        asyncio.run(prepared(server, name))
        yield server
        return
    with postgres() as running:
        asyncio.run(prepared(running.url, "template_of_tests"))
        yield running.url


async def prepared(server: str, name: str) -> None:
    """Make and migrate the database that is copied."""
    await administer(server, f"CREATE DATABASE {name}")
    await migrated(f"{server}/{name}")


async def copied(server: str) -> str:
    """Make a database with the tables and nothing in them, and say its name."""
    name = f"test_{os.getpid()}_{next(NUMBERS)}"
    await administer(server, f"CREATE DATABASE {name} TEMPLATE template_of_tests")
    return name


@pytest.fixture
async def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database."""
    file = tmp_path / "bot.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture(scope="session")
def emptied(postgres_server: str) -> Iterator[list[str]]:
    """Databases nobody uses now, without a row: to empty one takes 8 ms, to make one half a second."""
    names: list[str] = []
    yield names
    asyncio.run(administer(postgres_server, *(f"DROP DATABASE {name} WITH (FORCE)" for name in names)))


@pytest.fixture
async def postgres_url(postgres_server: str, emptied: list[str]) -> AsyncIterator[str]:
    """A PostgreSQL database without a row, and none of its numbers used."""
    name = emptied.pop() if emptied else await copied(postgres_server)
    yield f"{postgres_server}/{name}"
    rows = (f"DELETE FROM {table}" for table in reversed(metadata.sorted_tables))
    await administer(postgres_server, OTHERS_LEAVE, *rows, COUNT_FROM_ONE, name=name)
    emptied.append(name)


@pytest.fixture
async def own_postgres_url(postgres_server: str) -> AsyncIterator[str]:
    """A PostgreSQL database for a test that changes its tables: nobody uses it again."""
    name = await copied(postgres_server)
    yield f"{postgres_server}/{name}"
    await administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
