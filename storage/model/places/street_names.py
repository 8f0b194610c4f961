"""The name of a street taken apart, and how alike a spoken name is to a listed one."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from storage.model.places.address_tokens import Token
from storage.model.places.address_words import ORDINALS, STREET, Role
from storage.model.places.word_forms import can_be, genders, genders_agree, stem


class Alike(IntEnum):
    """How alike two words are, the best is the greatest."""

    FAR = 1
    """a slip of the pen, and the ending of another gender"""
    TYPO = 2
    SHORT = 3
    """one is short for the other"""
    FORM = 4
    """another case"""
    SAME = 5

    @property
    def is_guess(self) -> bool:
        """Whether the word was spelled as no street is."""
        return self <= Alike.TYPO


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a name."""

    key: str
    short: bool = False
    """may be short for a longer word"""
    guesses: tuple[str, ...] = ()
    """stems of words it may be a misspelling of"""

    @property
    def stems(self) -> tuple[str, ...]:
        """Stems a listed word may have to be meant by this one."""
        return self.guesses or (stem(self.key),)

    def alike(self, listed: "Word") -> Alike | None:
        """How well it fits a listed word; None if it does not."""
        if self.key == listed.key:
            return Alike.SAME
        if self.guesses:
            return self.guessed(listed) if stem(listed.key) in self.guesses else None
        if can_be(self.key, listed.key):
            return Alike.FORM
        return Alike.SHORT if self.shortens(listed) or listed.shortens(self) else None

    def guessed(self, listed: "Word") -> Alike:
        """How near a misspelled word is to the listed one it may mean."""
        return Alike.TYPO if genders_agree(self.key, listed.key) else Alike.FAR

    def shortens(self, other: "Word") -> bool:
        """Whether it can be a short form of the other word: «кап.» of «капитана»."""
        return self.short and len(self.key) < len(other.key) and other.key.startswith(self.key)


@dataclass(frozen=True, slots=True)
class Name:
    """A street's name: its words, its numbers («2-я») and the kinds of street it says («улица»)."""

    words: tuple[Word, ...]
    ordinals: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    by_kind: bool = False
    """there is no word but a kind: «Набережная ул.», «1-я линия»"""

    def joined(self) -> "Name":
        """The same with its words written as one: «Ново-Полевая» as «Новополевая»."""
        return Name((Word("".join(word.key for word in self.words)),), self.ordinals, self.kinds)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a spoken name fits a listed one."""

    matched: int
    """words and numbers that are in both, initials not counted"""
    missing: int
    """words and numbers of the list that were not said"""
    idle: int
    """initials that fit nothing"""
    kind: int
    """2 the same kinds, 1 one in common, 0 one name says none, -1 another"""
    alike: Alike
    """of the word that fits worst"""


def words_in(token: Token, guesses: dict[str, tuple[str, ...]]) -> list[Word]:
    """The words of a token, two if it has a hyphen."""
    return [Word(part, token.short or len(part) == 1, guesses.get(part, ())) for part in token.key.split("-")]


def ordinal_in(token: Token) -> str | None:
    """The number a token stands for as a part of a name: «2-я», «2», «вторая»."""
    if token.role in (Role.ORDINAL, Role.NUMBER):
        return token.key
    return ORDINALS.get(stem(token.key)) if token.role is Role.WORD and genders(token.key) else None


def name_of(tokens: Iterable[Token], guesses: dict[str, tuple[str, ...]] | None = None) -> Name:
    """The name in these tokens; a kind stands for the name where there is no other word."""
    words: list[Word] = []
    places: list[Word] = []
    ordinals, kinds = set(), []
    for token in tokens:
        if token.role is Role.KIND:
            kinds.append(token.key)
        elif number := ordinal_in(token):
            ordinals.add(number)
        elif token.role is Role.WORD:
            words += words_in(token, guesses or {})
        elif token.role is Role.PLACE:
            places.append(Word(token.key))
    if words := without_area(words, is_after_kind=len(kinds) > 0) or places:
        return Name(tuple(words), frozenset(ordinals), frozenset(kinds))
    proper = next((kind for kind in kinds if kind != STREET), None)
    named = (Word(proper),) if proper else ()
    return Name(named, frozenset(ordinals), frozenset(kinds) - {proper}, by_kind=True)


def without_area(words: list[Word], *, is_after_kind: bool) -> list[Word]:
    """Words without initials that stand for a part of the city: «Широкий пр. З.О.», but not «пр. И. Кузнецова»."""
    long = [place for place, word in enumerate(words) if len(word.key) > 1]
    initials = len(words) - long[-1] - 1 if long else len(words)
    return words[: len(words) - initials] if initials > 1 or is_after_kind else words


def likeness(spoken: Name, listed: Name) -> Likeness | None:
    """How a spoken name fits a listed one; None if something that was said is not in it."""
    if not spoken.ordinals <= listed.ordinals:
        return None
    left, fitting = list(listed.words), []
    for word in spoken.words:
        fits = [(alike, other) for other in left if (alike := word.alike(other))]
        if fits:
            alike, other = max(fits, key=lambda fit: fit[0])
            left.remove(other)
            fitting.append((word, alike))
        elif len(word.key) > 1:
            return None
    long = [alike for word, alike in fitting if len(word.key) > 1]
    if all(alike is Alike.SHORT for alike in long):
        return None
    missing = sum(len(word.key) > 1 for word in left) + len(listed.ordinals - spoken.ordinals)
    matched, idle = len(long) + len(spoken.ordinals), len(spoken.words) - len(fitting)
    return Likeness(matched, missing, idle, kinds_agree(spoken, listed), min(alike for _, alike in fitting))


def kinds_agree(spoken: Name, listed: Name) -> int:
    """2 if both say the same kinds, 1 if one kind is said by both, 0 if one says none, -1 if they differ."""
    if spoken.kinds & listed.kinds:
        return 1 + (spoken.kinds == listed.kinds)
    return -1 if spoken.kinds and listed.kinds else 0
