"""Areas on a map in degrees: read from GeoJSON, mended, written again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapely import Geometry  # type: ignore[import-untyped]

AREAS = ("Polygon", "MultiPolygon")
DECIMALS = 7
"""of a degree: a centimetre"""


def parsed(geometry: dict[str, Any]) -> Geometry | None:
    """The geometry of a feature, rounded; None if its coordinates are no area."""
    from shapely import GEOSException, get_coordinates, transform
    from shapely.geometry import shape  # type: ignore[import-untyped]

    try:
        outline = transform(shape(geometry), lambda degrees: degrees.round(DECIMALS))
    except (GEOSException, ValueError, TypeError, LookupError, AttributeError):
        return None
    coordinates = get_coordinates(outline)
    return outline if len(coordinates) and abs(coordinates).max() < float("inf") else None


def area_of(outline: Geometry) -> Geometry:
    """Only the areas of what mending or adding left."""
    from shapely import get_parts, union_all

    if outline.geom_type in AREAS:
        return outline
    return union_all([part for part in get_parts(outline) if part.geom_type in AREAS])


def whole(outline: Geometry) -> Geometry:
    """The same area without lines that cross themselves."""
    from shapely import make_valid

    return outline if outline.is_valid else area_of(make_valid(outline))


def as_feature(name: str, outline: Geometry) -> str:
    """A GeoJSON feature with this name, on one line."""
    from shapely import to_geojson, transform

    geometry = json.loads(to_geojson(transform(outline, lambda degrees: degrees.round(DECIMALS))))
    return json.dumps({"type": "Feature", "properties": {"name": name}, "geometry": geometry}, ensure_ascii=False)
