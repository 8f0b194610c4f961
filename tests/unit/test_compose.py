"""What is asked for an appeal, and the text that comes of the answers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.compose import LONGEST, LONGEST_HEADLINE, LONGEST_REPORT, Facts, compose, facts_of, report, sentence
from dialogs.controls import ENOUGH, SEND, SKIP
from dialogs.file_appeal import LASTING
from storage.model.city import MOST_QUESTIONS
from storage.model.situation import ROLES, Situation
from tests.unit.given import city, texts
from tests.unit.talk import Talk

SITUATIONS = pytest.mark.parametrize("situation", city().situations.values(), ids=lambda situation: situation.id)
STORY = "Третий день у остановки огромная яма"


def text_of(situation: str, /, told: str = STORY, address: str = "Садовая, 10", **answers: str) -> str:
    """The text of an appeal about a place."""
    return compose(facts(situation, told, address, **answers), texts())


def place_label(situation: Situation) -> str:
    """How the pack introduces the place."""
    return situation.where.label if situation.where else "Место"


def facts(situation: str, /, told: str = STORY, address: str = "Садовая, 10", **answers: str) -> Facts:
    """What an appeal about a place says."""
    details = {f"details.{name}": words for name, words in answers.items()}
    given_answers: dict[str, Any] = {"story": told, "place": {"words": address, "lat": None, "lon": None}, **details}
    return facts_of(given_answers, city().situations[situation], city())


def asking(situation: str, story: str = STORY) -> Talk:
    """A talk at the first question about a situation."""
    talk = Talk()
    talk.start("file_appeal", {"story": story, "situation": situation, "land": "street", "place": {"words": "x"}})
    while not talk.step.startswith("details."):
        talk.chooses(next(iter(talk.offered)))
    return talk


@SITUATIONS
def test_of_every_situation_at_most_five_things_are_asked_and_none_twice(situation: Situation) -> None:
    asked = city().questions_of(situation)
    assert 3 <= len(asked) <= MOST_QUESTIONS
    assert asked[: len(situation.questions)] == situation.questions
    roles = [question.role for question in asked if question.role]
    assert len(set(roles)) == len(roles)
    if len(asked) < MOST_QUESTIONS:
        expected = set(ROLES) - ({"harm"} if situation.private else set())
        assert set(roles) >= expected - ({"since"} if situation.kind == "предложение" else set())


@SITUATIONS
def test_every_appeal_tells_what_where_since_when_and_what_is_asked_for(situation: Situation) -> None:
    asked = city().questions_of(situation)
    text = text_of(situation.id, **{question.id: f"ответ {question.id}" for question in asked})
    assert text.startswith("В ")
    assert "Третий день у остановки огромная яма." in text
    assert f"\n{place_label(situation)}: Садовая, 10" in text
    for question in asked:
        assert f"{question.label}: ответ {question.id}" in text
    assert all(request in text for request in situation.requests)
    assert all(norm in text for norm in situation.norms)
    assert len(text) <= LONGEST


def test_a_situation_names_the_place_as_it_is_asked_for() -> None:
    assert "\nГде дом: Садовая, 10\n" in text_of("housing_bills")
    assert "\nМесто: Садовая, 10\n" in text_of("road_pothole")


def test_since_when_whom_it_harms_and_earlier_steps_come_last_in_that_order() -> None:
    text = text_of("road_pothole", usual_earlier="Звонили 12 ноября", harm="упал человек", since="неделю", size="метр")
    places = [text.index(words) for words in ("метр", "неделю", "упал человек", "Звонили")]
    assert places == sorted(places)


def test_the_place_stands_in_the_headline_if_the_line_has_room() -> None:
    assert "Заявление: устранение ямы на дороге, Садовая, 10\n" in text_of("road_pothole")
    long = "Садовая, 10, " + "напротив входа " * 5
    headline = text_of("road_pothole", address=long).splitlines()[2]
    assert headline == "Заявление: устранение ямы на дороге"
    assert len(headline) <= LONGEST_HEADLINE


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("У выхода из метро", "у выхода из метро"),
        ("Во дворе дома 5", "во дворе дома 5"),
        ("Двор дома 5 по Садовой", "двор дома 5 по Садовой"),
        ("Детская площадка у дома 5", "детская площадка у дома 5"),
        ("Перекрёсток Садовой и Гороховой", "перекрёсток Садовой и Гороховой"),
        ("Улица Восстания, 5", "улица Восстания, 5"),
        ("КАД, у съезда", "КАД, у съезда"),
        ("Восстания, 5", "Восстания, 5"),
        ("Дворцовая набережная, 10", "Дворцовая набережная, 10"),
        ("Парадная, 3", "Парадная, 3"),
        ("Невский пр., 100, во дворе", "Невский пр., 100, во дворе"),
        ("10-я Советская, 4", "10-я Советская, 4"),
    ],
)
def test_a_place_in_the_headline_begins_small_unless_it_is_a_name(address: str, told: str) -> None:
    lines = text_of("manhole", address=address).splitlines()
    assert lines[2].endswith(f", {told}")
    assert f"Место: {address}" in lines


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("В Невском районе у метро", "В Невском районе у метро"),
        ("двор в невском р-не", "двор в невском р-не"),
        ("окраина Невского района", "окраина Невского района"),
        ("район Невский, у пруда", "район Невский, у пруда"),
        ("Невский проспект, 100", "Невский проспект, 100, Невский район"),
        ("На невском у метро", "На невском у метро, Невский район"),
        ("", "Невский район"),
    ],
)
def test_the_district_is_told_once_in_whatever_case_it_was_typed(address: str, place: str) -> None:
    nevsky = next(district.id for district in city().districts if district.name == "Невский")
    told = {"story": STORY, "place": {"words": address, "lat": None, "lon": None}, "district": nevsky}
    assert facts_of(told, city().situations["manhole"], city()).place == place


@pytest.mark.parametrize(
    ("situation", "land", "norm"),
    [
        ("yard_snow", "yard_house", "постановление Госстроя № 170"),
        ("yard_snow", "yard_quarter", ""),
        ("yard_snow", "unknown", ""),
        ("ground_collapse", "street", "ГОСТ Р 50597-2017"),
        ("ground_collapse", "yard_house", ""),
        ("sewer", "flat", "постановление Правительства РФ № 416"),
        ("sewer", "street", ""),
    ],
)
def test_the_text_names_only_norms_that_bind_where_it_is(situation: str, land: str, norm: str) -> None:
    answers = {"story": STORY, "place": {"words": "Садовая, 10", "lat": None, "lon": None}, "land": land}
    text = compose(facts_of(answers, city().situations[situation], city()), texts())
    assert ("Прошу проверить соблюдение" in text) is bool(norm)
    assert norm in text
    assert norm or "\n\nПрошу:\n1) " in text


def test_the_term_is_that_of_the_kind_of_land() -> None:
    def term(land: str) -> str:
        found = facts_of({"story": STORY, "land": land}, city().situations["yard_snow"], city()).situation.term
        return found.words if found else ""

    assert term("street") == "тротуар вдоль улицы убирают за сутки после снегопада"
    assert "класса уборки" in term("yard_house")
    assert term("yard_quarter") == term("unknown") == ""


@given(st.integers(0, 300), st.integers(0, 900))
def test_no_appeal_is_longer_than_somebody_reads(answer: int, story: int) -> None:
    words = {question.id: "очень " * (answer // 6) for question in city().questions_of(city().situations["bus"])}
    text = text_of("bus", "яма " * (story // 4) or STORY, **words)
    assert len(text) <= LONGEST
    assert "Прошу" in text


@pytest.mark.parametrize(
    ("words", "expected"),
    [("яма", "Яма."), ("Яма!", "Яма!"), (" ёлка упала… ", "Ёлка упала…"), ("", ""), ("5 ям", "5 ям.")],
)
def test_a_telling_begins_and_ends_like_a_sentence(words: str, expected: str) -> None:
    assert sentence(words) == expected


def test_a_time_that_the_story_tells_is_offered_first_and_one_tap_confirms_it() -> None:
    talk = asking("road_pothole")
    assert talk.step == "details.since"
    assert talk.buttons[0].label == "С 21 ноября 2026 года"
    talk.chooses("heard")
    assert talk.frame.answers["details.since"] == "с 21 ноября 2026 года"


def test_a_button_about_time_gets_its_date() -> None:
    talk = asking("road_pothole", "Огромная яма")
    talk.presses(talk.buttons[0].data)
    assert talk.frame.answers["details.since"] == "с 23 ноября 2026 года"


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("с понедельника", "с 16 ноября 2026 года"),
        ("давно", "давно"),
        ("с понедельника, обещали починить", "с 16 ноября 2026 года, обещали починить"),
        ("2 и 16 ноября", "2 и 16 ноября 2026 года"),
        ("две недели назад", "две недели назад, примерно с 9 ноября 2026 года"),
        ("больше месяца, с 10 октября", "больше месяца, с 10 октября 2026 года"),
    ],
)
def test_an_answer_about_time_keeps_what_else_it_says(said: str, stored: str) -> None:
    talk = asking("road_pothole", "Огромная яма")
    talk.says(said)
    assert talk.frame.answers["details.since"] == stored


def test_where_a_single_moment_is_asked_a_day_stays_a_day() -> None:
    asked = next(
        (situation, question)
        for situation in city().situations.values()
        for question in situation.questions
        if question.role == "since" and question.label != LASTING and not situation.lands
    )
    talk = Talk()
    talk.start("file_appeal", {"story": "x", "situation": asked[0].id, "place": {"words": "x"}})
    while talk.step != f"details.{asked[1].id}":
        talk.chooses(SKIP if SKIP in talk.offered else next(iter(talk.offered)))
    talk.says("вчера в 7:40")
    assert talk.frame.answers[f"details.{asked[1].id}"] == "22 ноября 2026 года в 7:40"


def test_a_day_that_is_not_there_is_asked_again() -> None:
    talk = asking("road_pothole")
    talk.says("31.02")
    assert talk.step == "details.since"
    assert "Такого дня нет" in talk.text


def test_not_to_know_is_an_answer_that_the_text_does_not_show() -> None:
    talk = asking("road_pothole")
    talk.chooses("unknown")
    assert talk.frame.answers["details.since"] == ""
    assert "Как давно" not in text_of("road_pothole", since="")


def test_the_rest_of_the_questions_may_be_left_out_at_once() -> None:
    talk = asking("road_pothole")
    talk.chooses(SKIP)
    talk.chooses(ENOUGH)
    assert talk.step == "photos"
    silent = {name for name, value in talk.frame.answers.items() if name.startswith("details.") and value is None}
    assert len(silent) == len(city().questions_of(city().situations["road_pothole"]))
    talk = asking("road_pothole")
    while talk.step.startswith("details."):
        last = talk.step
        left = ENOUGH in talk.offered
        talk.chooses(SKIP)
    assert last == "details.usual_earlier"
    assert not left


def reviewed() -> Talk:
    """A talk at the last look of an appeal about a pothole."""
    talk = asking("road_pothole")
    talk.chooses(ENOUGH)
    talk.chooses(SKIP)
    assert SEND in talk.offered
    return talk


@pytest.mark.parametrize(
    "words", ["исправь адрес на Садовая, 5", "Измените место на Садовая, 5", "поменять  адрес: Садовая, 5"]
)
def test_a_part_is_changed_by_simply_writing_so(words: str) -> None:
    talk = reviewed()
    talk.says(words)
    assert talk.frame.answers["place"]["words"] == "Садовая, 5"
    assert SEND in talk.offered
    assert "Место: Садовая, 5" in talk.text


def test_a_part_that_is_only_named_is_asked() -> None:
    talk = reviewed()
    talk.says("исправь адрес")
    assert talk.step == "place"
    talk = reviewed()
    talk.says("измени описание на Яма стала ещё больше")
    assert talk.frame.answers["story"] == "Яма стала ещё больше"


def test_the_time_is_put_right_by_its_name() -> None:
    talk = reviewed()
    talk.says("исправь дату на вчера")
    assert talk.frame.answers["details.since"] == "с 22 ноября 2026 года"
    assert SEND in talk.offered
    talk.says("исправь дату на 31.02")
    assert "Такого дня нет" in talk.text
    talk.says("позавчера")
    assert talk.frame.answers["details.since"] == "с 21 ноября 2026 года"
    talk.says("верни как было")
    assert talk.frame.answers["details.since"] == "с 22 ноября 2026 года"


def test_where_nothing_was_changed_nothing_can_be_taken_back() -> None:
    talk = reviewed()
    talk.says("верни как было")
    assert "Возвращать нечего" in talk.text
    assert SEND in talk.offered


@pytest.mark.parametrize("words", ["исправь адрес на Садовую, 5", "верни как было", "Изменить место"])
def test_a_wish_for_the_last_look_is_no_answer_to_a_question(words: str) -> None:
    talk = Talk()
    talk.start("file_appeal", {"story": "На дороге яма", "situation": "road_pothole", "land": "street"})
    before = talk.frame.answers
    talk.says(words)
    assert talk.step == "place"
    assert talk.frame.answers == before
    assert "Поправить сказанное можно в конце" in talk.text or "Такой кнопки здесь нет" in talk.text


def test_a_change_that_does_not_fit_is_asked_again_with_the_reason() -> None:
    talk = reviewed()
    talk.says("исправь адрес на 5")
    assert talk.step == "place"
    assert "По этому описанию место не найти" in talk.text


@pytest.mark.parametrize("words", ["исправь цвет на синий", "исправь", "адрес Садовая, 5", "исправьте дорогу"])
def test_other_words_at_the_last_look_change_nothing(words: str) -> None:
    talk = reviewed()
    before = talk.frame.answers
    talk.says(words)
    assert talk.frame.answers == before
    assert "Обращение ещё не отправлено" in talk.text


@SITUATIONS
def test_the_form_of_a_portal_gets_the_same_in_a_paragraph(situation: Situation) -> None:
    asked = city().questions_of(situation)
    text = report(facts(situation.id, **{question.id: f"ответ {question.id}" for question in asked}), texts())
    assert "\n" not in text
    assert text.startswith(f"Третий день у остановки огромная яма. {place_label(situation)}: Садовая, 10.")
    assert situation.requests[0] in text
    assert text.endswith(".")
    assert len(text) <= LONGEST_REPORT


def test_a_report_that_is_too_long_keeps_when_whom_it_harms_and_what_is_asked_for() -> None:
    long = {"size": "метр " * 50, "since": "с 5 ноября", "harm": "упал человек", "usual_earlier": "звонили 12 ноября"}
    text = report(facts("road_pothole", "Яма большая. " * 70, **long), texts())
    assert len(text) <= LONGEST_REPORT
    assert "метр" not in text
    for words in ("Яма большая", "с 5 ноября", "упал человек", "звонили 12 ноября", "Прошу: осмотреть место"):
        assert words in text


@given(st.integers(0, 300), st.integers(0, 900), st.integers(0, 300))
def test_no_report_is_longer_than_a_form_takes(answer: int, story: int, address: int) -> None:
    words = {question.id: "очень " * (answer // 6) for question in city().questions_of(city().situations["bus"])}
    text = report(facts("bus", "яма " * (story // 4) or STORY, "дом " * (address // 4), **words), texts())
    assert len(text) <= LONGEST_REPORT


def test_the_time_that_the_story_tells_is_written_with_its_date_when_the_question_was_skipped() -> None:
    talk = asking("road_pothole")
    talk.chooses(ENOUGH)
    talk.chooses(SKIP)
    assert "Как давно: с 21 ноября 2026 года" in talk.text


def test_who_does_not_know_since_when_is_believed() -> None:
    talk = asking("road_pothole")
    while "давно" not in talk.text:
        talk.chooses(SKIP)
    talk.says("Не знаю")
    while talk.step.startswith("details."):
        talk.chooses(ENOUGH if ENOUGH in talk.offered else SKIP)
    talk.chooses(SKIP)
    assert "Как давно:" not in talk.text


@pytest.mark.parametrize(
    ("story", "offered"),
    [
        ("Не вывозят мусор, Дыбенко 8, баки переполнены", "Дыбенко, 8"),
        ("Не вывозят мусор, ул. Вавиловых д. 4", "улица Вавиловых, 4"),
        ("Не вывозят мусор на улице Ленина", ""),
        ("Не вывозят мусор на Лиговском проспекте, 50", ""),
        ("Не вывозят мусор, заявка № 45", ""),
    ],
)
def test_an_address_in_the_story_is_offered_and_one_tap_confirms_it(story: str, offered: str) -> None:
    talk = Talk()
    talk.start("file_appeal", {"story": story, "situation": "waste_containers"})
    assert talk.step == "place"
    labels = [button.label for button in talk.buttons]
    assert (offered in labels) is bool(offered)
    if offered:
        talk.chooses("heard")
        assert talk.frame.answers["place"]["words"] == offered


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("бегут как попало. звонила вчера", "Бегут как попало. Звонила вчера."),
        ("Течёт! сосед сказал ждать…", "Течёт! Сосед сказал ждать…"),
        ("Угол ул. садовой и т. д. не освещён", "Угол ул. садовой и т. д. не освещён."),
    ],
)
def test_each_sentence_of_a_story_begins_with_a_capital_letter(told: str, expected: str) -> None:
    assert sentence(told) == expected
