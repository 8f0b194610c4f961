"""How close the VK door comes to VK's 20 calls a second when a call takes a tenth of a second."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bot.app import App, add_messengers, build
from dialogs.speech import Reply
from storage import outbox
from storage.model.person import Person
from storage.outbox import Draft, Lane
from tests.bench.figures import Figure, Measured, number
from tests.bench.ground import introduce, running, settings, sqlite_url
from tests.emulators.vk import VkEmulator

READERS = 200
PER_SECOND, BOUND = 20, 19.0
LATENCY = 0.1
"""seconds of a round trip"""
GROUP = 77
PATIENCE = 60.0


async def measure() -> Measured:
    """Messages to different people, through the relay and the real door."""
    with tempfile.TemporaryDirectory(prefix="bench-vk-") as folder:
        async with VkEmulator(group_id=GROUP, rate_limit=PER_SECOND) as vk:
            vk.latency = LATENCY
            url = sqlite_url(Path(folder) / "bot.db")
            app = build(settings(url, Path(folder), vk_token=vk.token, vk_api=vk.url, vk_group_id=GROUP))
            add_messengers(app)
            await app.prepare()
            for number_of_reader in range(1, READERS + 1):
                await vk.user(number_of_reader).unblocks()
            people = await introduce(app.database, "vk", range(1, READERS + 1))
            async with running(app):
                await vk.polled()
                await write(app, people)
                await vk.world.changes.until(lambda: vk.sent >= READERS)
            return report(vk)


async def write(app: App, people: list[Person]) -> None:
    """A notice to everybody."""
    now = datetime.now(UTC)
    body = Reply("Обращение принято. Дальше передадим его в администрацию района.").as_json()
    drafts = [
        Draft(one.id, one.channel, one.address, Lane.NOTICE, body, number, now) for number, one in enumerate(people, 1)
    ]
    async with app.database.begin() as connection:
        await outbox.put(connection, drafts, now)
    app.wake_relays()


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
