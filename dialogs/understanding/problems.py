"""Several problems in one text: each part of it that clearly tells of something else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from dialogs.understanding.index import Suggestion, index_of, telling_words
from dialogs.understanding.words import words_of
from storage.model.city import City
from storage.model.situation import Situation

SHORT_FORMS = ("ул", "пр", "пер", "наб", "пос", "им", "ост", "кв", "корп", "стр")
SHORTENED = r"(?<!\b\w\.)" + "".join(rf"(?<!\b{word}\.)" for word in SHORT_FORMS)
"""not behind «К.» nor «ул.»"""
PART = re.compile(
    SHORTENED + r"(?<=[.!?;])\s+|\n+|(?<!\bа)(?<!\bи)\s+(?=(?:(?:[аи]\s+)?ещ[её]|кроме того|также|во-вторых)\b|\d\)\s)",
    re.IGNORECASE,
)
"""where one problem may end and another begin"""
JOIN = re.compile(r",?\s+[аи]\s+", re.IGNORECASE)
"""where two problems may be joined in one sentence: «во дворе яма и не горит фонарь»"""
ASIDE = ","
"""a half that has one tells of circumstances: «свалка горит и дымит, нечем дышать» is one problem"""
FEWEST_JOINED = 2
"""words of such a half that may mean something"""
MOST_WORDS = 25
"""of a sentence that is looked at so closely: in longer ones there are circumstances, not problems"""
UNMISTAKABLE = 0.95
"""confidence of each half"""
FEWEST_WORDS = 2
CLEAR = 0.75
"""confidence of a part that clearly tells of something"""
SURE = 14.0
"""points of such a part"""
RELATED = 0.03
"""confidence with which the first part may be of the second one's situation: then it is the same problem"""
MOST = 4
"""problems that are told apart; what goes beyond stays with the last"""


@dataclass(frozen=True)
class Problem:
    """One of several problems: its situation and the part of the text that tells of it."""

    situation: Situation
    text: str


def halves(sentence: str, city: City) -> Sequence[str]:
    """The two parts of a sentence that unmistakably tell of two things, or the whole."""
    if len(words_of(sentence)) <= MOST_WORDS:
        for join in JOIN.finditer(sentence):
            parts = sentence[: join.start()], sentence[join.end() :]
            if all(telling_words(part) >= FEWEST_JOINED and ASIDE not in part for part in parts):
                first, second = (index_of(city).asked(part)[0] for part in parts)
                if first.situation != second.situation and all(map(is_unmistakable, (first, second))):
                    return parts
    return (sentence,)


def is_unmistakable(found: Suggestion) -> bool:
    """Whether half a sentence is enough to know what it is about."""
    of_its_own = not (found.situation.fallback or found.situation.companion)
    return of_its_own and found.confidence >= UNMISTAKABLE and found.score >= SURE


@lru_cache(maxsize=256)
def problems_in(text: str, city: City) -> Sequence[Problem]:
    """The problems of a text if there are several; sentences that tell of none stay with the one before."""
    index = index_of(city)
    found: list[Problem] = []
    related: set[str] = set()
    opening = ""
    for part in (half for sentence in PART.split(text) for half in halves(sentence, city)):
        suggestions = index.asked(part) if len(words_of(part)) >= FEWEST_WORDS else ()
        best = suggestions[0] if suggestions else None
        clear = best and best.confidence >= CLEAR and best.score >= SURE and not best.situation.fallback
        if best and clear and not best.situation.companion and best.situation.id not in related:
            found.append(Problem(best.situation, f"{opening} {part}".strip()))
            opening = ""
        elif found:
            found[-1] = Problem(found[-1].situation, f"{found[-1].text} {part}")
        else:
            opening = f"{opening} {part}".strip()
        related |= {item.situation.id for item in suggestions if item.confidence >= RELATED}
    if len(found) > MOST:
        tail = " ".join(problem.text for problem in found[MOST - 1 :])
        found = [*found[: MOST - 1], Problem(found[MOST - 1].situation, tail)]
    return tuple(found) if len(found) > 1 else ()
