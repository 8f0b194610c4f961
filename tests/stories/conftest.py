"""Every story is told everywhere: in Telegram, in VK, in the terminal, and by people with different messengers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World, world

PLACES = ("telegram-sqlite", "vk-sqlite", "terminal-sqlite", "mixed-postgres")
"""each messenger on the default database, and all of them together on the other one"""
FOR_ONE = ("vk-sqlite", "mixed-postgres")
"""for the talk of one person, who has Telegram where all are together; each step is tried at a terminal elsewhere"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every story is told in every place; those of a module that says `ALONE` in those for one person."""
    marked = {mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")}
    if "place" in metafunc.fixturenames and "place" not in marked:
        places = FOR_ONE if getattr(metafunc.module, "ALONE", False) else PLACES
        metafunc.parametrize("place", places, indirect=True)


@pytest.fixture
def place(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A messenger and the address of a fresh database."""
    messenger, _, database = request.param.partition("-")
    return messenger, request.getfixturevalue(f"{database}_url")


@pytest.fixture
async def everywhere(place: tuple[str, str], tmp_path: Path) -> AsyncIterator[World]:
    """The program with everybody in one messenger, or in different ones."""
    async with world(*place, tmp_path) as made:
        yield made
