"""One good question instead of a guess: when words leave situations open that one answer would tell apart."""

from collections.abc import Sequence

from dialogs.understanding.index import Suggestion
from storage.model.city import City
from storage.model.situation import Distinction

CLEAR = 0.65
"""confidence of the best situation that needs no question"""
POSSIBLE = 0.08
"""confidence of a situation that is worth asking about"""


def question_for(suggestions: Sequence[Suggestion], city: City) -> Distinction | None:
    """The question that tells the possible situations apart, None if the words are clear or no question would help."""
    if not suggestions or suggestions[0].confidence >= CLEAR or suggestions[0].situation.fallback:
        return None
    possible = {item.situation.id for item in suggestions if item.confidence >= POSSIBLE}
    best = suggestions[0].situation.id
    helpful = [(told_apart(item, possible), item) for item in city.distinctions if speaks_of(item, best)]
    most, question = max(helpful, key=lambda pair: pair[0], default=(0, None))
    return question if most > 1 else None


def told_apart(distinction: Distinction, possible: set[str]) -> int:
    """How many answers have possible situations."""
    return sum(not possible.isdisjoint(option.situations) for option in distinction.options)


def speaks_of(distinction: Distinction, situation: str) -> bool:
    """Whether a question is about a situation."""
    return any(situation in option.situations for option in distinction.options)
