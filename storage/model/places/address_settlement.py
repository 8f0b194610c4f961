"""Where a text calls something a settlement: «г. Заречье», «Заречье пос.»."""

from storage.model.places.address_text import AddressText
from storage.model.places.address_words import Role
from storage.model.places.word_forms import genders

LONGEST_MARK = 3
"""letters of a mark that may stand behind the name: «Заречье пос.», but not «это село»"""
NOWHERE = range(0)


def marked_settlement(said: AddressText) -> range:
    """Places of the last settlement that is called one: «г. Заречье», «Заречье г»."""
    found = NOWHERE
    for place, token in enumerate(said.tokens):
        if token.role is Role.PLACE:
            found = name_after_mark(said, place) or name_before_mark(said, place, found.stop) or found
    return found


def name_after_mark(said: AddressText, mark: int) -> range:
    """The name behind «г.», «посёлок»: one word, two if the first describes the second («Новая Горка»)."""
    first, token = mark + 1, said.tokens[mark]
    is_first = token.short or len(token.key) > 1 or said.role(mark - 1) is not Role.WORD
    if not is_first or not is_proper(said, first) or said.role(first + 1) is Role.PLACE:
        return NOWHERE
    is_pair = bool(genders(said.tokens[first].key)) and is_proper(said, first + 1)
    return range(first, first + 1 + is_pair)


def name_before_mark(said: AddressText, mark: int, taken: int) -> range:
    """The name in front of «г»."""
    last = mark - 1
    if last < taken or not is_proper(said, last) or len(said.tokens[mark].key) > LONGEST_MARK:
        return NOWHERE
    is_pair = last - 1 >= taken and is_proper(said, last - 1) and bool(genders(said.tokens[last - 1].key))
    return range(last - is_pair, mark)


def is_proper(said: AddressText, place: int) -> bool:
    """Whether a word is written as a name, in a text that writes names so."""
    return said.role(place) is Role.WORD and (said.tokens[place].is_capital or not said.has_capitals)
