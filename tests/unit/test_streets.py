"""Finding the street of a list in what residents type: an invented city with homonyms, settlements and ambiguities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.model.places.streets import Exactness, FoundStreet, Streets

ROWS = [
    ("Северный", "", "Полевая ул."),
    ("Северный", "", "Полевой пер."),
    ("Северный", "", "Большая Полевая ул."),
    ("Северный", "", "Академика Токарева ул."),
    ("Северный", "", "2-я Лесопарковая ул."),
    ("Северный", "", "Лесопарковая 3 ул."),
    ("Северный", "", "Набережная ул."),
    ("Северный", "", "11-я Линия"),
    ("Северный", "", "Рубежного кан. наб."),
    ("Северный", "", "Ново-Заводская ул."),
    ("Северный", "", "Дружбы пл."),
    ("Северный", "", "Дружбы пр."),
    ("Северный", "", "Широкий пр."),
    ("Южный", "", "Широкий пр."),
    ("Южный", "", "Широкий просп."),
    ("Южный", "", "Первого Снега пр."),
    ("Южный", "", "Кузнецов пер."),
    ("Южный", "", "Стекольщиков ш."),
    ("Южный", "", "Чкаловская ул."),
    ("Южный", "", "Красная Горка, Садовая ул."),
    ("Южный", "", "Вишнёвая ул. (Отрадный)"),
    ("Речной", "Заречье г.", "Полевая ул."),
    ("Речной", "Заречье г.", "Дружбы ул."),
    ("Речной", "Заречье г.", "Ткацкая ул."),
    ("Речной", "Сосновый пос.", "Ткацкая ул."),
    ("Речной", "Сосновый пос.", "Заречная ул."),
    ("Речной", "Сосновый пос.", "Сосновый пер."),
]
STREETS = Streets(ROWS)


def found(text: str) -> list[FoundStreet]:
    """What the list has for a text."""
    return STREETS.find(text)


def best(text: str) -> tuple[str, str]:
    """The best street and its settlement."""
    first = found(text)[0]
    return first.street, first.settlement


@pytest.mark.parametrize(
    "typed",
    [
        "Полевая ул., 5", "ул. Полевая, 5", "улица Полевая 5", "Полевая 5", "полевая 5", "ПОЛЕВАЯ УЛ., Д.5",
        "Полевая, д.5",
        "190000, Приморск г, Полевая ул, д.5, кв. 7", "Приморск, ул Полевая д 5 кв 7", "Полевая (ул.), 5",
        "Пoлeвaя, 5", "на Полевой 5", "на Полевой улице, 5", "по улице Полевой, 5", "у дома 5 на Полевой улице",
        "Яма на Полевой, 5, напротив магазина",
        "темно во дворе по ул. Полевой, 5 уже второй месяц, помогите пожалуйста",
        "Здравствуйте! На улице Полевой у дома 5 второй месяц не горит ни один фонарь. Сделайте что-нибудь.",
    ],
)  # fmt: skip
def test_a_street_is_found_however_it_is_typed(typed: str) -> None:
    first = found(typed)[0]
    assert (first.street, first.settlement, first.house) == ("Полевая ул.", "", "5")
    assert first.territories == ("Северный",)
    assert first.exactness in (Exactness.EXACT, Exactness.LIKELY)


@pytest.mark.parametrize(
    ("typed", "street"),
    [
        ("Полевой, 5", "Полевой пер."),
        ("на Полевом 5", "Полевой пер."),
        ("Полевой переулок", "Полевой пер."),
        ("Большая Полевая, 5", "Большая Полевая ул."),
        ("Б. Полевая, 5", "Большая Полевая ул."),
        ("Бол. Полевая 5", "Большая Полевая ул."),
        ("Токарева Академика, 5", "Академика Токарева ул."),
        ("ул. акад. Токарева, 5", "Академика Токарева ул."),
        ("ул. А. Токарева, 5", "Академика Токарева ул."),
        ("Токарева 5", "Академика Токарева ул."),
        ("2 Лесопарковая 6-8", "2-я Лесопарковая ул."),
        ("Лесопарковая 2-я, 6", "2-я Лесопарковая ул."),
        ("вторая Лесопарковая, 6", "2-я Лесопарковая ул."),
        ("3-я Лесопарковая ул., 6", "Лесопарковая 3 ул."),
        ("Лесопарковая 3, д. 6", "Лесопарковая 3 ул."),
        ("ул. Набережная, 5", "Набережная ул."),
        ("11 линия, 20", "11-я Линия"),
        ("линия 11, д. 20", "11-я Линия"),
        ("11 линия З.О., 20", "11-я Линия"),
        ("11-я З.О. линия, 20", "11-я Линия"),
        ("наб. канала Рубежного, 5", "Рубежного кан. наб."),
        ("набережная Рубежного, 5", "Рубежного кан. наб."),
        ("Рубежный канал 5", "Рубежного кан. наб."),
        ("Новозаводская, 5", "Ново-Заводская ул."),
        ("Ново Заводская ул 5", "Ново-Заводская ул."),
        ("1-го Снега, 5", "Первого Снега пр."),
        ("у Кузнецова переулка", "Кузнецов пер."),
        ("Дружбы пл., 5", "Дружбы пл."),
        ("площадь Дружбы", "Дружбы пл."),
        ("Дружбы, 5", "Дружбы пр."),
        ("на проспекте Дружбы", "Дружбы пр."),
    ],
)
def test_words_are_understood_in_any_order_case_and_short_form(typed: str, street: str) -> None:
    assert best(typed) == (street, "")


@pytest.mark.parametrize(
    ("typed", "street"),
    [
        ("Стекольщеков ш., 5", "Стекольщиков ш."), ("Стекольщков 5", "Стекольщиков ш."),
        ("Чколовская ул., 5", "Чкаловская ул."),
        ("Чкалоская 5", "Чкаловская ул."), ("ул. Лесопраковая 2-я, 5", "2-я Лесопарковая ул."),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_forgiven_but_told(typed: str, street: str) -> None:
    assert found(typed)[0].street == street
    assert found(typed)[0].exactness is Exactness.SIMILAR


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "5", "🙂", "несуществующая улица", "Несуществующая ул., 5", "неведомая набережная",
        "ул. Марсианская, 5",
        "привет", "Приморск", "Северный район", "На детской площадке сломаны качели",
        "полевая кухня приехала и стоит на газоне",
        "дружбы народов не получилось, сосед опять сверлит по ночам", "нет света 5 дней",
    ],
)  # fmt: skip
def test_what_is_no_street_of_the_list_is_not_found(typed: str) -> None:
    assert found(typed) == []


@pytest.mark.parametrize(
    ("typed", "street", "settlement"),
    [
        ("Полевая ул., 5", "Полевая ул.", ""),
        ("Заречье, Полевая ул., 5", "Полевая ул.", "Заречье г."),
        ("Полевая ул., 5, Заречье", "Полевая ул.", "Заречье г."),
        ("г. Заречье Полевая 5", "Полевая ул.", "Заречье г."),
        ("Заречье г, Полевая ул, д.5", "Полевая ул.", "Заречье г."),
        ("в Заречье на Полевой темно", "Полевая ул.", "Заречье г."),
        ("заречье полевая 5", "Полевая ул.", "Заречье г."),
        ("Речной район, Полевая 5", "Полевая ул.", "Заречье г."),
        ("пос. Сосновый, Ткацкая 5", "Ткацкая ул.", "Сосновый пос."),
        ("Ткацкая 5 в Сосновом", "Ткацкая ул.", "Сосновый пос."),
        ("Сосновый п, Ткацкая ул, д.5 2, А", "Ткацкая ул.", "Сосновый пос."),
        ("Сосновый пер., 5", "Сосновый пер.", "Сосновый пос."),
        ("Красная Горка, Садовая 5", "Красная Горка, Садовая ул.", "Красная Горка"),
        ("Садовая 5 (Красная Горка)", "Красная Горка, Садовая ул.", "Красная Горка"),
        ("Садовая, 5", "Красная Горка, Садовая ул.", "Красная Горка"),
        ("Вишневая 5", "Вишнёвая ул. (Отрадный)", "Отрадный"),
        ("Дружбы ул., 5", "Дружбы ул.", "Заречье г."),
    ],
)
def test_a_settlement_decides_between_homonyms_and_the_city_comes_first(
    typed: str, street: str, settlement: str
) -> None:
    assert best(typed) == (street, settlement)


def test_homonyms_of_settlements_are_all_told_as_equals() -> None:
    told = [(street.settlement, street.exactness) for street in found("Ткацкая ул., 5")]
    assert told == [("Заречье г.", Exactness.EXACT), ("Сосновый пос.", Exactness.EXACT)]


def test_a_homonym_in_a_settlement_is_only_similar_where_the_city_has_the_street() -> None:
    told = [(street.settlement, street.exactness) for street in found("Полевая ул., 5")]
    assert told == [("", Exactness.EXACT), ("Заречье г.", Exactness.SIMILAR)]


def test_a_street_that_is_not_in_the_named_settlement_is_only_similar() -> None:
    assert found("Заречье, Широкий пр., 5")[0].exactness is Exactness.SIMILAR


@pytest.mark.parametrize(
    ("typed", "territories"),
    [
        ("Широкий пр., 5", ("Северный", "Южный")),
        ("Широкий пр., 5, Южный район", ("Южный", "Северный")),
        ("Южный р-н, Широкий пр. 5", ("Южный", "Северный")),
        ("Широкий пр. Ю.С., 5", ("Южный", "Северный")),
        ("Широкий проспект Южной стороны, 5", ("Южный", "Северный")),
    ],
)
def test_a_street_of_several_territories_gives_them_all_what_is_named_first(
    typed: str, territories: tuple[str, ...]
) -> None:
    assert [(street.street, street.territories) for street in found(typed)] == [("Широкий пр.", territories)]
    assert found(typed)[0].house == "5"


@pytest.mark.parametrize(
    ("typed", "exactness"),
    [
        ("Полевая ул.", Exactness.EXACT), ("ул. Полевая", Exactness.EXACT), ("Полевая", Exactness.LIKELY),
        ("на Полевой улице", Exactness.LIKELY), ("Токарева ул.", Exactness.LIKELY), ("Полевая пл.", Exactness.SIMILAR),
    ],
)  # fmt: skip
def test_it_is_told_how_sure_a_find_is(typed: str, exactness: Exactness) -> None:
    assert found(typed)[0].exactness is exactness


@pytest.mark.parametrize(
    "story",
    [
        "уже вторую неделю совсем темно, фонари не горят на чкаловской",
        "Уже вторую неделю совсем темно и фонари не горят на Чкаловской, сделайте что-нибудь",
        "Уже вторую неделю совсем темно и фонари не горят, Чкаловская",
    ],
)
def test_a_bare_name_at_the_end_of_a_phrase_is_enough_in_a_story(story: str) -> None:
    assert best(story) == ("Чкаловская ул.", "")


def test_two_words_of_a_name_are_enough_in_a_story() -> None:
    story = "Прошу наконец убрать с газона весь мусор Академика Токарева он лежит вторую неделю"
    assert best(story) == ("Академика Токарева ул.", "")


def test_two_streets_of_a_crossing_are_both_found() -> None:
    assert {street.street for street in found("угол Чкаловской и Широкого")} >= {"Чкаловская ул.", "Широкий пр."}


def test_the_flat_is_never_told() -> None:
    assert found("Полевая ул., 5, кв. 77")[0].house == found("Полевая 5-77")[0].house == "5"


def test_rows_that_differ_only_in_spelling_are_one_street() -> None:
    same = [street for street in STREETS.streets if street.name.startswith("Широкий")]
    assert [(street.name, street.territories) for street in same] == [("Широкий пр.", ("Северный", "Южный"))]


@pytest.mark.parametrize("row", [row for row in ROWS if row[2] != "Широкий просп."])
def test_every_street_is_found_by_its_own_name_and_settlement(row: tuple[str, str, str]) -> None:
    territory, settlement, street = row
    first = found(f"{settlement}, {street}, 5")[0]
    assert (first.street, first.house) == (street, "5")
    assert territory in first.territories


def test_an_empty_list_finds_nothing() -> None:
    assert Streets([]).find("Полевая ул., 5") == []


@given(st.one_of(st.text(max_size=120), st.text("Полеваяулдр.к, 0123456789-/()", max_size=60)))
def test_any_text_is_looked_up_without_a_fault(text: str) -> None:
    known = {street.name for street in STREETS.streets}
    assert all(street.street in known and street.territories for street in found(text))


@given(
    st.sampled_from(["{0} {1}, {2}", "{1} {0} {2}", "{1}. {0}, д. {2}", "г. Приморск, {0} {1}., {2}"]),
    st.integers(1, 300),
)
def test_the_order_of_words_and_marks_changes_nothing(form: str, house: int) -> None:
    first = found(form.format("Чкаловская", "ул", house))[0]
    assert (first.street, first.house, first.exactness) == ("Чкаловская ул.", str(house), Exactness.EXACT)
