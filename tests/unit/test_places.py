"""Where it is: coordinates however they are typed, addresses, and places that are not in the city."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.places import FARTHEST_KM, LONGEST, coordinates, in_words, is_near, place, point_of
from dialogs.speech import Said
from dialogs.steps import Accepted, Rejected
from storage.model.territory import District, Point
from tests.unit.given import city, scene

LATITUDES = st.decimals(min_value=-90, max_value=90, places=5)
LONGITUDES = st.decimals(min_value=-180, max_value=180, places=5)


def said(text: str = "", location: Point | None = None) -> Said:
    """A place as somebody gives it."""
    return Said("telegram", "1001", "u", text=text, location=location)


def heard(text: str = "", location: Point | None = None) -> Accepted | Rejected:
    """What is understood of it."""
    return place(said(text, location), scene())


@pytest.mark.parametrize(
    "typed",
    [
        "59.93, 30.36", "59.93,30.36", "59.93 30.36", "59.93  30.36", "59.93;30.36", "59.93; 30.36", " 59.93, 30.36 ",
        "59,93, 30,36", "59,93 30,36", "59,93; 30,36", "59.930, 30.3600", "59.93 ,30.36", "59.93 , 30.36",
        "59.93,\t30.36",
    ],
)  # fmt: skip
def test_coordinates_are_read_in_many_spellings(typed: str) -> None:
    assert coordinates(typed) == Point(59.93, 30.36)
    assert heard(typed) == Accepted({"words": "", "lat": 59.93, "lon": 30.36})


@pytest.mark.parametrize(
    "typed",
    [
        "", "59.93", "59 30", "59.93, 30", "Вавиловых 4", "59.93, 30.36, 12.1", "91.0, 30.36", "59.93, 181.0",
        "59.93.1 30.36", "дом 59.93, 30.36", "5993, 3036", "059.93, 30.36", "59.93, abc", "-99.9, -999.9",
    ],
)  # fmt: skip
def test_what_are_no_coordinates_on_earth_is_no_point(typed: str) -> None:
    assert coordinates(typed) is None


@given(LATITUDES, LONGITUDES)
def test_every_point_on_earth_is_read_as_it_is_written(lat: Decimal, lon: Decimal) -> None:
    assert coordinates(f"{lat:.5f}, {lon:.5f}") == Point(float(f"{lat:.5f}"), float(f"{lon:.5f}"))


@pytest.mark.parametrize(
    ("point", "near"),
    [
        (Point(59.93, 30.36), True), (Point(60.17, 29.87), True), (Point(59.72, 30.41), True),
        (Point(59.99, 29.77), True), (Point(55.75, 37.62), False), (Point(0.0, 0.0), False),
        (Point(59.93, -30.36), False), (Point(-59.93, 30.36), False), (Point(61.5, 30.3), False),
        (Point(59.44, 24.75), False),
    ],
)  # fmt: skip
def test_a_place_is_in_the_city_or_it_is_refused(point: Point, near: bool) -> None:
    assert is_near(point, city()) is near
    answer = heard(location=point)
    expected = Accepted({"words": "", "lat": point.lat, "lon": point.lon})
    assert answer == (expected if near else Rejected("far", {"city": "в Санкт-Петербурге"}))


@given(st.sampled_from(city().districts), st.floats(-1, 1), st.floats(-1, 1))
def test_everything_around_the_centre_of_a_district_is_near(district: District, north: float, east: float) -> None:
    center = district.center
    degrees = FARTHEST_KM / 111.2 / 2
    assert is_near(Point(center.lat + north * degrees, center.lon + east * degrees), city())


def test_distances_are_those_of_a_map() -> None:
    petersburg, moscow = Point(59.939, 30.316), Point(55.756, 37.618)
    assert petersburg.kilometres_to(petersburg) == 0
    assert petersburg.kilometres_to(moscow) == moscow.kilometres_to(petersburg)
    assert 620 < petersburg.kilometres_to(moscow) < 650
    palace_bridge, peter_and_paul = Point(59.9413, 30.3083), Point(59.9500, 30.3164)
    assert 1.0 < palace_bridge.kilometres_to(peter_and_paul) < 1.15


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"), ("   ", "empty"), ("\n", "empty"), ("дом", "unclear"), ("4", "unclear"), ("12345", "unclear"),
        ("🙂🙂🙂🙂", "unclear"), ("1/2/3/4", "unclear"), ("а" * (LONGEST + 1), "long"), ("0.0, 0.0", "far"),
        ("55.75 37.62", "far"),
    ],
)  # fmt: skip
def test_what_is_no_place_is_refused_for_its_reason(text: str, reason: str) -> None:
    answer = heard(text)
    assert isinstance(answer, Rejected)
    assert answer.reason == reason


@pytest.mark.parametrize(
    "text",
    ["Вавиловых, 4", "Невский пр. 10", "у метро Озерки", "ул. Ленина", "а" * LONGEST, "возле 12-й школы", "д. 5"],
)
def test_an_address_or_a_landmark_in_words_is_a_place(text: str) -> None:
    assert heard(text) == Accepted({"words": text, "lat": None, "lon": None})


def test_an_address_of_several_lines_becomes_one() -> None:
    assert heard("  Вавиловых,\n 4 \t корпус 1 ") == Accepted(
        {"words": "Вавиловых, 4 корпус 1", "lat": None, "lon": None}
    )


def test_a_shared_location_counts_more_than_words() -> None:
    assert heard("Москва", Point(59.93, 30.36)) == Accepted({"words": "", "lat": 59.93, "lon": 30.36})


@pytest.mark.parametrize(
    ("where", "district", "words"),
    [
        ({"words": "Вавиловых, 4", "lat": None, "lon": None}, None, "Вавиловых, 4"),
        ({"words": "Вавиловых, 4", "lat": None, "lon": None}, "kalininsky", "Вавиловых, 4, Калининский район"),
        ({"words": "", "lat": 59.93, "lon": 30.36}, None, "точка на карте 59.93000, 30.36000"),
        ({"words": "", "lat": 0.0, "lon": 0.0}, None, "точка на карте 0.00000, 0.00000"),
        ({"words": "", "lat": None, "lon": None}, "nevsky", "Невский район"),
        ({"words": "", "lat": None, "lon": None}, "gone", ""),
        (None, None, ""),
    ],
)
def test_a_place_stands_in_the_text_as_it_was_given(
    where: dict[str, object] | None, district: str | None, words: str
) -> None:
    assert in_words(where, district, city()) == words
    assert (point_of(where) is None) is ("точка" not in words)


@given(st.text("абв 0123456789.,-<>", max_size=300))
def test_any_words_are_a_place_or_are_refused(text: str) -> None:
    answer = heard(text)
    if isinstance(answer, Accepted):
        assert 0 < len(in_words(answer.value, None, city())) <= 300  # the column `appeals.place` holds no more
    else:
        assert answer.reason in {"unclear", "empty", "long", "far"}


def test_the_longest_place_fits_its_column() -> None:
    longest = max(city().districts, key=lambda district: len(district.name))
    assert len(in_words({"words": "а" * LONGEST, "lat": None, "lon": None}, longest.id, city())) <= 300


@given(st.sampled_from(city().districts))
def test_the_nearest_district_of_a_centre_is_its_own(district: District) -> None:
    near = city().districts_near(district.center)
    assert near[0] == district
    assert sorted(one.id for one in near) == sorted(one.id for one in city().districts)
