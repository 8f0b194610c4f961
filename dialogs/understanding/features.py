"""By what texts are compared with what was learnt: words, their beginnings, and pairs of neighbours."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from dialogs.understanding.words import Word

STOP = frozenset(
    (
        "в", "на", "и", "с", "по", "а", "к", "у", "за", "из", "от", "до", "о", "об", "для", "же", "бы", "ли",
        "то", "это", "как", "так", "весь", "мы", "вы", "я", "он", "она", "они", "наш", "ваш", "быть", "нас",
        "мой", "который", "при", "под", "над", "или", "но", "уже", "еще", "там", "тут", "где", "когда", "что",
        "кто", "чтобы", "если",
    )
)  # fmt: skip
"""words that tell nothing"""
WHOLE = "="
"""what the name of a feature begins with that is a whole word"""
BEGINNING = 5
"""letters: «заасфальтировать» is not «асфальт», but «сосулища» is near «сосулька»"""


def tells(form: str) -> bool:
    """Whether a word may mean something."""
    return form not in STOP and (len(form) > 1 or form.isdigit())


def features(words: Sequence[Word]) -> set[str]:
    """`=слово` for a word in its dictionary form, `слово` for a beginning, `слово_слово` for neighbours."""
    forms = [form for word in words if tells(form := word.forms[0]) and not form.isdigit()]
    return {*whole(forms), *beginnings(forms), *map("_".join, pairwise(forms))}


def whole(forms: Iterable[str]) -> Iterable[str]:
    """Each word."""
    return (WHOLE + form for form in forms)


def beginnings(forms: Iterable[str]) -> Iterable[str]:
    """The beginning of each long word."""
    return (form[:BEGINNING] for form in forms if len(form) > BEGINNING)
