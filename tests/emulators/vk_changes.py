"""Waiting for something in the emulated VK to become true, without polling."""

import asyncio
from collections.abc import Callable


class Changes:
    """Wakes everyone who waits for something to become true."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def notify(self) -> None:
        """Let every waiter look again."""
        self._next.set()
        self._next = asyncio.Event()

    async def until(self, true: Callable[[], bool]) -> None:
        """Return as soon as `true()` holds."""
        while not true():
            await self._next.wait()
