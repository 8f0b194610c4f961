"""Outlines of a city's territories: in which of them a point lies, and how near it is to a border."""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, inf, radians
from typing import TYPE_CHECKING, Any

from storage.model.territory import KILOMETRES_PER_DEGREE, Located, Point

if TYPE_CHECKING:
    from shapely import Geometry  # type: ignore[import-untyped]

METRES_PER_DEGREE = KILOMETRES_PER_DEGREE * 1000
"""of latitude"""
NEAR_BORDER_METRES = 150.0
"""nearer to a border than this, a point on a map may well be meant for the other side"""


class Territories:
    """Outlines by name in degrees (x is the longitude), kept flat in metres: good to 1 % inside a city."""

    def __init__(self, outlines: Mapping[str, Geometry]) -> None:
        import shapely
        from shapely import STRtree

        bounds = shapely.total_bounds(list(outlines.values())) if outlines else (0.0, 0.0, 0.0, 0.0)
        self._narrowing = cos(radians((bounds[1] + bounds[3]) / 2))
        flat = {name: shapely.transform(outline, self._flatten) for name, outline in outlines.items()}
        self._names = tuple(sorted(flat, key=lambda name: (flat[name].area, name)))
        self._flat = [flat[name] for name in self._names]
        self._borders = [outline.boundary for outline in self._flat]
        shapely.prepare(self._flat)
        self._tree = STRtree(self._flat)

    @property
    def names(self) -> tuple[str, ...]:
        """All territories, the smallest first."""
        return self._names

    def at(self, point: Point, near_metres: float = NEAR_BORDER_METRES) -> Located:
        """The territories of a point, the metres to the border of the smallest one, and whose side is beyond it.

        Outside of all territories there are no names and no metres; the neighbour is the one that is near, if any.
        """
        from shapely import Point as Flat

        spot = Flat(*self._flat_point(point))
        around = sorted(int(place) for place in self._tree.query(spot.buffer(near_metres, quad_segs=2)))
        inside = [place for place in around if self._flat[place].intersects(spot)]
        beyond = [(self._flat[place].distance(spot), place) for place in around if place not in inside]
        distance, nearest = min(beyond, default=(inf, -1))
        neighbour = self._names[nearest] if distance <= near_metres else ""
        metres = float(min(self._borders[inside[0]].distance(spot), distance)) if inside else None
        return Located(tuple(self._names[place] for place in inside), metres, neighbour)

    def _flat_point(self, point: Point) -> tuple[float, float]:
        """Metres east and north of the zero of the map."""
        return point.lon * self._narrowing * METRES_PER_DEGREE, point.lat * METRES_PER_DEGREE

    def _flatten(self, degrees: Any) -> Any:
        """The same for an array of (longitude, latitude)."""
        return degrees * (self._narrowing * METRES_PER_DEGREE, METRES_PER_DEGREE)
