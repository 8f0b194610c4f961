"""What a measurement stands on: settings, a fresh database, people who are known already."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.app import App
from bot.config import Settings
from dialogs.speech import Reply
from storage import outbox, people
from storage.database import Database
from storage.migrate import migrate
from storage.model.city import PERSONAL_DATA
from storage.model.person import Person, Role
from storage.outbox import Draft, Lane
from tests.unit.given import city

ROOT = Path(__file__).resolve().parents[2]
CITY = "saint_petersburg"


def settings(database_url: str, folder: Path, admins: Iterable[tuple[str, str]] = ()) -> Settings:
    """Settings for one measurement; messengers are added by hand."""
    return Settings(
        city=CITY,
        database_url=database_url,
        files=folder / "files",
        admins=frozenset(admins),
        telegram_api="",
        vk_api="",
        vk_group_id=0,
        log_level="CRITICAL",
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
    words = city().consents[PERSONAL_DATA]
    async with database.begin() as connection:
        known = [await people.meet(connection, channel, str(number), role, "", now) for number in addresses]
        for person in known if consented else ():
            await people.consent(connection, person.id, PERSONAL_DATA, words.version, now)
    return known


async def write(database: Database, people: Sequence[Person], lane: Lane, text: str) -> None:
    """The same message to everybody, as outgoing rows."""
    now = datetime.now(UTC)
    body = Reply(text).as_json()
    drafts = [Draft(one.id, one.channel, one.address, lane, body, one.id, now) for one in people]
    async with database.begin() as connection:
        await outbox.put(connection, drafts, now)


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
