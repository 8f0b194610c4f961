"""The ticks of scheduled work end without cutting a work off."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from notifier.schedule import Schedule, finish, scheduler


class Works:
    """One work that takes several rounds of the loop."""

    def __init__(self) -> None:
        self.running = self.begun = self.ended = 0

    def works(self) -> dict[str, tuple[Callable[[], Awaitable[None]], float]]:
        """As `Schedule` has them."""
        return {"announce": (self.work, 3600.0)}

    async def work(self) -> None:
        """Counted while it runs."""
        self.running += 1
        self.begun += 1
        try:
            for _ in range(5):
                await asyncio.sleep(0)
            self.ended += 1
        finally:
            self.running -= 1

    async def idle(self) -> None:
        """Wait until it is done."""
        while self.running:
            await asyncio.sleep(0)


@pytest.mark.parametrize("rounds", range(8))
async def test_a_work_that_is_due_when_the_ticks_end_is_not_cut_off(rounds: int) -> None:
    known = Works()
    ticking: Any = scheduler(cast(Schedule, known))
    ticking.start()
    ticking.modify_job("announce", next_run_time=datetime.now(UTC))
    for _ in range(rounds):
        await asyncio.sleep(0)
    await finish(ticking, known.idle)
    assert known.begun == known.ended
    assert not ticking.running
