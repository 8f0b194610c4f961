"""Resident memory of the program with both messengers, after people have talked to it."""

import asyncio
import itertools
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

from dialogs.texts.words import Texts
from storage.pack.layers import CITIES
from storage.pack.reading import read_pack
from tests.bench.figures import Figure, Measured, number
from tests.bench.ground import CITY, migrated, sqlite_url
from tests.bench.program import program
from tests.bench.talk import Move, conversation
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram_person import Person
from tests.emulators.vk import VkEmulator
from tests.emulators.vk_person import VkUser
from tests.world import PHOTO

TURNS = 500
BOUND_MB = 200
PATIENCE = 30.0
Told = Callable[[Callable[[], bool]], Awaitable[None]]


async def measure() -> Measured:
    """Run the program against both emulators and let people file appeals until enough turns were taken."""
    with tempfile.TemporaryDirectory(prefix="bench-memory-") as name:
        url = sqlite_url(Path(name) / "bot.db")
        await migrated(url)
        async with (
            TelegramEmulator() as telegram,
            VkEmulator() as vk,
            program(url, Path(name), telegram=telegram, vk=vk) as process,
        ):
            before = process.memory_info().rss
            turns, most = await watched(process, telegram, vk)
            after = process.memory_info().rss
    return report(before, after, max(most, after), turns)


async def watched(process: psutil.Process, telegram: TelegramEmulator, vk: VkEmulator) -> tuple[int, int]:
    """The conversations; gives the number of turns and the most memory (bytes) seen meanwhile."""
    talking = asyncio.create_task(talk(telegram, vk))
    most = 0
    while not talking.done():
        most = max(most, process.memory_info().rss)
        await asyncio.wait({talking}, timeout=0.1)
    return talking.result(), most


async def talk(telegram: TelegramEmulator, vk: VkEmulator) -> int:
    """People in both messengers, all at once, each with a photo and a look at the appeals; gives the turns."""
    texts = Texts()
    moves = with_consent_and_photo(conversation(read_pack(CITIES / CITY), texts), texts)
    people = -(-TURNS // len(moves))
    in_vk = people // 3  # VK lets through less a second
    async with asyncio.TaskGroup() as group:
        for number_of_person in range(1, people + 1):
            if number_of_person <= in_vk:
                user = vk.user(number_of_person)
                group.create_task(live(user, moves, vk.world.changes.until))
            else:
                person = telegram.user(number_of_person)
                group.create_task(live(person, moves, lambda ready: telegram.bell.until(ready, PATIENCE, str)))
    return people * len(moves)


def with_consent_and_photo(moves: Sequence[Move], texts: Texts) -> list[Move]:
    """The conversation of somebody new, who has a photo, and looks at the appeal in the end."""
    story, *others, skip, send = moves
    agree, notify, done, card = (texts.label(name) for name in ("agree", "notify", "done", "card"))
    consent = [Move(agree, says=story.says), Move(notify, presses=agree), Move(story.awaits, presses=notify)]
    photo = [Move(done, says=PHOTO_SENT), Move(skip.awaits, presses=done)]
    return [*consent, *others, *photo, send, Move(texts.label("to_list"), presses=card)]


PHOTO_SENT = "<photo>"


async def live(person: Person | VkUser, moves: Sequence[Move], told: Told) -> None:
    """One person: the next move follows when a message with the awaited button has come."""
    for move in moves:
        before = len(person.heard)
        if move.says == PHOTO_SENT:
            await person.sends_photo(PHOTO)
        elif move.says:
            await person.says(move.says.format(house=person.id))
        else:
            await person.presses(move.presses)
        async with asyncio.timeout(PATIENCE):
            await told(lambda: offered(person.heard[before:], move.awaits))  # noqa: B023 - awaited before they change


def offered(heard: Sequence[Any], label: str) -> bool:
    """Whether one of these messages has the button."""
    labels = itertools.chain.from_iterable((*one.buttons, *(one.keyboard or ())) for one in heard)
    return label in labels


def report(before: int, after: int, most: int, turns: int) -> Measured:
    """Bytes as megabytes."""
    megabytes = [value / 2**20 for value in (before, after, most)]
    held = megabytes[2] <= BOUND_MB
    return Measured(
        [Figure("память с обоими мессенджерами, МБ", number(megabytes[2]), f"≤ {BOUND_MB}", held)],
        [
            f"память: до разговоров {number(megabytes[0])}, после {turns} ходов {number(megabytes[1])}, "
            f"больше всего {number(megabytes[2])} МБ"
        ],
    )
