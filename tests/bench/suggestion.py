"""How long it takes to suggest situations for what somebody wrote, and to get ready for it, with 67 and with 2 000."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from time import perf_counter
from typing import TypeVar

from dialogs.understanding.index import Index, built, index_of
from dialogs.understanding.words import MORPHOLOGY, typed
from storage.model.city import City
from storage.model.situation import Recognition, Situation
from storage.pack.layers import CITIES
from storage.pack.lessons import lessons_of
from storage.pack.reading import read_pack
from tests.bench.figures import Figure, Measured, number, quantile
from tests.bench.ground import CITY

BOUND_MS, READ_SECONDS, BUILD_SECONDS, TIMES = 5.0, 0.3, 1.0, 3.0
MANY = 2000
PHRASES, WORDS, SIGNS = 8, 6, 6
"""of each situation that is made up"""
WARM = 200
BUILDS = 3
T = TypeVar("T")


async def measure() -> Measured:
    """Sentences that the index has not seen are put together from words of the pack's examples: none is remembered."""
    reading, city = timed(lambda: read_pack(CITIES / CITY))
    building, index = best(city)
    many = grown(city)
    building_many, huge = best(many)
    asked = messages()
    small, large = asking(index, asked), asking(huge, asked)
    p99, ratio = quantile(small, 0.99), sum(large) / sum(small)
    return Measured(
        [
            Figure("подсказка ситуаций: p99, мс", number(p99), f"≤ {number(BOUND_MS)}", p99 <= BOUND_MS),
            Figure("пакет прочитан, с", number(reading), f"≤ {number(READ_SECONDS)}", reading <= READ_SECONDS),
            Figure("индекс 67 ситуаций, с", number(building), f"≤ {number(BUILD_SECONDS)}", building <= BUILD_SECONDS),
            Figure(
                f"индекс {number(MANY)} ситуаций, с",
                number(building_many),
                f"≤ {number(BUILD_SECONDS)}",
                building_many <= BUILD_SECONDS,
            ),
            Figure(f"подсказка: {number(MANY)} ситуаций / 67", number(ratio), f"≤ {number(TIMES)}", ratio <= TIMES),
        ],
        [
            f"подсказка: {len(asked)} сообщений; p50 {number(quantile(small, 0.5))}, p99 {number(p99)}, дольше всего "
            f"{number(max(small))} мс; при {number(MANY)} ситуациях p50 {number(quantile(large, 0.5))}, "
            f"p99 {number(quantile(large, 0.99))} мс"
        ],
    )


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """What a piece of work gives, after how many seconds."""
    start = perf_counter()
    done = work()
    return perf_counter() - start, done


def best(city: City) -> tuple[float, Index]:
    """The index and the seconds it took, the best of a few builds: others may have been busy.

    Each begins as a program that has looked up no word yet.
    """
    return min((timed(lambda: cold(city)) for _ in range(BUILDS)), key=lambda pair: pair[0])


def cold(city: City) -> Index:
    """The index of a city, worked out without anything remembered."""
    MORPHOLOGY.forget()
    built.cache_clear()
    return index_of(city)


@cache
def vocabulary() -> list[str]:
    """Every word of the examples that the pack was made of, as often as it is used."""
    return [word for row in lessons_of(CITIES / CITY)[1] for word in typed(row.text)]


def messages() -> list[str]:
    """Texts of 5–90 words as long as those of real people, drawn from the words of examples."""
    chance, words = random.Random(1), vocabulary()
    return [" ".join(chance.choices(words, k=chance.choice((5, 10, 15, 25, 40, 90)))) for _ in range(1000)]


def grown(city: City) -> City:
    """A city with MANY situations made up of the same words, rightly spelt, of which the weights know nothing."""
    chance, words = random.Random(2), sorted(filter(MORPHOLOGY.knows, set(vocabulary())))
    like = next(iter(city.situations.values()))
    made = (made_up(like, number_of, words, chance) for number_of in range(MANY))
    return replace(city, situations={situation.id: situation for situation in made})


def made_up(like: Situation, number_of: int, words: Sequence[str], chance: random.Random) -> Situation:
    """A situation with a few words of its own, which its phrases and signs use."""
    own = chance.sample(words, 12)
    phrases = tuple(" ".join(chance.sample(own, WORDS)) for _ in range(PHRASES))
    signs = tuple(" ".join(chance.sample(own, 2)) for _ in range(SIGNS))
    return replace(like, id=f"made_up_{number_of}", recognition=Recognition(phrases, {"strong": signs}), fallback=False)


def asking(index: Index, texts: Sequence[str]) -> list[float]:
    """Milliseconds for each text, after a warm-up; nothing is asked twice."""
    for text in texts[:WARM]:
        index.ranked(text)
    times = []
    for text in texts[WARM:]:
        start = perf_counter()
        index.ranked(text)
        times.append(1000 * (perf_counter() - start))
    return times
