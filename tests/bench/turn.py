"""A durable turn, from a raw update to the delivered reply, against the same steps on aiogram-dialog in memory."""

import gc
import itertools
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from dialogs.texts.words import Texts
from storage.pack.layers import CITIES
from storage.pack.reading import read_pack
from tests.bench.figures import Figure, Measured, number, numbers
from tests.bench.ground import CITY, migrated, sqlite_url
from tests.bench.ours import our_bot
from tests.bench.talk import Feed, Move, conversation, live_in_turn, live_together
from tests.bench.theirs import their_bot
from tests.bench.wire import Wire
from tests.servers import postgres

PEOPLE, ALONE, WARM = 100, 20, 10
"""as many at once as one answer of Telegram holds updates"""
ROUNDS = 5
BOUND = 0.5
FIRST_NUMBERS = itertools.count(1_000_000, 1_000)
Live = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Pace:
    """How fast turns went, and what one cost."""

    per_second: float
    cpu_ms: float
    """milliseconds of processor time a turn, all threads together"""


@dataclass(frozen=True)
class Race:
    """Both bots, and the conversation they are told."""

    folder: Path
    texts: Texts
    moves: Sequence[Move]

    async def ours(self, url: str, people: int, live: Live = live_together) -> Pace:
        """The pace of our bot."""
        numbers_of_people = people_of(people)
        wire = Wire()
        async with our_bot(url, self.folder, wire, numbers_of_people) as feed:
            return await self.pace(live, numbers_of_people, wire, feed)

    async def ours_on_sqlite(self, people: int, live: Live = live_together) -> Pace:
        """The pace of our bot on a new SQLite database."""
        with tempfile.TemporaryDirectory(dir=self.folder) as fresh:
            url = sqlite_url(Path(fresh) / "bot.db")
            await migrated(url)
            return await self.ours(url, people, live)

    async def theirs(self, people: int, live: Live = live_together) -> Pace:
        """The pace of aiogram-dialog."""
        numbers_of_people = people_of(people)
        wire = Wire()
        async with their_bot(read_pack(CITIES / CITY), self.texts, wire, numbers_of_people) as feed:
            return await self.pace(live, numbers_of_people, wire, feed)

    async def pace(self, live: Live, people: Sequence[int], wire: Wire, feed: Feed) -> Pace:
        """From the first update to the last reply; a few people before them warm the program up."""
        await live_together(people[:WARM], wire, self.moves, feed)
        gc.collect()
        people = people[WARM:]
        turns = len(people) * len(self.moves)
        start, busy = perf_counter(), process_time()
        await live(people, wire, self.moves, feed)
        return Pace(turns / (perf_counter() - start), 1000 * (process_time() - busy) / turns)


def people_of(count: int) -> range:
    """The numbers of so many people who were not there before, and of those who come first."""
    first = next(FIRST_NUMBERS)
    return range(first, first + WARM + count)


async def measure() -> Measured:
    """Three rounds of both in turn; then one person after the other, and PostgreSQL, for information."""
    with tempfile.TemporaryDirectory(prefix="bench-turn-") as folder:
        texts = Texts()
        race = Race(Path(folder), texts, conversation(read_pack(CITIES / CITY), texts))
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(await race.ours_on_sqlite(PEOPLE))
            theirs.append(await race.theirs(PEOPLE))
        alone = await race.ours_on_sqlite(ALONE, live_in_turn), await race.theirs(ALONE, live_in_turn)
        on_postgres = await round_on_postgres(race)
    return report(ours, theirs, alone, on_postgres, len(race.moves))


async def round_on_postgres(race: Race) -> Pace:
    """The same on PostgreSQL."""
    with postgres() as server:
        url = f"{server.url}/postgres"
        await migrated(url)
        return await race.ours(url, PEOPLE)


def report(
    ours: Sequence[Pace], theirs: Sequence[Pace], alone: tuple[Pace, Pace], on_postgres: Pace, turns: int
) -> Measured:
    """The figures with what is behind them."""
    rates = middle(ours), middle(theirs)
    ratio = rates[0] / rates[1]
    costs = [median(pace.cpu_ms for pace in paces) for paces in (ours, theirs)]
    waits = [1000 / pace.per_second for pace in alone]
    figures = [
        Figure("ход: наш на SQLite / aiogram-dialog в памяти", number(ratio), f"≥ {number(BOUND)}", ratio >= BOUND),
        Figure("  ходов/с: наш / aiogram-dialog", pair(rates)),
        Figure("  мс процессора на ход: наш / aiogram-dialog", pair(costs)),
        Figure("  один человек, мс на ход: наш / aiogram-dialog", pair(waits)),
    ]
    raw = [
        f"ход: {PEOPLE} человек сразу, по {turns} ходов; наш на SQLite {rounds(ours)}; aiogram-dialog {rounds(theirs)}",
        f"ход: {ALONE} человек по очереди; наш {rounds(alone[:1])}; aiogram-dialog {rounds(alone[1:])}",
    ]
    rate = on_postgres.per_second
    figures.append(Figure("  наш на PostgreSQL: ходов/с (отношение)", f"{number(rate)} ({number(rate / rates[1])})"))
    raw.append(f"ход: наш на PostgreSQL (fsync=off) {rounds([on_postgres])}")
    return Measured(figures, raw)


def middle(paces: Sequence[Pace]) -> float:
    """The median of turns a second."""
    return median(pace.per_second for pace in paces)


def rounds(paces: Sequence[Pace]) -> str:
    """Every round: turns a second, and milliseconds of processor time."""
    rates, costs = numbers([pace.per_second for pace in paces]), numbers([pace.cpu_ms for pace in paces])
    return f"{rates} ходов/с (процессор {costs} мс на ход)"


def pair(values: Sequence[float]) -> str:
    """«512 / 890»."""
    return " / ".join(number(value) for value in values)
