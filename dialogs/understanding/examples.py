"""What example messages teach: which words speak for one situation rather than for the others.

A word or a pair of neighbours that occurs in examples of a situation weighs the logarithm of how much more often it
occurs there than elsewhere (the weight of evidence of naive Bayes), less while it was seen only once or twice.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from math import log

from dialogs.understanding.features import tells
from dialogs.understanding.words import Word, forms, typed

NOT = "не"
RARE = 0.7
"""an example or two may be chance: a weight is reduced as if this many said otherwise"""
SPAN = 1 << 24
"""more than there are words: the number of a pair is «(first + 2) * SPAN + second»"""
LOTS = 1 << 13
"""more situations than a word can speak for"""
NOTHING, GAP, DENIAL = -3, -2, -1
"""what stands for a word that means nothing, for one that has no number, and for «не»"""


class Examples:
    """The weights of words that a set of examples gives.

    Words, pairs and situations are numbered and the weights stand in arrays one after the other: what dictionaries
    would take ten times the memory for.
    """

    def __init__(self, examples: Iterable[tuple[str, str, int]]) -> None:
        self.numbers: dict[str, int] = {}
        self.situations: list[str] = []
        self.spans: dict[int, int] = {}
        """for each word or pair where its weights begin and how many they are: «begin * LOTS + many»"""
        self.whose, self.points = array("H"), array("f")
        found, totals = self.counted(examples)
        self.weigh(found, totals)

    def counted(self, examples: Iterable[tuple[str, str, int]]) -> tuple[Counter[int], list[int]]:
        """How often each «feature * LOTS + situation» occurs, and the examples of each situation."""
        places: dict[str, int] = {}
        found: Counter[int] = Counter()
        totals: list[int] = []
        number_of = Numbers(self.number)
        for situation, text, count in examples:
            if (place := places.setdefault(situation, len(totals))) == len(totals):
                totals.append(0)
            totals[place] += count
            told = [feature * LOTS + place for feature in numbered([number_of[word] for word in typed(text)])]
            for _ in range(count):
                found.update(told)
        self.situations = list(places)
        return found, totals

    def weigh(self, found: Counter[int], totals: Sequence[int]) -> None:
        """Turn what was counted into weights; a pair that occurs once says nothing."""
        everything = sum(totals)
        often: Counter[int] = Counter()
        for key, count in found.items():
            often[key // LOTS] += count
        telling = sorted(key for key in found if key < SPAN * LOTS or often[key // LOTS] > 1)
        for feature, keys in groupby(telling, key=lambda key: key // LOTS):
            times, begin = often[feature], len(self.whose)
            for key in keys:
                place, count = key % LOTS, found[key]
                here = count / (totals[place] + 2.0)
                elsewhere = (times - count + 0.5) / (everything - totals[place] + 1.0)
                if here > elsewhere:
                    self.whose.append(place)
                    self.points.append(log(here / elsewhere) * count / (count + RARE))
            self.spans[feature] = begin * LOTS + len(self.whose) - begin

    def number(self, form: str) -> int:
        """The number of a word of an example: the next one for a new word, none for what means nothing."""
        if form == NOT or not tells(form):
            return DENIAL if form == NOT else NOTHING
        return GAP if form.isdigit() else self.numbers.setdefault(form, len(self.numbers))

    def known(self, form: str) -> int:
        """The number of a word of a text; a word that no example has is a gap."""
        if form == NOT or not tells(form):
            return DENIAL if form == NOT else NOTHING
        return self.numbers.get(form, GAP)

    def scores(self, words: Sequence[Word]) -> dict[str, float]:
        """For each situation how much the words speak for it."""
        found: dict[int, float] = defaultdict(float)
        for feature in numbered(self.known(word.forms[0]) for word in words):
            begin, many = divmod(self.spans.get(feature, 0), LOTS)
            for number, points in zip(self.whose[begin : begin + many], self.points[begin : begin + many], strict=True):
                found[number] += points
        return {self.situations[number]: points for number, points in found.items()}


def numbered(numbers: Iterable[int]) -> set[int]:
    """The words of a text, and pairs of neighbours («не вывозить»), by their numbers."""
    found: set[int] = set()
    before = GAP
    for number in numbers:
        if number == NOTHING:
            continue
        if number >= 0:
            found.add(number)
            if before != GAP:
                found.add((before + 2) * SPAN + number)
        before = number
    return found


class Numbers(dict[str, int]):
    """The number of each word as it is typed, worked out when it is first met."""

    def __init__(self, of_form: Callable[[str], int]) -> None:
        self.of_form = of_form

    def __missing__(self, word: str) -> int:
        number = self[word] = self.of_form(forms(word)[0])
        return number
