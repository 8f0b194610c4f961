"""SQLite behind SQLAlchemy, with one trip to the connection's thread for a statement.

aiosqlite keeps each connection in a thread. SQLAlchemy opens a cursor there, executes, fetches and closes, one after
the other, and each of the four is a trip that costs more than a small statement itself. Since SQLAlchemy takes all rows
at once anyway, the four are made in one trip here.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic, sleep
from typing import Any

import aiosqlite

PRAGMAS = ("busy_timeout=5000", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000", "secure_delete=ON")
"""Several processes over one file wait for its lock (milliseconds). `FULL` makes a commit survive a power cut: the
messenger is told only after it. What is erased is written over."""
PATIENCE, PAUSE = 5.0, 0.02
"""seconds for which another program may keep a new file from getting its log, and between looks at it"""


class Statement:
    """What SQLAlchemy uses of a cursor: one statement with all it gives."""

    arraysize = 1

    def __init__(self, connection: "Connection") -> None:
        self.connection = connection
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.rows: list[Any] = []

    async def __aenter__(self) -> "Statement":
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Run it, once."""
        await self.connection.trip(self.run, sqlite3.Cursor.execute, sql, parameters)

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Run it for each set of parameters."""
        await self.connection.trip(self.run, sqlite3.Cursor.executemany, sql, parameters)

    def run(self, how: Callable[..., Any], sql: str, parameters: Sequence[Any]) -> None:
        """In the connection's thread: execute, fetch, close. Raises what SQLite raises."""
        cursor = self.connection.opened.cursor()
        try:
            how(cursor, sql, parameters)
            self.description = cursor.description
            self.rows = cursor.fetchall() if cursor.description else []
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()

    async def fetchall(self) -> list[Any]:
        """The rows, which are here already."""
        rows, self.rows = self.rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open any more."""


class Connection(aiosqlite.Connection):
    """An aiosqlite connection whose statements take one trip."""

    def __init__(self, file: str) -> None:
        super().__init__(lambda: opened(file), iter_chunk_size=1)
        self._thread.daemon = True  # a hung disk must not keep a stopped program alive

    @property
    def opened(self) -> sqlite3.Connection:
        """The connection itself, for its thread only. Raises ValueError when it is closed."""
        return self._conn

    def trip(self, work: Callable[..., Any], *arguments: Any) -> Awaitable[Any]:
        """Do something in the connection's thread."""
        return self._execute(work, *arguments)  # type: ignore[no-untyped-call] # the way in has no types

    def cursor(self) -> Any:
        """A statement that was not run yet."""
        return Statement(self)


def opened(file: str) -> sqlite3.Connection:
    """A connection that begins no transaction by itself: `storage/database.py` says when."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()
    keep_log(connection)
    return connection


def keep_log(connection: sqlite3.Connection) -> None:
    """Give the file a write-ahead log if it has none; SQLite does not wait by itself for those who use a new file."""
    deadline = monotonic() + PATIENCE
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError:
            if monotonic() > deadline:
                raise
            sleep(PAUSE)
