"""Our bot on the wire: the whole program with its real door, real desk, real database and real relay."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from sqlalchemy import func, select

from bot.app import App, build
from bot.channels.telegram import Telegram
from storage.outbox import State, count
from storage.tables import appeals
from tests.bench.ground import introduce, running, settings
from tests.bench.talk import Feed
from tests.bench.wire import TOKEN, Wire
from tests.world import fast

NOWHERE = "http://127.0.0.1:1"


@contextlib.asynccontextmanager
async def our_bot(url: str, folder: Path, wire: Wire, numbers: range) -> AsyncIterator[Feed]:
    """Our bot, with these people known and consenting; checks at the end that each has filed an appeal."""
    app = build(settings(url, folder))
    door = Telegram(TOKEN, NOWHERE, ())
    door.bot.session = wire
    app.add(door)
    app.relays[0].pace.limits = fast(app.relays[0].pace.limits)
    await introduce(app.database, "telegram", numbers)
    before = await filed(app)
    async with running(app):
        yield lambda raw: door.update(raw, app.desk.take)
        await app.settled()
        assert await filed(app) - before == len(numbers), "an appeal is missing"


async def filed(app: App) -> int:
    """How many appeals there are; nothing waits to be delivered."""
    async with app.database.begin() as connection:
        assert await count(connection, State.WAITING) == 0, "a message was not delivered"
        return (await connection.execute(select(func.count()).select_from(appeals))).scalar_one()
