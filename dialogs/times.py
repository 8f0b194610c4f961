"""Expressions of time, «третий день», «с начала месяца», «в прошлую пятницу», and the date that each of them means."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dialogs.days import (
    LONGEST_AGO,
    Impossible,
    calendar_day,
    full_year,
    latest,
    month_named,
    months_ago,
    near,
    of_month,
    past,
    written,
)
from dialogs.texts.words import MONTHS
from dialogs.understanding.words import folded

COUNTS = (
    "одн", "дв", "тр", "четыр", "пят", "шест", "сем", "восем", "девят", "десят",
)  # fmt: skip
"""beginnings of the numbers from one to ten, in any case"""
ORDINALS = (
    "перв", "втор", "трет", "четверт", "пят", "шест", "седьм", "восьм", "девят", "десят",
)  # fmt: skip
WEEKDAYS = ("понедельник", "вторник", "сред", "четверг", "пятниц", "суббот", "воскресень")
WEEKDAY = r"(?:(?:понедельник|вторник|четверг)[ау]?|(?:сред|пятниц|суббот)[ауые]|воскресень[еяю])\b"  # but «в среднем»
PARTS = {"начал": 1, "середин": 11, "кон": 21}
"""on which day a part of a month begins"""
SEASONS = {"зим": ("зимы", 12), "весн": ("весны", 3), "лет": ("лета", 6), "осен": ("осени", 9)}
"""the genitive and the month in which a season begins"""
SEASON_MONTHS = 3
IN_SEASONS = {"зимой": 12, "весной": 3, "летом": 6, "осенью": 9}
IN_MONTHS = tuple(month[:-1] + "е" for month in MONTHS)
"""«в январе»"""
MONTH = "|".join(month[:3] for month in MONTHS if month != "мая") + "|ма[йя]"
YEARS = ("год", "года", "лет", "годика")
COUNT = r"\d{1,3}|" + "|".join(rf"{start}\w*" for start in COUNTS)
UNIT = r"сут\w+|дн\w+|день|недел\w+|месяц\w*|год\w*|лет"
ORDINAL = r"\d{1,3}-?\w{0,2}|" + "|".join(rf"{start}\w*" for start in (*ORDINALS, "четвёрт"))
REPEATED = re.compile(r"\b(?:кажд\w+|через|раза?|в|во|за|на|по|до|после|круглые|весь|всю|всё|все)\s*$")
"""what stands before a length of time that is a habit or a term: «раз в неделю», «за 3 дня», «каждые два дня»"""
AGE = re.compile(r"\b\w+(?:у|ю|е|и|ому|ему)\s*$")
"""whose age it is: «ребёнку 3 года», «дому 40 лет»"""
AROUND = re.compile(r"[\s.,!…]*(?:уже|ровно|целую|целый|целые)?[\s.,!…]*", re.IGNORECASE)
"""what may stand around a bare «неделю» that is a length of time"""
Reading = Callable[["re.Match[str]", date], str | None]


@dataclass(frozen=True)
class Pattern:
    """An expression of time and what it means; `heard` ones are sure enough to be taken out of a story."""

    regex: re.Pattern[str]
    reading: Reading
    heard: bool = True


def day_of(match: "re.Match[str]", today: date) -> str | None:
    """«5 ноября», «5.11.2026»."""
    day, month = int(match["day"]), int(match["month"]) if match["month"].isdigit() else month_named(match["month"])
    if match["year"]:
        return f"с {written(past(calendar_day(full_year(match['year']), month, day), today))}"
    return f"с {written(near(today, month, day, match.groupdict().get('last')))}" if 1 <= month <= 12 else None


def near_day(match: "re.Match[str]", today: date) -> str:
    """«вчера», «с сегодняшнего утра»."""
    back = {"сег": 0, "вче": 1, "поз": 2}[match["near"][:3]]
    return f"с {written(today - timedelta(days=back))}"


def part_of_today(match: "re.Match[str]", today: date) -> str:
    """«с утра»."""
    return f"с {match['part']} {written(today)}"


def weekday(match: "re.Match[str]", today: date) -> str:
    """«с понедельника»: the last one before today."""
    wanted = next(number for number, name in enumerate(WEEKDAYS) if match["weekday"].startswith(name))
    back = (today.weekday() - wanted) % 7 or 7
    return f"с {written(today - timedelta(days=back))}"


def ordinal(match: "re.Match[str]", today: date) -> str | None:
    """«третий день», «вторую неделю»: the words stay, the day is added."""
    digits = re.match(r"\d+", match["ordinal"])
    word = folded(match["ordinal"])
    count = int(digits[0]) if digits else 1 + next(n for n, start in enumerate(ORDINALS) if word.startswith(start))
    return ago(match["ordinal"] + " " + match["unit"], count - 1, match["unit"], today) if count else None


def duration(match: "re.Match[str]", today: date) -> str | None:
    """«две недели», «полгода», «больше месяца»: of vague lengths only the day on which they were said is sure."""
    words, vague = match["span"], match["vague"] or ""
    before, after = match.string[: match.start()], match.string[match.end() :]
    if REPEATED.search(before) or (match["unit"] in YEARS and AGE.search(before)):
        return None
    if vague.startswith("бол") or match["several"]:
        return f"{words} по состоянию на {written(today)}"
    if match["half"]:
        return f"{words}, примерно с {of_month(months_ago(today, 6))}"
    alone = match["unit"] in ("сутки", "день", "неделю", "месяц", "год")
    alone = alone and (bool(vague) or bool(AROUND.fullmatch(before) and AROUND.fullmatch(after)))
    count = counted(match["count"]) if match["count"] else int(alone)
    return ago(words, count, match["unit"], today) if count else None


def counted(words: str) -> int:
    """The number from one to ten that a word means, or the one in digits."""
    if words.isdigit():
        return int(words)
    return 1 + next(number for number, start in enumerate(COUNTS) if words.startswith(start))


def ago(words: str, count: int, unit: str, today: date) -> str:
    """The words of a length of time with the day or the month it leads back to. Raises Impossible."""
    if unit.startswith(("сут", "дн", "день")):
        return f"{words}, с {written(today - timedelta(days=count))}"
    if unit.startswith("недел"):
        return f"{words}, примерно с {written(today - timedelta(weeks=count))}"
    if unit.startswith("месяц"):
        return f"{words}, примерно с {of_month(months_ago(today, count))}"
    if count > LONGEST_AGO:
        raise Impossible
    return f"{words}, примерно с {today.year - count} года"


def month_of(match: "re.Match[str]", today: date) -> str:
    """«с сентября», «с мая прошлого года»."""
    number = month_named(match["month"])
    if match["year"]:
        return f"с {of_month(past(date(int(match['year']), number, 1), today))}"
    when = latest(today, number)
    return f"с {of_month(when.replace(year=when.year - bool(match['last'] and when.year == today.year)))}"


def in_month(match: "re.Match[str]", today: date) -> str:
    """«в марте», «в ноябре прошлого года»."""
    number = 1 + IN_MONTHS.index(match["month"])
    if match["year"]:
        when = past(date(int(match["year"]), number, 1), today)
    else:
        when = latest(today, number)
        when = when.replace(year=when.year - bool(match["last"] and when.year == today.year))
    return f"в {match['month']} {when.year} года"


def part_of_month(match: "re.Match[str]", today: date) -> str:
    """«с начала месяца», «в конце октября», «с середины прошлого месяца»."""
    day = next(first for part, first in PARTS.items() if part in match["part"])
    if match["month"]:
        when = latest(today, month_named(match["month"]), day)
    else:
        when = past(months_ago(today, bool(match["last"])).replace(day=day), today)
    return f"{match['part']} {of_month(when)}"


def week(match: "re.Match[str]", today: date) -> str:
    """«с прошлой недели», «на этой неделе»."""
    begun = today - timedelta(days=today.weekday() + (7 if match["week"].startswith("прош") else 0))
    ended = begun + timedelta(days=6)
    days = (
        f"{begun.day}–{written(ended)}"
        if begun.month == ended.month
        else f"{begun.day} {MONTHS[begun.month - 1]} – {written(ended)}"
    )
    return f"{match['words']}, {days}"


def to_come(_match: "re.Match[str]", _today: date) -> str:
    """«завтра», «через неделю». Raises Impossible."""
    raise Impossible


def new_year(_match: "re.Match[str]", today: date) -> str:
    """«с Нового года»."""
    return f"с {written(date(today.year, 1, 1))}"


def start_of_year(match: "re.Match[str]", today: date) -> str:
    """«с начала года»."""
    return f"с начала {today.year - bool(match['last'])} года"


def season(match: "re.Match[str]", today: date) -> str:
    """«с лета», «с прошлой зимы»; a winter has two years."""
    genitive, month = next(value for start, value in SEASONS.items() if match["season"].startswith(start))
    return f"с {in_years(genitive, month, match['year'], today, last=' прошл' in match[0])}"


def in_season(match: "re.Match[str]", today: date) -> str:
    """«прошлой зимой», «летом 2024 года»; «летом» alone may be every summer."""
    words = match["season"] or match["named"]
    return in_years(words, IN_SEASONS[words], match["year"], today, last=match[0].startswith("прошл"))


def in_years(words: str, month: int, told: str | None, today: date, *, last: bool) -> str:
    """A season with its year, the latest one that has begun; «прошлая» is never the one that lasts."""
    if told:
        year = past(date(int(told), 1, 1), today).year
    else:
        begun = latest(today, month)
        lasts = (today.year * 12 + today.month) - (begun.year * 12 + begun.month) < SEASON_MONTHS
        year = begun.year - (last and lasts)
    return f"{words} {year}–{year + 1} годов" if month == SEASONS["зим"][1] else f"{words} {year} года"


def year_of(match: "re.Match[str]", today: date) -> str:
    """«с 2023 года», «с прошлого года»."""
    return f"с {year_told(match, today)} года"


def in_year(match: "re.Match[str]", today: date) -> str:
    """«в 2024 году», «в прошлом году»."""
    return f"в {year_told(match, today)} году"


def year_told(match: "re.Match[str]", today: date) -> int:
    """A year that has begun, this one or the last one if it is not told by its number. Raises Impossible."""
    year = int(match["year"]) if match["year"] else today.year - (0 if match["this"] else 1)
    if not 0 <= today.year - year <= LONGEST_AGO:
        raise Impossible
    return year


def reversed_duration(match: "re.Match[str]", today: date) -> str:
    """«года два», «недели три назад»."""
    told = ago(match["span"], counted(match["count"]), match["unit"], today)
    return told if ", примерно" in told else told.replace(", с ", ", примерно с ")


DATE_IN_DIGITS = r"(?<![\d.,/])(?P<day>\d{1,2})[./](?P<month>\d{1,2})(?:[./](?P<year>\d{4}|\d{2}))?(?![\d.,/]*\d)"
OF_YEAR = r"(?: год[ау]\b| г\b\.?)?"
"""what follows the number of a year"""
LAST_YEAR = r"(?P<last> прошлого года)?(?P<this> этого года)?"
DATE_IN_WORDS = (
    rf"(?P<day>\d{{1,2}})(?:-?го)? (?P<month>{MONTH})\w*{LAST_YEAR}(?: (?P<year>\d{{4}}|\d\d(?= год| г\b)){OF_YEAR})?"
)
SPAN = (
    r"(?P<span>(?:(?P<vague>больше|более|около|почти|уже) )?(?:(?P<half>полгода|полугода)"
    rf"|(?:(?P<several>пар\w|нескольк\w+|полтор\w) |(?P<count>{COUNT}) )?(?P<unit>{UNIT}))(?: назад)?)"
)
SEASONS_IN = "|".join(IN_SEASONS)
OF_MONTH = rf"(?:(?:(?P<last>прошлого)|этого)? ?месяца|(?P<month>{MONTH})\w*)"
PATTERNS = tuple(
    Pattern(re.compile(rf"\b{regex}"), reading, heard)
    for regex, reading, heard in (
        (rf"со? {DATE_IN_WORDS}", day_of, True),
        (DATE_IN_WORDS, day_of, False),
        (DATE_IN_DIGITS, day_of, False),
        (r"(?:со? )?(?P<near>сегодня|вчера|позавчера)\w*(?: дня| утр\w+| вечер\w+)?", near_day, True),
        (r"с(?:амого)? (?P<part>утра|ночи|вечера|обеда)\b", part_of_today, True),
        (rf"со? (?:прошл\w+ |эт\w+ )?(?P<weekday>{WEEKDAY})(?! на )", weekday, True),
        (rf"с (?P<month>{MONTH})\w*(?: месяца)?{LAST_YEAR}(?: (?P<year>(?:19|20)\d\d)\b{OF_YEAR})?", month_of, True),
        (
            rf"с (?:прошл\w+ |эт\w+ )?(?P<season>зимы|весны|лета|осени)\b(?: (?P<year>(?:19|20)\d\d)\b{OF_YEAR})?",
            season,
            True,
        ),
        (rf"с (?:(?P<year>(?:19|20)\d\d)\b{OF_YEAR}|(?P<this>этого) года|прошлого года)", year_of, True),
        (r"(?<!.)(?:с )?(?:(?:после)?завтра\w*(?: дня)?|через (?!день)\w+(?: \w+)?)[.!]*(?!.)", to_come, False),
        (r"с нового года", new_year, True),
        (r"с начала (?:(?P<last>прошлого)|этого)? ?года", start_of_year, True),
        (rf"(?P<part>с (?:начала|середины|конца)) {OF_MONTH}", part_of_month, True),
        (rf"(?P<part>в (?:начале|середине|конце)) {OF_MONTH}", part_of_month, False),
        (r"(?P<words>с (?P<week>прошлой|этой) недели)", week, True),
        (rf"(?P<ordinal>{ORDINAL}) (?P<unit>день|сутки|неделю|неделя|месяц|год)\b(?: подряд)?", ordinal, True),
        (r"(?P<words>на (?P<week>прошлой|этой) неделе)", week, False),
        (rf"во? (?:прошл\w+ |эт\w+ )?(?P<weekday>{WEEKDAY})", weekday, False),
        (
            rf"в (?P<month>{'|'.join(IN_MONTHS)})\b(?: месяце)?{LAST_YEAR}(?: (?P<year>(?:19|20)\d\d)\b{OF_YEAR})?",
            in_month,
            False,
        ),
        (
            rf"(?:(?:прошл|эт)\w+ (?P<season>{SEASONS_IN})|(?P<named>{SEASONS_IN}) (?P<year>(?:19|20)\d\d)\b{OF_YEAR})",
            in_season,
            False,
        ),
        (r"в (?:(?P<year>(?:19|20)\d\d) году|(?P<this>этом) году|прошлом году)", in_year, False),
        (
            rf"(?P<span>(?P<unit>дня|дней|недели|недель|месяца|года) (?P<count>{COUNT})(?: назад)?)\b",
            reversed_duration,
            False,
        ),
        (rf"{SPAN}\b", duration, False),
    )
)
"""expressions of time, the surest first"""
