"""Since when it is so: words about time get the date they mean, on the day they are said."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.since import Impossible, heard, placed, written

SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("сегодня утром", "с 21 ноября 2026 года"),
        ("Вчера", "с 20 ноября 2026 года"),
        ("позавчера", "с 19 ноября 2026 года"),
        ("с утра", "с утра 21 ноября 2026 года"),
        ("с 5 ноября", "с 5 ноября 2026 года"),
        ("5-го ноября", "с 5 ноября 2026 года"),
        ("5 декабря", "с 5 декабря 2025 года"),
        ("1 мая 2024", "с 1 мая 2024 года"),
        ("05.11", "с 5 ноября 2026 года"),
        ("с 05.11.25", "с 5 ноября 2025 года"),
        ("29.02", "с 29 февраля 2024 года"),
        ("с понедельника", "с 16 ноября 2026 года"),
        ("с прошлой субботы", "с 14 ноября 2026 года"),
        ("со вторника", "с 17 ноября 2026 года"),
        ("третий день", "третий день, с 19 ноября 2026 года"),
        ("3-й день", "3-й день, с 19 ноября 2026 года"),
        ("Четвёртые сутки", "четвёртые сутки, с 18 ноября 2026 года"),
        ("вторую неделю", "вторую неделю, примерно с 14 ноября 2026 года"),
        ("неделю", "неделю, примерно с 14 ноября 2026 года"),
        ("2 недели", "2 недели, примерно с 7 ноября 2026 года"),
        ("три дня", "три дня, с 18 ноября 2026 года"),
        ("уже месяц", "уже месяц, примерно с октября 2026 года"),
        ("полгода", "полгода, примерно с мая 2026 года"),
        ("10 лет", "10 лет, примерно с 2016 года"),
        ("с сентября 2025 года", "с сентября 2025 года"),
        ("с 5 ноября 2025 года", "с 5 ноября 2025 года"),
        ("с лета 2024 года", "с лета 2024 года"),
        ("больше недели", "больше недели по состоянию на 21 ноября 2026 года"),
        ("Несколько дней", "несколько дней по состоянию на 21 ноября 2026 года"),
        ("с мая", "с мая 2026 года"),
        ("с ноября прошлого года", "с ноября 2025 года"),
        ("с лета", "с лета 2026 года"),
        ("с прошлой зимы", "с зимы 2025–2026 годов"),
        ("с прошлого года", "с 2025 года"),
        ("с 2019 года", "с 2019 года"),
    ],
)
def test_words_about_time_get_their_date(words: str, expected: str) -> None:
    assert placed(words, SATURDAY) == expected


@pytest.mark.parametrize("words", ["давно", "не помню", "по ночам", "лет", "дом 5", "", "с 8 до 23", "12.2025"])
def test_words_that_tell_no_time_are_left_alone(words: str) -> None:
    assert placed(words, SATURDAY) is None


@pytest.mark.parametrize(
    "words",
    [
        "Каждый день", "через день", "весь день", "каждую неделю", "круглые сутки", "3 раза в неделю", "раз в месяц",
        "два раза в год", "ребёнку 3 года", "дому 40 лет", "каждые 2 дня", "за 3 дня", "по два дня", "день и ночь",
    ],
)  # fmt: skip
def test_a_habit_a_term_and_an_age_are_no_time_since_when(words: str) -> None:
    assert placed(words, SATURDAY) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("с 5 ноября", "5 ноября 2026 года"),
        ("Вчера в 7:40", "20 ноября 2026 года в 7:40"),
        ("с понедельника", "16 ноября 2026 года"),
        ("с сентября", "с сентября 2026 года"),
    ],
)
def test_where_a_single_day_is_asked_a_day_is_told(words: str, expected: str) -> None:
    assert placed(words, SATURDAY, moment=True) == expected


@pytest.mark.parametrize(
    "words", ["31.02", "30 февраля", "99.99.9999", "5.12.2026", "с 2077 года", "900 лет", "5.11.1800"]
)
def test_a_day_that_is_not_there_or_still_to_come_is_impossible(words: str) -> None:
    with pytest.raises(Impossible):
        placed(words, SATURDAY)


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("Третий день нет воды", "третий день, с 19 ноября 2026 года"),
        ("Лифт стоит с 17 ноября, живём на девятом", "с 17 ноября 2026 года"),
        ("Вчера у дома провалился асфальт", "с 20 ноября 2026 года"),
        ("Яма у дома 5, обещали за 3 дня", None),
        ("Шумят с 8 до 23", None),
        ("Автобус 12 ждём 5 лет", None),
        ("Фонарь не горит с 31 февраля", None),
    ],
)
def test_a_time_is_heard_in_a_story_if_it_is_said_beyond_doubt(story: str, expected: str | None) -> None:
    assert heard(story, SATURDAY) == expected


@given(st.dates(date(1970, 1, 1), date(2100, 1, 1)), st.integers(0, 3000))
def test_every_day_of_the_past_is_read_back(today: date, back: int) -> None:
    day = date.fromordinal(today.toordinal() - back)
    assert placed(f"{day.day:02}.{day.month:02}.{day.year}", today) == f"с {written(day)}"
    assert placed(f"с {written(day).removesuffix(' года')}", today) == f"с {written(day)}"


@given(
    st.text(alphabet="снодвамяпрлетьзимучк 0123456789.,-", max_size=60), st.dates(date(1990, 1, 1), date(2090, 1, 1))
)
def test_whatever_is_said_it_is_read_or_left_alone_or_impossible(words: str, today: date) -> None:
    try:
        found = placed(words, today)
    except Impossible:
        return
    years = [int(year) for year in re.findall(r"(\d{4}) год", found or "")]
    assert bool(years) is bool(found)
    assert all(today.year - 61 <= year <= today.year + 1 for year in years)
