"""The city that is served now: everybody asks for it anew, so that a pack can be exchanged while the program runs."""

from dataclasses import dataclass

from storage.model.city import City


@dataclass
class Current:
    """Holds the city; setting `city` exchanges it for all turns that begin from then on."""

    city: City
