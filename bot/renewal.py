"""Reads the city pack anew while the program runs, and at its start what this city's corrections taught."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from dialogs.understanding.index import index_of
from storage import knowledge
from storage.database import Database, Unavailable
from storage.imported.files import BrokenImport
from storage.model.city import City
from storage.pack.current import Current
from storage.pack.table import BrokenPack

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""between looks whether somebody asked for it: another program may, through the database"""


@dataclass
class Renewal:
    """Exchanges the city that is served, whole and only when the new one is ready for use."""

    current: Current
    database: Database
    read: Callable[[], City]
    """reads pack and imports from the disk; raises BrokenPack, BrokenImport"""
    clock: Callable[[], datetime]

    async def run(self) -> None:
        """Begin with what was learnt, then wait for requests."""
        await self.begin()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def begin(self) -> None:
        """Add what was learnt to the city that was read, and build its index before anybody needs it."""
        try:
            await self.serve(self.current.city)
        except Unavailable as error:
            log.warning("corrections put off", extra={"fault": str(error)})

    async def look(self) -> None:
        """Read the pack anew if somebody asked for it."""
        try:
            async with self.database.read() as connection:
                asked = await knowledge.waiting_reloads(connection, self.current.city.id)
            if asked:
                outcome = await self.renew()
                async with self.database.begin() as connection:
                    await knowledge.finish_reloads(connection, self.current.city.id, self.clock(), outcome)
        except Unavailable as error:
            log.warning("reload put off", extra={"fault": str(error)})

    async def renew(self) -> str:
        """Read the pack; gives what is wrong with it, empty if it is served now. The old one stays if it is broken."""
        try:
            city = await asyncio.to_thread(self.read)
        except (BrokenPack, BrokenImport) as error:
            log.error("pack is broken, the old one stays", extra={"problems": error.errors})
            return "\n".join(error.errors)
        await self.serve(city)
        log.info("pack was read anew", extra={"situations": len(city.situations)})
        return ""

    async def serve(self, city: City) -> None:
        """Serve a city together with what was learnt in it."""
        async with self.database.read() as connection:
            learnt = await knowledge.all_learnt(connection, city.id, city.learns_most) if city.learns else ()
        taught = city if learnt == city.learnt else replace(city, learnt=learnt)
        await asyncio.to_thread(index_of, taught)
        self.current.city = taught
