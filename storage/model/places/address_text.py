"""A typed text as pieces of an address: what stands where, and the houses in it."""

from storage.model.places.address_tokens import cleaned, tokens_of
from storage.model.places.address_words import Role
from storage.model.places.houses import house_at

FEW_WORDS = 6
"""a text of so many words is an address, of more a story"""
BETWEEN = frozenset((Role.BREAK, Role.HOUSE, Role.PREPOSITION))
"""what may stand between a street and its house: a comma, «д.», «у дома»"""


class AddressText:
    """A text that may hold an address, read once."""

    def __init__(self, text: str) -> None:
        self.text = cleaned(text)
        self.tokens = tokens_of(self.text)
        self.words = sum(token.role is Role.WORD for token in self.tokens)
        self.has_capitals = any(token.is_capital for token in self.tokens)
        self.is_story = self.words > FEW_WORDS
        self._houses: dict[int, str] = {}

    def role(self, place: int) -> Role:
        """The role of the token at a place; a break before the first and after the last one."""
        return self.tokens[place].role if 0 <= place < len(self.tokens) else Role.BREAK

    def part(self, place: int) -> range:
        """The places between the commas around a place."""
        start = end = place
        while self.role(start - 1) is not Role.BREAK:
            start -= 1
        while self.role(end) is not Role.BREAK:
            end += 1
        return range(start, end)

    def house_after(self, place: int) -> str:
        """The house that is said before anything else from this place on, «» if there is none."""
        if place not in self._houses:
            self.is_story = self.words > FEW_WORDS
        self._houses[place] = self._house_after(place)
        return self._houses[place]

    def _house_after(self, place: int) -> str:
        """The same, not remembered."""
        for token in self.tokens[place : place + 6]:
            if token.role is Role.NUMBER:
                return house_at(self.text, token.start)[0]
            is_initial = token.role is Role.WORD and len(token.key) == 1
            if token.role not in BETWEEN and not is_initial:
                return ""
        return ""

    def marked_house(self) -> str:
        """The first house that is called one, wherever it stands: «у дома 5 на Садовой»."""
        for mark, number in zip(self.tokens, self.tokens[1:], strict=False):
            if mark.role is Role.HOUSE and mark.key.isalpha() and number.role is Role.NUMBER:
                return house_at(self.text, number.start)[0]
        return ""
