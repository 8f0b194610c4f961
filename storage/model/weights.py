"""What examples taught once and for all: for every word how much it speaks for and against each situation."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from struct import unpack

SHORT = 5.0
"""added to the length of a text: a word or two tell less than a story"""
ZERO = 128
"""the byte that speaks neither for nor against"""
FINEST = 8
"""how often points may be doubled at most, from the finest feature to the coarsest"""
LANE = 4
"""bytes in which the points of one situation are added up: enough for the 2**16 features that no text has"""


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
    doubled: bytes
    """for each feature how often its points are doubled"""
    points: bytes
    """row by row a byte for each situation: ZERO + rarity × weight / step, before it is doubled"""
    step: float
    """what one point is worth"""
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
        unit = self.step / (sqrt(sum(self.rarity[row] ** 2 for row in rows)) + SHORT)
        nothing = sum(ZERO << self.doubled[row] for row in rows)
        told = zip(self.situations, self.bias, self.added(rows), strict=True)
        return {situation: bias + (points - nothing) * unit for situation, bias, points in told}

    def added(self, rows: Iterable[int]) -> tuple[int, ...]:
        """The sum of rows, situation by situation.

        A row becomes one long number with a lane for each situation: so a single addition adds them all, and a
        single shift doubles them all.
        """
        width = len(self.situations)
        total, lanes = 0, bytearray(LANE * width)
        for row in rows:
            lanes[::LANE] = self.points[row * width : (row + 1) * width]
            total += int.from_bytes(lanes, "little") << self.doubled[row]
        return unpack(f"<{width}I", total.to_bytes(LANE * width, "little"))
