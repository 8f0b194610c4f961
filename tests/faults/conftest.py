"""What the fault tests share: the process that starts programs, and worlds of one messenger."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from dialogs.texts.words import Texts
from tests.faults.program import Zygote
from tests.world import World, world


@pytest.fixture(scope="session")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """Starts the program in no time."""
    made = Zygote(tmp_path_factory.mktemp("zygote") / "log")
    assert made.read() == "ready"
    yield made
    made.close()


@pytest.fixture(scope="session")
def texts() -> Texts:
    """The words of the bot, compiled once."""
    return Texts()


@pytest.fixture(params=["telegram", "vk"])
async def messenger(
    request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path, texts: Texts
) -> AsyncIterator[World]:
    """The program with everybody in one messenger, first Telegram, then VK."""
    async with world(request.param, sqlite_url, tmp_path, texts=texts) as made:
        yield made


@pytest.fixture
async def telegram(sqlite_url: str, tmp_path: Path, texts: Texts) -> AsyncIterator[World]:
    """Everybody in Telegram."""
    async with world("telegram", sqlite_url, tmp_path, texts=texts) as made:
        yield made


@pytest.fixture
async def vk(sqlite_url: str, tmp_path: Path, texts: Texts) -> AsyncIterator[World]:
    """Everybody in VK."""
    async with world("vk", sqlite_url, tmp_path, texts=texts) as made:
        yield made


@pytest.fixture
async def mixed(sqlite_url: str, tmp_path: Path, texts: Texts) -> AsyncIterator[World]:
    """Анна and Павел in Telegram, Борис and Ольга in VK, Вера in a terminal."""
    async with world("mixed", sqlite_url, tmp_path, texts=texts) as made:
        yield made
