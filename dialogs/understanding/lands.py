"""Which kind of land a text speaks of: «на проспекте», «в парке»; none if it speaks of several or of none."""

from collections.abc import Collection
from functools import lru_cache

from dialogs.understanding.signs import Signs
from dialogs.understanding.words import read
from storage.model.city import City


@lru_cache(maxsize=4)
def lands_of(city: City) -> Signs:
    """The signs of all kinds of land."""
    signs = Signs(city.concepts)
    for land in city.lands.values():
        for text in land.signs:
            signs.add(land.id, 1.0, text)
    return signs


def land_in(text: str, city: City, among: Collection[str]) -> str | None:
    """The only kind of land of those that the text names; a house beside a road leaves it open."""
    named = {hit.sign.situation for hit in lands_of(city).found_in(read(text))}
    found = named.intersection(among)
    return found.pop() if len(found) == 1 == len(named) else None
