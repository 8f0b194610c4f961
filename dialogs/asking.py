"""Answers that several conversations ask for."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from dialogs.days import IN_DIGITS, typed
from dialogs.speech import Said
from dialogs.steps import Accepted, Choice, Rejected, Scene, Tell
from dialogs.understanding.words import words_of

LONGEST_WORDS = 1500
LONGEST_NUMBER = 64
FARTHEST_DUE = timedelta(days=730)
LONGEST_AGO = timedelta(days=365)


def words(said: Said, _scene: Scene) -> Accepted | Rejected:
    """Anything said in words, up to LONGEST_WORDS characters. Reasons: unclear, long."""
    text = said.text.strip()
    if len(text) > LONGEST_WORDS:
        return Rejected("long", {"length": len(text), "limit": LONGEST_WORDS})
    return Accepted(text) if words_of(text) else Rejected("unclear")


def official_number(said: Said, _scene: Scene) -> Accepted | Rejected:
    """A registration number of some body: it has a digit and is neither a sentence nor a date. Reasons: unclear."""
    text = " ".join(said.text.split())
    if not any(sign.isdigit() for sign in text) or len(text) > LONGEST_NUMBER or IN_DIGITS.fullmatch(text):
        return Rejected("unclear")
    return Accepted(text)


def past_date(said: Said, scene: Scene) -> Accepted | Rejected:
    """A day up to today, «5.12», «5 декабря», «вчера»; stored as ISO. Reasons: unclear, impossible, future, far."""
    today = scene.now.local.date()
    days = typed(said.text, today, (today.year, today.year - 1))
    if not days:
        return Rejected("unclear" if days is None else "impossible")
    when = next((day for day in days if day <= today), days[0])
    if when > today:
        return Rejected("future")
    return Rejected("far") if today - when > LONGEST_AGO else Accepted(when.isoformat())


def future_date(said: Said, scene: Scene) -> Accepted | Rejected:
    """A day from today on, «5.12», «5 декабря», «завтра»; stored as ISO. Reasons: unclear, impossible, past, far."""
    today = scene.now.local.date()
    days = typed(said.text, today, range(today.year, today.year + 9))  # 29 February may be eight years away
    if not days:
        return Rejected("unclear" if days is None else "impossible")
    when = next((day for day in days if day >= today), days[-1])
    if when < today:
        return Rejected("past")
    return Rejected("far") if when - today > FARTHEST_DUE else Accepted(when.isoformat())


def how_many(step: str) -> Tell:
    """Tells how much a collection holds already."""

    def tell(scene: Scene) -> Mapping[str, Any]:
        return {"count": len(scene.answer(step) or ())}

    return tell


def yes_or_no(scene: Scene) -> Sequence[Choice]:
    """«Да» and «Нет»."""
    return (Choice("yes", scene.texts.label("yes")), Choice("no", scene.texts.label("no")))
