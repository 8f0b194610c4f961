"""Values that every part of a pack has: sources, contacts, days."""

import re
from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage.model.facts import Answer, Confidence, Contact, Reception, Source
from storage.pack.table import Table

PHONE = re.compile(r"\+?[\d\-() ]{2,20}\d|\d{2,3}")
DAY = re.compile(r"(\d{4}-)?(\d\d-\d\d)")
LEAP_YEAR = "2028-"
"""has every day that any year has"""
MOST_DAYS = 365
Sources = Mapping[str, Source]


def is_day(text: str) -> bool:
    """Whether the calendar has this day: «05-09» in some year, «2027-05-10» in that one."""
    match = DAY.fullmatch(text)
    try:
        return bool(match and date.fromisoformat((match[1] or LEAP_YEAR) + match[2]))
    except ValueError:
        return False


def is_zone(name: str) -> bool:
    """Whether there is such a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: «Europe» is a folder of zones
        return False
    return True


def days(top: Table, key: str) -> frozenset[str]:
    """Days of the calendar."""
    found = top.words(key)
    for day in found:
        if not is_day(day):
            top.error(key, f"{key}: «{day}» — не день; напишите «05-09» или «2027-05-10»")
    return frozenset(found)


def numbers(table: Table, key: str) -> tuple[int, ...]:
    """A list of whole numbers; may be left out."""
    found = table.take(key, list, [])
    for item in found:
        if not isinstance(item, int) or isinstance(item, bool):
            table.error(key, f"в «{key}» вместо числа стоит {item!r}; оставьте целые числа")
    return tuple(item for item in found if isinstance(item, int))


def cited(table: Table, sources: Sources) -> Source | None:
    """The source a fact names; an error if there is no such source."""
    name = table.take("source", str)
    if name and name not in sources:
        table.error("source", f"источника «{name}» нет в sources.toml; добавьте его")
    return sources.get(name)


def confidence(table: Table, default: str | None = None) -> Confidence:
    """How sure the pack is of a fact."""
    return Confidence(table.one_of("confidence", tuple(Confidence), default))


def answer(table: Table, sources: Sources) -> Answer:
    """Within how many days an answer is due."""
    days = table.take("days", int)
    if not 0 < days <= MOST_DAYS:
        table.error("days", f"«{days}» — не срок ответа; напишите число дней от 1 до {MOST_DAYS}")
    source = cited(table, sources) or Source("", "", "", date.min)
    registration = table.take("registration", int, 0)
    if not 0 <= registration <= MOST_DAYS:
        table.error("registration", f"«{registration}» — не срок регистрации; напишите число дней до {MOST_DAYS}")
    working, basis = table.take("working", bool, False), table.take("basis", str)
    found = Answer(days, working, basis, source, confidence(table), registration)
    table.finish()
    return found


def contacts(table: Table, sources: Sources, key: str = "contact") -> tuple[Contact, ...]:
    """Ways to reach somebody, each with its source."""
    return tuple(contact(row, sources) for row in table.tables(key, "value"))


def reception(table: Table, sources: Sources) -> Reception:
    """One place where a body takes letters and sees people."""
    words = {key: table.take(key, str, "") for key in ("hours", "booking")}
    found = Reception(
        table.take("address", str),
        source=cited(table, sources) or Source("", "", "", date.min),
        confidence=confidence(table),
        districts=table.words("districts"),
        **words,
    )
    table.finish()
    return found


def contact(table: Table, sources: Sources) -> Contact:
    """One way to reach somebody."""
    kind, value = table.one_of("kind", ("phone", "link", "address")), table.take("value", str)
    if kind == "phone" and not PHONE.fullmatch(value):
        table.error("value", f"«{value}» не похоже на телефон; оставьте цифры, пробелы, скобки и дефисы")
    if kind == "link" and not value.startswith("https://"):
        table.error("value", f"ссылка «{value}» должна начинаться с https://")
    source = cited(table, sources) or Source("", "", "", date.min)
    found = Contact(kind, value, table.take("note", str), source, confidence(table))
    table.finish()
    return found
