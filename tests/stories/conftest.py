"""Every story is told everywhere: in Telegram, in VK, in the terminal, and by people with different messengers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World, world


@pytest.fixture(params=["telegram", "vk", "terminal", "mixed"])
async def everywhere(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """The program with everybody in one messenger, or in different ones."""
    async with world(request.param, database_url, tmp_path) as made:
        yield made
