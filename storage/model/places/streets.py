"""The streets of a city: which one is meant by what a resident typed, and in which territories it lies."""

from collections.abc import Iterable
from dataclasses import dataclass

from storage.model.places.street_hits import Exactness, Hit
from storage.model.places.street_index import Street, StreetIndex
from storage.model.places.street_search import Search
from storage.model.places.word_forms import stem

__all__ = ["Exactness", "FoundStreet", "Street", "Streets"]
MOST = 10
"""streets one search gives"""


@dataclass(frozen=True, slots=True)
class FoundStreet:
    """A street somebody may have meant."""

    street: str
    """as the list spells it"""
    settlement: str
    """empty for a street of the city itself"""
    house: str
    """in the normal form, «4 к2 лит. А»; empty if none was said"""
    territories: tuple[str, ...]
    """where it lies, what the text speaks for first; more than one is an ambiguity"""
    exactness: Exactness

    @property
    def is_sure(self) -> bool:
        """Whether it may be used without asking."""
        return self.exactness is not Exactness.SIMILAR


class Streets:
    """A gazetteer: built once from rows of (territory, settlement, street), asked for every address."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        self._index = StreetIndex(rows)

    @property
    def streets(self) -> tuple[Street, ...]:
        """All streets, in the order of the rows; one of several territories stands once."""
        return tuple(self._index.streets)

    def find(self, text: str) -> list[FoundStreet]:
        """Streets the text may mean, best first; empty if it names none. Reads the first 1000 characters."""
        search = Search(self._index, text)
        hits = search.hits()
        first = {self._index.entries[hit.entry].street: hit for hit in reversed(hits)}
        best = sorted(first.items(), key=lambda item: hits.index(item[1]))[:MOST]
        return [self._told(search, hit, hits[0], self._index.streets[street]) for street, hit in best]

    def _told(self, search: Search, hit: Hit, best: Hit, street: Street) -> FoundStreet:
        """What is said about one hit."""
        house = search.house(hit, best)
        territories = tuple(sorted(street.territories, key=lambda name: -self._fits(search, hit, name)))
        return FoundStreet(street.name, street.settlement, house, territories, hit.exactness(best))

    def _fits(self, search: Search, hit: Hit, territory: str) -> int:
        """How much the text speaks for a territory: 3 it is named, 2 by a word behind the street, 1 by its initial."""
        key = self._index.keys_of_territories[territory]
        behind = [token.key for token in search.said.tokens[hit.end : hit.end + 2]]
        if key in search.named:
            return 3
        if any(stem(word) == key.split(" ")[0] for word in behind):
            return 2
        return int(any(len(word) == 1 and key.startswith(word) for word in behind[:1]))
