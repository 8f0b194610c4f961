"""How close the VK door comes to VK's 20 calls a second when a call takes a tenth of a second."""

import asyncio
import tempfile
from pathlib import Path

from storage.database import Database
from storage.outbox import Lane
from tests.bench.figures import Figure, Measured, number
from tests.bench.ground import introduce, migrated, sqlite_url, write
from tests.bench.program import program
from tests.emulators.vk import VkEmulator

READERS = 200
PER_SECOND, BOUND = 20, 19.0
LATENCY = 0.1
"""seconds of a round trip"""
NEWS = "Обращение принято. Дальше передадим его в администрацию района."
PATIENCE = 60.0


async def measure() -> Measured:
    """Messages to different people, through the relay and the real door."""
    with tempfile.TemporaryDirectory(prefix="bench-vk-") as name:
        folder = Path(name)
        url = sqlite_url(folder / "bot.db")
        await migrated(url)
        database = Database(url)
        people = await introduce(database, "vk", range(1, READERS + 1))
        async with VkEmulator(rate_limit=PER_SECOND) as vk:
            vk.latency = LATENCY
            for person in people:
                await vk.user(int(person.address)).unblocks()
            async with program(url, folder, vk=vk):
                await write(database, people, Lane.NOTICE, NEWS)
                async with asyncio.timeout(PATIENCE):
                    await vk.world.changes.until(lambda: vk.sent >= READERS)
        await database.close()
        return report(vk)


def report(vk: VkEmulator) -> Measured:
    """The rate between the first and the last message."""
    sent = [call.at for call in vk.calls if call.method == "messages.send" and call.error_code is None]
    seconds = sent[-1] - sent[0]
    rate = (len(sent) - 1) / seconds
    figures = [
        Figure("VK: сообщений в секунду при 20/с", number(rate), f"≥ {number(BOUND)}", rate >= BOUND),
        Figure("VK: отказов «слишком часто»", str(vk.refused), "0", vk.refused == 0),
    ]
    busiest = max(sum(start <= at < start + 1 for at in sent) for start in sent)
    raw = [
        f"VK: {len(sent)} сообщений за {number(seconds)} с, запрос длится {number(LATENCY)} с; "
        f"в самую полную секунду {busiest}; нарушений правил VK {len(vk.violations)}"
    ]
    return Measured(figures, raw)
