"""A durable turn, from a raw update to the delivered reply, against the same steps on aiogram-dialog in memory."""

import gc
import itertools
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from dialogs.texts.words import Texts
from storage.citypack import CITIES, read_pack
from tests.bench.figures import Figure, Measured, number, numbers
from tests.bench.ground import CITY, migrated, sqlite_url
from tests.bench.ours import our_bot
from tests.bench.talk import Move, conversation, live_in_turn, live_together
from tests.bench.theirs import their_bot
from tests.bench.wire import Wire
from tests.servers import postgres

PEOPLE, ALONE, WARM = 200, 20, 10
ROUNDS = 3
BOUND = 0.5
FIRST_NUMBERS = itertools.count(1_000_000, 1_000)
Live = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Race:
    """Both bots, and the conversation they are told."""

    folder: Path
    texts: Texts
    moves: Sequence[Move]

    async def ours(self, url: str, people: int, live: Live = live_together) -> float:
        """Turns a second of our bot."""
        numbers_of_people = people_of(people)
        wire = Wire()
        async with our_bot(url, self.folder, wire, numbers_of_people) as feed:
            gc.collect()
            start = perf_counter()
            await live(numbers_of_people, wire, self.moves, feed)
            return people * len(self.moves) / (perf_counter() - start)

    async def ours_on_sqlite(self, people: int, live: Live = live_together) -> float:
        """Turns a second of our bot on a new SQLite database."""
        with tempfile.TemporaryDirectory(dir=self.folder) as fresh:
            url = sqlite_url(Path(fresh) / "bot.db")
            await migrated(url)
            return await self.ours(url, people, live)

    async def theirs(self, people: int, live: Live = live_together) -> float:
        """Turns a second on aiogram-dialog."""
        numbers_of_people = people_of(people)
        wire = Wire()
        async with their_bot(read_pack(CITIES / CITY), self.texts, wire, numbers_of_people) as feed:
            gc.collect()
            start = perf_counter()
            await live(numbers_of_people, wire, self.moves, feed)
            return people * len(self.moves) / (perf_counter() - start)


def people_of(count: int) -> range:
    """The numbers of so many people who were not there before."""
    first = next(FIRST_NUMBERS)
    return range(first, first + count)


async def measure() -> Measured:
    """Three rounds of both in turn; then one person after the other, and PostgreSQL, for information."""
    with tempfile.TemporaryDirectory(prefix="bench-turn-") as folder:
        texts = Texts()
        race = Race(Path(folder), texts, conversation(read_pack(CITIES / CITY), texts))
        await race.ours_on_sqlite(WARM)
        await race.theirs(WARM)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(await race.ours_on_sqlite(PEOPLE))
            theirs.append(await race.theirs(PEOPLE))
        alone = await race.ours_on_sqlite(ALONE, live_in_turn), await race.theirs(ALONE, live_in_turn)
        on_postgres = await rounds_on_postgres(race)
    return report(ours, theirs, alone, on_postgres, len(race.moves))


async def rounds_on_postgres(race: Race) -> list[float]:
    """The same on PostgreSQL; empty if there is none."""
    with postgres() as server:
        if server is None:
            return []
        url = f"{server.url}/postgres"
        await migrated(url)
        await race.ours(url, WARM)
        return [await race.ours(url, PEOPLE) for _ in range(ROUNDS)]


def report(
    ours: Sequence[float], theirs: Sequence[float], alone: tuple[float, float], on_postgres: Sequence[float], turns: int
) -> Measured:
    """The figures with what is behind them."""
    ratio = median(ours) / median(theirs)
    figures = [
        Figure("ход: наш на SQLite / aiogram-dialog в памяти", number(ratio), f"≥ {number(BOUND)}", ratio >= BOUND),
        Figure("  наш, ходов/с", number(median(ours))),
        Figure("  aiogram-dialog, ходов/с", number(median(theirs))),
        Figure(
            "  один человек: наш / aiogram-dialog, мс на ход", f"{number(1000 / alone[0])} / {number(1000 / alone[1])}"
        ),
    ]
    raw = [
        f"ход: {PEOPLE} человек сразу, по {turns} ходов; наш на SQLite: {numbers(ours)} ходов/с, "
        f"aiogram-dialog: {numbers(theirs)} ходов/с",
        f"ход: {ALONE} человек по очереди: наш {number(alone[0])}, aiogram-dialog {number(alone[1])} ходов/с",
    ]
    if on_postgres:
        share = median(on_postgres) / median(theirs)
        figures.append(
            Figure("  наш на PostgreSQL, ходов/с (отношение)", f"{number(median(on_postgres))} ({number(share)})")
        )
        raw.append(f"ход: наш на PostgreSQL (fsync=off): {numbers(on_postgres)} ходов/с")
    return Measured(figures, raw)
