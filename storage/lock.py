"""Keeps a second program from delivering the same messages; let go by the system when the first one is killed."""

import contextlib
import fcntl
import zlib
from typing import IO

from sqlalchemy import text

from storage.database import Connection, Database


class Taken(Exception):
    """Another program on this database does this work already."""


class Lock:
    """One piece of work, named, over one database: a locked file beside SQLite, an advisory lock in PostgreSQL."""

    def __init__(self, database: Database, name: str) -> None:
        self.database, self.name = database, name
        self.file: IO[str] | None = None
        self.connection: Connection | None = None

    async def take(self) -> None:
        """Take it. Raises Taken."""
        if path := self.database.file:
            self.file = path.with_name(f"{path.name}.{zlib.crc32(self.name.encode()):08x}.lock").open("w")
            try:
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Taken(self.name) from error
            return
        self.connection = await self.database.engine.connect()
        key = zlib.crc32(self.name.encode())
        taken = await self.connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key})
        await self.connection.commit()
        if not taken.scalar_one():
            await self.release()
            raise Taken(self.name)

    async def release(self) -> None:
        """Let go of it."""
        if self.file:
            self.file.close()
        if self.connection:
            with contextlib.suppress(Exception):  # the server may be gone, and the lock with it
                await self.connection.invalidate()
                await self.connection.close()
