"""The other cities whose packs lie beside this one: whoever sends a place there is told where they belong."""

import tomllib
from pathlib import Path

from storage.model.city import Elsewhere
from storage.model.territory import Point


def cities_beside(folder: Path) -> tuple[Elsewhere, ...]:
    """Name, places and bots of each; a pack that cannot be read so far is left out: its own check tells why."""
    others = (other for other in sorted(folder.parent.iterdir()) if (other / "city.toml").exists() and other != folder)
    return tuple(found for other in others if not other.name.startswith("_") and (found := elsewhere(other)))


def elsewhere(folder: Path) -> Elsewhere | None:
    """One of them, None if it cannot be read or has no place."""
    try:
        city = tomllib.loads((folder / "city.toml").read_text("utf-8"))
        places = tomllib.loads((folder / "territories.toml").read_text("utf-8"))
        centers = tuple(Point(float(lat), float(lon)) for lat, lon in (row["center"] for row in places["district"]))
        return Elsewhere(str(city["name"]), centers, tuple(map(str, city.get("bots", ()))))
    except (OSError, ValueError, KeyError, TypeError):  # broken TOML and strange encodings are ValueErrors
        return None
