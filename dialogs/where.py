"""Where it is, as far as it decides: kind of land, place, district, municipality."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dialogs.cases import nominative
from dialogs.heard import address_of
from dialogs.places import named_in, place, point_of
from dialogs.speech import Said
from dialogs.steps import EDITED, Accepted, Ask, Choice, Rejected, Scene
from dialogs.theme import NEARBY, situation_of, told
from dialogs.understanding.lands import land_in
from dialogs.understanding.words import words_of

DISTRICT_NOUN = re.compile(r"^(?:в|во) | район[аеуы]?$")
ONLY_DISTRICT = {"words": "", "lat": None, "lon": None}
SAME_PLACE = "same_place"
"""the words of the place in the appeal this one was split from"""
UNKNOWN = "unknown"
"""«Не знаю»"""
HOUSE_ALONE = re.compile(r"(?:дом )?\d+\w?(?:[ /-]?(?:к|корпус|корп\.?)? ?\d+)?", re.IGNORECASE)
"""the number of a house without a street"""


def needs_land(scene: Scene) -> bool:
    """Whether the kind of land decides who is responsible."""
    situation = situation_of(scene)
    return situation is not None and len(situation.lands) > 1


def lands_of(scene: Scene) -> tuple[str, ...]:
    """The kinds of land that the situation tells apart."""
    situation = situation_of(scene)
    return situation.lands if situation else ()


def lands(scene: Scene) -> Sequence[Choice]:
    """The kinds of land that the situation tells apart, and «Не знаю»."""
    known = [scene.city.lands[id] for id in lands_of(scene)]
    return [*(Choice(land.id, land.label) for land in known), Choice(UNKNOWN, scene.texts.label("unknown"))]


def about_lands(scene: Scene) -> Mapping[str, Any]:
    """The kinds of land with an example each."""
    return {"lands": [scene.city.lands[id] for id in lands_of(scene)]}


def said_land(scene: Scene) -> str | None:
    """The kind of land that the story names, if it names one only."""
    return land_in(told(scene), scene.city, lands_of(scene))


def taken_land(land: str, scene: Scene) -> Mapping[str, Any]:
    """The kind of land that was understood."""
    return {"land": scene.city.lands[land]}


def only_district(scene: Scene) -> Sequence[Choice]:
    """The address that the story names, and for those who know none the district, where the city has any."""
    addresses = (address_of(story, scene.city) for story in (told(scene), scene.answer("story") or ""))
    known = dict.fromkeys(filter(None, (*addresses, scene.answer(SAME_PLACE))))
    heard = [Choice(f"heard{number or ''}", words, said=words) for number, words in enumerate(known)]
    district = [Choice("district", scene.texts.label("district"), ONLY_DISTRICT)] if scene.city.districts else []
    return (*heard, *district)


def renamed(words: str, scene: Scene) -> str:
    """What «исправь адрес на …» means: a street in its first case, or another house of the same street."""
    where = scene.answer("place")
    before = where.get("words") or "" if isinstance(where, Mapping) else ""
    if HOUSE_ALONE.fullmatch(words) and (street := before.rpartition(",")[0]):
        return f"{street}, {words.removeprefix('дом ')}"
    return nominative(words)


def about_place(scene: Scene) -> Mapping[str, Any]:
    """The question as the situation puts it, if it does, and an address of the city as an example."""
    situation = situation_of(scene)
    return {
        "question": situation.where and situation.where.text if situation else None,
        "example": scene.city.example_address,
    }


def among(scene: Scene) -> Sequence[str]:
    """The districts that the typed place may be in, if they are several."""
    where = scene.answer("place")
    found: Sequence[str] = where.get("among") or () if isinstance(where, Mapping) else ()
    return found


def needs_district(scene: Scene) -> bool:
    """Whether the district is needed: to name the body, to tell two streets apart, or as all that is known."""
    situation, where = situation_of(scene), scene.answer("place")
    if situation is None or where is None or not scene.city.districts:
        return False
    decides = situation.depends_on_district(scene.answer("land"), scene.city.bodies)
    return where == ONLY_DISTRICT or bool(among(scene)) or decides


def may_need_district(scene: Scene) -> bool:
    """Whether the place has to be asked to name the body."""
    situation = situation_of(scene)
    if situation is None or not scene.city.districts:
        return False
    return situation.depends_on_district(scene.answer("land"), scene.city.bodies)


def districts(scene: Scene) -> Sequence[Choice]:
    """All districts: those that the place may be in first, or the nearest first."""
    likely = among(scene)
    near = scene.city.districts_near(point_of(scene.answer("place")))
    order = sorted(near, key=lambda district: district.id not in likely)
    return [Choice(district.id, district.name) for district in order]


def about_district(scene: Scene) -> Mapping[str, Any]:
    """The districts that the place may be in, if they are several."""
    known = [scene.city.district(id) for id in among(scene)]
    return {"likely": [district.name for district in known if district]}


def said_district(scene: Scene) -> str | None:
    """The district that the story names, if it names one only; not while the answers are changed."""
    names = named_in(scene.answer("story") or "", scene.city) if EDITED not in scene.answers else ()
    found = [known.id for known in scene.city.districts if known.name in names]
    return found[0] if len(found) == 1 else None


def taken_district(id: str, scene: Scene) -> Mapping[str, Any]:
    """The district that was understood."""
    return {"district": scene.city.district(id)}


def district(said: Said, scene: Scene) -> Accepted | Rejected:
    """The name of a district, typed in any of its forms."""
    typed = DISTRICT_NOUN.sub("", " ".join(words_of(said.text)))
    for known in scene.city.districts:
        if typed and typed in {" ".join(words_of(form)) for form in (known.name, known.genitive, known.prepositional)}:
            return Accepted(known.id)
    return Rejected("unclear")


def okrugs(scene: Scene) -> Sequence[Choice]:
    """The municipalities of the district, and «Не знаю»."""
    here = [okrug for okrug in scene.city.okrugs if okrug.district == scene.answer("district")]
    return [*(Choice(okrug.id, okrug.name) for okrug in here), Choice(UNKNOWN, scene.texts.label("unknown"))]


def needs_okrug(scene: Scene) -> bool:
    """Whether the municipality has to be known to name the body, and the district has several."""
    situation, where = situation_of(scene), scene.answer("district")
    if situation is None or where is None:
        return False
    rule = situation.rule_for(scene.answer("land"), where)
    return "{okrug}" in scene.city.bodies[rule.body].name and len(okrugs(scene)) > 2


def noted(heard: Accepted, scene: Scene) -> Mapping[str, Any]:
    """What was understood of a place, to be shown at once."""
    value: Mapping[str, Any] = heard.value or {}
    where = scene.city.district(heard.also.get("district"))
    return {"value": value, "district": where, "neighbour": scene.city.district(value.get("near"))}


def noted_briefly(heard: Accepted, scene: Scene) -> Mapping[str, Any]:
    """The same without the border that is near: the card that follows tells of it."""
    return {**noted(heard, scene), "neighbour": None}


def named_land(said: Said, scene: Scene) -> Accepted | Rejected:
    """The kind of land in words: «на улице», «двор». Reasons: unclear."""
    found = land_in(said.text, scene.city, lands_of(scene))
    return Accepted(found) if found else Rejected("unclear")


LAND = Ask(
    "land",
    named_land,
    choices=lands,
    when=needs_land,
    tell=about_lands,
    text="where.land",
    forgets=("okrug",),
    known=said_land,
    taken=taken_land,
    valid=lambda scene: scene.answer("land") in (*lands_of(scene), UNKNOWN),
    reasons=("unclear",),
)
DISTRICT = Ask(
    "district",
    district,
    districts,
    when=needs_district,
    tell=about_district,
    known=said_district,
    taken=taken_district,
    text="where.district",
    forgets=("okrug",),
    valid=lambda scene: scene.city.district(scene.answer("district")) is not None,
    reasons=("unclear",),
)
OKRUG = Ask(
    "okrug",
    choices=okrugs,
    when=needs_okrug,
    text="where.okrug",
    valid=lambda scene: scene.answer("okrug") in {choice.value for choice in okrugs(scene)},
)


def place_step(**wishes: Any) -> Ask:
    """The question for the place."""
    return Ask(
        "place",
        place,
        only_district,
        tell=about_place,
        location=True,
        text="where.place",
        forgets=("district", "okrug", *NEARBY),
        reasons=("unclear", "empty", "long", "far"),
        **{"note": noted, **wishes},
    )
