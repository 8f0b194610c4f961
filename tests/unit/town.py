"""An invented town for places: three districts with municipalities, a short list of streets, borders by latitude."""

from dataclasses import replace
from functools import cache

from storage.model.city import City
from storage.model.places.streets import Streets
from storage.model.situation import Situation
from storage.model.territory import District, Located, Okrug, Point
from tests.unit.given import city

NORTH, SOUTH, RIVER = "Северный", "Южный", "Речной"
DISTRICTS = (
    District("north", NORTH, "Северного", "Северном", Point(59.95, 30.0)),
    District("south", SOUTH, "Южного", "Южном", Point(59.85, 30.0)),
    District("river", RIVER, "Речного", "Речном", Point(59.85, 30.3)),
)
HARBOUR = "муниципальный округ Старая Гавань"


def okrug(id: str, name: str, district: str) -> Okrug:
    """A municipality."""
    return Okrug(id, name, f"муниципальный округ {name}", f"муниципального округа {name}", district)


OKRUGS = (
    okrug("old_harbour", "Старая Гавань", "north"),
    okrug("new_harbour", "Новая Гавань", "north"),
    okrug("brooks", "Ручьи", "south"),
)
ROWS = (
    (NORTH, "", "Полевая ул."),
    (NORTH, "", "Широкий пр."),
    (SOUTH, "", "Широкий пр."),
    (SOUTH, "", "Стекольщиков ш."),
    (NORTH, "Сосновый пос.", "Ткацкая ул."),
    (RIVER, "Заречье г.", "Ткацкая ул."),
    (RIVER, "", "Северная ул."),
    (HARBOUR, "", "Причальная ул."),
    (NORTH, "", "Причальная ул."),
)
INDIFFERENT, OF_DISTRICT, OF_OKRUG = "elevator", "ground_collapse", "entrance"
"""situations for which the same body answers everywhere, one of the district, one of the municipality"""
BORDER, HARBOUR_FROM = 59.90, 59.97
"""latitudes: between south and north, and from which on it is the old harbour"""
NEAR_DEGREES = 0.001
IN_THE_NORTH, IN_THE_HARBOUR, NOWHERE = Point(59.93, 30.05), Point(59.98, 30.05), Point(59.70, 30.05)
BY_THE_BORDER = Point(59.8995, 30.05)
"""on its southern side"""


class Borders:
    """North and south of one latitude, the old harbour farther north; beyond these degrees there is nothing."""

    def at(self, point: Point) -> Located:
        """Where a point lies."""
        if not 59.8 < point.lat < 60.0:
            return Located()
        here, beyond = (NORTH, SOUTH) if point.lat > BORDER else (SOUTH, NORTH)
        near = abs(point.lat - BORDER) < NEAR_DEGREES
        names = (HARBOUR, here) if point.lat > HARBOUR_FROM else (here,)
        return Located(names, abs(point.lat - BORDER) * 111_200, beyond if near else "")


def answered_by(situation: Situation, body: str) -> Situation:
    """The same situation with one body for every place."""
    return replace(situation, rules=(replace(situation.rules[-1], body=body, land=(), districts=()),))


def mended(known: City) -> City:
    """The city with the three situations answered as they say; without examples, which take long to learn."""
    keeper = known.bodies["managing_organization"]
    district = replace(keeper, name="Администрация {genitive} района", accusative="администрацию {genitive} района")
    inner = replace(keeper, name="Местная администрация {okrug}", accusative="местную администрацию {okrug}")
    bodies = {"keeper": keeper, "district": district, "okrug": inner}
    wanted = {INDIFFERENT: "keeper", OF_DISTRICT: "district", OF_OKRUG: "okrug"}
    return replace(
        known,
        bodies={**known.bodies, **{id: replace(body, id=id) for id, body in bodies.items()}},
        situations={
            **known.situations,
            **{id: answered_by(known.situations[id], body) for id, body in wanted.items()},
        },
        examples=(),
    )


@cache
def town() -> City:
    """The town; its situations are those of the city."""
    return replace(mended(city()), districts=DISTRICTS, okrugs=OKRUGS, streets=Streets(ROWS), locator=Borders())


@cache
def plain_town() -> City:
    """The same where nobody imported streets or borders."""
    return replace(town(), streets=None, locator=None)


@cache
def city_of_okrugs() -> City:
    """The real city, where municipalities answer."""
    return mended(city())
