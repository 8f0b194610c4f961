"""Where it is: a shared location, typed coordinates, an address in words, or only a district."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dialogs.speech import Json, Said
from dialogs.steps import Accepted, Rejected, Scene
from dialogs.understanding.dangers import dangers_in
from dialogs.understanding.talk import talk_in
from dialogs.understanding.words import LATIN, folded, sounded
from storage.model.city import City, Elsewhere
from storage.model.territory import District, Point

if TYPE_CHECKING:
    from storage.model.places.streets import FoundStreet

COORDINATES = re.compile(r"\s*(-?\d{1,2}[.,]\d{1,10})\s*[,; ]\s*(-?\d{1,3}[.,]\d{1,10})\s*")
NUMBER = r"-?\d{1,3}\.\d{1,15}"
COMMA = "(?:,|%2[Cc])"
MAP_LINKS = (
    re.compile(rf"[?&](?:ll|pt|whatshere%5Bpoint%5D|whatshere\[point\])=(?P<lon>{NUMBER}){COMMA}(?P<lat>{NUMBER})"),
    re.compile(rf"2gis\.\w+/\S*?(?P<lon>{NUMBER}){COMMA}(?P<lat>{NUMBER})"),
    re.compile(rf"(?:@|geo:|[?&]q=)(?P<lat>{NUMBER}){COMMA}(?P<lon>{NUMBER})"),
)
"""links that map programs share: Yandex and 2GIS write the longitude first, Google and `geo:` the latitude"""
FILE = re.compile(r"^\.{0,2}/|\.(?:pdf|jpe?g|png|gif|heic|mp4|mov|ogg|docx?|txt|zip)$", re.IGNORECASE)
FARTHEST_KM = 40.0
"""from the nearest district's centre; beyond it a place is not in the city"""
SHORTEST, LONGEST = 4, 250
"""characters of an address"""

KEPT = ("words", "lat", "lon", "street", "house")
"""what is known of a typed address whoever finds its district"""
NO_PLACE = frozenset(("thanks", "small", "insult"))
"""kinds of talk that are no address"""


@dataclass(frozen=True)
class Place:
    """What was understood of a place: street and house in their normal form, names of territories, best first."""

    street: str = ""
    house: str = ""
    territories: tuple[str, ...] = ()
    neighbour: str = ""
    """the territory beyond a border that is near"""


def coordinates(text: str) -> Point | None:
    """The point behind «59.93, 30.36»; None if it is not one on Earth."""
    match = COORDINATES.fullmatch(text)
    if match is None:
        return None
    return on_earth(*(float(part.replace(",", ".")) for part in match.groups()))


