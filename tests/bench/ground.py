"""What a measurement stands on: settings, a fresh database, people who are known already."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from pathlib import Path

from bot.app import App
from bot.config import Settings
from dialogs.consent import VERSION
from storage import people
from storage.database import Database
from storage.migrate import migrate
from storage.model.person import Person, Role

ROOT = Path(__file__).resolve().parents[2]
CITY = "saint_petersburg"


def settings(
    database_url: str, folder: Path, admins: Iterable[tuple[str, str]] = (), **messengers: str | int
) -> Settings:
    """Settings for one measurement; `messengers` are the fields that lead to emulators."""
    values: dict[str, str | int] = {"telegram_api": "", "vk_api": "", "vk_group_id": 0, **messengers}
    return Settings(
        city=CITY,
        database_url=database_url,
        files=folder / "files",
        admins=frozenset(admins),
        telegram_api=str(values["telegram_api"]),
        vk_api=str(values["vk_api"]),
        vk_group_id=int(values["vk_group_id"]),
        log_level="CRITICAL",
        telegram_token=str(values.get("telegram_token", "")),
        vk_token=str(values.get("vk_token", "")),
    )


def sqlite_url(file: Path) -> str:
    """The address of a SQLite database."""
    return f"sqlite+aiosqlite:///{file}"


async def migrated(url: str) -> None:
    """Bring a database up to date."""
    database = Database(url)
    await migrate(database)
    await database.close()


async def introduce(
    database: Database, channel: str, addresses: Iterable[int], *, consented: bool = True, role: Role = Role.RESIDENT
) -> list[Person]:
    """Remember people as if they had written before, with their consent given or not."""
    now = datetime.now(UTC)
    async with database.begin() as connection:
        known = [await people.meet(connection, channel, str(number), role, "", now) for number in addresses]
        for person in known if consented else ():
            await people.consent(connection, person.id, people.PERSONAL_DATA, VERSION, now)
    return known


@contextlib.asynccontextmanager
async def running(app: App) -> AsyncIterator[App]:
    """The whole program at work; in the end everything is delivered and marked."""
    stop = asyncio.Event()
    work = asyncio.create_task(app.run(stop))
    try:
        yield app
        await app.settled()
    finally:
        stop.set()
        await work
        await app.database.close()
