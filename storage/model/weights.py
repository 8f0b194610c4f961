"""What examples taught once and for all: for every word how much it speaks for and against each situation."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

SHORT = 5.0
"""added to the length of a text: a word or two tell less than a story"""


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear classifier: features (words, their beginnings, pairs) by situations.

    Scores are log odds, comparable within one text: the situation with the most is the likeliest.
    """

    situations: tuple[str, ...]
    numbers: Mapping[str, int]
    """the row of each feature"""
    rarity: "array[float]"
    """for each feature the logarithm of how rare it is in the examples: its share in the length of a text"""
    step: "array[float]"
    """for each feature what one of its points is worth"""
    points: "array[int]"
    """row by row a signed byte for each situation: rarity × weight / step"""
    bias: tuple[float, ...]
    """what each situation has without any words"""
    made_of: str = ""
    """digest of the examples that were learnt"""

    def rows(self, features: Iterable[str]) -> list[int]:
        """The rows of those features that were learnt."""
        return [number for feature in features if (number := self.numbers.get(feature)) is not None]

    def scores(self, features: Iterable[str]) -> dict[str, float]:
        """What a text with these features says for each situation; nothing if it has no known one."""
        rows = self.rows(features)
        if not rows:
            return {}
        length = sqrt(sum(self.rarity[row] ** 2 for row in rows)) + SHORT
        alike: dict[float, list[Sequence[int]]] = defaultdict(list)
        for row in rows:
            alike[self.step[row]].append(self.of(row))
        told = list(self.bias)
        for step, several in alike.items():  # there are few steps: most of the adding is of small whole numbers
            unit = step / length
            for place, points in enumerate(map(sum, zip(*several, strict=True))):
                told[place] += points * unit
        return dict(zip(self.situations, told, strict=True))

    def of(self, row: int) -> Sequence[int]:
        """The points of one feature for every situation, in steps."""
        width = len(self.situations)
        return self.points[row * width : (row + 1) * width]
