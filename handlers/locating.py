"""Asks a service on the internet where a typed address is, before its turn begins: a turn waits for nobody outside."""

import asyncio
from dataclasses import dataclass, field, replace

from dialogs.places import pointed_at, typed
from dialogs.speech import Said
from handlers.house import House


@dataclass
class Locating:
    """Keeps what one person says in order while an address of theirs is asked for."""

    house: House
    last: dict[tuple[str, str], asyncio.Event] = field(default_factory=dict)
    """for each person the latest thing that is under way"""

    async def located(self, said: Said) -> Said:
        """The same with the point of its address, if a service is configured and our own lists do not know it."""
        if self.house.locate is None:
            return said
        key, passed = (said.channel, said.address), asyncio.Event()
        before, self.last[key] = self.last.get(key), passed
        try:
            if before:
                await before.wait()
            found = await self.house.locate(said.text) if self.is_unknown_address(said) else None
            return replace(said, found=found)
        finally:
            passed.set()
            if self.last[key] is passed:
                del self.last[key]

    def is_unknown_address(self, said: Said) -> bool:
        """Whether the words are a street with a house whose district we do not know."""
        if said.press or said.attachments or pointed_at(said.text):
            return False
        from storage.model.places.address import parse_address  # the program is ready sooner without it

        address = parse_address(said.text)
        return bool(address.street and address.house) and "district" not in typed(said.text, self.house.city).also
