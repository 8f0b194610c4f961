"""Names of settlements and territories, found in a text in any case."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain

from storage.model.places.address_tokens import Token, russian, tokens_of
from storage.model.places.address_words import Role
from storage.model.places.word_forms import can_be, stem


class Areas:
    """A set of names; each has a key, the same for all its cases and spellings."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        self._by_stem: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)

    def add(self, name: str) -> str:
        """Remember a name; returns its key, «» for a name without words."""
        if name not in self._keys:
            words = words_of(name)
            key = self._keys[name] = " ".join(map(stem, words))
            if words:
                self._by_stem[stem(words[0])][words] = key
        return self._keys[name]

    def at(self, tokens: list[Token], start: int) -> tuple[str, int] | None:
        """The longest name that begins at a token: its key and the place behind it; None if none begins there."""
        here = self._by_stem.get(stem(tokens[start].key.split("-")[0]), {})
        for words, key in sorted(here.items(), key=lambda item: -len(item[0])):
            if end := reach(tokens, start, words):
                return key, end
        return None


def words_of(name: str) -> tuple[str, ...]:
    """The words that tell a place from others of its kind: «пос. Новая Горка» → («новая», «горка»)."""
    tokens = [token for token in tokens_of(russian(name)) if token.is_name or token.role is Role.KIND]
    named = [token for token in tokens if token.role is not Role.KIND] or tokens
    return tuple(chain.from_iterable(token.key.split("-") for token in named))


def reach(tokens: list[Token], start: int, words: Iterable[str]) -> int:
    """The place behind a name if the tokens spell it from here on, else 0."""
    left, end = list(words), start
    while left and end < len(tokens):
        spoken = tokens[end].key.split("-")
        if len(spoken) > len(left) or not all(map(can_be, spoken, left)):
            return 0
        left, end = left[len(spoken) :], end + 1
    return 0 if left else end
