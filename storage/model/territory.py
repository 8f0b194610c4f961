"""Where: points on Earth, the districts of a city and the municipalities inside them."""

from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Protocol

KILOMETRES_PER_DEGREE = 111.2  # of latitude, mean Earth radius 6371 km


@dataclass(frozen=True)
class Point:
    """A place on Earth, WGS 84 degrees."""

    lat: float
    lon: float

    def degrees(self, kilometres: float) -> tuple[float, float]:
        """So many kilometres to the north and to the east, in degrees."""
        north = kilometres / KILOMETRES_PER_DEGREE
        return north, north / max(cos(radians(self.lat)), 0.01)

    def kilometres_to(self, other: "Point") -> float:
        """Distance on a flat map around the two points: good to 1 % inside a city."""
        narrowing = cos(radians((self.lat + other.lat) / 2))
        north, east = self.lat - other.lat, (self.lon - other.lon) * narrowing
        return KILOMETRES_PER_DEGREE * hypot(north, east)


@dataclass(frozen=True)
class District:
    """A district with the forms of its name that sentences need: «Калининский», «Калининского», «Калининском»."""

    id: str
    name: str
    genitive: str
    prepositional: str
    center: Point


@dataclass(frozen=True)
class Okrug:
    """A municipality inside a district: «Коломна», «муниципальный округ Коломна», «муниципального округа Коломна»."""

    id: str
    name: str
    full: str
    genitive: str
    district: str
    """id of its district"""


@dataclass(frozen=True)
class Located:
    """Where a point lies: names of territories, smallest first, and what is beyond a border that is near."""

    names: tuple[str, ...] = ()
    metres_to_border: float | None = None
    neighbour: str = ""
    """the territory beyond the border if that is near, else empty"""


class Locator(Protocol):
    """Knows the territory of a point by the borders of an installation."""

    def at(self, point: Point) -> Located:
        """Where a point lies; no names if it is in no territory."""
        ...


@dataclass(frozen=True)
class Land:
    """A kind of land that decides who is responsible."""

    id: str
    label: str
    example: str
    signs: tuple[str, ...] = ()
    """by which words a text speaks of it"""
