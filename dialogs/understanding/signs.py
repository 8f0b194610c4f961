"""Signs of situations: words and their combinations, as a city pack writes them.

A sign is terms with blanks between; all of them have to occur close together in a sentence, in any order. A term is a
word in any of its forms; `а|б` is one of several; `два_слова` stand side by side; `@двор` is a word of a concept;
`слово*` is a beginning; `=слово` is that form only; `-слово` must not be near.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from dialogs.understanding.words import Word, folded, forms

NEAR = 7
"""words between the first term of a sign and the others, at most"""
LANDMARK = 0.35
"""what is left of a sign of one term that only names a landmark"""
NOT = "не"
Term = frozenset[int]
"""patterns by number, one of which has to occur"""
NONE = Term()


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of a situation."""

    situation: str
    weight: float
    terms: tuple[Term, ...]
    barred: Term
    text: str
    """as the pack writes it"""


class Patterns:
    """All words that signs are made of, each pattern once, by what it can begin with."""

    def __init__(self, concepts: Mapping[str, Iterable[str]]) -> None:
        self.numbers: dict[str, int] = {}
        self.rest: list[tuple[frozenset[str], ...]] = []
        """the words that have to follow the first one"""
        self.last: list[str] = []
        """the beginning of one more word after them, empty if there is none: «пошёл_вон*»"""
        self.by_form: dict[str, list[int]] = defaultdict(list)
        self.by_typed: dict[str, list[int]] = defaultdict(list)
        self.by_start: dict[str, list[int]] = defaultdict(list)
        self.terms: dict[str, Term] = {}
        self.longer: set[int] = set()
        """patterns of several words"""
        self.denied: set[int] = set()
        """those of them that begin with «не», between whose words one more may stand"""
        self.concepts = {name: self.all_of(several) for name, several in concepts.items()}

    def all_of(self, written: Iterable[str]) -> Term:
        """The patterns of several alternatives."""
        return frozenset(number for one in written for number in self.pattern(one))

    def term(self, text: str) -> Term:
        """The patterns of one term; signs that use the same one share it."""
        if (known := self.terms.get(text)) is None:
            known = self.terms[text] = self.all_of(text.split("|")) if "|" in text else self.pattern(text)
        return known

    def pattern(self, text: str) -> Term:
        """The number of a pattern, or the numbers of a concept's. Raises KeyError for an unknown concept."""
        if text.startswith("@"):
            return self.concepts[text[1:]]
        if text not in self.numbers:
            self.add(text)
        return frozenset((self.numbers[text],))

    def add(self, text: str) -> None:
        """A new pattern."""
        number = self.numbers[text] = len(self.rest)
        plain = folded(text.strip("=*"))
        words = plain.split("_")
        begun = text.endswith("*") and len(words) > 1
        self.last.append(words[-1] if begun else "")
        if len(words) > 1:
            self.longer.add(number)
            self.rest.append(tuple(frozenset(forms(word)) for word in words[1 : -1 if begun else None]))
        else:
            self.rest.append(())
        if text.startswith("="):
            self.by_typed[words[0]].append(number)
        elif text.endswith("*") and not begun:
            self.by_start[words[0]].append(number)
        else:
            for form in forms(words[0]):
                self.by_form[form].append(number)
        if words[0] == NOT:
            self.denied.add(number)

    def found_in(self, words: Sequence[Word]) -> dict[int, list[int]]:
        """The patterns that occur, and where."""
        lengths = sorted({len(start) for start in self.by_start})
        said = {form for word in words for form in word.forms}
        found: dict[int, list[int]] = defaultdict(list)
        for place, word in enumerate(words):
            numbers = {number for form in word.forms for number in self.by_form.get(form, ())}
            numbers.update(self.by_typed.get(word.typed, ()))
            numbers.update(number for size in lengths for number in self.by_start.get(word.typed[:size], ()))
            for number in numbers:
                if number not in self.longer or self.goes_on(number, words, place, said):
                    found[number].append(place)
        return found

    def goes_on(self, number: int, words: Sequence[Word], place: int, said: Set[str]) -> bool:
        """Whether the words after the first one are those of the pattern; `said` are the forms of the whole text."""
        if any(map(said.isdisjoint, self.rest[number])):  # so it is with most, and it is soon seen
            return False
        reach = 2 if number in self.denied else 1
        for wanted in self.rest[number]:
            for at in after(words, place, reach):
                if not wanted.isdisjoint(words[at].forms):
                    place = at
                    break
            else:
                return False
        last = self.last[number]
        return not last or any(words[at].typed.startswith(last) for at in after(words, place, 1))


