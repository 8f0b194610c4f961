"""From everyday words to situations and dangers: word beginnings listed in the city pack, counted and weighed.

A word of a situation weighs the more, the fewer situations share it; a whole everyday phrase whose words all occur
weighs as much as three words. Dangers are phrases whose words all occur, in any order.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from storage.model.city import City, Danger, Situation

WORD = re.compile(r"[a-zа-я0-9]+")
PHRASE_WEIGHT = 3.0
STEM = 5
"""letters by which a word of an everyday phrase is recognised in its other forms"""


@dataclass(frozen=True)
class Suggestion:
    """A situation and how much speaks for it (0–1, all suggestions together make 1)."""

    situation: Situation
    confidence: float


def words_of(text: str) -> list[str]:
    """The words, lower-case, «ё» as «е»."""
    return WORD.findall(text.casefold().replace("ё", "е"))


def occurs(pattern: str, words: Iterable[str]) -> bool:
    """Whether a word or, with `*`, a word beginning is among the words."""
    if pattern.endswith("*"):
        return any(word.startswith(pattern[:-1]) for word in words)
    return pattern in words


def dangers_in(text: str, city: City) -> list[Danger]:
    """Dangers that the words speak of, in the pack's order."""
    words = words_of(text)
    return [
        danger
        for danger in city.dangers
        if any(all(occurs(pattern, words) for pattern in phrase.split()) for phrase in danger.when)
    ]


def suggest(text: str, city: City, limit: int = 3) -> Sequence[Suggestion]:
    """The likeliest situations, best first; none when no word speaks for any."""
    words = words_of(text)
    shared = Counter(pattern for situation in city.situations.values() for pattern in situation.words)
    scores = {
        situation.id: score(situation, words, shared, len(city.situations)) for situation in city.situations.values()
    }
    best = sorted((id for id, value in scores.items() if value > 0), key=lambda id: -scores[id])[:limit]
    total = sum(scores.values())
    return [Suggestion(city.situations[id], scores[id] / total) for id in best]


def score(situation: Situation, words: Sequence[str], shared: Counter[str], total: int) -> float:
    """How much speaks for a situation."""
    named = sum(1 + log(total / shared[pattern]) for pattern in situation.words if occurs(pattern, words))
    beginnings = {word[:STEM] for word in words}
    phrases = (words_of(phrase) for phrase in situation.phrases)
    said = any(all(word[:STEM] in beginnings for word in phrase) for phrase in phrases)
    return named + PHRASE_WEIGHT * said
