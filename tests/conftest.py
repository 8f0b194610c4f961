"""Databases for the tests: a fresh one each, copied from one that was migrated once."""

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database
from storage.migrate import migrate
from tests.servers import postgres

NUMBERS = itertools.count(1)


async def migrated(url: str) -> None:
    """Bring a database up to date."""
    database = Database(url)
    await migrate(database)
    await database.close()


async def administer(url: str, statement: str) -> None:
    """Run one statement outside transactions."""
    engine = create_async_engine(f"{url}/postgres", isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to be copied."""
    file = tmp_path_factory.mktemp("template") / "bot.db"
    asyncio.run(migrated(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str | None]:
    """The address of a PostgreSQL server with a migrated database to be copied; None if there is none."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        server, name = given.rsplit("/", 1)[0], "template_of_tests"
        asyncio.run(administer(server, f"DROP DATABASE IF EXISTS {name}"))
        asyncio.run(prepared(server, name))
        yield server
        return
    with postgres() as running:
        if running is not None:
            asyncio.run(prepared(running.url, "template_of_tests"))
        yield running.url if running else None


async def prepared(server: str, name: str) -> None:
    """Make and migrate the database that is copied."""
    await administer(server, f"CREATE DATABASE {name}")
    await migrated(f"{server}/{name}")


@pytest.fixture
async def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database."""
    file = tmp_path / "bot.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
async def postgres_url(postgres_server: str | None) -> AsyncIterator[str]:
    """A fresh PostgreSQL database."""
    if postgres_server is None:
        pytest.skip("нет PostgreSQL: задайте TEST_DATABASE_URL или установите сервер")
    name = f"test_{os.getpid()}_{next(NUMBERS)}"
    await administer(postgres_server, f"CREATE DATABASE {name} TEMPLATE template_of_tests")
    yield f"{postgres_server}/{name}"
    await administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
