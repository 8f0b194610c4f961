"""Hypothesis without a stopwatch, and databases for queries."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage.database import Connection, Database
from tests.conftest import administer, copied

settings.register_profile("unit", max_examples=100, deadline=None, database=None)
settings.load_profile("unit")


@pytest.fixture(scope="session")
def common_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated SQLite database in which nothing is ever committed."""
    file = tmp_path_factory.mktemp("common") / "bot.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture(scope="session")
def common_postgres(postgres_server: str) -> Iterator[str]:
    """The same in PostgreSQL."""
    name = asyncio.run(copied(postgres_server))
    yield f"{postgres_server}/{name}"
    asyncio.run(administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgres"])
def common_url(request: pytest.FixtureRequest) -> str:
    """The common database of each kind."""
    url: str = request.getfixturevalue(f"common_{request.param}")
    return url


@pytest.fixture
async def connection(common_url: str) -> AsyncIterator[Connection]:
    """A transaction that is rolled back: a test of queries needs no database of its own."""
    database = Database(common_url)
    async with database.engine.connect() as opened:
        yield opened
        await opened.rollback()
    await database.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated database of each kind, for what has to be committed."""
    opened = Database(database_url)
    yield opened
    await opened.close()
