"""«Я подал»: on which portal, under which number, when; what the resident filed gets its due date."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from dialogs.asking import future_date, official_number, past_date
from dialogs.moderation import usual_days
from dialogs.steps import Ask, Choice, Dialog, Scene
from storage.model.city import City
from storage.model.facts import Portal
from storage.model.situation import Situation

PAPER = "paper"
"""the answer to «where» that is no portal"""
NUMBER_IS_RIGHT = "right"


def ways(scene: Scene) -> Sequence[Choice]:
    """The portals on which this can be filed, and paper."""
    found = [Choice(portal.id, scene.texts.label("portal", name=portal.name)) for portal in portals_of(scene)]
    return [*found, Choice(PAPER, scene.texts.label("paper"))]


def portals_of(scene: Scene) -> Sequence[Portal]:
    """Where the appeal can be filed."""
    city, situation = scene.city, situation_of(scene)
    body = city.bodies.get(scene.answer("body"))
    return city.portals_for(situation, body) if situation and body else ()


def situation_of(scene: Scene) -> Situation | None:
    """The situation of the appeal, None if it left the pack."""
    return scene.city.situations.get(scene.answer("situation"))


def portal_of(scene: Scene) -> Portal | None:
    """The portal it was filed on, None if that is paper."""
    return scene.city.portals.get(scene.answer("portal"))


def about_number(scene: Scene) -> Mapping[str, Any]:
    """Where the number comes from, and what it looks like."""
    return {"portal": portal_of(scene), "number": scene.answer("official_number")}


def is_unusual(scene: Scene) -> bool:
    """Whether the number does not look like those of the portal."""
    portal, number = portal_of(scene), scene.answer("official_number")
    if portal is None or not portal.number or not number:
        return False
    return not re.fullmatch(portal.number, str(number))


def right(scene: Scene) -> Sequence[Choice]:
    """«Номер верный»; «Назад» corrects it."""
    return [Choice(NUMBER_IS_RIGHT, scene.texts.label("number_is_right"))]


def last_days(scene: Scene) -> Sequence[Choice]:
    """Today and yesterday."""
    today, label = scene.now.local.date(), scene.texts.label
    yesterday = today - timedelta(days=1)
    return [
        Choice("today", label("today"), today.isoformat()),
        Choice("yesterday", label("yesterday"), yesterday.isoformat()),
    ]


def due_of(city: City, answers: Mapping[str, Any]) -> date | None:
    """The last day for an answer, as far as rules tell it."""
    filed, portal = date.fromisoformat(answers["filed_on"]), city.portals.get(answers.get("portal") or "")
    if portal and portal.answer:
        return city.answer_due(portal.answer, filed)
    body = city.bodies.get(answers.get("body") or "")
    return city.answer_due(body.answer, filed) if body and (portal is None or portal.is_appeal) else None


def is_open(scene: Scene) -> bool:
    """Whether no rule tells until when there has to be an answer."""
    return scene.answer("filed_on") is not None and due_of(scene.city, scene.answers) is None


file_oneself = Dialog(
    "file_oneself",
    outcome="file_oneself",
    steps=(
        Ask("portal", choices=ways, forgets=("certain", "due")),
        Ask(
            "official_number",
            official_number,
            optional=True,
            tell=about_number,
            reasons=("unclear",),
            forgets=("certain",),
        ),
        Ask("certain", choices=right, when=is_unusual, tell=about_number),
        Ask("filed_on", past_date, last_days, reasons=("unclear", "impossible", "future", "far"), forgets=("due",)),
        Ask(
            "due",
            future_date,
            usual_days,
            optional=True,
            when=is_open,
            reasons=("unclear", "impossible", "past", "far"),
        ),
    ),
)
