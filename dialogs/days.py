"""Days, months and years as people write them, and which of them is meant on the day they are written."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from dialogs.texts.words import MONTHS

SOON = timedelta(days=45)
"""a day without a year that comes so soon is hardly meant a year ago: it is asked for again"""
LONGEST_AGO = 60
"""years: what is said to be older is a slip"""
IN_DIGITS = re.compile(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})(?:[./](?P<year>\d{4}|\d{2}))?")
IN_WORDS = re.compile(rf"(?:до )?(?P<day>\d{{1,2}}) (?P<month>{'|'.join(MONTHS)})(?: (?P<year>\d{{4}}))?")
APART = {"позавчера": -2, "вчера": -1, "сегодня": 0, "завтра": 1, "послезавтра": 2}
"""days from today"""


class Impossible(ValueError):
    """No such day, or it has not come yet."""


def calendar_day(year: int, month: int, day: int) -> date | None:
    """The day, None if the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_named(name: str) -> int:
    """The number of a month whose name begins so, in any case; 0 if none does."""
    return next((number for number, month in enumerate(MONTHS, 1) if alike(name, month)), 0)


def alike(named: str, month: str) -> bool:
    """Whether these are the first letters of a month: «май» and «мая» too."""
    return named[:3] == month[:3] or (named[:2] == "ма" and month == "мая" and named[:3] != "мар")


def full_year(written: str) -> int:
    """«26» as 2026."""
    return int(written) + (2000 if len(written) == 2 else 0)


def typed(text: str, today: date, years: Iterable[int]) -> list[date] | None:
    """The days that «5.12», «5 декабря 2026 года» or «завтра» may be, in these years if none is said; None if no day.

    The list is empty for a day that no calendar has.
    """
    words = " ".join(text.casefold().split()).removesuffix(" года").removesuffix(" г.").rstrip(".!")
    if words in APART:
        return [today + timedelta(days=APART[words])]
    match = IN_DIGITS.fullmatch(words) or IN_WORDS.fullmatch(words)
    if match is None:
        return None
    month = int(match["month"]) if match["month"].isdigit() else month_named(match["month"])
    within = [full_year(match["year"])] if match["year"] else years
    return [when for year in within if (when := calendar_day(year, month, int(match["day"])))]


def written(day: date) -> str:
    """«5 ноября 2026 года»."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year} года"


def of_month(day: date) -> str:
    """«ноября 2026 года»."""
    return f"{MONTHS[day.month - 1]} {day.year} года"


def months_ago(today: date, count: int) -> date:
    """The first day of the month so many months ago."""
    whole = today.year * 12 + today.month - 1 - count
    return date(whole // 12, whole % 12 + 1, 1)


def latest(today: date, month: int, day: int = 1) -> date:
    """That day of this year, or of an earlier one if it is still to come. Raises Impossible."""
    years = (today.year - back for back in range(9))  # 29 February may be eight years away
    found = (known for year in years if (known := calendar_day(year, month, day)) and known <= today)
    when = next(found, None)
    if when is None:
        raise Impossible
    return when


def past(when: date | None, today: date) -> date:
    """A day that has come. Raises Impossible."""
    if when is None or when > today or today.year - when.year > LONGEST_AGO:
        raise Impossible
    return when


def near(today: date, month: int, day: int, last: str | None) -> date:
    """A day without a year: the latest one, of last year if that is said. Raises Impossible for one that comes soon."""
    if last:
        return past(calendar_day(today.year - 1, month, day), today)
    soon = calendar_day(today.year, month, day) or calendar_day(today.year + 1, month, day)
    if soon and timedelta() < soon - today <= SOON:
        raise Impossible
    return latest(today, month, day)
