"""The way into the database: one engine, transactions that write at once, and faults told apart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import Insert, Table, event, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

Connection = AsyncConnection
ONLY_READS = "only_reads"


class Unavailable(Exception):
    """The database cannot be reached or does not answer now; the same work may succeed later."""


class Database:
    """One database: SQLite in a file or PostgreSQL, reached the same way."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine = make_engine(url)
        self.writing: AbstractAsyncContextManager[Any] = asyncio.Lock() if self.is_sqlite else nullcontext()
        self.reading = self.engine.execution_options(**{ONLY_READS: True})

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database, None for a server."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @property
    def is_sqlite(self) -> bool:
        """Whether writers exclude each other by the file."""
        return self.url.get_backend_name() == "sqlite"

    def begin(self) -> AbstractAsyncContextManager[Connection]:
        """One transaction: committed at the end, rolled back on any error. Raises Unavailable."""
        return told_apart(self.engine, self.writing)

    def read(self) -> AbstractAsyncContextManager[Connection]:
        """One transaction that only reads, and so waits for no writer of a SQLite file. Raises Unavailable."""
        return told_apart(self.reading, nullcontext())

    async def version(self) -> str | None:
        """The revision of the schema, None for an empty database. Raises Unavailable."""
        async with self.read() as connection:
            if not await connection.run_sync(lambda sync: sync.dialect.has_table(sync, "alembic_version")):
                return None
            return (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()

    async def close(self) -> None:
        """Let go of every connection."""
        await self.engine.dispose()


@asynccontextmanager
async def told_apart(engine: AsyncEngine, turn: AbstractAsyncContextManager[Any]) -> AsyncIterator[Connection]:
    """A transaction whose passing faults are Unavailable; writers of one SQLite file take turns before they ask it."""
    try:
        async with turn, engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        if is_passing(error):
            raise Unavailable(type(error).__name__) from error
        raise
    except OSError as error:  # asyncpg lets a refused connection through as it is
        raise Unavailable(type(error).__name__) from error


def is_passing(error: DBAPIError) -> bool:
    """Whether the fault is of the moment (no connection, a lock, a restart) rather than of the statement."""
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    code = str(getattr(error.orig, "sqlstate", "") or "")
    # 08 connection exception, 40 serialization or deadlock, 53 resources, 55P03 lock, 57 operator intervention
    if code:
        return code[:2] in {"08", "40", "53", "57"} or code == "55P03"
    return isinstance(error, OperationalError)


def make_engine(url: str) -> AsyncEngine:
    """The engine with what each database needs; statements' parameters never appear in error messages."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_async_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=4, max_overflow=4)
    Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, hide_parameters=True, pool_size=3, max_overflow=2)
    event.listen(engine.sync_engine, "connect", prepare_sqlite)
    event.listen(engine.sync_engine, "begin", begin_sqlite)
    return engine


def begin_sqlite(connection: SyncConnection) -> None:
    """Writers take the lock at once, so that none of them fails half-way; readers take none."""
    reads = connection.get_execution_options().get(ONLY_READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def prepare_sqlite(connection: Any, _record: object) -> None:
    """Several processes over one file: a write-ahead log, waiting for a lock, and our own BEGIN.

    `synchronous=FULL` makes a commit survive a power cut: the messenger is told only after it.
    """
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON", "cache_size=-16000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def insert(connection: Connection, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT, for the database at hand."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def insert_once(connection: Connection, table: Table) -> Insert:
    """An INSERT that leaves an existing row as it is."""
    statement: Insert = insert(connection, table).on_conflict_do_nothing()
    return statement
