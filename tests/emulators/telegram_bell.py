"""Waiting for something to happen in the emulator, without polling."""

import asyncio
from collections.abc import Callable


class Bell:
    """Rings whenever something changed; whoever waits looks again whether it has come true."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who waits now."""
        self._rung.set()
        self._rung.clear()

    async def until(self, ready: Callable[[], bool], seconds: float, missing: Callable[[], str]) -> None:
        """Return when ready() holds; after `seconds` raise TimeoutError with the words of missing()."""
        try:
            await asyncio.wait_for(self._until(ready), seconds)
        except TimeoutError:
            raise TimeoutError(missing()) from None

    async def _until(self, ready: Callable[[], bool]) -> None:
        while not ready():
            await self._rung.wait()
