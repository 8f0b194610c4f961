"""The address that a story names: offered when it can be said as it stands, and only when it is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.heard import address_of
from tests.unit.given import city


@pytest.mark.parametrize(
    ("story", "address"),
    [
        ("Яма на Садовой, 10 у подъезда", "Садовая, 10"),
        ("Провал у дома 12 по улице Замшина", "улица Замшина, 12"),
        ("Соседи шумят до 3х ночи. Гороховая 30", "Гороховая, 30"),
        ("Жду ответа от 10.11.2026. Гороховая 30", "Гороховая, 30"),
        ("Снег не чистят во дворе. Фонари не горят. Есенина 12", "Есенина, 12"),
        ("Есенина 12. Лифт стоит", "Есенина, 12"),
        ("лифт не пашет есенина 12", "Есенина, 12"),
        ("мусор не вывозят наличная 36/3", "Наличная, 36/3"),
        ("СНЕГ НЕ ЧИСТЯТ. БУДАПЕШТСКАЯ 42 к1", "Будапештская, 42 к1"),
        ("Шушары, Школьная 5, не вывозят мусор", "Шушары, Школьная, 5"),
        ("Энергетиков 5, яма", "Энергетиков, 5"),
        ("Три недели не вывозят мусор. Лесной проспект, 61", "проспект Лесной, 61"),
        ("Лифт стоит по адресу Лесной 61", "Лесной, 61"),
        ("Яма по адресу Большой Сампсониевский 10", "Большой Сампсониевский, 10"),
        ("Темно на Лесной, 61", "Лесная, 61"),
        ("10-я Советская 4, лифт стоит", "10-я Советская, 4"),
    ],
)
def test_an_address_in_a_story_is_offered(story: str, address: str) -> None:
    assert address_of(story, city()) == address


@pytest.mark.parametrize(
    "story",
    [
        "стая собак бегает возле школы 225", "Автобус 93 не приходит", "отделение почты 12 закрыто",
        "В квартире 45 холодно", "Школа 225 закрыта", "лифт стоит на этаже 12", "ждём маршрут 12", "",
        "Яма на проспекте у дома 12", "У метро Пионерская яма",
    ],
)  # fmt: skip
def test_what_only_looks_like_an_address_is_not(story: str) -> None:
    assert address_of(story, city()) == ""


@given(st.text(alphabet="адомсуликтен 0123456789.,-/к\n", max_size=60))
def test_whatever_is_told_an_address_has_a_house_or_is_none(story: str) -> None:
    found = address_of(story, city())
    assert not found or any(sign.isdigit() for sign in found)
