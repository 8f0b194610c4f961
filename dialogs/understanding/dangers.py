"""Words that mean danger: phrases whose words all occur in a text, in any order, whatever else it says."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Self

from dialogs.understanding.words import folded, readable, words_of
from storage.model.city import City, Danger

NOT = "не"
"""a word after it does not count: «фонарь не горит»; unless the phrase says so itself: «люк не закрыт»"""


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


@lru_cache(maxsize=4)
def dangers_of(city: City) -> tuple[Vocabulary, Sequence[tuple[Danger, Sequence[frozenset[str]]]]]:
    """The patterns of all dangers, and each danger with those that have to occur together."""
    dangers = [(danger, [frozenset(phrase.split()) for phrase in danger.when]) for danger in city.dangers]
    every = {pattern for _, phrases in dangers for phrase in phrases for pattern in phrase}
    return Vocabulary.of(every), dangers


def dangers_in(text: str, city: City) -> list[Danger]:
    """Dangers that the words speak of, in the pack's order."""
    vocabulary, dangers = dangers_of(city)
    words = words_of(readable(folded(text)))
    found = vocabulary.found_in(words)
    denied = [word for before, word in pairwise(words) if before == NOT]
    affirmed = vocabulary.found_in(set(words) - set(denied)) if denied else found
    return [
        danger
        for danger, phrases in dangers
        if any(phrase <= (found if NOT in phrase else affirmed) for phrase in phrases)
    ]
