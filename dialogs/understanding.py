"""From everyday words to situations and dangers: word beginnings listed in the city pack, counted and weighed.

A word of a situation weighs the more, the fewer situations share it; a whole everyday phrase whose words all occur
weighs as much as three words. Dangers are phrases whose words all occur, in any order.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Self

from storage.model.city import City, Danger, Situation

WORD = re.compile(r"[a-zа-я0-9]+")
PHRASE_WEIGHT = 3.0
STEM = 5
"""letters by which a word of an everyday phrase is recognised in its other forms"""


@dataclass(frozen=True)
class Suggestion:
    """A situation and how much speaks for it (0–1, all suggestions together make 1)."""

    situation: Situation
    confidence: float


def words_of(text: str) -> list[str]:
    """The words, lower-case, «ё» as «е»."""
    return WORD.findall(text.casefold().replace("ё", "е"))


@dataclass(frozen=True)
class Vocabulary:
    """The word patterns of a pack: whole words, and word beginnings that are written with `*`."""

    whole: frozenset[str]
    starts: frozenset[str]
    lengths: tuple[int, ...]
    """the lengths that the beginnings have"""

    @classmethod
    def of(cls, patterns: Iterable[str]) -> Self:
        """From patterns as the pack writes them."""
        every = set(patterns)
        starts = {pattern[:-1] for pattern in every if pattern.endswith("*")}
        whole = {pattern for pattern in every if not pattern.endswith("*")}
        return cls(frozenset(whole), frozenset(starts), tuple(sorted({len(start) for start in starts})))

    def found_in(self, words: Collection[str]) -> set[str]:
        """The patterns that occur among these words, in time that does not grow with the pack."""
        starts = {word[:length] for word in words for length in self.lengths if length <= len(word)}
        return {*self.whole.intersection(words)} | {f"{start}*" for start in self.starts & starts}


@dataclass(frozen=True)
class Index:
    """What the everyday words of a city's pack come down to, worked out once."""

    vocabulary: Vocabulary
    weights: Mapping[str, Mapping[str, float]]
    """for each situation its word patterns with their weight"""
    phrases: Mapping[str, Sequence[frozenset[str]]]
    """for each situation its everyday phrases as the beginnings of their words"""
    dangers: Sequence[tuple[Danger, Sequence[frozenset[str]]]]
    """each danger with the patterns that have to occur together, for each of its phrases"""


@lru_cache(maxsize=8)
def index_of(city: City) -> Index:
    """The index of a city."""
    situations = city.situations.values()
    shared = Counter(pattern for situation in situations for pattern in situation.words)
    weights = {
        situation.id: {pattern: 1 + log(len(situations) / shared[pattern]) for pattern in situation.words}
        for situation in situations
    }
    phrases = {situation.id: [beginnings(phrase) for phrase in situation.phrases] for situation in situations}
    dangers = [(danger, [frozenset(phrase.split()) for phrase in danger.when]) for danger in city.dangers]
    of_dangers = {pattern for _, several in dangers for phrase in several for pattern in phrase}
    return Index(Vocabulary.of({*shared, *of_dangers}), weights, phrases, dangers)


def dangers_in(text: str, city: City) -> list[Danger]:
    """Dangers that the words speak of, in the pack's order."""
    index = index_of(city)
    found = index.vocabulary.found_in(words_of(text))
    return [danger for danger, phrases in index.dangers if any(phrase <= found for phrase in phrases)]


def beginnings(text: str) -> frozenset[str]:
    """The words of a text cut to where their forms agree."""
    return frozenset(word[:STEM] for word in words_of(text))


@lru_cache(maxsize=64)
def suggest(text: str, city: City, limit: int = 3) -> Sequence[Suggestion]:
    """The likeliest situations, best first; none when no word speaks for any. A dialog asks for the same text often."""
    index, said = index_of(city), beginnings(text)
    found = index.vocabulary.found_in(words_of(text))
    scores = {
        name: sum(weight for pattern, weight in weights.items() if pattern in found)
        + PHRASE_WEIGHT * any(phrase <= said for phrase in index.phrases[name])
        for name, weights in index.weights.items()
    }
    best = sorted((name for name, value in scores.items() if value > 0), key=lambda name: -scores[name])[:limit]
    total = sum(scores.values())
    return tuple(Suggestion(city.situations[name], scores[name] / total) for name in best)
