"""Answers that several conversations ask for."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from dialogs.speech import Said
from dialogs.steps import Accepted, Choice, Rejected, Scene, Tell
from dialogs.texts.words import MONTHS
from dialogs.understanding.words import words_of

LONGEST_WORDS = 1500
LONGEST_NUMBER = 64
DATE = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2}))?")
FARTHEST_DUE = timedelta(days=730)
LONGEST_AGO = timedelta(days=365)
DATE_IN_WORDS = re.compile(rf"(?:до )?(?P<day>\d{{1,2}}) (?P<month>{'|'.join(MONTHS)})(?: (?P<year>\d{{4}}))?")
DAYS_AHEAD = {"завтра": 1, "послезавтра": 2}
DAYS_AGO = {"сегодня": 0, "вчера": 1, "позавчера": 2}


def words(said: Said, _scene: Scene) -> Accepted | Rejected:
    """Anything said in words, up to LONGEST_WORDS characters. Reasons: unclear, long."""
    text = said.text.strip()
    if len(text) > LONGEST_WORDS:
        return Rejected("long", {"length": len(text), "limit": LONGEST_WORDS})
    return Accepted(text) if words_of(text) else Rejected("unclear")


def official_number(said: Said, _scene: Scene) -> Accepted | Rejected:
    """A registration number of some body: it has a digit and is neither a sentence nor a date. Reasons: unclear."""
    text = " ".join(said.text.split())
    if not any(sign.isdigit() for sign in text) or len(text) > LONGEST_NUMBER or DATE.fullmatch(text):
        return Rejected("unclear")
    return Accepted(text)


def past_date(said: Said, scene: Scene) -> Accepted | Rejected:
    """A day up to today, «5.12», «5.12.2026», «вчера»; stored as ISO. Reasons: unclear, impossible, future, far."""
    today = scene.now.local.date()
    word = same_word(said.text)
    if word in DAYS_AGO:
        return Accepted((today - timedelta(days=DAYS_AGO[word])).isoformat())
    if word in DAYS_AHEAD:
        return Rejected("future")
    match = DATE.fullmatch(in_digits(said.text))
    if match is None:
        return Rejected("unclear")
    given = int(match[3]) + (2000 if len(match[3]) == 2 else 0) if match[3] else None
    years = [given] if given is not None else [today.year, today.year - 1]
    days = [day for year in years if (day := calendar_day(year, int(match[2]), int(match[1])))]
    when = next((day for day in days if day <= today), days[0] if days else None)
    if when is None:
        return Rejected("impossible")
    if when > today:
        return Rejected("future")
    return Rejected("far") if today - when > LONGEST_AGO else Accepted(when.isoformat())


def in_digits(text: str) -> str:
    """«5 декабря 2026 года» as «5.12.2026»; other words as they stand."""
    words = " ".join(text.casefold().split()).removesuffix(" года").removesuffix(" г.").rstrip(".!")
    match = DATE_IN_WORDS.fullmatch(words)
    if match is None:
        return words
    month = MONTHS.index(match["month"]) + 1
    return f"{match['day']}.{month}{'.' + match['year'] if match['year'] else ''}"


def same_word(text: str) -> str:
    """A single word as it is compared."""
    return text.strip().strip(".!").lower()


def future_date(said: Said, scene: Scene) -> Accepted | Rejected:
    """A day from today on, «5.12» or «5.12.2026»; stored as ISO. Reasons: unclear, impossible, past, far."""
    today, word = scene.now.local.date(), same_word(said.text)
    if word in DAYS_AHEAD:
        return Accepted((today + timedelta(days=DAYS_AHEAD[word])).isoformat())
    if DAYS_AGO.get(word, 0):
        return Rejected("past")
    match = DATE.fullmatch(in_digits(said.text))
    if match is None:
        return Rejected("unclear")
    given = int(match[3]) + (2000 if len(match[3]) == 2 else 0) if match[3] else None
    years = [given] if given is not None else range(today.year, today.year + 9)  # 29 February may be eight years away
    days = [day for year in years if (day := calendar_day(year, int(match[2]), int(match[1])))]
    when = next((day for day in days if day >= today), days[-1] if days else None)
    if when is None:
        return Rejected("impossible")
    if when < today:
        return Rejected("past")
    return Rejected("far") if when - today > FARTHEST_DUE else Accepted(when.isoformat())


def calendar_day(year: int, month: int, day: int) -> date | None:
    """The day, None if the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def how_many(step: str) -> Tell:
    """Tells how much a collection holds already."""

    def tell(scene: Scene) -> Mapping[str, Any]:
        return {"count": len(scene.answer(step) or ())}

    return tell


def yes_or_no(scene: Scene) -> Sequence[Choice]:
    """«Да» and «Нет»."""
    return (Choice("yes", scene.texts.label("yes")), Choice("no", scene.texts.label("no")))
