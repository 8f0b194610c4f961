"""What example messages teach: which words speak for one situation rather than for the others.

A word or a pair of neighbours that occurs in examples of a situation weighs the logarithm of how much more often it
occurs there than elsewhere (the weight of evidence of naive Bayes), less while it was seen only once or twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log

from dialogs.understanding.words import Word, first_forms

STOP = frozenset(
    (
        "в", "на", "и", "с", "по", "а", "к", "у", "за", "из", "от", "до", "о", "об", "для", "же", "бы", "ли",
        "то", "это", "как", "так", "весь", "мы", "вы", "я", "он", "она", "они", "наш", "ваш", "быть", "нас",
        "мой", "который", "при", "под", "над", "или", "но", "уже", "еще", "там", "тут", "где", "когда", "что",
        "кто", "чтобы", "если",
    )
)  # fmt: skip
NOT = "не"
RARE = 0.7
"""an example or two may be chance: a weight is reduced as if this many said otherwise"""


def features(forms: Iterable[str]) -> set[str]:
    """The words that mean something, by their dictionary forms in order, and pairs of neighbours («не вывозить»)."""
    found: set[str] = set()
    before = ""
    for form in forms:
        if form == NOT:
            before = NOT
        elif form.isdigit():
            before = ""
        elif form not in STOP and len(form) > 1:
            found.add(form)
            if before:
                found.add(f"{before} {form}")
            before = form
    return found


class Examples:
    """The weights of words that a set of examples gives."""

    def __init__(self, examples: Iterable[tuple[str, str, float]]) -> None:
        seen: dict[str, dict[str, float]] = {}
        total: dict[str, float] = {}
        for situation, text, count in examples:
            total[situation] = total.get(situation, 0.0) + count
            for feature in features(first_forms(text)):
                counts = seen.setdefault(feature, {})
                counts[situation] = counts.get(situation, 0.0) + count
        everything = sum(total.values())
        self.weights = {
            feature: weighed(counts, total, everything)
            for feature, counts in seen.items()
            if " " not in feature or len(counts) > 1 or sum(counts.values()) > 1
        }

    def scores(self, words: Sequence[Word]) -> dict[str, float]:
        """For each situation how much the words speak for it."""
        found: dict[str, float] = defaultdict(float)
        for feature in features(word.forms[0] for word in words):
            for situation, weight in self.weights.get(feature, {}).items():
                found[situation] += weight
        return found


def weighed(counts: Mapping[str, float], total: Mapping[str, float], everything: float) -> dict[str, float]:
    """The weight of one word for each situation it occurs with."""
    times = sum(counts.values())
    found: dict[str, float] = {}
    for situation, count in counts.items():
        here = count / (total[situation] + 2.0)
        elsewhere = (times - count + 0.5) / (everything - total[situation] + 1.0)
        if here > elsewhere:
            found[situation] = log(here / elsewhere) * count / (count + RARE)
    return found
