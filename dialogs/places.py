"""Where it is: a shared location, typed coordinates, an address in words, or only a district."""

import re
from collections.abc import Mapping
from typing import Any

from dialogs.speech import Json, Said
from dialogs.steps import Accepted, Rejected, Scene
from storage.model.city import City, Point

COORDINATES = re.compile(r"\s*(-?\d{1,2}[.,]\d{1,10})\s*[,; ]\s*(-?\d{1,3}[.,]\d{1,10})\s*")
FARTHEST_KM = 40.0
"""from the nearest district's centre; beyond it a place is not in the city"""
SHORTEST, LONGEST = 4, 250
"""characters of an address"""


def coordinates(text: str) -> Point | None:
    """The point behind «59.93, 30.36»; None if it is not one on Earth."""
    match = COORDINATES.fullmatch(text)
    if match is None:
        return None
    lat, lon = (float(part.replace(",", ".")) for part in match.groups())
    return Point(lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def is_near(point: Point, city: City) -> bool:
    """Whether a point can be in the city."""
    return any(district.center.kilometres_to(point) <= FARTHEST_KM for district in city.districts)


def place(said: Said, scene: Scene) -> Accepted | Rejected:
    """A place: {"words", "lat", "lon"}; words are empty for a bare point."""
    point = said.location or coordinates(said.text)
    if point is not None:
        if not is_near(point, scene.city):
            return Rejected("far", {"city": scene.city.name_in})
        return Accepted({"words": "", "lat": point.lat, "lon": point.lon})
    words = " ".join(said.text.split())
    if len(words) < SHORTEST or not any(sign.isalpha() for sign in words):
        return Rejected("unclear" if words else "empty")
    if len(words) > LONGEST:
        return Rejected("long", {"limit": LONGEST})
    return Accepted({"words": words, "lat": None, "lon": None})


def point_of(place: Mapping[str, Json] | None) -> Point | None:
    """The point of a stored place."""
    return Point(place["lat"], place["lon"]) if place and place.get("lat") is not None else None


def in_words(place: Mapping[str, Any] | None, district: str | None, city: City) -> str:
    """The place as it stands in the text of an appeal."""
    where = city.district(district)
    point = point_of(place)
    parts = [place.get("words") if place else "", f"точка на карте {point.lat:.5f}, {point.lon:.5f}" if point else ""]
    parts.append(f"{where.name} район" if where else "")
    return ", ".join(part for part in parts if part)
