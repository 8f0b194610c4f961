"""Advice before an appeal is sent: when it is given, what one tap mends, and that it can be taken back."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dialogs.advice import (
    ADVICE,
    CONTACTS,
    FLAT,
    MENDS,
    OTHERS,
    Advice,
    advice_for,
    impersonal_place,
    politely,
    quietly,
    without,
)
from dialogs.compose import facts_of
from dialogs.controls import MEND, SEND, UNDO
from dialogs.steps import BEFORE
from dialogs.theme import TOGETHER
from tests.unit.given import city, scene, texts
from tests.unit.talk import Talk

GOOD: dict[str, Any] = {
    "story": "Во дворе в асфальте яма по колено",
    "situation": "ground_collapse",
    "land": "yard_house",
    "place": {"words": "Вавиловых, 4, у второй парадной", "lat": None, "lon": None},
    "details.since": "с 5 ноября 2026 года",
    "photos": [{"kind": "photo", "ref": "1", "size": 1}],
}


def advised(**answers: Any) -> list[str]:
    """What is advised for an appeal that is good but for these answers."""
    return list(advice_for(scene(answers={**GOOD, **answers})))


def at_review(**answers: Any) -> Talk:
    """A talk at the last look."""
    talk = Talk()
    asked = city().questions_of(city().situations["ground_collapse"])
    silent = {f"details.{question.id}": None for question in asked}
    talk.start("file_appeal", {**silent, **GOOD, **answers})
    assert SEND in talk.offered
    return talk


def place(words: str, **more: Any) -> dict[str, Any]:
    """A place in words."""
    return {"words": words, "lat": None, "lon": None, **more}


def test_a_good_appeal_needs_no_advice() -> None:
    assert advised() == []
    assert "Что ещё поможет" not in at_review().text


@pytest.mark.parametrize(
    ("answers", "name"),
    [
        ({"story": "ЯМА ВО ДВОРЕ СРОЧНО СДЕЛАЙТЕ"}, "loud"),
        ({"story": "Эти идиоты раскопали двор"}, "rude"),
        ({"story": "Провал у дома, звоните +7 (921) 123-45-67"}, "contacts"),
        ({"story": "Провал у дома, пишите anna@example.org"}, "contacts"),
        ({"place": place("Вавиловых, 4, кв. 15")}, "flat"),
        ({"story": "Живу в квартире 15, у дома провал"}, "flat"),
        ({"place": place("во дворе")}, "vague"),
        ({"place": place("")}, "vague"),
        ({"details.since": None}, "undated"),
        ({"details.since": ""}, "undated"),
        ({"photos": None}, "unproved"),
        ({"situation": "yard_snow"}, ""),
    ],
)
def test_each_weakness_is_told(answers: dict[str, Any], name: str) -> None:
    assert advised(**answers) == ([name] if name else [])


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"story": "В ЖЭК звонили"}, "an abbreviation is not shouting"),
        ({"story": "Заявка 8812-55 от 5 ноября"}, "a number of an application is no telephone"),
        ({"story": "Третий день у дома провал", "details.since": None}, "the story tells the time"),
        ({"place": {"words": "", "lat": 59.9, "lon": 30.3}}, "a point is a place"),
        ({"place": place("угол Невского и Садовой", house="5")}, "the house is known"),
        ({"story": "Провал у дома 4, квартал 15"}, "a quarter is no flat"),
    ],
)
def test_what_is_well_is_left_alone(answers: dict[str, Any], why: str) -> None:
    assert advised(**answers) == [], why


@pytest.mark.parametrize(("month", "late"), [(7, True), (12, False)])
def test_out_of_season_is_told(month: int, late: bool) -> None:
    when = datetime(2026, month, 1, 9, tzinfo=UTC)
    advice = advice_for(scene(utc=when, answers={**GOOD, "situation": "yard_snow"}))
    assert ("season" in advice) is late


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ЯМА НА УЛИЦЕ ЛЕНИНА! ПОЧИНИТЕ", "Яма на улице Ленина! Почините"),
        ("В САНКТ-ПЕТЕРБУРГЕ. ЁЛКА УПАЛА", "В Санкт-Петербурге. Ёлка упала"),
    ],
)
def test_capital_letters_are_taken_back_and_names_keep_theirs(text: str, expected: str) -> None:
    assert quietly(text, scene()).lower() == expected.lower()
    assert quietly(text, scene()).split()[-1] == expected.split()[-1]
    assert quietly(text, scene())[0] == expected[0]


def test_rude_words_are_taken_out_and_the_sentence_stays() -> None:
    assert politely("Эти идиоты, раскопали двор", scene()) == "Эти, раскопали двор"
    assert politely("Раскопали двор", scene()) == "Раскопали двор"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Вавиловых, 4, кв. 15, второй подъезд", "Вавиловых, 4, второй подъезд"),
        ("Вавиловых, 4 кв 15", "Вавиловых, 4"),
        ("Живу в квартире № 7, потолок мокрый.", "потолок мокрый."),
        ("Течёт крыша, моя кв. 15", "Течёт крыша"),
        ("В нашей квартире холодно", "В нашей квартире холодно"),
    ],
)
def test_the_number_of_a_flat_is_taken_out(text: str, expected: str) -> None:
    assert without(FLAT)(text, scene()) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Яма у дома. Звоните 8 921 123-45-67, жду", "Яма у дома. жду"),
        ("Не горит фонарь, пишите anna.b@example.org", "Не горит фонарь"),
        ("Яма (тел. 8 921 123-45-67) у дома", "Яма у дома"),
        ("Звоните мне по телефону 89211234567. Яма глубокая.", "Яма глубокая."),
        ("Телефонный кабель оборван", "Телефонный кабель оборван"),
    ],
)
def test_telephones_and_addresses_of_mail_are_taken_out(text: str, expected: str) -> None:
    assert without(CONTACTS)(text, scene()) == expected


def test_where_the_flat_matters_its_number_is_not_advised_against() -> None:
    assert "flat" in advised(story="В квартире 15 холодно", situation="road_pothole")
    assert "flat" not in advised(story="В квартире 15 холодно", situation="heating")


@pytest.mark.parametrize("mend", MENDS, ids=lambda mend: mend.name)
def test_one_tap_mends_and_another_brings_it_back(mend: Any) -> None:
    stories = {
        "loud": "ПРОВАЛИЛСЯ АСФАЛЬТ У ДОМА",
        "rude": "Идиоты раскопали двор",
        "contacts": "Провал у дома, звоните +79211234567",
        "flat": "Провал у дома, живу в кв. 15",
        "names": "Провал у дома, мастер Примеров Пётр Ильич не пришёл",
    }
    talk = at_review(story=stories[mend.name])
    before = talk.text
    talk.chooses(MEND + mend.name)
    assert MEND + mend.name not in talk.offered
    assert talk.text != before
    assert talk.frame.answers[BEFORE]["story"] == stories[mend.name]
    talk.chooses(UNDO)
    assert talk.frame.answers["story"] == stories[mend.name]
    assert BEFORE not in talk.frame.answers
    assert talk.text == before


def test_advice_never_keeps_anybody_from_sending() -> None:
    talk = at_review(story="ИДИОТЫ! звоните +79211234567", place=place("у пруда"), photos=None)
    talk.chooses(SEND)
    assert talk.ended[0].answers["story"] == "ИДИОТЫ! звоните +79211234567"


def test_a_button_of_advice_that_does_not_apply_has_no_effect() -> None:
    talk = at_review()
    talk.presses(f"q:{talk.frame.token}:{MEND}loud")
    assert BEFORE not in talk.frame.answers
    talk.presses(f"q:{talk.frame.token}:{UNDO}")
    assert talk.frame.answers["story"] == GOOD["story"]


def test_every_messenger_has_room_for_sending_and_cancelling_whatever_is_advised() -> None:
    for channel in ("telegram", "vk", "terminal"):
        talk = Talk(channel)
        asked = city().questions_of(city().situations["ground_collapse"])
        silent = {f"details.{question.id}": None for question in asked}
        story = "ИДИОТЫ, кв. 15, +79211234567, СРОЧНО ПОЧИНИТЕ АСФАЛЬТ"
        talk.start("file_appeal", {**silent, **GOOD, "story": story})
        assert {SEND, "<cancel"} <= set(talk.offered)


@pytest.mark.parametrize("advice", ADVICE, ids=lambda advice: advice.name)
def test_every_piece_of_advice_has_its_words(advice: Advice) -> None:
    facts = facts_of(GOOD, city().situations["ground_collapse"], city())
    told = texts().say("file_appeal.preview", text="…", facts=facts, advice=[advice.name], calls=["112"], keeps=30)
    assert "<b>Что ещё поможет</b>\n• " in told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Мастер Примеров Пётр Ильич не пришёл", "Мастер не пришёл"),
        ("Говорили с Анной Ивановной", "Говорили с"),
        ("Директор Примеров П. И. обещал", "Директор обещал"),
        ("Обещала Примерова А.И., не сделала", "Обещала, не сделала"),
        ("На Садовой улице, у дома 5", "На Садовой улице, у дома 5"),
        ("В Невском районе третий день", "В Невском районе третий день"),
    ],
)
def test_names_of_people_are_taken_out_and_those_of_places_stay(text: str, expected: str) -> None:
    assert without(OTHERS)(text, scene()) == expected


def test_several_problems_and_a_danger_are_told_of() -> None:
    assert advised(problem=TOGETHER) == ["several"]
    assert advised(story="Пахнет газом в подъезде, яма во дворе") == ["danger"]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("Садовая, 10, кв. 15, Петрова Анна", "Садовая, 10"),
        ("Садовая, 10, квартира 15", "Садовая, 10"),
        ("улица Розы Люксембург, 4, Невский район", "улица Розы Люксембург, 4, Невский район"),
        ("Садовая, 10, у третьего подъезда", "Садовая, 10, у третьего подъезда"),
        ("Садовая, 10, Иванов Пётр Ильич, +7 999 000-11-22", "Садовая, 10"),
        ("Садовая, 10, Анна Сергеевна", "Садовая, 10"),
        ("", ""),
    ],
)
def test_neighbours_see_a_place_without_flats_and_people(place: str, expected: str) -> None:
    assert impersonal_place(place) == expected
