"""Since when: what a story or an answer says of time gets its date, so that a letter reads the same tomorrow."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from dialogs.days import Impossible
from dialogs.times import PATTERNS, Pattern, day_of, near_day, weekday

HABIT = re.compile(
    r"\b(?:кажд\w+|постоянно|регулярно|вс[её] время|опять|снова|часто|то и дело)\b|\b\d+ час", re.IGNORECASE
)
"""with these «вчера» is the last time, not the first"""
DAYS = (day_of, near_day, weekday)
"""readings that give a single day"""


def heard(story: str, today: date) -> str | None:
    """The time a story tells of, if it is said beyond doubt."""
    unsure = (near_day,) if HABIT.search(story) else ()
    sure = [pattern for pattern in PATTERNS if pattern.heard and pattern.reading not in unsure]
    try:
        return next(readings(story, today, sure), None)
    except Impossible:
        return None


def placed(text: str, today: date, *, moment: bool = False) -> str | None:
    """The text with its first expression of time told by its date; None if it says no time. Raises Impossible.

    `moment`: the question is «когда?», so that a day stays a day: «вчера в 7:40» is no «с 22 ноября».
    """
    words = " ".join(text.split())
    for pattern in PATTERNS:
        for match in pattern.regex.finditer(words.lower()):
            if found := pattern.reading(match, today):
                bare = not match[0].startswith(("с ", "со "))
                if (bare and match.start() > 0) or (moment and (bare or pattern.reading in DAYS)):
                    found = found.removeprefix("с ")
                return words[: match.start()] + found + words[match.end() :]
    return None


def readings(text: str, today: date, patterns: Sequence[Pattern]) -> Iterator[str]:
    """What each expression of time that is found says, the surest kind first."""
    said = " ".join(text.lower().split())
    for pattern in patterns:
        for match in pattern.regex.finditer(said):
            if found := pattern.reading(match, today):
                yield found
