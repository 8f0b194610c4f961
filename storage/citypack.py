"""Reads a city pack from its folder, as a whole or not at all: every error names file, key and remedy."""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage.model.city import (
    Body,
    City,
    Confidence,
    Contact,
    Danger,
    District,
    Land,
    Operator,
    Point,
    Question,
    Rule,
    Situation,
    Source,
    Term,
)

CITIES = Path(__file__).parent / "cities"
PHONE = re.compile(r"\+?[\d\-() ]{2,20}\d")
MAX_QUESTIONS = 5
DAY = re.compile(r"(\d{4}-)?(\d\d-\d\d)")
LEAP_YEAR = "2028-"
"""has every day that any year has"""
EMPTY: dict[Any, Any] = {str: "", int: 0, bool: False, list: [], dict: {}, date: date.min}
"""what stands in for a value that is missing or wrong, so that reading goes on"""
T = TypeVar("T")


class BrokenPack(ValueError):
    """The pack cannot be used; `errors` lists everything to mend."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass
class Table:
    """One TOML table that is being read: says what is missing instead of raising at the first thing."""

    where: str
    values: dict[str, Any]
    errors: list[str]
    used: set[str] = field(default_factory=set)

    def take(self, key: str, kind: type[T], default: T | None = None) -> Any:
        """The value of a key of the wanted type; an error and an empty value if it is missing or of another type."""
        self.used.add(key)
        if key not in self.values:
            if default is None:
                self.errors.append(f"{self.where}: нет ключа «{key}»; добавьте его")
            return EMPTY[kind] if default is None else default
        value = self.values[key]
        if not isinstance(value, kind):
            self.errors.append(f"{self.where}: «{key}» должен быть {kind.__name__}, а не {type(value).__name__}")
            return EMPTY[kind] if default is None else default
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """A list of strings; may be left out."""
        return tuple(str(item) for item in self.take(key, list, []))

    def tables(self, key: str, name: str = "id") -> Iterator["Table"]:
        """The tables of an array of tables, each named by its `name` key in errors."""
        named: set[str] = set()
        for number, values in enumerate(self.take(key, list, []), 1):
            if not isinstance(values, dict):
                self.errors.append(f"{self.where}: «{key}» — это таблицы [[{key}]], а не {type(values).__name__}")
                continue
            table = Table(f"{self.where}: {key} «{values.get(name, number)}»", values, self.errors)
            if name == "id" and (id := str(values.get("id", ""))) in named:
                self.errors.append(f"{table.where}: «{id}» уже есть; id не повторяются")
            named.add(str(values.get(name, "")))
            yield table

    def table(self, key: str) -> "Table":
        """A table inside this one."""
        return Table(f"{self.where}: {key}", self.take(key, dict), self.errors)

    def one_of(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """A word out of a fixed list."""
        word: str = self.take(key, str, default)
        if word not in allowed:
            self.errors.append(f"{self.where}: «{key}» = «{word}»; можно: {', '.join(allowed)}")
        return word

    def finish(self) -> None:
        """Complain about keys nobody reads: they are mostly misspelt."""
        for key in self.values.keys() - self.used:
            self.errors.append(f"{self.where}: неизвестный ключ «{key}»; исправьте или уберите")


def is_day(text: str) -> bool:
    """Whether the calendar has this day: «05-09» in some year, «2027-05-10» in that one."""
    match = DAY.fullmatch(text)
    try:
        return bool(match and date.fromisoformat((match[1] or LEAP_YEAR) + match[2]))
    except ValueError:
        return False


def read_pack(folder: Path) -> City:
    """Read the pack in `folder`. Raises BrokenPack with everything that is wrong with it."""
    reading = Reading(folder)
    city = reading.city()
    if reading.errors:
        raise BrokenPack(reading.errors)
    return city


class Reading:
    """One pass over the files of a pack, collecting errors on the way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.errors: list[str] = []
        self.sources = {source.id: source for source in self.items("sources.toml", "source", self.source)}

    def file(self, name: str) -> Table:
        """The top table of one file of the pack."""
        try:
            return Table(name, tomllib.loads((self.folder / name).read_text("utf-8")), self.errors)
        except FileNotFoundError:
            self.errors.append(f"{name}: файла нет в {self.folder.name}; создайте его")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.errors.append(f"{name}: не читается как TOML: {error}")
        return Table(name, {}, [])

    def items(self, file: str, key: str, build: Callable[[Table], T]) -> list[T]:
        """All things of one kind in one file."""
        top, built = self.file(file), []
        for table in top.tables(key):
            built.append(build(table))
            table.finish()
        top.finish()
        return built

    def city(self) -> City:
        """The whole city."""
        districts = self.items("territories.toml", "district", self.district)
        bodies = {body.id: body for body in self.items("bodies.toml", "body", self.body)}
        situations = {item.id: item for item in self.items("situations.toml", "situation", self.situation)}
        top = self.file("city.toml")
        lands = {land.id: land for land in (self.land(table) for table in top.tables("land"))}
        dangers = tuple(self.danger(table) for table in top.tables("danger"))
        city = City(
            id=top.take("id", str),
            name=top.take("name", str),
            name_in=top.take("name_in", str),
            zone=self.zone(top),
            zone_name=top.take("zone", str),
            operator=self.operator(top.table("operator")),
            general=self.contacts(top, "general"),
            districts=tuple(districts),
            bodies=bodies,
            situations=situations,
            lands=lands,
            dangers=dangers,
            holidays=self.days(top, "holidays"),
            working=self.days(top, "working_weekends"),
        )
        top.take("holidays_source", str)
        top.finish()
        self.check_links(city)
        return city

    def days(self, top: Table, key: str) -> frozenset[str]:
        """Days of the calendar."""
        found = top.words(key)
        for day in found:
            if not is_day(day):
                self.errors.append(f"{top.where}: {key}: «{day}» — не день; напишите «05-09» или «2027-05-10»")
        return frozenset(found)

    def zone(self, top: Table) -> ZoneInfo:
        """The time zone; UTC and an error if the name is unknown."""
        name = top.take("zone", str)
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            self.errors.append(f"city.toml: часовой пояс «{name}» неизвестен; напишите, например, Europe/Moscow")
            return ZoneInfo("UTC")

    def source(self, table: Table) -> Source:
        """One entry of sources.toml."""
        checked = table.take("checked", date, date.min)
        if checked == date.min:
            self.errors.append(f"{table.where}: нет даты проверки «checked»; укажите день, когда источник смотрели")
        return Source(table.take("id", str), table.take("url", str), table.take("what", str), checked)

    def cited(self, table: Table) -> Source | None:
        """The source a fact names; an error if sources.toml has no such entry."""
        name = table.take("source", str)
        if name not in self.sources:
            self.errors.append(f"{table.where}: источника «{name}» нет в sources.toml; добавьте его")
        return self.sources.get(name)

    def confidence(self, table: Table) -> Confidence:
        """How sure the pack is of a fact."""
        word = table.one_of("confidence", tuple(Confidence))
        return Confidence(word) if word in tuple(Confidence) else Confidence.LOW

    def contacts(self, table: Table, key: str = "contact") -> tuple[Contact, ...]:
        """Ways to reach somebody, each with its source."""
        return tuple(self.contact(row) for row in table.tables(key, "value"))

    def contact(self, table: Table) -> Contact:
        """One way to reach somebody."""
        kind, value = table.one_of("kind", ("phone", "link", "address")), table.take("value", str)
        if kind == "phone" and not PHONE.fullmatch(value) and not value.isdigit():
            self.errors.append(
                f"{table.where}: «{value}» не похож на телефон; оставьте цифры, пробелы, скобки и дефисы"
            )
        if kind == "link" and not value.startswith("https://"):
            self.errors.append(f"{table.where}: ссылка «{value}» должна начинаться с https://")
        source = self.cited(table) or Source("", "", "", date.min)
        contact = Contact(kind, value, table.take("note", str), source, self.confidence(table))
        table.finish()
        return contact

    def district(self, table: Table) -> District:
        """One district."""
        center = table.take("center", list)
        if len(center) != 2 or not all(isinstance(part, int | float) for part in center):
            self.errors.append(f"{table.where}: «center» — это [широта, долгота]")
            center = [0.0, 0.0]
        point = Point(float(center[0]), float(center[1]))
        forms = {key: table.take(key, str) for key in ("id", "name", "genitive", "prepositional")}
        return District(center=point, **forms)

    def body(self, table: Table) -> Body:
        """One body."""
        names = {key: table.take(key, str) for key in ("name", "accusative")}
        for name in names.values():
            try:
                name.format(genitive="")
            except (KeyError, IndexError, ValueError):
                self.errors.append(f"{table.where}: в «{name}» можно подставить только {{genitive}}")
        return Body(
            id=table.take("id", str),
            level=table.one_of("level", ("federal", "regional", "municipal", "private")),
            submission=table.one_of("submission", ("portal", "operator", "open311", "paper")),
            contacts=self.contacts(table),
            **names,
        )

    def operator(self, table: Table) -> Operator:
        """Who runs the bot."""
        words = {key: table.take(key, str) for key in ("name", "address", "contact")}
        operator = Operator(moderation_working_days=table.take("moderation_working_days", int), **words)
        table.finish()
        return operator

    def land(self, table: Table) -> Land:
        """One kind of land."""
        land = Land(table.take("id", str), table.take("label", str), table.take("example", str))
        table.finish()
        return land

    def danger(self, table: Table) -> Danger:
        """One danger."""
        numbers = self.contacts(table, "number")
        title = table.take("title", str, "Это может быть опасно.")
        danger = Danger(table.take("id", str), table.words("when"), title, table.take("say", str), numbers)
        table.finish()
        return danger

    def situation(self, table: Table) -> Situation:
        """One situation with its questions, rules and term."""
        questions = tuple(self.question(row) for row in table.tables("question"))
        rules = tuple(self.rule(row) for row in table.tables("rule", "body"))
        situation = Situation(
            id=table.take("id", str),
            sphere=table.take("sphere", str),
            group=table.take("group", str),
            title=table.take("title", str),
            hint=table.take("hint", str),
            phrases=table.words("phrases"),
            words=table.words("words"),
            requests=table.words("requests"),
            norms=table.words("norms"),
            evidence=table.words("evidence"),
            ladder=table.words("ladder"),
            kind=table.one_of("kind", ("заявление", "жалоба", "предложение")),
            questions=questions,
            rules=rules,
            term=self.term(table.table("term")),
            private=table.take("private", bool, False),
        )
        self.check_situation(table.where, situation)
        return situation

    def question(self, table: Table) -> Question:
        """One question of a situation."""
        question = Question(
            table.take("id", str), table.take("text", str), table.words("choices"), table.take("label", str, "-")
        )
        table.finish()
        return question

    def rule(self, table: Table) -> Rule:
        """One rule of a situation."""
        rule = Rule(table.take("body", str), table.take("why", str), table.words("land"), table.words("districts"))
        table.finish()
        return rule

    def term(self, table: Table) -> Term:
        """The term of a situation."""
        term = Term(table.take("words", str), table.take("basis", str, "-"), self.cited(table), self.confidence(table))
        table.finish()
        return term

    def check_situation(self, where: str, situation: Situation) -> None:
        """What one situation must be by itself."""
        last = situation.rules[-1] if situation.rules else None
        if last is None or last.land or last.districts:
            self.errors.append(f"{where}: последнее правило [[situation.rule]] должно быть без land и districts")
        if not situation.requests:
            self.errors.append(f"{where}: нет «requests»; напишите, о чём просить")
        if len(situation.questions) > MAX_QUESTIONS:
            self.errors.append(f"{where}: вопросов больше {MAX_QUESTIONS}; оставьте главные")
        if not 2 <= len(situation.title.split()) <= 5:
            self.errors.append(f"{where}: в названии «{situation.title}» должно быть 2–5 слов")

    def check_links(self, city: City) -> None:
        """That things name only things that exist, and that names are not repeated."""
        titles: set[str] = set()
        districts = {district.id for district in city.districts}
        for situation in city.situations.values():
            where = f"situations.toml: situation «{situation.id}»"
            if situation.title in titles:
                self.errors.append(f"{where}: название «{situation.title}» уже есть; названия не повторяются")
            titles.add(situation.title)
            for rule in situation.rules:
                self.check_known(where, "body", {rule.body}, set(city.bodies), "bodies.toml")
                self.check_known(where, "land", set(rule.land), set(city.lands), "city.toml")
                self.check_known(where, "districts", set(rule.districts), districts, "territories.toml")

    def check_known(self, where: str, key: str, named: set[str], known: set[str], file: str) -> None:
        """Every name is in the file that defines it."""
        for name in sorted(named - known):
            self.errors.append(f"{where}: {key} «{name}» нет в {file}; добавьте или исправьте")
