"""A broadcast to many people at the real limits, against a Telegram that enforces 30 messages a second."""

import asyncio
import itertools
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from storage.database import Database
from storage.outbox import Lane
from tests.bench.figures import Figure, Measured, number, quantile
from tests.bench.ground import introduce, migrated, sqlite_url, write
from tests.bench.program import program
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram_person import Person as Reader

READERS = 600
PER_SECOND = 30
LATENCY = 0.1
"""seconds of a round trip"""
NEWS = "Завтра с 10 до 14 часов во дворах вашего квартала не будет холодной воды. Это не по вашему обращению."
SAID = ("/help", "На проспекте яма посреди полосы, пробил колесо")
SAID_EVERY = 0.25
RATE_BOUND, REPLY_BOUND = 0.95 * PER_SECOND, 1.0


async def measure() -> Measured:
    """Write the broadcast, let people talk until it is over, then count."""
    with tempfile.TemporaryDirectory(prefix="bench-broadcast-") as name:
        folder = Path(name)
        url = sqlite_url(folder / "bot.db")
        await migrated(url)
        database = Database(url)
        async with TelegramEmulator(rate_limit=PER_SECOND) as telegram:
            telegram.latency = LATENCY
            readers = [telegram.user(number) for number in range(1, READERS + 1)]
            for reader in readers:
                reader.known = True
            people = await introduce(database, "telegram", (reader.id for reader in readers))
            async with program(url, folder, telegram=telegram):
                await write(database, people, Lane.BROADCAST, NEWS)
                waits = await talk(telegram, readers)
        await database.close()
        return report(telegram, waits)


async def talk(telegram: TelegramEmulator, readers: Sequence[Reader]) -> list[float]:
    """One person after the other says something until the broadcast is over; seconds from said to heard of each."""
    waits: list[float] = []
    over = asyncio.create_task(told(telegram, readers))
    async with asyncio.TaskGroup() as group:
        for number, reader in enumerate(itertools.cycle(readers[::7])):
            group.create_task(ask(telegram, reader, SAID[number % len(SAID)], waits))
            await asyncio.wait({over}, timeout=SAID_EVERY)
            if over.done():
                break
    return waits


async def told(telegram: TelegramEmulator, readers: Sequence[Reader]) -> None:
    """Wait until everybody has got the broadcast."""
    missing = list(readers)

    def complete() -> bool:
        while missing and any(heard.text == NEWS for heard in missing[-1].heard):
            missing.pop()
        return not missing

    await telegram.bell.until(complete, 120.0, lambda: f"{len(missing)} did not get the broadcast")


async def ask(telegram: TelegramEmulator, reader: Reader, words: str, waits: list[float]) -> None:
    """Say something and wait for the first answer."""
    before = answers(reader)
    start = perf_counter()
    await reader.says(words)
    await telegram.bell.until(lambda: answers(reader) > before, 60.0, lambda: f"{reader.id} got no answer")
    waits.append(perf_counter() - start)


def answers(reader: Reader) -> int:
    """How much somebody was told apart from the broadcast."""
    return sum(heard.text != NEWS for heard in reader.heard)


def report(telegram: TelegramEmulator, waits: Sequence[float]) -> Measured:
    """Rates between the first and the last message of the broadcast."""
    sent = [call for call in telegram.calls if call.method.startswith(("send", "edit")) and call.status == 200]
    news = [call.at for call in sent if call.params.get("text") == NEWS]
    seconds = news[-1] - news[0]
    among = sum(news[0] <= call.at <= news[-1] for call in sent)
    rate, of_news = (among - 1) / seconds, (len(news) - 1) / seconds
    p50, p99 = quantile(waits, 0.5), quantile(waits, 0.99)
    figures = [
        Figure("рассылка: отправок в секунду при 30/с", number(rate), f"≥ {number(RATE_BOUND)}", rate >= RATE_BOUND),
        Figure("рассылка: ответов 429", str(telegram.refused), "0", telegram.refused == 0),
        Figure("рассылка: ответ людям, p99, с", number(p99), f"≤ {number(REPLY_BOUND)}", p99 <= REPLY_BOUND),
    ]
    raw = [
        f"рассылка: {len(news)} сообщений и {among - len(news)} ответов за {number(seconds)} с, "
        f"из них рассылки {number(of_news)}/с; запрос длится {number(LATENCY)} с",
        f"рассылка: сказано {len(waits)}; ждали p50 {number(p50)}, p99 {number(p99)}, дольше всех {number(max(waits))}",
        f"рассылка: нарушений правил Telegram {len(telegram.violations)}, запросов к нему {len(telegram.calls)}",
    ]
    return Measured(figures, raw)