def after(words: Sequence[Word], place: int, reach: int) -> Iterable[int]:
    """The next few words of the same sentence."""
    sentence = words[place].sentence
    return [at for at in range(place + 1, min(place + reach + 1, len(words))) if words[at].sentence == sentence]


class Signs:
    """All signs of a city, found by their first term."""

    def __init__(self, concepts: Mapping[str, Iterable[str]]) -> None:
        self.patterns = Patterns(concepts)
        self.signs: list[Sign] = []
        self.begun: dict[int, list[int]] = defaultdict(list)

    def add(self, situation: str, weight: float, text: str) -> None:
        """Add a sign. Raises KeyError for an unknown concept."""
        written = text.split()
        near = [self.patterns.term(term[1:]) for term in written if term[0] == "-"]
        terms = tuple([self.patterns.term(term) for term in written if term[0] != "-"])
        barred = near[0].union(*near[1:]) if near else NONE
        for pattern in terms[0]:
            self.begun[pattern].append(len(self.signs))
        self.signs.append(Sign(situation, weight, terms, barred, text))

    def found_in(self, words: Sequence[Word]) -> list["Hit"]:
        """The signs that occur."""
        seen = Seen(words, self.patterns.found_in(words))
        numbers = {number for pattern in seen.places for number in self.begun.get(pattern, ())}
        tried = (seen.hit(self.signs[number]) for number in sorted(numbers))
        return [found for found in tried if found]


class Hit(NamedTuple):
    """A sign that occurs: its points there, and the words it was found by, in their dictionary form."""

    sign: Sign
    points: float
    words: frozenset[str]


class Seen:
    """A text in which patterns were found: where signs occur in it."""

    def __init__(self, words: Sequence[Word], places: Mapping[int, Sequence[int]]) -> None:
        self.words = words
        self.places = places
        """for each pattern that occurs the numbers of its words"""
        self.terms: dict[Term, list[int]] = {}

    def hit(self, sign: Sign) -> Hit | None:
        """Where a sign counts most; one that only names a landmark counts little. None if it does not occur."""
        best: Hit | None = None
        further = sign.terms[1:]
        if not all(map(self.of_term, further)):  # so it is with most
            return None
        for first in self.of_term(sign.terms[0]):
            others = [self.beside(term, first) for term in further]
            if None in others or (sign.barred and self.beside(sign.barred, first) is not None):
                continue
            share = LANDMARK if len(sign.terms) == 1 and self.words[first].landmark else 1.0
            if best is None or abs(sign.weight) * share > abs(best.points):
                by = frozenset(self.words[place].forms[0] for place in (first, *others) if place is not None)
                best = Hit(sign, sign.weight * share, by)
                if share == 1.0:
                    break
        return best

    def of_term(self, term: Term) -> list[int]:
        """Where a term occurs; many signs ask for the same one."""
        if (known := self.terms.get(term)) is None:
            known = [place for pattern in term if pattern in self.places for place in self.places[pattern]]
            self.terms[term] = known
        return known

    def beside(self, term: Term, first: int) -> int | None:
        """Where a term occurs nearest to a word of its sentence, and not as that very word; None if nowhere near."""
        sentence, nearest, closest = self.words[first].sentence, None, NEAR + 1
        for place in self.of_term(term):
            distance = abs(place - first)
            if 0 < distance < closest and self.words[place].sentence == sentence:
                nearest, closest = place, distance
        return nearest
