"""What example messages teach: which words speak for one situation rather than for the others.

A word or a pair of neighbours that occurs in examples of a situation weighs the logarithm of how much more often it
occurs there than elsewhere (the weight of evidence of naive Bayes), less while it was seen only once or twice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log

from dialogs.understanding.words import Word

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


def features(words: Sequence[Word]) -> set[str]:
    """The words that mean something, and pairs of neighbours («не вывозить»)."""
    found: set[str] = set()
    before = ""
    for word in words:
        form = word.forms[0]
        if form == NOT:
            before = NOT
        elif word.typed.isdigit():
            before = ""
        elif form not in STOP and len(form) > 1:
            found.add(form)
            if before:
                found.add(f"{before} {form}")
            before = form
    return found


class Examples:
    """The weights of words that a set of examples gives."""

    def __init__(self, examples: Iterable[tuple[str, Sequence[Word], float]]) -> None:
        seen: dict[str, Counter[str]] = defaultdict(Counter)
        total: Counter[str] = Counter()
        for situation, words, count in examples:
            total[situation] += count  # type: ignore[assignment]
            for feature in features(words):
                seen[feature][situation] += count  # type: ignore[assignment]
        everything = total.total()
        self.weights = {
            feature: weighed(counts, total, everything)
            for feature, counts in seen.items()
            if " " not in feature or counts.total() > 1
        }

    def scores(self, words: Sequence[Word]) -> dict[str, float]:
        """For each situation how much the words speak for it."""
        found: dict[str, float] = defaultdict(float)
        for feature in features(words):
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
