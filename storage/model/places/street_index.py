"""The street list of a city, turned around: from the beginnings of words to the streets that have them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from storage.model.places.address_tokens import folded, russian, tokens_of, without_asides
from storage.model.places.areas import Areas
from storage.model.places.street_names import Name, Word, name_of
from storage.model.places.word_forms import stem

SHORTEST_WORD, SHORTEST_STEM, LONGEST_STEM = 5, 4, 40
"""letters of a word whose misspelling is looked for, and of its stem"""
LETTERS_PER_SLIP = 9
"""letters of a stem in which a second slip is forgiven"""
GUESSES = 4


@dataclass(frozen=True, slots=True)
class Street:
    """A street as the list spells it."""

    name: str
    settlement: str
    """empty for a street of the city itself"""
    territories: tuple[str, ...]
    """all through which it runs, in the order of the rows"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One spelling of a street's name."""

    name: Name
    street: int
    """its place in the list"""
    areas: frozenset[str]
    """keys of its settlements, empty for a street of the city itself"""
    is_plain: bool
    """the list spells it without a place: «Мира ул.», not «Заречье, Мира ул.»"""


class StreetIndex:
    """Streets by the stems of their words; built once from rows of (territory, settlement, street)."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        rows = list(rows)
        self.settlements, self.territories = Areas(), Areas()
        self.keys_of_territories = {name: self.territories.add(name) for name in dict.fromkeys(row[0] for row in rows)}
        self.streets: list[Street] = []
        self.entries: list[Entry] = []
        self.by_stem: dict[str, set[int]] = defaultdict(set)
        self._known: dict[tuple[frozenset[str], ...], int] = {}
        for territory, settlement, street in rows:
            self._add(territory, settlement, street)
        self._stems: dict[int, list[str]] = defaultdict(list)
        for word in self.by_stem:
            self._stems[len(word)].append(word)

    def _add(self, territory: str, settlement: str, street: str) -> None:
        """One row: a street nobody has named yet, or one more territory of a known one."""
        rest, asides = without_asides(russian(street))
        *before, plain = rest.split(",")
        places = [*before, *(aside for aside in asides if aside not in self.keys_of_territories)]
        within = [place.strip() for place in (settlement, *places) if place.strip()]
        areas = frozenset(self.settlements.add(place) for place in within) - {""}
        name = name_of(tokens_of(plain))
        same = tuple(map(frozenset, ((word.key for word in name.words), name.ordinals, name.kinds, areas)))
        if (known := self._known.setdefault(same, len(self.streets))) < len(self.streets):
            self._widen(known, territory)
            return
        self._index(name, areas, is_plain=not places)
        self.streets.append(Street(street.strip(), within[0] if within else "", (territory,)))

    def _widen(self, where: int, territory: str) -> None:
        """A known street runs through this territory too."""
        street = self.streets[where]
        if territory not in street.territories:
            self.streets[where] = Street(street.name, street.settlement, (*street.territories, territory))

    def _index(self, name: Name, areas: frozenset[str], *, is_plain: bool) -> None:
        """Make the next street findable by every word of its name, and by all of them written as one."""
        for spelling in (name, name.joined()) if len(name.words) > 1 else (name,):
            for word in spelling.words:
                self.by_stem[stem(word.key)].add(len(self.entries))
            self.entries.append(Entry(spelling, len(self.streets), areas, is_plain))

    def entries_with(self, words: Iterable[Word]) -> set[int]:
        """Entries that have all these words; words that may be short for others are not asked for."""
        words = list(words)
        found: set[int] | None = None
        for word in [word for word in words if not word.short] or words:
            having: set[int] = set().union(*(self.by_stem.get(part, ()) for part in word.stems))
            found = having if found is None else found & having
        return found or set()

    def guesses(self, word: str) -> tuple[str, ...]:
        """Stems of which this unknown word may be a misspelling, the nearest only."""
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        spoken = stem(folded(word))
        if len(word) < SHORTEST_WORD or not SHORTEST_STEM <= len(spoken) <= LONGEST_STEM:
            return ()
        slips = 1 + (len(spoken) >= LETTERS_PER_SLIP)
        lengths = range(max(SHORTEST_STEM, len(spoken) - slips), len(spoken) + slips + 1)
        likely = chain.from_iterable(self._stems.get(length, ()) for length in lengths)
        near = extract(spoken, list(likely), scorer=OSA.distance, score_cutoff=slips, limit=GUESSES)
        fitting = [(known, slips) for known, slips, _ in near if is_slip(spoken, known, slips)]
        return tuple(known for known, slips in fitting if slips == fitting[0][1])


def is_slip(spoken: str, known: str, slips: int) -> bool:
    """Whether one may be a misspelling of the other: the beginning holds, and neither is the other with more behind."""
    return known[0] in spoken[:2] and (slips == 1 or not (known.startswith(spoken) or spoken.startswith(known)))
