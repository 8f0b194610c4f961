"""Answers several conversations ask for: words, dates, official numbers, districts, stories, photos."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.asking import FARTHEST_DUE, LONGEST_NUMBER, LONGEST_WORDS, future_date, official_number, words, yes_or_no
from dialogs.file_appeal import LONGEST_ANSWER, LONGEST_STORY, MAX_PHOTO_BYTES, answer, photos, story
from dialogs.moderation import due_days, usual_days
from dialogs.own_appeal import addition, scores
from dialogs.speech import Attachment, Said
from dialogs.steps import Accepted, Rejected
from dialogs.where import district
from tests.unit.given import MONDAY, city, scene

TODAY = date(2026, 11, 23)
PHOTO = Attachment("photo", "AgAC", 1000)


def said(text: str = "", *attachments: Attachment) -> Said:
    """Something said."""
    return Said("telegram", "1001", "u", text=text, attachments=attachments)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("5.12", "2026-12-05"), ("05.12", "2026-12-05"), ("5/12", "2026-12-05"), (" 5.12 ", "2026-12-05"),
        ("5.12.2026", "2026-12-05"), ("5.12.26", "2026-12-05"), ("05/12/26", "2026-12-05"), ("23.11", "2026-11-23"),
        ("23.11.26", "2026-11-23"), ("22.11", "2027-11-22"), ("1.1", "2027-01-01"), ("31.12", "2026-12-31"),
        ("1.11.2028", "2028-11-01"), ("29.02.2028", "2028-02-29"),
        ("5 декабря", "2026-12-05"), ("до 5 декабря 2027 года", "2027-12-05"), ("завтра", "2026-11-24"),
        ("5.12.", "2026-12-05"), ("5.12.2026 г.", "2026-12-05"), ("Послезавтра", "2026-11-25"),
    ],
)  # fmt: skip
def test_a_day_from_today_on_is_understood(typed: str, day: str) -> None:
    assert future_date(said(typed), scene()) == Accepted(day)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("31.02", "impossible"), ("32.12", "impossible"), ("0.12", "impossible"), ("5.13", "impossible"),
        ("5.0", "impossible"), ("29.02.2027", "impossible"), ("5.12.0000", "impossible"), ("22.11.2026", "past"),
        ("5.12.2025", "past"), ("5.12.25", "past"), ("1.1.1970", "past"), ("1.12.2028", "far"), ("5.12.2099", "far"),
        ("5.12.99", "far"), ("", "unclear"), ("вчера", "past"), ("5", "unclear"), ("5 дня", "unclear"),
        ("5.12.026", "unclear"), ("2026-12-05", "unclear"), ("31 ноября", "impossible"), ("5.12 и 6.12", "unclear"),
        ("-5.12", "unclear"), ("5.12.20266", "unclear"),
    ],
)  # fmt: skip
def test_what_is_no_coming_day_is_refused_for_its_reason(typed: str, reason: str) -> None:
    assert future_date(said(typed), scene()) == Rejected(reason)


@pytest.mark.parametrize(
    ("utc", "typed", "day"),
    [
        (datetime(2026, 11, 22, 21, 30, tzinfo=UTC), "22.11", "2027-11-22"),
        (datetime(2026, 11, 22, 20, 30, tzinfo=UTC), "22.11", "2026-11-22"),
        (datetime(2026, 12, 31, 21, 30, tzinfo=UTC), "5.1", "2027-01-05"),
    ],
)
def test_today_is_the_day_of_the_city(utc: datetime, typed: str, day: str) -> None:
    assert future_date(said(typed), scene(utc=utc)) == Accepted(day)


def test_the_leap_day_without_a_year_is_the_next_one_there_is() -> None:
    assert future_date(said("29.02"), scene(utc=datetime(2027, 11, 23, 9, tzinfo=UTC))) == Accepted("2028-02-29")


@given(st.dates(TODAY, TODAY + FARTHEST_DUE))
def test_every_day_of_the_next_two_years_is_understood_as_written(day: date) -> None:
    for typed in (f"{day:%d.%m.%Y}", f"{day:%d.%m.%y}", f"{day.day}/{day.month}/{day.year}"):
        assert future_date(said(typed), scene()) == Accepted(day.isoformat())


@given(st.dates(TODAY, TODAY + timedelta(days=364)))
def test_a_day_without_its_year_is_the_next_one_of_that_name(day: date) -> None:
    assert future_date(said(f"{day.day}.{day.month}"), scene()) == Accepted(day.isoformat())


@given(st.text("0123456789./ ", max_size=12))
def test_any_signs_are_a_coming_day_or_are_refused(typed: str) -> None:
    heard = future_date(said(typed), scene())
    if isinstance(heard, Accepted):
        assert TODAY <= date.fromisoformat(heard.value) <= TODAY + FARTHEST_DUE
    else:
        assert heard.reason in {"unclear", "impossible", "past", "far"}


def test_usual_due_dates_are_days_from_today_stored_as_dates() -> None:
    choices = usual_days(scene())
    assert [(choice.label, choice.stored) for choice in choices] == [
        ("Через 10 дней: 03.12.2026", "2026-12-03"),
        ("Через 30 дней: 23.12.2026", "2026-12-23"),
    ]


@pytest.mark.parametrize("typed", ["1", "ВХ-2026/118", "01-12/345 от 5.12.2026", "№ 7", "9" * LONGEST_NUMBER])
def test_an_official_number_has_a_digit(typed: str) -> None:
    assert official_number(said(f"  {typed}\n"), scene()) == Accepted(typed)


@pytest.mark.parametrize("typed", ["", "нет номера", "9" * (LONGEST_NUMBER + 1), "Вот 1 длинное письмо " * 5])
def test_a_sentence_is_no_official_number(typed: str) -> None:
    assert official_number(said(typed), scene()) == Rejected("unclear")


@pytest.mark.parametrize(
    ("text", "taken"), [("да", True), ("7", True), ("", False), ("🙂", False), ("...", False), (" \n", False)]
)
def test_words_are_letters_or_digits(text: str, taken: bool) -> None:
    assert words(said(text), scene()) == (Accepted(text) if taken else Rejected("unclear"))


def test_words_have_a_limit_that_is_told() -> None:
    assert words(said("а" * LONGEST_WORDS), scene()) == Accepted("а" * LONGEST_WORDS)
    assert words(said("а" * 10_000), scene()) == Rejected("long", {"length": 10_000, "limit": LONGEST_WORDS})


@pytest.mark.parametrize("text", ["яма", "нет света", "<b>яма</b>", "ямы 1, 2 и 3", "а" * LONGEST_STORY])
def test_a_story_is_taken_in_its_own_words(text: str) -> None:
    assert story(said(f" {text} "), scene()) == Accepted(text)


@pytest.mark.parametrize("text", ["", "ы", "а б", "🙂🙂🙂🙂🙂", "?!...", "\n\n\n"])
def test_a_story_needs_words(text: str) -> None:
    assert story(said(text), scene()) == Rejected("wordless")


def test_a_story_has_a_limit_that_is_told() -> None:
    assert story(said("а" * 1001), scene()) == Rejected("long", {"length": 1001, "limit": LONGEST_STORY})


def test_a_file_that_is_no_photo_does_not_spoil_a_story() -> None:
    assert story(said("Яма", Attachment("document", "x", 1, "a.pdf", "application/pdf")), scene()) == Accepted("Яма")


@pytest.mark.parametrize(
    ("attachments", "expected"),
    [
        ((), Rejected("unclear")),
        ((Attachment("document", "x", 1, "a.pdf", "application/pdf"),), Rejected("format")),
        ((PHOTO,), Accepted([{"kind": "photo", "ref": "AgAC", "size": 1000}])),
        (
            (Attachment("document", "B", 5, "a.png", "image/png"),),
            Accepted([{"kind": "document", "ref": "B", "size": 5}]),
        ),
        ((Attachment("photo", "B"),), Accepted([{"kind": "photo", "ref": "B", "size": None}])),
        (
            (Attachment("photo", "B", MAX_PHOTO_BYTES),),
            Accepted([{"kind": "photo", "ref": "B", "size": MAX_PHOTO_BYTES}]),
        ),
        ((PHOTO, Attachment("photo", "B", MAX_PHOTO_BYTES + 1)), Rejected("too_big", {"limit": 20})),
    ],
)
def test_photos_are_images_that_are_not_too_big(attachments: tuple[Attachment, ...], expected: object) -> None:
    assert photos(said("", *attachments), scene()) == expected


@pytest.mark.parametrize(
    ("text", "attachments", "expected"),
    [
        ("Стало больше", (), Accepted([{"text": "Стало больше"}])),
        ("", (PHOTO,), Accepted([{"kind": "photo", "ref": "AgAC", "size": 1000}])),
        ("Вот", (PHOTO,), Accepted([{"text": "Вот"}, {"kind": "photo", "ref": "AgAC", "size": 1000}])),
        ("", (), Rejected("unclear")),
        ("🙂", (), Rejected("unclear")),
        ("а" * 1501, (), Rejected("long", {"length": 1501, "limit": LONGEST_WORDS})),
        ("Вот", (Attachment("photo", "B", MAX_PHOTO_BYTES + 1),), Rejected("too_big", {"limit": 20})),
    ],
)
def test_an_addition_is_words_or_photos_or_both(
    text: str, attachments: tuple[Attachment, ...], expected: object
) -> None:
    assert addition(said(text, *attachments), scene()) == expected


@pytest.mark.parametrize("form", ["name", "genitive", "prepositional"])
def test_a_district_is_known_in_every_form_of_its_name(form: str) -> None:
    for known in city().districts:
        name: str = getattr(known, form)
        for typed in (name, name.upper(), f"{name} район", f"  {name.lower()}  "):
            assert district(said(typed), scene()) == Accepted(known.id)


@pytest.mark.parametrize("typed", ["", " ", "район", "Московская область", "Невск", "Марсианский", "🙂"])
def test_what_is_no_district_is_refused(typed: str) -> None:
    assert district(said(typed), scene()) == Rejected("unclear")


@pytest.mark.parametrize("typed", ["Невского района", "Невском районе", "в Невском районе"])
def test_a_district_is_understood_with_its_noun_in_the_same_case(typed: str) -> None:
    assert district(said(typed), scene()) == Accepted("nevsky")


def test_an_answer_to_a_question_is_one_short_line() -> None:
    assert answer(said(" с ладонь\nпримерно "), scene()) == Accepted("с ладонь примерно")
    assert answer(said("🙂"), scene()) == Rejected("unclear")
    assert answer(said("а" * 301), scene()) == Rejected("long", {"limit": LONGEST_ANSWER})


def test_fixed_choices_say_what_they_store() -> None:
    assert [(choice.value, choice.label) for choice in yes_or_no(scene())] == [("yes", "Да"), ("no", "Нет")]
    assert [(choice.label, choice.stored) for choice in scores(scene())] == [
        (str(score), score) for score in range(1, 6)
    ]


def test_the_moment_of_the_scene_is_a_monday() -> None:
    assert scene().now.local.date() == TODAY
    assert MONDAY.weekday() == 0


@pytest.mark.parametrize(
    ("body", "registration", "days"),
    [
        ("managing_organization", None, ["2026-12-07", "2026-12-03", "2026-12-23"]),
        ("improvement_service", None, ["2026-12-26", "2026-12-03", "2026-12-23"]),
        ("improvement_service", 0, ["2026-12-23", "2026-12-03"]),
        ("power_grid", None, ["2026-12-03", "2026-12-23"]),
        ("nobody", None, ["2026-12-03", "2026-12-23"]),
    ],
)
def test_the_day_of_the_rule_comes_first_and_no_day_twice(body: str, registration: int | None, days: list[str]) -> None:
    here = scene(answers={"body": body})
    if registration is not None:
        known = here.city.bodies[body]
        assert known.answer
        quick = replace(known, answer=replace(known.answer, registration=registration))
        here = replace(here, city=replace(here.city, bodies={**here.city.bodies, body: quick}))
    assert [choice.stored for choice in due_days(here)] == days
