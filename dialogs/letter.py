"""What is asked for a paper: under which name, and where the answer goes; and whether a neighbour wants to be named."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dialogs.speech import Said
from dialogs.steps import Accept, Accepted, Ask, Choice, Dialog, Rejected, Scene
from storage.model.numbers import written

LONGEST_NAME, LONGEST_ADDRESS = 150, 300
KNOWN = "known"
LETTERS = re.compile(r"[^\W\d_]{2}")


def line(limit: int) -> Accept:
    """One line of words. Reasons: unclear, long."""

    def accept(said: Said, _scene: Scene) -> Accepted | Rejected:
        words = " ".join(said.text.split())
        if len(words) > limit:
            return Rejected("long", {"limit": limit})
        return Accepted(words) if LETTERS.search(words) else Rejected("unclear")

    return accept


def known_name(scene: Scene) -> Sequence[Choice]:
    """The name that was told for an earlier paper."""
    name = scene.answer("known_name")
    return [Choice(KNOWN, str(name), name)] if name else []


def about_appeal(scene: Scene) -> Mapping[str, Any]:
    """The number of the appeal."""
    return {"number": written(scene.answer("appeal"))}


letter = Dialog(
    "letter",
    outcome="sign_letter",
    steps=(
        Ask("name", line(LONGEST_NAME), known_name, optional=True, reasons=("unclear", "long")),
        Ask("reply_to", line(LONGEST_ADDRESS), optional=True, reasons=("unclear", "long")),
    ),
)
be_named = Dialog(
    "be_named",
    outcome="be_named",
    steps=(
        Ask(
            "name",
            line(LONGEST_NAME),
            known_name,
            tell=about_appeal,
            text="letter.neighbour",
            reasons=("unclear", "long"),
        ),
    ),
)
