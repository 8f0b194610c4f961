"""What a turn costs with a thousand and with a million appeals in the database."""

import asyncio
import itertools
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import fmean, median
from time import perf_counter

from sqlalchemy import select

from bot.app import App, build
from dialogs.speech import Press, Said
from storage.database import Database
from storage.model.person import Role
from storage.tables import outgoing
from tests.bench.crowd import fill
from tests.bench.figures import Figure, Measured, number
from tests.bench.ground import introduce, migrated, settings, sqlite_url
from tests.bench.talk import ADDRESS, STORY, conversation
from tests.world import Clock

SMALL, BIG = 1_000, 1_000_000
ROUNDS = 50
WARM = 3
BOUND = 1.2
READER, FILER, MODERATOR = 1, 2, 3
"""addresses: who looks at appeals, who files one each round, who takes them up"""
STORY_TOLD, SITUATION_CHOSEN, LISTED, OPENED, FILED, QUEUE = (
    "рассказ", "кнопка", "/my", "карточка", "подача", "/queue",
)  # fmt: skip


@dataclass
class Town:
    """A database with so many appeals, and the desk over it."""

    app: App
    clock: Clock
    updates: int = 0
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """milliseconds of each kind of turn"""

    async def says(self, kind: str, who: int, text: str) -> None:
        """A turn by words; without a kind it is not counted."""
        await self.turn(kind, Said("telegram", str(who), self.next_update(), text=text))

    async def presses(self, kind: str, who: int, label: str) -> None:
        """A turn by the newest button whose label begins so."""
        press = Press(await self.button(who, label), "1")
        await self.turn(kind, Said("telegram", str(who), self.next_update(), press=press))

    async def turn(self, kind: str, said: Said) -> None:
        """Take it over the desk; time goes on, so that nobody floods."""
        self.clock.now += timedelta(seconds=5)
        start = perf_counter()
        await self.app.desk.take(said)
        if kind:
            self.times[kind].append(1000 * (perf_counter() - start))

    def next_update(self) -> str:
        """An update that was not seen before."""
        self.updates += 1
        return str(self.updates)

    async def button(self, who: int, label: str) -> str:
        """The data of a button that somebody was sent, the newest first."""
        mine = select(outgoing.c.body).where(outgoing.c.address == str(who), outgoing.c.person_id == who)
        async with self.app.database.begin() as connection:
            bodies = (await connection.execute(mine.order_by(outgoing.c.id.desc()).limit(3))).scalars()
        buttons = (button for body in bodies for row in body.get("rows", ()) for button in row)
        return next(str(button["data"]) for button in buttons if button["label"].startswith(label))


async def measure() -> Measured:
    """Build both databases, then take the same turns over each in alternation."""
    with tempfile.TemporaryDirectory(prefix="bench-size-") as folder:
        start = perf_counter()
        small = await town(Path(folder) / "small.db", SMALL)
        big = await town(Path(folder) / "big.db", BIG)
        built = perf_counter() - start
        size = (Path(folder) / "big.db").stat().st_size / 2**20
        desks = [asyncio.create_task(one.app.desk.run()) for one in (small, big)]
        for number_of_round in range(-WARM, ROUNDS):
            for one in (small, big):
                await a_round(one)
                if number_of_round < 0:
                    one.times.clear()
        for desk, one in zip(desks, (small, big), strict=True):
            desk.cancel()
            await one.app.database.close()
    return report(small.times, big.times, built, size)


async def town(file: Path, appeals: int) -> Town:
    """A database with three known people and so many appeals."""
    url = sqlite_url(file)
    await migrated(url)
    database = Database(url)
    for who, role in ((READER, Role.RESIDENT), (FILER, Role.RESIDENT), (MODERATOR, Role.ADMIN)):
        await introduce(database, "telegram", [who], role=role)
    await database.close()
    clock = Clock()
    app = build(settings(url, file.parent, [("telegram", str(MODERATOR))]), clock=clock)
    fill(file, appeals, READER, app.house.city, app.house.texts)
    return Town(app, clock)


HOUSES = itertools.count(1000)
"""a new one each time: where somebody wrote before there would be something to join"""


async def a_round(town: Town) -> None:
    """Each kind of turn once; what only leads there is not counted."""
    house = town.app.house
    moves = conversation(house.city, house.texts)
    await town.says(STORY_TOLD, READER, STORY)
    await town.presses(SITUATION_CHOSEN, READER, moves[1].presses)
    await town.says(LISTED, READER, "/my")
    await town.presses(OPENED, READER, "№")
    await town.says("", FILER, STORY)
    for move in moves[1:-1]:
        if move.says:
            await town.says("", FILER, ADDRESS.format(house=next(HOUSES)))
        else:
            await town.presses("", FILER, move.presses)
    await town.presses(FILED, FILER, moves[-1].presses)
    await town.says(QUEUE, MODERATOR, "/queue")


def report(small: dict[str, list[float]], big: dict[str, list[float]], built: float, size: float) -> Measured:
    """The mean over the kinds of turns of their medians, and each kind by itself."""
    costs = [fmean(median(times) for times in town.values()) for town in (small, big)]
    ratio = costs[1] / costs[0]
    kinds = [f"{kind} {pair(small[kind], big[kind])}" for kind in small]
    turns = sum(len(times) for times in small.values())
    figures = [
        Figure("ход при 1 000 000 обращений / при 1 000", number(ratio), f"≤ {number(BOUND)}", ratio <= BOUND),
        Figure("  мс на ход: 1 000 / 1 000 000", f"{number(costs[0])} / {number(costs[1])}"),
    ]
    raw = [
        f"размер базы: по {turns} ходов вперемежку, медианы в мс при тысяче → при миллионе: {'; '.join(kinds)}",
        f"размер базы: обе построены за {number(built)} с, большая занимает {number(size)} МБ",
    ]
    return Measured(figures, raw)


def pair(small: Sequence[float], big: Sequence[float]) -> str:
    """«1,23 → 1,25»."""
    return f"{number(median(small))} → {number(median(big))}"
