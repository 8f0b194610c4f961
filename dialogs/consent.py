"""Consents, each on a screen of its own (152-ФЗ, ст. 9): first to the processing of data, then to notices."""

from collections.abc import Mapping, Sequence
from typing import Any

from dialogs.steps import Ask, Choice, Dialog, Scene
from storage.model.city import NOTICES, PERSONAL_DATA

AGREE, REFUSE = "agree", "refuse"


def agree_or_refuse(scene: Scene) -> Sequence[Choice]:
    """Two buttons of the same weight."""
    return (Choice(AGREE, scene.texts.label("agree")), Choice(REFUSE, scene.texts.label("refuse"), ends=True))


def wanted_or_not(scene: Scene) -> Sequence[Choice]:
    """The same for notices."""
    return (Choice(AGREE, scene.texts.label("notify")), Choice(REFUSE, scene.texts.label("notify_not")))


def about_data(scene: Scene) -> Mapping[str, Any]:
    """The words of the consent to the processing of personal data."""
    return {"consent": scene.city.consent(PERSONAL_DATA)}


def about_notices(scene: Scene) -> Mapping[str, Any]:
    """The words of the consent to notices."""
    return {"consent": scene.city.consent(NOTICES)}


consent = Dialog(
    "consent",
    cancel="",
    outcome="consent",
    steps=(
        Ask("agreement", choices=agree_or_refuse, tell=about_data),
        Ask("notices", choices=wanted_or_not, tell=about_notices),
    ),
)
