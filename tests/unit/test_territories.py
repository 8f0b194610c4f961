"""In which territories a point lies: an invented city of squares, a kilometre or two wide."""

from math import cos, radians

import pytest
import shapely  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from storage.imported.territories import NEAR_BORDER_METRES, Territories
from storage.model.territory import KILOMETRES_PER_DEGREE, Located, Point

CENTER = Point(56.0, 44.0)
NORTH = 1 / KILOMETRES_PER_DEGREE
EAST = NORTH / cos(radians(CENTER.lat))


def at(east: float, north: float) -> Point:
    """A point so many kilometres from the centre."""
    return Point(CENTER.lat + north * NORTH, CENTER.lon + east * EAST)


def area(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A rectangle in kilometres from the centre, as degrees."""
    corners = [at(west, south), at(east, south), at(east, north), at(west, north)]
    return shapely.Polygon([(corner.lon, corner.lat) for corner in corners])


CITY = Territories(
    {
        "Западный": area(-2, -1, 0, 1),
        "Восточный": area(0, -1, 2, 1) - area(1.4, 0.4, 1.6, 0.6),
        "Заречье": area(-2, 0, 0, 1),
        "Остров": shapely.MultiPolygon([area(3, 0, 3.5, 0.5), area(4, 0, 4.5, 0.5)]),
    }
)


@pytest.mark.parametrize(
    ("east", "north", "names"),
    [
        (-1, -0.5, ("Западный",)),
        (-1, 0.5, ("Заречье", "Западный")),
        (1, 0, ("Восточный",)),
        (3.2, 0.2, ("Остров",)),
        (4.2, 0.2, ("Остров",)),
        (1.5, 0.5, ()),
        (3.7, 0.2, ()),
        (0, 5, ()),
        (100, 100, ()),
    ],
)
def test_a_point_lies_in_its_territories_the_smallest_first(east: float, north: float, names: tuple[str, ...]) -> None:
    assert CITY.at(at(east, north)).names == names


@pytest.mark.parametrize(
    ("east", "north", "metres", "neighbour"),
    [
        (-0.05, -0.5, 50, "Восточный"),
        (0.05, -0.5, 50, "Западный"),
        (0.05, 0.5, 50, "Заречье"),
        (-0.149, -0.5, 149, "Восточный"),
        (-0.151, -0.5, 151, ""),
        (-1, -0.05, 50, "Заречье"),
        (1, -0.95, 50, ""),
        (1.5, 0.35, 50, ""),
        (-1, -0.5, 500, ""),
    ],
)
def test_a_near_border_is_told_with_whose_side_is_beyond(
    east: float, north: float, metres: float, neighbour: str
) -> None:
    located = CITY.at(at(east, north))
    assert located.metres_to_border == pytest.approx(metres, rel=0.01)
    assert located.neighbour == neighbour


def test_how_near_is_near_can_be_said() -> None:
    point = at(-0.3, -0.5)
    assert CITY.at(point).neighbour == ""
    assert CITY.at(point, near_metres=400).neighbour == "Восточный"


def test_a_point_on_a_border_lies_on_both_sides() -> None:
    located = CITY.at(at(0, -0.5))
    assert set(located.names) == {"Западный", "Восточный"}
    assert located.metres_to_border == pytest.approx(0, abs=0.01)


def test_outside_of_all_there_is_no_name_but_a_near_territory_is_told() -> None:
    assert CITY.at(at(2.1, 0)) == Located((), None, "Восточный")
    assert CITY.at(at(2.3, 0)) == Located((), None, "")


def test_a_city_without_borders_knows_no_place() -> None:
    assert Territories({}).at(CENTER) == Located()


def test_territories_are_named_the_smallest_first() -> None:
    assert CITY.names[-1] == "Западный"
    assert set(CITY.names) == {"Западный", "Восточный", "Заречье", "Остров"}


@given(st.floats(-6, 6), st.floats(-6, 6))
def test_a_neighbour_is_never_a_territory_of_the_point_itself(east: float, north: float) -> None:
    located = CITY.at(at(east, north))
    assert located.neighbour not in (name for name in located.names if name)
    assert (located.metres_to_border is None) is (not located.names)
    if located.names and located.neighbour:
        assert CITY.at(at(east, north), NEAR_BORDER_METRES * 2).neighbour
