"""A typed Russian address → its parts in the normal form, without a street list."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from storage.model.places.address_parts import Named, settlement_in, street_in
from storage.model.places.address_text import AddressText
from storage.model.places.address_tokens import Token
from storage.model.places.address_words import Role

ROUNDS = 4
"""readings after which the normal form has to read as itself"""


@dataclass(frozen=True, slots=True)
class Address:
    """An address in parts; what was not said is empty. There is no part for a flat."""

    index: str = ""
    """six digits"""
    settlement: str = ""
    """name without «г.», «пос.»"""
    kind: str = ""
    """kind of street in full: «улица», «проспект»"""
    street: str = ""
    """name without its kind, as it was typed"""
    house: str = ""
    """«4 к2 лит. А»"""

    def __str__(self) -> str:
        """The normal form, «198000, нп Заречье, улица Мира, д. 4 к2»; it reads as the same address."""
        street = f"{self.kind} {self.street}".strip()
        parts = (self.index, self.settlement and f"нп {self.settlement}", street, self.house and f"д. {self.house}")
        return ", ".join(part for part in parts if part)


@lru_cache(maxsize=1024)
def parse_address(text: str) -> Address:
    """The address in a text, typed alone or inside a sentence; parts that are not found are empty. Never raises."""
    address = read(text)
    for _ in range(ROUNDS):
        again = read(str(address))
        if again == address:
            return address
        address = again
    return Address()


def read(text: str) -> Address:
    """One reading of a text."""
    said = AddressText(text)
    street = street_in(said)
    end = street.whole.stop if street else 0
    house = (said.house_after(end) if street else "") or said.marked_house()
    name = written(said, street.name) if street else ""
    return Address(index_in(said), written(said, settlement_in(said, street)), kind_of(street), name, house)


def kind_of(street: Named | None) -> str:
    """The kind that was said of a street."""
    return street.kind if street else ""


def index_in(said: AddressText) -> str:
    """The post index, «» if there is none."""
    return next((token.text for token in said.tokens if token.role is Role.INDEX), "")


def written(said: AddressText, places: Iterable[int]) -> str:
    """Tokens as a name, a kind in it first: «канал Свободы»."""
    tokens = sorted((said.tokens[place] for place in places), key=lambda token: token.role is not Role.KIND)
    return " ".join(spelled(token, is_last=token is tokens[-1]) for token in tokens)


def spelled(token: Token, *, is_last: bool) -> str:
    """One token of a name: short forms keep their dot, kinds are written in full."""
    if token.role in (Role.KIND, Role.NUMBER):
        return token.key
    is_short = token.role is Role.WORD and token.short and (len(token.key) == 1 or not is_last)
    return token.text.replace(" ", "").rstrip(".") + ("." if is_short else "")
