"""Names of territories as registers, maps and tables spell them → the pack's own."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

KINDS = {
    "район": "район р-н районный",
    "округ": "муниципальный муниципальное округ образование мо вмо внутригородское внутригородской территория",
    "город": "г гор город",
    "поселок": "п пос поселок пгт",
    "село": "с село",
    "деревня": "дер деревня",
}
"""what a territory is → how it is written, dots left out"""
KIND_OF = {word: kind for kind, words in KINDS.items() for word in words.split()}
PIECE = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
LISTED = 10
"""names shown before «и ещё N»"""


class AcceptedNames:
    """Finds the pack's name of a territory by any form: «Северный р-н», «МО Заречье», «посёлок Мирный»."""

    def __init__(self, forms: Mapping[str, str]) -> None:
        """`forms`: accepted form → name in the pack; the pack's names themselves are accepted anyway."""
        self.names = tuple(dict.fromkeys(forms.values()))
        self._exact: dict[tuple[str, frozenset[str]], str] = {}
        self._loose: dict[str, set[str]] = defaultdict(set)
        for form, name in [*((name, name) for name in self.names), *forms.items()]:
            self._exact.setdefault(parts_of(form), name)
            self._loose[parts_of(form)[0]].add(name)

    def find(self, text: str) -> str | None:
        """The pack's name; without its kind only if no other territory is called so. None if it is none of them."""
        words, kinds = parts_of(text)
        if found := self._exact.get((words, kinds)):
            return found
        alike = self._loose.get(words, set())
        return next(iter(alike)) if words and len(alike) == 1 else None


def parts_of(text: str) -> tuple[str, frozenset[str]]:
    """The name and the kinds in a form, without case, quotes, «ё» and dots."""
    words = PIECE.findall(text.lower().replace("ё", "е"))
    kinds = frozenset(KIND_OF[word] for word in words if word in KIND_OF)
    return " ".join(word for word in words if word not in KIND_OF), kinds


def listed(names: Iterable[str]) -> str:
    """The first names of many: «А», «Б» и ещё 5."""
    names = list(names)
    shown = ", ".join(f"«{name}»" for name in names[:LISTED])
    return shown + (f" и ещё {len(names) - LISTED}" if len(names) > LISTED else "")


def counted(number: int, one: str, few: str, many: str) -> str:
    """A number with its noun: «1 улица», «2 улицы», «5 улиц»."""
    teen = number % 100 in range(11, 15)
    word = many if teen or number % 10 in (0, 5, 6, 7, 8, 9) else one if number % 10 == 1 else few
    return f"{number} {word}"
