"""Where it is: coordinates however they are typed, addresses with a street list and borders, and what is too far."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.controls import EDIT, SEND, SKIP
from dialogs.places import (
    FARTHEST_KM,
    LONGEST,
    Place,
    coordinates,
    in_words,
    is_near,
    place,
    point_of,
    pointed_at,
    understood,
)
from dialogs.speech import Said
from dialogs.steps import Accepted, Rejected
from storage.model.city import City
from storage.model.places.streets import Streets
from storage.model.territory import District, Located, Point
from tests.unit.given import city, scene
from tests.unit.talk import Talk
from tests.unit.town import (
    BY_THE_BORDER,
    HARBOUR,
    IN_THE_HARBOUR,
    IN_THE_NORTH,
    INDIFFERENT,
    NORTH,
    NOWHERE,
    OF_DISTRICT,
    OF_OKRUG,
    RIVER,
    SOUTH,
    plain_town,
    town,
)

LATITUDES = st.decimals(min_value=-90, max_value=90, places=5)
LONGITUDES = st.decimals(min_value=-180, max_value=180, places=5)


def said(text: str = "", location: Point | None = None) -> Said:
    """A place as somebody gives it."""
    return Said("telegram", "1001", "u", text=text, location=location)


def heard(text: str = "", location: Point | None = None, where: City | None = None) -> Accepted | Rejected:
    """What is understood of it."""
    return place(said(text, location), replace(scene(), city=where or city()))


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
    assert answer == (expected if near else Rejected("far", {"city": "в Санкт-Петербурге", "other": None}))


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
        ("../../x.pdf", "unclear"), ("IMG_20261122.jpg", "unclear"),
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
    [
        "Вавиловых, 4",
        "Невский пр. 10",
        "у метро Озерки",
        "ул. Ленина",
        "а" * LONGEST,
        "возле 12-й школы",
        "д. 5",
    ],
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
        ({"words": "Невский район, у пруда", "lat": None, "lon": None}, "nevsky", "Невский район, у пруда"),
        ({"words": "Невский пр., 180", "lat": None, "lon": None}, "nevsky", "Невский пр., 180, Невский район"),
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


# a city with a street list and borders


def words(text: str, **more: Any) -> dict[str, Any]:
    """A typed place as it is stored."""
    return {"words": text, "lat": None, "lon": None, **more}


def point(where: Point, **more: Any) -> dict[str, Any]:
    """A place on the map as it is stored."""
    return {"words": "", "lat": where.lat, "lon": where.lon, **more}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Полевая ул., 5", Place("Полевая ул.", "5", (NORTH,))),
        ("на Полевой, 5 к. 2", Place("Полевая ул.", "5 к2", (NORTH,))),
        ("Широкий пр., 5", Place("Широкий пр.", "5", (NORTH, SOUTH))),
        ("Южный район, Широкий пр., 5", Place("Широкий пр.", "5", (SOUTH, NORTH))),
        ("Ткацкая ул., 5", Place("Ткацкая ул.", "5", (NORTH, RIVER))),
        ("Заречье, Ткацкая ул., 5", Place("Ткацкая ул.", "5", (RIVER,))),
        ("Причальная ул., 5", Place("Причальная ул.", "5", (HARBOUR, NORTH))),
        ("в Южном районе, у пруда", Place(territories=(SOUTH,))),
        ("между Южным и Речным", Place()),
        ("у пруда", Place()),
        ("59.93, 30.05", Place(territories=(NORTH,))),
        ("59.98, 30.05", Place(territories=(HARBOUR, NORTH))),
        ("59.8995, 30.05", Place(territories=(SOUTH,), neighbour=NORTH)),
        ("59.70, 30.05", Place(territories=(SOUTH, RIVER, NORTH))),
    ],
)
def test_an_address_is_understood_by_the_street_list_and_the_borders(text: str, expected: Place) -> None:
    assert understood(text, town()) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Полевая ул., 5", Place("Полевая", "5")),
        ("Южный район, Широкий пр., 5", Place("Широкий", "5", (SOUTH,))),
        ("59.93, 30.05", Place(territories=(NORTH, SOUTH, RIVER))),
    ],
)
def test_without_a_street_list_and_borders_an_address_is_taken_apart_and_the_nearest_districts_are_told(
    text: str, expected: Place
) -> None:
    assert understood(text, plain_town()) == expected


@pytest.mark.parametrize(
    "text",
    [
        "https://yandex.ru/maps/2/saint-petersburg/?ll=30.05%2C59.93&z=16",
        "https://yandex.ru/maps/?pt=30.05,59.93&z=16",
        "вот здесь: https://2gis.ru/spb/geo/30.05,59.93",
        "https://www.google.com/maps/@59.93,30.05,15z",
        "https://maps.google.com/?q=59.93,30.05",
        "geo:59.93,30.05",
    ],
)
def test_a_link_of_a_map_program_is_a_point(text: str) -> None:
    assert pointed_at(text) == IN_THE_NORTH
    assert heard(text, where=town()) == Accepted({"words": "", "lat": 59.93, "lon": 30.05}, {"district": "north"})


@pytest.mark.parametrize("text", ["https://yandex.ru/maps/?ll=300.5%2C95.9", "https://example.org/", "яма @ 59"])
def test_a_link_to_nowhere_on_earth_is_no_point(text: str) -> None:
    assert pointed_at(text) is None


@pytest.mark.parametrize("text", ["Polevaya ul., 5", "ul. Polevaja 5"])
def test_a_street_in_latin_letters_is_found(text: str) -> None:
    assert understood(text, town()) == Place("Полевая ул.", "5", (NORTH,))


@pytest.mark.parametrize(
    ("text", "value", "also"),
    [
        ("Полевая ул., 5", {"street": "Полевая ул.", "house": "5"}, {"district": "north"}),
        ("стекольщиков ш. 5 кв. 7", {"street": "Стекольщиков ш.", "house": "5"}, {"district": "south"}),
        ("Широкий пр., 5", {"street": "Широкий пр.", "house": "5", "among": ["north", "south"]}, {}),
        ("Ткацкая ул.", {"street": "Ткацкая ул.", "among": ["north", "river"]}, {}),
        (
            "Причальная ул., 5",
            {"street": "Причальная ул.", "house": "5"},
            {"district": "north", "okrug": "old_harbour"},
        ),
        ("у пруда в Южном районе", {}, {"district": "south"}),
        ("у пруда в Южном или Северном районе", {"among": ["north", "south"]}, {}),
        ("у пруда", {}, {}),
    ],
)
def test_a_typed_address_brings_its_district_along(text: str, value: dict[str, Any], also: dict[str, Any]) -> None:
    assert heard(text, where=town()) == Accepted(words(text, **value), also)


@pytest.mark.parametrize("text", ["Стекольщков 5", "Стекольщеков ш., 5", "Полевая пл., 5"])
def test_a_street_that_is_only_similar_is_not_trusted(text: str) -> None:
    assert understood(text, town()).street
    assert heard(text, where=town()) == Accepted(words(text))


@pytest.mark.parametrize("text", ["Стекольщков 5 в Речном районе", "Речной район, Полевая пл., 5"])
def test_beside_a_street_that_is_only_similar_the_district_that_is_named_counts(text: str) -> None:
    assert heard(text, where=town()) == Accepted(words(text), {"district": "river"})


@pytest.mark.parametrize("form", ["name", "genitive", "prepositional"])
def test_a_district_is_found_in_an_address_in_every_form_of_its_name(form: str) -> None:
    for district in town().districts:
        text = f"у пруда, {getattr(district, form)} район"
        assert heard(text, where=plain_town()) == Accepted(words(text), {"district": district.id})


@pytest.mark.parametrize(
    "text",
    [
        "у пруда (Южный район)", "Южный, у пруда", "у пруда (Южный)", "у пруда, Южный", "Южный р-н, у пруда",
        "у пруда, район Южный", "в Южном, у пруда", "в Южном р-не у пруда",
    ],
)  # fmt: skip
def test_marks_around_the_name_of_a_district_change_nothing(text: str) -> None:
    assert heard(text, where=plain_town()) == Accepted(words(text), {"district": "south"})


def test_the_district_that_is_named_decides_between_two_of_a_street() -> None:
    text = "Южный район, Широкий пр., 5"
    expected = words(text, street="Широкий пр.", house="5")
    assert heard(text, where=town()) == Accepted(expected, {"district": "south"})


def test_a_street_of_another_district_than_the_one_that_is_named_is_asked_about() -> None:
    text = "Южный район, Полевая ул., 5"
    assert heard(text, where=town()) == Accepted(words(text, street="Полевая ул.", house="5", among=["north", "south"]))


@pytest.mark.parametrize(
    ("where", "more", "also"),
    [
        (IN_THE_NORTH, {}, {"district": "north"}),
        (BY_THE_BORDER, {"near": "north"}, {"district": "south"}),
        (IN_THE_HARBOUR, {}, {"district": "north", "okrug": "old_harbour"}),
        (NOWHERE, {}, {}),
    ],
)
def test_the_borders_know_the_district_of_a_point_shared_or_typed(
    where: Point, more: dict[str, Any], also: dict[str, Any]
) -> None:
    assert heard(location=where, where=town()) == Accepted(point(where, **more), also)
    assert heard(f"{where.lat}, {where.lon}", where=town()) == Accepted(point(where, **more), also)
    assert heard(location=where, where=plain_town()) == Accepted(point(where))


@pytest.mark.parametrize(
    "text",
    ["Южный, 10", "Южный пр. 10", "пр. Южный, 10", "проспект Южный", "Южный, д. 10", "Южный 10", "двор на Южном, 10"],
)
def test_a_street_that_is_called_like_a_district_is_not_taken_for_it(text: str) -> None:
    assert heard(text, where=plain_town()) == Accepted(words(text))


@dataclass
class Spot:
    """Borders that know one answer for every point."""

    located: Located

    def at(self, _point: Point) -> Located:
        """The answer."""
        return self.located


@pytest.mark.parametrize(
    ("names", "neighbour", "near"),
    [
        ((SOUTH,), NORTH, "north"),
        ((SOUTH,), HARBOUR, "north"),
        ((NORTH,), HARBOUR, None),
        ((HARBOUR, NORTH), "муниципальный округ Новая Гавань", None),
        ((HARBOUR, NORTH), "муниципальный округ Ручьи", "south"),
        ((NORTH,), "Соседний город", None),
        ((), NORTH, "north"),
    ],
)
def test_a_neighbour_is_told_if_it_is_another_district(
    names: tuple[str, ...], neighbour: str, near: str | None
) -> None:
    answer = heard(location=IN_THE_NORTH, where=replace(town(), locator=Spot(Located(names, 10.0, neighbour))))
    assert isinstance(answer, Accepted)
    assert answer.value.get("near") == near


def found_at(text: str, where: Point, city: City | None = None) -> Accepted | Rejected:
    """What is understood of an address that a service on the internet places somewhere."""
    return place(replace(said(text), found=where), replace(scene(), city=city or town()))


def test_an_address_that_a_service_finds_brings_its_district_along_and_stays_in_words() -> None:
    expected = {"district": "north", "okrug": "old_harbour"}
    assert found_at("Причал, 5", IN_THE_HARBOUR) == Accepted(words("Причал, 5"), expected)


def test_our_own_list_counts_more_than_a_service() -> None:
    assert found_at("Стекольщиков ш., 5", IN_THE_NORTH) == heard("Стекольщиков ш., 5", where=town())


@pytest.mark.parametrize("where", [Point(55.75, 37.62), NOWHERE])
def test_what_a_service_finds_outside_the_city_is_left_aside(where: Point) -> None:
    assert found_at("Причал, 5", where) == Accepted(words("Причал, 5"))


def test_what_a_service_finds_outside_the_borders_takes_nothing_away() -> None:
    assert found_at("Широкий пр., 5", NOWHERE) == heard("Широкий пр., 5", where=town())


def test_a_service_decides_between_two_districts_of_a_street() -> None:
    answer = found_at("Широкий пр., 5", IN_THE_NORTH)
    assert isinstance(answer, Accepted)
    assert answer.also == {"district": "north"}
    assert "among" not in answer.value


def test_a_point_inside_the_borders_is_in_the_city_however_far_from_the_centres() -> None:
    remote = Point(59.93, 31.5)
    assert is_near(remote, town())
    assert not is_near(remote, plain_town())
    assert heard(location=remote, where=plain_town()) == Rejected("far", {"city": town().name_in, "other": None})


def test_a_city_without_districts_knows_no_far() -> None:
    assert is_near(Point(0.0, 0.0), replace(plain_town(), districts=()))


def test_a_list_that_names_only_municipalities_tells_their_districts() -> None:
    streets = replace(town(), streets=Streets([(HARBOUR, "", "Причальная ул.")]))
    expected = Accepted(
        words("Причальная ул., 5", street="Причальная ул.", house="5"), {"district": "north", "okrug": "old_harbour"}
    )
    assert heard("Причальная ул., 5", where=streets) == expected


@given(st.text("Полеваяширокйпткул. 0123456789,-/", max_size=60))
def test_whatever_is_typed_the_districts_are_those_of_the_city(text: str) -> None:
    answer = heard(text, where=town())
    if isinstance(answer, Accepted):
        among = answer.value.get("among", [])
        assert answer.also.keys() <= {"district", "okrug"}
        assert not (among and answer.also)
        assert len(among) != 1
        for id in (*among, *(answer.also[key] for key in answer.also if key == "district")):
            assert town().district(id)


# what is asked after it


def told_of(situation: str, text: str = "", where: City | None = None, **more: Any) -> Talk:
    """An appeal in the town, once its place was told; in VK the note stands before the next question."""
    talk = Talk("vk", city=where or town())
    talk.start("file_appeal", {"story": "Рядом с домом провалился асфальт", "situation": situation})
    talk.says(text, **more)
    return talk


def districts_offered(talk: Talk) -> list[str]:
    """The districts in the order of their buttons."""
    return [value for value in talk.offered if not value.startswith("<")]


@pytest.mark.parametrize("situation", [INDIFFERENT, OF_DISTRICT])
def test_a_street_of_one_district_is_shown_with_it_and_the_district_is_not_asked(situation: str) -> None:
    talk = told_of(situation, "на Полевой, 5")
    assert talk.text.startswith("Место записали: Полевая ул., 5, Северный район.\n\n")
    assert talk.step.startswith("details.")
    assert talk.frame.answers["district"] == "north"


@pytest.mark.parametrize("situation", [INDIFFERENT, OF_DISTRICT])
def test_of_a_street_in_two_districts_it_is_asked_which_with_these_two_first(situation: str) -> None:
    talk = told_of(situation, "Ткацкая ул., 5")
    assert talk.text.startswith("Место записали: Ткацкая ул., 5.\n\n")
    assert "Какой это район?" in talk.text
    assert "Такое место есть не в одном районе: Северный, Речной." in talk.text
    assert districts_offered(talk) == ["north", "river", "south"]
    talk.chooses("river")
    assert talk.step.startswith("details.")
    assert talk.frame.answers["district"] == "river"


@pytest.mark.parametrize(("situation", "step"), [(INDIFFERENT, "details"), (OF_DISTRICT, "district")])
def test_after_a_similar_street_the_district_is_asked_only_if_it_decides(situation: str, step: str) -> None:
    talk = told_of(situation, "Стекольщков 5")
    assert talk.text.startswith("Место записали: Стекольщков 5.\n\n")
    assert talk.step.partition(".")[0] == step


def test_near_a_border_the_neighbour_is_told() -> None:
    talk = told_of(OF_DISTRICT, location=BY_THE_BORDER)
    assert talk.text.startswith("Место записали: Южный район.\nРядом граница: за ней Северный район.")
    assert talk.frame.answers["place"]["near"] == "north"


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("Северный район, Полевая ул., 5", "Полевая ул., 5, Северный район"),
        ("Северный район, у пруда", "Северный район, у пруда"),
        ("у пруда в Северном районе", "у пруда в Северном районе, Северный район"),
    ],
)
def test_the_district_is_shown_once(text: str, noted: str) -> None:
    assert told_of(OF_DISTRICT, text).text.startswith(f"Место записали: {noted}.\n\n")


def test_far_from_a_border_no_neighbour_is_told() -> None:
    assert "граница" not in told_of(OF_DISTRICT, location=IN_THE_NORTH).text


def test_without_borders_the_nearest_district_is_offered_first() -> None:
    talk = told_of(OF_DISTRICT, where=plain_town(), location=Point(59.86, 30.28))
    assert "не в одном районе" not in talk.text
    assert districts_offered(talk) == ["river", "south", "north"]


def written(talk: Talk) -> str:
    """The text of the appeal, once all that is left was skipped."""
    while SKIP in talk.offered:
        talk.chooses(SKIP)
    assert SEND in talk.offered
    return talk.text


def test_the_municipality_that_the_borders_know_is_not_asked_and_answers() -> None:
    talk = told_of(OF_OKRUG, location=IN_THE_HARBOUR)
    assert talk.step.startswith("details.")
    assert talk.frame.answers["okrug"] == "old_harbour"
    assert "муниципального округа Старая Гавань" in written(talk)


def test_the_only_municipality_of_a_district_is_not_asked_and_answers() -> None:
    talk = told_of(OF_OKRUG, "Стекольщиков ш., 5")
    assert talk.step.startswith("details.")
    assert "муниципального округа Ручьи" in written(talk)


def test_of_several_municipalities_it_is_asked_which_one_and_not_to_know_is_an_answer() -> None:
    talk = told_of(OF_OKRUG, "Полевая ул., 5")
    assert talk.step == "okrug"
    assert list(talk.offered)[:3] == ["old_harbour", "new_harbour", "unknown"]
    talk.chooses("new_harbour")
    assert "муниципального округа Новая Гавань" in written(talk)
    talk.presses(talk.offered[f"{EDIT}place"].data)
    talk.says("Полевая ул., 6")
    talk.chooses("unknown")
    assert "Гавань" not in written(talk)


def test_another_place_forgets_the_municipality_of_the_first() -> None:
    talk = told_of(OF_OKRUG, location=IN_THE_HARBOUR)
    written(talk)
    talk.chooses(f"{EDIT}place")
    talk.says("Стекольщиков ш., 5")
    assert talk.frame.answers["district"] == "south"
    assert "okrug" not in talk.frame.answers
