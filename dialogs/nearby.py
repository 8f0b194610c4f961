"""Similar appeals nearby: whoever finds their problem among them joins instead of writing the same again."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dialogs.speech import Json
from dialogs.steps import Ask, Choice, Scene
from dialogs.theme import situation_of
from storage.model.numbers import written
from storage.model.places.address import parse_address
from storage.model.places.address_tokens import folded

MINE = "mine"
"""«У меня другое»"""
LONGEST_KEY = 200


def is_asked(scene: Scene) -> bool:
    """Whether there may be such appeals; of what is private nobody is shown any."""
    situation = situation_of(scene)
    if situation is None or situation.private or situation.fallback or not situation.radius:
        return False
    return bool(has_place(scene.answer("place"))) and scene.answer("nearby.found") != []


def has_place(where: Json) -> bool:
    """Whether a place is known well enough to look around it."""
    return isinstance(where, Mapping) and (where.get("lat") is not None or bool(address_key(where)))


def address_key(where: Json) -> str:
    """Street and house as they are compared, empty unless both are known."""
    if not isinstance(where, Mapping):
        return ""
    read = parse_address(where.get("words") or "")
    street, house = where.get("street") or read.street, where.get("house") or read.house
    return f"{folded(street)} {folded(house)}"[:LONGEST_KEY] if street and house else ""


def choices(scene: Scene) -> Sequence[Choice]:
    """One button for each, and «У меня другое»."""
    label = scene.texts.label
    found = []
    for index, item in enumerate(scene.answer("nearby.found") or ()):
        number = written(item["id"])
        name = label("open_own", number=number) if item["own"] else label("join_number", number=number)
        found.append(Choice(f"near{index}", name, item["token"], ends=True))
    return [*found, Choice(MINE, label("another"))]


def about(scene: Scene) -> Mapping[str, Any]:
    """What is said of each."""
    return {"found": [told(item, scene) for item in scene.answer("nearby.found") or ()]}


def told(item: Mapping[str, Json], scene: Scene) -> Mapping[str, Any]:
    """One appeal in words: number, distance in metres rounded to ten (0: right here), status, day, neighbours."""
    return {
        "number": written(item["id"]),
        "metres": int(round(item["metres"], -1)) if item["metres"] is not None else None,
        "status": scene.texts.label(f"status_{item['status']}"),
        "day": date.fromisoformat(item["day"]),
        "supporters": item["supporters"],
        "own": item["own"],
    }


NEARBY = Ask("nearby", choices=choices, when=is_asked, tell=about, need="similar")
