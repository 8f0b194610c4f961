"""An invented town for places: three districts with municipalities, a short list of streets, and borders by latitude."""

from dataclasses import replace
from functools import cache

from dialogs.understanding.index import index_of
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
OKRUGS = (
    Okrug("old_harbour", "Старая Гавань", HARBOUR, "муниципального округа Старая Гавань", "north"),
    Okrug("new_harbour", "Новая Гавань", "муниципальный округ Новая Гавань", "муниципального округа Новая Гавань", "north"),
    Okrug("brooks", "Ручьи", "муниципальный округ Ручьи", "муниципального округа Ручьи", "south"),
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
ON_THE_MAP = Point(59.93, 30.05), Point(59.8995, 30.05), Point(59.98, 30.05), Point(59.70, 30.05)
"""in the north, in the south near the border, in the old harbour, and nowhere"""


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


@cache
def town() -> City:
    """The town; its situations are those of the city."""
    known = city()
    keeper = known.bodies["managing_organization"]
    bodies = {
        "keeper": replace(keeper, id="keeper"),
        "district": replace(keeper, id="district", name="Администрация {genitive} района"),
        "okrug": replace(keeper, id="okrug", name="Местная администрация {okrug}"),
    }
    wanted = {INDIFFERENT: "keeper", OF_DISTRICT: "district", OF_OKRUG: "okrug"}
    mended = {id: answered_by(known.situations[id], body) for id, body in wanted.items()}
    made = replace(
        known,
        districts=DISTRICTS,
        okrugs=OKRUGS,
        bodies={**known.bodies, **bodies},
        situations={**known.situations, **mended},
        examples=(),
        streets=Streets(ROWS),
        locator=Borders(),
    )
    index_of(made)
    return made


@cache
def plain_town() -> City:
    """The same where nobody imported streets or borders."""
    return replace(town(), streets=None, locator=None)
