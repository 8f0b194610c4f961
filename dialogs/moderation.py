"""What moderators are asked when they move an appeal on."""

from collections.abc import Sequence
from datetime import timedelta

from dialogs.asking import future_date, how_many, official_number, words
from dialogs.file_appeal import PHOTO_REASONS, photos
from dialogs.speech import Said
from dialogs.steps import Accepted, Ask, Choice, Dialog, Gather, Rejected, Scene
from dialogs.theme import THEME
from dialogs.understanding.words import words_of

USUAL_TERMS = (10, 30)
"""days from today that one tap sets as the due date; 30 is the term of 59-ФЗ, ст. 12"""
REASONS = ("unclear", "long")


CHOOSING = tuple(step for step in THEME if step.name not in ("problem", "which"))
"""choosing a situation for words that are known"""
TITLE_WORDS = range(2, 6)


def title(said: Said, _scene: Scene) -> Accepted | Rejected:
    """A name for a situation, 2–5 words. Reasons: unclear, words."""
    count = len(words_of(said.text))
    if not count:
        return Rejected("unclear")
    return Accepted(" ".join(said.text.split())) if count in TITLE_WORDS else Rejected("words", {"count": count})


def usual_days(scene: Scene) -> Sequence[Choice]:
    """Due dates that are set most often."""
    today = scene.now.local.date()
    days = [(count, today + timedelta(days=count)) for count in USUAL_TERMS]
    return [Choice(str(count), scene.texts.label("due", count=count, day=day), day.isoformat()) for count, day in days]


def due_days(scene: Scene) -> Sequence[Choice]:
    """The day by which the body has to answer what it gets today, where a rule says so, and the usual ones."""
    today, body = scene.now.local.date(), scene.city.bodies.get(scene.answer("body") or "")
    ruled = scene.city.answer_due(body.answer, today) if body else None
    usual = [choice for choice in usual_days(scene) if ruled is None or choice.stored != ruled.isoformat()]
    return [*([Choice("rule", scene.texts.label("due_ruled", day=ruled), ruled.isoformat())] if ruled else []), *usual]


return_appeal = Dialog("return_appeal", outcome="return_appeal", steps=(Ask("missing", words, reasons=REASONS),))
reject_appeal = Dialog("reject_appeal", outcome="reject_appeal", steps=(Ask("reason", words, reasons=REASONS),))
forward_appeal = Dialog(
    "forward_appeal",
    outcome="forward_appeal",
    steps=(
        Ask("official_number", official_number, optional=True, reasons=("unclear",)),
        Ask("due", future_date, due_days, reasons=("unclear", "impossible", "past", "far")),
    ),
)
answer_appeal = Dialog(
    "answer_appeal",
    outcome="answer_appeal",
    steps=(
        Ask("words", words, reasons=REASONS),
        Gather("photos", photos, optional=True, tell=how_many("photos"), reasons=PHOTO_REASONS),
    ),
)
correct_theme = Dialog("correct_theme", outcome="correct_theme", steps=CHOOSING)
assign_words = Dialog("assign_words", outcome="assign_words", steps=CHOOSING)
propose_situation = Dialog(
    "propose_situation", outcome="propose_situation", steps=(Ask("title", title, reasons=("unclear", "words")),)
)
find_appeal = Dialog("find_appeal", outcome="find_appeal", steps=(Ask("number", words, reasons=REASONS),))
