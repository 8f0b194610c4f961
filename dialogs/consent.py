"""Consent to the processing of personal data, on a screen of its own (152-ФЗ, ст. 9)."""

from collections.abc import Mapping, Sequence
from typing import Any

from dialogs.steps import Ask, Choice, Dialog, Scene

VERSION = "2026-11-21"
"""changes with every change of the words of consent"""
AGREE, REFUSE = "agree", "refuse"


def agree_or_refuse(scene: Scene) -> Sequence[Choice]:
    """Two buttons of the same weight."""
    return (Choice(AGREE, scene.texts.label("agree")), Choice(REFUSE, scene.texts.label("refuse")))


def about_operator(scene: Scene) -> Mapping[str, Any]:
    """Who processes the data and where to complain."""
    return {"operator": scene.city.operator}


consent = Dialog(
    "consent", cancel="", outcome="consent", steps=(Ask("agreement", choices=agree_or_refuse, tell=about_operator),)
)
