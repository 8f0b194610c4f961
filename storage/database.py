"""The way into the database: one engine, transactions that write at once, and faults told apart."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, nullcontext
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Insert, String, Table, event, literal_column, make_url, text
from sqlalchemy import Connection as SyncConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage import sqlite

Connection = AsyncConnection
ONLY_READS, FILLED = "only_reads", "filled"


class Unavailable(Exception):
    """The database cannot be reached or does not answer now; the same work may succeed later."""


class Database:
    """One database: SQLite in a file or PostgreSQL, reached the same way."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine = make_engine(url)
        self.writing: AbstractAsyncContextManager[Any] = asyncio.Lock() if self.is_sqlite else nullcontext()
        self.reading = self.engine.execution_options(**{ONLY_READS: True})
        self.watchers: dict[Table, Callable[[], None]] = {}
        event.listen(self.engine.sync_engine, "after_execute", note_filled)

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database, None for a server."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @property
    def is_sqlite(self) -> bool:
        """Whether writers exclude each other by the file."""
        return self.url.get_backend_name() == "sqlite"

    def watch(self, table: Table, told: Callable[[], None]) -> None:
        """Call `told` after each commit of ours that put rows into a table."""
        self.watchers[table] = told

    async def truncate_log(self) -> None:
        """SQLite's log keeps old pages until it is used again: what was erased leaves it now."""
        if self.file:
            await asyncio.to_thread(truncate_log, self.file)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Connection]:
        """One transaction: committed at the end, rolled back on any error. Raises Unavailable."""
        async with told_apart(self.engine, self.writing) as connection:
            filled: set[Table] = set()
            connection.info[FILLED] = filled
            yield connection
        for table in self.watchers.keys() & filled:
            self.watchers[table]()

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


def truncate_log(file: Path) -> None:
    """Bring the log of a SQLite file home and empty it; whoever still reads from it keeps it until the next time."""
    with closing(sqlite3.connect(file, timeout=1)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def make_engine(url: str) -> AsyncEngine:
    """The engine with what each database needs; statements' parameters never appear in error messages."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_async_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=4, max_overflow=4)
    file = make_url(url).database or ""
    Path(file).parent.mkdir(parents=True, exist_ok=True)

    async def connect() -> Any:
        return await sqlite.Connection(file)

    engine = create_async_engine(
        url,
        async_creator=connect,
        hide_parameters=True,
        pool_size=3,
        max_overflow=2,
        pool_reset_on_return=None,  # every transaction ends itself: another rollback is a trip for nothing
    )
    event.listen(engine.sync_engine, "begin", begin_sqlite)
    return engine


def note_filled(connection: SyncConnection, statement: Any, *_: object) -> None:
    """Remember for the transaction that it put rows into a table."""
    if statement.is_insert:
        connection.info.setdefault(FILLED, set()).add(statement.table)


def begin_sqlite(connection: SyncConnection) -> None:
    """Writers take the lock at once, so that none of them fails half-way; readers take none."""
    reads = connection.get_execution_options().get(ONLY_READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def as_it_stands(word: StrEnum) -> ColumnElement[str]:
    """A word of ours in a statement itself, not as a parameter: only so is the partial index for it found."""
    return literal_column(f"'{word}'", String)


@lru_cache(maxsize=64)
def insert_for(dialect: str, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT, for a kind of database."""
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as insert_in_sqlite

        return insert_in_sqlite(table)
    from sqlalchemy.dialects.postgresql import insert as insert_in_postgres

    return insert_in_postgres(table)


def insert_once(connection: Connection, table: Table) -> Insert:
    """An INSERT that leaves an existing row as it is."""
    statement: Insert = insert_for(connection.dialect.name, table).on_conflict_do_nothing()
    return statement
