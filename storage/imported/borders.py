"""Borders of territories from a GeoJSON file, whatever export it comes from."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage.imported.names import AcceptedNames, counted, listed
from storage.imported.outlines import AREAS, area_of, parsed, whole
from storage.imported.reading import BrokenImport, text_of
from storage.model.territory import Point

if TYPE_CHECKING:
    from shapely import Geometry  # type: ignore[import-untyped]

NAMING = ("name", "name:ru", "official_name", "short_name", "название", "наименование", "name_ru", "title")
"""properties that may hold a territory's name, in lower case, the first that is known wins"""


@dataclass(frozen=True)
class TerritoriesReport:
    """What became of a file of borders."""

    file: str
    count: int
    """territories with an outline"""
    unmatched: tuple[str, ...]
    """names in the file that the pack does not have"""
    missing: tuple[str, ...]
    """territories of the pack that have no outline"""
    notes: tuple[str, ...]

    def lines(self) -> list[str]:
        """The report for a terminal, in Russian."""
        found = [f"{self.file}: границы есть у {counted(self.count, 'территории', 'территорий', 'территорий')}"]
        if self.unmatched:
            found.append(f"В пакете города нет таких территорий, пропущены: {listed(self.unmatched)}")
        if self.missing:
            found.append(f"Без границ остались: {listed(self.missing)}")
        return [*found, *self.notes]


@dataclass(frozen=True)
class ImportedTerritories:
    """Outlines by the pack's names, in degrees (longitude, latitude), and what to tell the operator."""

    outlines: Mapping[str, Geometry]
    report: TerritoriesReport


def read_territories(file: Path, names: Mapping[str, str], center: Point, km: float) -> ImportedTerritories:
    """Read borders from a GeoJSON FeatureCollection of areas with names.

    `names` maps accepted forms to the pack's names; `center` and `km` are a circle around the whole city.
    Raises BrokenImport if the file is no such collection or holds no territory of the city.
    """
    text, notes = text_of(file)
    reading = Reading(file.name, AcceptedNames(names), center, km, notes)
    for number, feature in enumerate(features_of(file.name, text), 1):
        reading.take(number, feature)
    return reading.finish()


def features_of(name: str, text: str) -> Iterator[dict[str, Any]]:
    """The features of a collection. Raises BrokenImport."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenImport([f"{name}: не читается как GeoJSON: {error}; выгрузите файл заново"]) from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise BrokenImport([f"{name}: нет списка «features»; нужен GeoJSON вида FeatureCollection"])
    return (feature if isinstance(feature, dict) else {} for feature in features)


class Reading:
    """One pass over the features of a file."""

    def __init__(self, file: str, names: AcceptedNames, center: Point, km: float, notes: list[str]) -> None:
        self.file, self.names, self.center, self.km, self.notes = file, names, center, km, notes
        self.found: dict[str, list[Geometry]] = defaultdict(list)
        self.unmatched: dict[str, None] = {}
        self.swapped = self.repaired = self.without_area = 0

    def take(self, number: int, feature: dict[str, Any]) -> None:
        """One feature: an outline, or a note why it is none."""
        spelled = names_in(feature)
        name = next((known for known in map(self.names.find, spelled) if known), None)
        geometry = feature.get("geometry")
        if not isinstance(geometry, dict) or geometry.get("type") not in AREAS:
            self.without_area += 1
        elif not spelled:
            self.notes.append(f"{self.file}: объект № {number} без названия, пропущен; добавьте ему свойство «name»")
        elif name is None:
            self.unmatched[spelled[0]] = None
        elif outline := self.outline(name, geometry):
            self.found[name].append(outline)

    def outline(self, name: str, geometry: dict[str, Any]) -> Geometry | None:
        """The area of a feature, mended; None and a note if it is none or lies elsewhere."""
        from shapely import force_2d

        outline = parsed(geometry)
        if outline is None:
            self.notes.append(f"{self.file}: у «{name}» испорчены координаты, пропущено; выгрузите границу заново")
            return None
        outline = self.turned(force_2d(outline))
        if outline is None:
            self.notes.append(f"{self.file}: «{name}» лежит вне города, пропущено; нужны градусы WGS 84 (EPSG:4326)")
            return None
        self.repaired += not outline.is_valid
        return whole(outline)

    def turned(self, outline: Geometry) -> Geometry | None:
        """The outline with x as the longitude; None if it is outside of the city either way."""
        from shapely import transform

        west, south, east, north = outline.bounds
        x, y = (west + east) / 2, (south + north) / 2
        if self.is_here(Point(lat=y, lon=x)):
            return outline
        if not self.is_here(Point(lat=x, lon=y)):
            return None
        self.swapped += 1
        return transform(outline, lambda degrees: degrees[:, ::-1])

    def is_here(self, point: Point) -> bool:
        """Whether a point lies in the circle around the city."""
        return abs(point.lat) <= 90 and abs(point.lon) <= 180 and self.center.kilometres_to(point) <= self.km

    def finish(self) -> ImportedTerritories:
        """Everything that was read. Raises BrokenImport if that is nothing."""
        from shapely import union_all

        if not self.found:
            unknown = (
                [f"{self.file}: таких территорий в пакете нет: {listed(self.unmatched)}"] if self.unmatched else []
            )
            remedy = f"{self.file}: нет границ ни одной территории города; проверьте файл и названия в нём"
            raise BrokenImport([remedy, *unknown, *self.notes])
        for name, parts in self.found.items():
            if len(parts) > 1:
                self.notes.append(
                    f"{self.file}: «{name}» из {counted(len(parts), 'части', 'частей', 'частей')}, сложено"
                )
        outlines = {name: area_of(union_all(parts)) for name, parts in sorted(self.found.items())}
        missing = tuple(name for name in self.names.names if name not in outlines)
        return ImportedTerritories(
            outlines, TerritoriesReport(self.file, len(outlines), tuple(self.unmatched), missing, tuple(self.told()))
        )

    def told(self) -> list[str]:
        """The notes, with those that sum up many features."""
        kinds = (
            (self.swapped, "широта и долгота переставлены, исправлено"),
            (self.repaired, "контуры пересекали сами себя, исправлено"),
            (self.without_area, "это точки и линии без площади, пропущено"),
        )
        summed = [
            f"{self.file}: {counted(number, 'объект', 'объекта', 'объектов')}: {what}"
            for number, what in kinds
            if number
        ]
        return [*self.notes, *summed]


def names_in(feature: dict[str, Any]) -> list[str]:
    """The names a feature gives itself, in the order of trust."""
    properties = feature.get("properties")
    given = {str(key).lower(): value for key, value in (properties if isinstance(properties, dict) else {}).items()}
    return [str(given[key]).strip() for key in NAMING if isinstance(given.get(key), str) and given[key].strip()]
