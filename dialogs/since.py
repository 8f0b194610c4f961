"""Since when: «третий день», «с 5 ноября», «вчера» get a date, so that a letter reads the same tomorrow."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dialogs.asking import calendar_day
from dialogs.texts.words import MONTHS
from dialogs.understanding.words import folded

SOON = timedelta(days=45)
"""a day without a year that comes so soon is hardly meant a year ago: it is asked for again"""
LONGEST_AGO = 60
"""years: what is said to be older is a slip"""
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
HABIT = re.compile(
    r"\b(?:кажд\w+|постоянно|регулярно|вс[её] время|опять|снова|часто|то и дело)\b|\b\d+ час", re.IGNORECASE
)
"""with these «вчера» is the last time, not the first"""
AROUND = re.compile(r"[\s.,!…]*(?:уже|ровно|целую|целый|целые)?[\s.,!…]*", re.IGNORECASE)
"""what may stand around a bare «неделю» that is a length of time"""
Reading = Callable[["re.Match[str]", date], str | None]


class Impossible(ValueError):
    """No such day, or it has not come yet."""


@dataclass(frozen=True)
class Pattern:
    """An expression of time and what it means; `heard` ones are sure enough to be taken out of a story."""

    regex: re.Pattern[str]
    reading: Reading
    heard: bool = True


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


def day_of(match: "re.Match[str]", today: date) -> str | None:
    """«5 ноября», «5.11.2026»."""
    named, year = match["month"], match["year"]
    month = next((n for n, name in enumerate(MONTHS, 1) if name[:2] == named[:2] and alike(named, name)), 0)
    month = month or (int(named) if named.isdigit() else 0)
    day = int(match["day"])
    if not year:
        return f"с {written(near(today, month, day, match.groupdict().get('last')))}" if 1 <= month <= 12 else None
    when = calendar_day(int(year) + (2000 if len(year) == 2 else 0), month, int(match["day"]))
    if when is None or when > today or today.year - when.year > LONGEST_AGO:
        raise Impossible
    return f"с {written(when)}"


def near(today: date, month: int, day: int, last: str | None) -> date:
    """A day without a year: the latest one, of last year if that is said. Raises Impossible for one that comes soon."""
    if last:
        return past(calendar_day(today.year - 1, month, day), today)
    soon = calendar_day(today.year, month, day) or calendar_day(today.year + 1, month, day)
    if soon and timedelta() < soon - today <= SOON:
        raise Impossible
    return latest(today, month, day)


def alike(named: str, month: str) -> bool:
    """Whether these are the first letters of a month: «май» and «мая» too."""
    return named[:3] == month[:3] or (named[:2] == "ма" and month == "мая" and named[:3] != "мар")


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


def past(when: date | None, today: date) -> date:
    """A day that has come. Raises Impossible."""
    if when is None or when > today or today.year - when.year > LONGEST_AGO:
        raise Impossible
    return when


def month_of(match: "re.Match[str]", today: date) -> str:
    """«с сентября», «с мая прошлого года»."""
    number = next(n for n, name in enumerate(MONTHS, 1) if alike(match["month"], name))
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
        when = latest(today, next(n for n, name in enumerate(MONTHS, 1) if alike(match["month"], name)), day)
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


DAYS = (day_of, near_day, weekday)
"""readings that give a single day"""


def heard(story: str, today: date) -> str | None:
    """The time a story tells of, if it is said beyond doubt."""
    unsure = (near_day,) if HABIT.search(story) else ()
    sure = [pattern for pattern in PATTERNS if pattern.heard and pattern.reading not in unsure]
    try:
        return next(readings(story, today, sure), None)
    except Impossible:
        return None


def placed(text: str, today: date, *, moment: bool = False) -> str | None:
    """The text with its first expression of time told by its date; None if it says no time. Raises Impossible.

    `moment`: the question is «когда?», so that a day stays a day: «вчера в 7:40» is no «с 22 ноября».
    """
    words = " ".join(text.split())
    for pattern in PATTERNS:
        for match in pattern.regex.finditer(words.lower()):
            if found := pattern.reading(match, today):
                bare = not match[0].startswith(("с ", "со "))
                if (bare and match.start() > 0) or (moment and (bare or pattern.reading in DAYS)):
                    found = found.removeprefix("с ")
                return words[: match.start()] + found + words[match.end() :]
    return None


def readings(text: str, today: date, patterns: Sequence[Pattern]) -> Iterator[str]:
    """What each expression of time that is found says, the surest kind first."""
    said = " ".join(text.lower().split())
    for pattern in patterns:
        for match in pattern.regex.finditer(said):
            if found := pattern.reading(match, today):
                yield found
