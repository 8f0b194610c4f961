"""Words that mean danger: phrases whose words all occur in a text, in any order, whatever else it says."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, Self

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


class Phrase(NamedTuple):
    """The patterns that have to occur together, and the number of the danger they tell of."""

    patterns: frozenset[str]
    danger: int


@lru_cache(maxsize=4)
def phrases_of(city: City) -> tuple[Vocabulary, Mapping[str, Sequence[Phrase]]]:
    """The patterns of all dangers, and the phrases by one of their patterns: without it they need not be looked at."""
    written = [(number, phrase.split()) for number, danger in enumerate(city.dangers) for phrase in danger.when]
    often = Counter(pattern for _, patterns in written for pattern in patterns)
    phrases: dict[str, list[Phrase]] = defaultdict(list)
    for number, patterns in written:
        rarest = min(patterns, key=lambda pattern: (often[pattern], pattern))
        phrases[rarest].append(Phrase(frozenset(patterns), number))
    return Vocabulary.of(often), phrases


def dangers_in(text: str, city: City) -> list[Danger]:
    """Dangers that the words speak of, in the pack's order."""
    vocabulary, phrases = phrases_of(city)
    words = words_of(readable(folded(text)))
    found = vocabulary.found_in(words)
    denied = [word for before, word in pairwise(words) if before == NOT]
    affirmed = vocabulary.found_in(set(words) - set(denied)) if denied else found
    told = {
        phrase.danger
        for pattern in found
        for phrase in phrases.get(pattern, ())
        if phrase.patterns <= (found if NOT in phrase.patterns else affirmed)
    }
    return [city.dangers[number] for number in sorted(told)]