def on_earth(lat: float, lon: float) -> Point | None:
    """The point, None if the degrees are not those of a globe."""
    return Point(lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def pointed_at(text: str) -> Point | None:
    """The point behind coordinates or a link of a map program among the words; None if there is none."""
    if point := coordinates(text):
        return point
    found = next((match for link in MAP_LINKS if (match := link.search(text))), None)
    return on_earth(float(found["lat"]), float(found["lon"])) if found else None


def is_near(point: Point, city: City) -> bool:
    """Whether a point can be in the city; a city without districts has no border we know."""
    if located(point, city).territories or not city.districts:
        return True
    return any(district.center.kilometres_to(point) <= FARTHEST_KM for district in city.districts)


def city_of(point: Point, city: City) -> Elsewhere | None:
    """The other city that a point is in, if we know one there."""
    nearest = min(city.others, key=lambda other: other.kilometres_to(point), default=None)
    return nearest if nearest and nearest.kilometres_to(point) <= FARTHEST_KM else None


def located(point: Point, city: City) -> Place:
    """The territories of a point by the borders this installation has; none if it has none."""
    where = city.locator.at(point) if city.locator else None
    return Place(territories=where.names, neighbour=where.neighbour) if where else Place()


def understood(text: str, city: City) -> Place:
    """Street, house and territories behind an address or coordinates, as far as they are known."""
    if point := pointed_at(text):
        where = located(point, city)
        return where if where.territories else Place(territories=nearest(point, city))
    found = streets_in(text, city)
    if found:
        best = found[0]
        named = (name for street in found for name in street.territories if street.exactness is best.exactness)
        return Place(best.street, best.house, tuple(dict.fromkeys((*best.territories, *named))))
    from storage.model.places.address import parse_address  # the program is ready sooner without it

    address = parse_address(text)
    street = address.street if address.kind or address.house else ""
    return Place(street, address.house, named_in(text, city))


def streets_in(text: str, city: City) -> "list[FoundStreet]":
    """The streets of this installation's list that a text may name, in Latin letters too, best first."""
    if city.streets is None:
        return []
    return city.streets.find(text) or (city.streets.find(sounded(folded(text))) if LATIN.search(folded(text)) else [])


def nearest(point: Point, city: City) -> tuple[str, ...]:
    """The names of all districts, nearest centre first."""
    return tuple(district.name for district in city.districts_near(point))


@lru_cache(maxsize=64)
def named_in(text: str, city: City) -> tuple[str, ...]:
    """Districts that a text names: «в Невском районе», «Невский, у пруда»; a street of that name is none."""
    said = folded(text)
    return tuple(
        district.name
        for district in city.districts
        if any(names(said, form) for form in (district.name, district.genitive, district.prepositional))
    )


def names(said: str, form: str) -> bool:
    """Whether a folded text has a form of a district's name with «район» beside it, or alone and without a house."""
    name = re.escape(folded(form))
    alone = rf"(?:^|[,;(])\s*{name}\s*(?:[;()]|$|,(?!\s*(?:д\W*|дом\s*)?\d))"
    beside = rf"(?<!\w){name}\s+р(?:айон|-н|-он)|район\w*\s+{name}(?!\w)|(?<!\w)(?:в|во|из)\s+{name}(?!\w)"
    return re.search(rf"{beside}|{alone}", said) is not None


def place(said: Said, scene: Scene) -> Accepted | Rejected:
    """A place: {"words", "lat", "lon"}, with "street", "house", "among" (districts) and "near" where they are known."""
    point = said.location or pointed_at(said.text)
    if point is not None:
        if not is_near(point, scene.city):
            return Rejected("far", {"city": scene.city.name_in, "other": city_of(point, scene.city)})
        return known({"words": "", "lat": point.lat, "lon": point.lon}, located(point, scene.city), scene.city)
    words = " ".join(said.text.split())
    if len(words) < SHORTEST or not any(sign.isalpha() for sign in words) or is_no_place(words, scene.city):
        return Rejected("unclear" if words else "empty")
    if len(words) > LONGEST:
        return Rejected("long", {"limit": LONGEST})
    heard = typed(words, scene.city)
    if said.found and "district" not in heard.also and is_near(said.found, scene.city):
        where = located(said.found, scene.city)
        if where.territories:
            return known({key: heard.value[key] for key in KEPT if key in heard.value}, where, scene.city)
    return heard


def is_no_place(words: str, city: City) -> bool:
    """Whether this is the name of a file, or, without a number, a «спасибо», an «ок» or a cry of danger."""
    if FILE.search(words):
        return True
    if any(sign.isdigit() for sign in words):
        return False
    return talk_in(words, city) in NO_PLACE or bool(dangers_in(words, city))


def typed(words: str, city: City) -> Accepted:
    """An address in words: its street is looked up where this installation has a list."""
    found = streets_in(words, city)
    sure = bool(found) and found[0].is_sure
    where, named = (understood(words, city) if sure else Place()), named_in(words, city)
    both = tuple(name for name in where.territories if name in named)
    where = replace(where, territories=both or (*where.territories, *named))
    return known({"words": words, "lat": None, "lon": None}, where, city)


def known(value: dict[str, Json], where: Place, city: City) -> Accepted:
    """A place with what is known of its territory: the district if it is one, else those it may be in."""
    ids = {district.name: district.id for district in city.districts}
    found = [ids[name] for name in where.territories if name in ids]
    inner = {okrug.full: okrug.id for okrug in city.okrugs} | {okrug.name: okrug.id for okrug in city.okrugs}
    okrug = next((inner[name] for name in where.territories if name in inner), None)
    if okrug and not found:
        found = [item.district for item in city.okrugs if item.id == okrug]
    beyond = ids.get(where.neighbour) or next((o.district for o in city.okrugs if o.full == where.neighbour), None)
    near = beyond if beyond not in found else None
    told = {"street": where.street, "house": where.house, "near": near}
    value |= {key: part for key, part in told.items() if part}
    if len(found) > 1:
        return Accepted({**value, "among": found})
    also = {"district": found[0]} if found else {}
    return Accepted(value, {**also, "okrug": okrug} if okrug and found else also)


def point_of(place: Mapping[str, Json] | None) -> Point | None:
    """The point of a stored place."""
    return Point(place["lat"], place["lon"]) if place and place.get("lat") is not None else None


def in_words(place: Mapping[str, Any] | None, district: str | None, city: City) -> str:
    """The place as it stands in the text of an appeal."""
    where = city.district(district)
    point = point_of(place)
    parts: Sequence[str] = [
        (place.get("words") or "") if place else "",
        f"точка на карте {point.lat:.5f}, {point.lon:.5f}" if point else "",
        f"{where.name} район" if where and not is_named(where, (place or {}).get("words") or "") else "",
    ]
    return ", ".join(part for part in parts if part)


def is_named(district: District, words: str) -> bool:
    """Whether words tell the district in whatever case: «в Невском районе», «Невского р-на»."""
    forms = "|".join(re.escape(folded(form)) for form in (district.name, district.genitive, district.prepositional))
    return re.search(rf"(?<!\w)(?:{forms})\s+р(?:айон|-н|-он)|район\w*\s+(?:{forms})(?!\w)", folded(words)) is not None
