"""A city as an installation serves it: its pack with the borders and streets that were imported."""

from dataclasses import replace
from pathlib import Path

from storage.imported.files import load_streets, load_territories
from storage.model.city import City
from storage.pack.elsewhere import cities_beside
from storage.pack.reading import read_pack


def open_city(folder: Path, imported: Path) -> City:
    """Read a pack and what was imported for it. Raises BrokenPack, BrokenImport."""
    city = read_pack(folder)
    own = imported / city.id
    return replace(city, streets=load_streets(own), locator=load_territories(own), others=cities_beside(folder))
