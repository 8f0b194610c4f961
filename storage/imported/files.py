"""What an operator brings to an installation: borders and streets, checked, saved in one form and loaded again."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from storage.imported.borders import ImportedTerritories, TerritoriesReport, read_territories
from storage.imported.names import listed
from storage.imported.outlines import as_feature, parsed, whole
from storage.imported.reading import BrokenImport, replace_file, text_of
from storage.imported.streets import ImportedStreets, Row, StreetsReport, read_streets
from storage.imported.territories import Territories

if TYPE_CHECKING:
    from shapely import Geometry  # type: ignore[import-untyped]

    from storage.model.places.streets import Streets

__all__ = [
    "BrokenImport",
    "ImportedStreets",
    "ImportedTerritories",
    "StreetsReport",
    "TerritoriesReport",
    "load_streets",
    "load_territories",
    "read_streets",
    "read_territories",
    "save_streets",
    "save_territories",
]
BORDERS, STREETS = "territories.geojson", "streets.csv"
HEADER = ["territory", "settlement", "street"]


def save_territories(folder: Path, outlines: Mapping[str, Geometry]) -> Path:
    """Write outlines (degrees, by name) to the folder, a territory a line. Returns the file."""
    features = ",\n".join(as_feature(name, outline) for name, outline in sorted(outlines.items()))
    return replace_file(folder / BORDERS, f'{{"type": "FeatureCollection", "features": [\n{features}\n]}}\n'.encode())


def save_streets(folder: Path, rows: Iterable[Row]) -> Path:
    """Write rows of (territory, settlement, street) to the folder, sorted, each once. Returns the file."""
    text = StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(HEADER)
    table.writerows(sorted(set(rows)))
    return replace_file(folder / STREETS, text.getvalue().encode())


def load_territories(folder: Path) -> Territories | None:
    """The outlines saved in the folder, None if there are none. Raises BrokenImport."""
    file = folder / BORDERS
    if not file.exists():
        return None
    try:
        features = json.loads(text_of(file)[0])["features"]
        outlines = {feature["properties"]["name"]: parsed(feature["geometry"]) for feature in features}
    except (ValueError, TypeError, LookupError) as error:
        raise BrokenImport([f"{file}: границы не читаются; загрузите их заново"]) from error
    if broken := [name for name, outline in outlines.items() if outline is None]:
        raise BrokenImport([f"{file}: испорчены границы: {listed(broken)}; загрузите их заново"])
    return Territories({name: whole(outline) for name, outline in outlines.items()})


def load_streets(folder: Path) -> Streets | None:
    """The street list saved in the folder, None if there is none. Raises BrokenImport."""
    file = folder / STREETS
    if not file.exists():
        return None
    try:
        header, *rows = csv.reader(StringIO(text_of(file)[0], newline=""))
    except (ValueError, csv.Error) as error:
        raise BrokenImport([f"{file}: список улиц не читается; загрузите его заново"]) from error
    if header != HEADER or any(len(row) != len(HEADER) for row in rows):
        raise BrokenImport([f"{file}: список улиц изменён; столбцы должны быть {', '.join(HEADER)}"])
    from storage.model.places.streets import Streets  # only where there is a list: it takes its time

    return Streets((territory, settlement, street) for territory, settlement, street in rows)
