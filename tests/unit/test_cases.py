"""Names of streets out of the case in which they stand in a phrase."""

from dataclasses import replace

import pytest

from dialogs.cases import address_in, named, nominative
from dialogs.file_appeal import said_choice
from dialogs.steps import EDITED
from dialogs.where import renamed
from storage.model.situation import Question
from tests.unit.given import scene


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Садовую, 5", "Садовая, 5"),
        ("улицу Ленина, 7", "улица Ленина, 7"),
        ("Думскую улицу, 3", "Думская улица, 3"),
        ("Невский проспект, 10", "Невский проспект, 10"),
        ("набережную Фонтанки, 2", "набережная Фонтанки, 2"),
        ("проспект Большевиков, 7к2", "проспект Большевиков, 7к2"),
        ("Дыбенко, 8", "Дыбенко, 8"),
        ("Сенную площадь", "Сенная площадь"),
        ("", ""),
    ],
)
def test_what_follows_na_becomes_an_address(words: str, expected: str) -> None:
    assert nominative(words) == expected


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("У дома 12 по улице Замшина провалился асфальт", "улица Замшина, 12"),
        ("во дворе дома 5к2 по Садовой улице темно", "Садовая улица, 5к2"),
        ("Лифт стоит в доме № 7 на Невском проспекте", "Невский проспект, 7"),
        ("около дома 10 корпус 2 по проспекту Просвещения", "проспект Просвещения, 10 корпус 2"),
        ("дом 3 на набережной Фонтанки", "набережная Фонтанки, 3"),
        ("в доме холодно", ""),
        ("дом 5 по вечерам шумит", ""),
    ],
)
def test_an_address_inside_a_phrase_is_read(story: str, expected: str) -> None:
    assert address_in(story) == expected


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ("Садовой", "Садовая"), ("Невском", "Невский"), ("Ленина", "Ленина"), ("Большой Морской", "Большая Морская"),
        ("Вавиловых", "Вавиловых"), ("Замшина", "Замшина"), ("", ""),
    ],
)  # fmt: skip
def test_a_street_of_a_phrase_gets_its_name(street: str, expected: str) -> None:
    assert named(street) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [("12", "Садовая, 12"), ("дом 12к2", "Садовая, 12к2"), ("Думскую, 3", "Думская, 3"), ("12 линию", "12 линия")],
)
def test_another_house_keeps_the_street(words: str, expected: str) -> None:
    told = scene(answers={"place": {"words": "Садовая, 10", "lat": None, "lon": None}})
    assert renamed(words, told) == expected


CHOICES = Question("what", "Что на площадке?", label="Что", choices=("Баки переполнены", "Баков не хватает", "Запах"))


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("Неделю переполнены все баки", "Баки переполнены"),
        ("Баков во дворе не хватает", "Баков не хватает"),
        ("Баков хватает, но не вывозят", None),
        ("Баки не переполнены", None),
        ("Баки переполнены, и запах", None),
        ("Не вывозят мусор", None),
        ("", None),
    ],
)
def test_a_choice_that_the_story_made_is_not_asked_for(story: str, expected: str | None) -> None:
    assert said_choice(CHOICES, scene(answers={"story": story})) == expected


def test_whoever_changes_the_answers_is_asked_everything() -> None:
    told = scene(answers={"story": "Переполнены баки"})
    assert said_choice(CHOICES, told)
    assert said_choice(CHOICES, replace(told, answers={**told.answers, EDITED: {}})) is None
