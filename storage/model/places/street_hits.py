"""What was found in one place of a text, and which of two finds is the better one."""

from dataclasses import dataclass
from enum import StrEnum

from storage.model.places.street_names import Alike, Likeness

CERTAIN, PROBABLE, POSSIBLE = 3, 2, 1
"""how much speaks for words being meant as a street: a kind or a house; a preposition, or nothing else; an ending"""
CITY = 2


class Exactness(StrEnum):
    """How sure it is that this street was meant."""

    EXACT = "exact"
    """name and kind are those of the list"""
    LIKELY = "likely"
    """another case, a shorter name, or no kind"""
    SIMILAR = "similar"
    """a slip of the pen, another kind or another settlement: ask before using it"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A street that tokens from `start` to `end` may name."""

    start: int
    end: int
    entry: int
    like: Likeness
    evidence: int
    settled: int
    """1 if the text names the street's settlement or territory, -1 if it names another settlement, 0 if none"""
    proper: int
    """CITY for a street of the city itself, 1 for one of a settlement, 0 if its name begins with a place in the city"""
    is_usual: bool
    """of the kinds that people leave out most"""
    is_turned: bool
    """an ending that after a preposition rather belongs to another word: «на Полевой»"""

    @property
    def rank(self) -> tuple[int, ...]:
        """The greater the better."""
        like = self.like
        told = (self.evidence, like.matched, not like.alike.is_guess, self.settled, -like.missing, like.kind)
        return (*told, -self.is_turned, -like.idle, like.alike, self.proper, self.is_usual, -self.start, -self.entry)

    def exactness(self, best: "Hit") -> Exactness:
        """How sure it is beside the best hit: where the city itself has the street, a settlement's is not meant."""
        is_settlement = self.proper < best.proper == CITY and not self.settled
        if self.like.alike.is_guess or self.like.kind < 0 or self.settled < 0 or is_settlement:
            return Exactness.SIMILAR
        is_whole = self.like.alike is Alike.SAME and not self.like.missing and self.like.kind > 0
        return Exactness.EXACT if is_whole else Exactness.LIKELY

    def stands_with(self, other: "Hit") -> bool:
        """Whether both can be meant: a homonym of the same words, or another place of the text."""
        is_apart = self.end <= other.start or other.end <= self.start
        return is_apart or (self.start, self.end) == (other.start, other.end)

    def is_beaten(self, best: "Hit") -> bool:
        """Whether the same words fit another street in something that decides: settlement, kind, the whole name."""
        like, other = self.like, best.like
        by_kind = like.kind < 0 < other.kind
        return self.settled < 0 < best.settled or by_kind or (like.missing > 0 and not other.missing)

    def is_worth(self, best: "Hit") -> bool:
        """Whether it is worth telling beside the best one: no guess beside knowledge, no faint trace beside proof."""
        if (self.start, self.end) == (best.start, best.end) and self.is_beaten(best):
            return False
        is_guess = self.like.alike.is_guess and not best.like.alike.is_guess
        return not is_guess and not (self.evidence == POSSIBLE and best.evidence == CERTAIN)
