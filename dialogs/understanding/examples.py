"""What example messages teach: which words speak for one situation rather than for the others.

A word or a pair of neighbours that occurs in examples of a situation weighs the logarithm of how much more often it
occurs there than elsewhere (the weight of evidence of naive Bayes), less while it was seen only once or twice.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dialogs.understanding.features import tells
from dialogs.understanding.words import WORD, Word, folded, forms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

NOT = "не"
RARE = 0.7
"""an example or two may be chance: a weight is reduced as if this many said otherwise"""
SPAN = 1 << 24
"""more than there are words: the number of a pair is «(first + 2) * SPAN + second»"""
LOTS = 1 << 13
"""more situations than a word can speak for"""
NOTHING, GAP, DENIAL = -3, -2, -1
"""what stands for a word that means nothing, for one that has no number, and for «не»"""
ENDED = -4
"""the number of the sign between two texts"""
END = "\n"
"""stands between texts that are read in one go"""
WORD_OR_END = re.compile(f"{WORD.pattern}|{END}")


class Counted(NamedTuple):
    """How often each word or pair occurs in the examples of each situation: arrays of one length, in order."""

    features: "Array"
    """numbers of words and pairs, each once"""
    feature: "Array"
    """for each count its place among the features"""
    place: "Array"
    """and the number of the situation"""
    often: "Array"
    totals: "Array"
    """the examples of each situation"""


class Examples:
    """The weights of words that a set of examples gives.

    Words, pairs and situations are numbered and the weights stand in arrays one after the other: what dictionaries
    would take ten times the memory for.
    """

    def __init__(self, examples: Iterable[tuple[str, str, int]]) -> None:
        """From situations, texts, and how many examples each text is worth."""
        self.numbers: dict[str, int] = {}
        self.situations: list[str] = []
        self.spans: Mapping[int, int] = {}
        """for each word or pair where its weights begin and how many they are: «begin * LOTS + many»"""
        self.whose, self.points = array("H"), array("f")
        if given := list(examples):
            self.weigh(self.counted(given))

    def counted(self, examples: Sequence[tuple[str, str, int]]) -> Counted:
        """Count words and pairs; numpy does in a tenth of a second what takes Python half a second of 18 000 texts."""
        import numpy as np

        places: dict[str, int] = {}
        place_of = np.array([places.setdefault(situation, len(places)) for situation, _, _ in examples])
        worth = np.array([count for _, _, count in examples])
        self.situations = list(places)
        texts, told = self.told([text for _, text, _ in examples])
        features, feature = np.unique(told, return_inverse=True)
        told = np.sort(feature * len(examples) + texts)
        once = told[np.diff(told, prepend=-1) > 0]  # in a text each counts once; `unique` alone is thirty times slower
        feature, texts = np.divmod(once, len(examples))
        both, which = np.unique(feature * LOTS + place_of[texts], return_inverse=True)
        often = np.bincount(which, weights=worth[texts])
        return Counted(features, both // LOTS, both % LOTS, often, np.bincount(place_of, weights=worth))

    def told(self, texts: Sequence[str]) -> "tuple[Array, Array]":
        """Every word and pair of the texts, as often as it occurs: the number of its text, and its own."""
        import numpy as np

        number_of = Numbers(self.number)
        whole = folded(END.join(text.replace(END, " ") for text in texts))
        numbers = np.array([number_of[word] for word in WORD_OR_END.findall(whole)], dtype=np.int64)
        text_of = np.cumsum(numbers == ENDED)
        kept = numbers != NOTHING
        numbers, text_of = numbers[kept], text_of[kept]
        before = np.concatenate(([GAP], numbers[:-1]))
        word = numbers >= 0
        pair = word & (before > GAP)
        return (
            np.concatenate((text_of[word], text_of[pair])),
            np.concatenate((numbers[word], (before[pair] + 2) * SPAN + numbers[pair])),
        )

    def weigh(self, counted: Counted) -> None:
        """Turn what was counted into weights; a pair that occurs once says nothing."""
        import numpy as np

        features, feature, place, often, totals = counted
        everywhere = np.bincount(feature, weights=often)
        telling = (features < SPAN) | (everywhere > 1)
        here = often / (totals[place] + 2.0)
        elsewhere = (everywhere[feature] - often + 0.5) / (totals.sum() - totals[place] + 1.0)
        speaks = telling[feature] & (here > elsewhere)
        points = np.log(here[speaks] / elsewhere[speaks]) * often[speaks] / (often[speaks] + RARE)
        self.whose = array("H", place[speaks].astype("u2").tobytes())
        self.points = array("f", points.astype("f4").tobytes())
        many = np.bincount(feature[speaks], minlength=len(features))
        spans = (np.cumsum(many) - many) * LOTS + many
        self.spans = dict(zip(features[many > 0].tolist(), spans[many > 0].tolist(), strict=True))

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
        if not self.situations:
            return {}
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
        super().__init__({END: ENDED})
        self.of_form = of_form

    def __missing__(self, word: str) -> int:
        number = self[word] = self.of_form(forms(word)[0])
        return number
