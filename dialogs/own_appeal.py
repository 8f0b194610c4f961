"""What an author does with an appeal of theirs: add to it, tell of the answer, take it back, judge the result."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dialogs.asking import how_many, words, yes_or_no
from dialogs.file_appeal import photos
from dialogs.recordings import recording
from dialogs.speech import Json, Said
from dialogs.steps import Accepted, Ask, Choice, Dialog, Gather, Rejected, Scene
from storage.model.numbers import written

MAX_ADDITIONS = 10
BY_HAND = "by_hand"
"""whether the author files the appeal themselves: known before anything is asked"""
SCORES = range(1, 6)


def addition(said: Said, scene: Scene) -> Accepted | Rejected:
    """Words, photos, a voice message: each becomes an item of the collection."""
    if said.recording and scene.answer(BY_HAND):
        return Rejected("other_voice")  # portals and paper take none
    told = words(said, scene) if said.text.strip() else Accepted([])
    shown = photos(replace(said, text=""), scene) if said.attachments else Accepted([])
    spoken = recording(said, {}) if said.recording else Accepted([])
    items: list[Json] = []
    for heard in (told, shown, spoken):
        if isinstance(heard, Rejected):
            return heard
        items += [{"text": heard.value}] if isinstance(heard.value, str) else heard.value
    return Accepted(items) if items else Rejected("unclear")


def scores(scene: Scene) -> Sequence[Choice]:
    """From one to five."""
    return [Choice(str(score), scene.texts.label("score", score=score), score) for score in SCORES]


def about_appeal(scene: Scene) -> Mapping[str, Any]:
    """The number of the appeal."""
    return {"number": written(scene.answer("appeal"))}


supplement = Dialog(
    "supplement",
    outcome="supplement",
    steps=(
        Gather(
            "additions",
            addition,
            limit=MAX_ADDITIONS,
            aloud=True,
            tell=lambda scene: {**how_many("additions")(scene), BY_HAND: bool(scene.answer(BY_HAND))},
            reasons=("unclear", "too_big", "format", "long"),
        ),
    ),
)
got_answer = Dialog(
    "got_answer",
    outcome="got_answer",
    steps=(
        Gather(
            "answer",
            addition,
            optional=True,
            limit=MAX_ADDITIONS,
            tell=how_many("answer"),
            reasons=("unclear", "too_big", "format", "long"),
        ),
    ),
)
withdraw = Dialog("withdraw", outcome="withdraw", steps=(Ask("sure", choices=yes_or_no, tell=about_appeal),), cancel="")
rate = Dialog(
    "rate",
    outcome="rate",
    cancel="",
    steps=(
        Ask("score", choices=scores, optional=True),
        Ask("comment", words, optional=True, reasons=("unclear", "long")),
    ),
)
