"""Reads a city pack from its folder, as a whole or not at all: every error names file, key and remedy."""

from collections.abc import Collection
from dataclasses import fields, replace
from datetime import date
from math import isfinite
from pathlib import Path
from zoneinfo import ZoneInfo

from storage.model.city import CONSENTS, City, Consent, Danger, Operator, Retention
from storage.model.facts import Answer, Body, Source
from storage.model.situation import Example
from storage.model.territory import District, Land, Okrug, Point
from storage.pack.layers import Layers, gathered
from storage.pack.links import check_links
from storage.pack.open311 import open311, service
from storage.pack.portals import portal
from storage.pack.situations import SituationReading
from storage.pack.table import BrokenPack, Table
from storage.pack.values import answer, contacts, days, is_zone, reception

PRIVATE = "private"
DAYS_KEPT = {"withdrawal_days": (0, 30)}  # 152-ФЗ, ст. 21 ч. 5
LONGEST_KEPT = 3650
LEVELS = ("federal", "regional", "municipal", PRIVATE)
TALK = ("thanks", "greeting", "about_bot", "status", "human", "insult", "test", "small")
"""what people say that is no appeal; each kind has its answer"""
SUBMISSIONS = ("portal", "operator", "open311", "paper")


def read_pack(folder: Path) -> City:
    """Read the pack in `folder`. Raises BrokenPack with everything that is wrong with it."""
    layers = gathered(folder)
    city = Reading(layers).city()
    if layers.errors:
        raise BrokenPack(layers.errors)
    return city


class Reading:
    """One pass over the tables of a pack, collecting errors on the way."""

    def __init__(self, layers: Layers) -> None:
        self.layers = layers
        self.errors = layers.errors
        self.usual_answer: Answer | None = None
        """of every authority that has none of its own"""
        self.sources: dict[str, Source] = {}
        self.sources = {source.id: source for source in map(self.source, self.tables("source"))}

    def tables(self, kind: str) -> list[Table]:
        """Every table of a kind."""
        return self.layers.tables(kind)

    def city(self) -> City:
        """The whole city."""
        top = Table("", self.layers.top.values, self.errors, self.layers.top.files, home="city.toml")
        hidden = frozenset(top.words("hide"))
        if "answer" in top.values:
            self.usual_answer = answer(top.table("answer"), self.sources)
        city = self.read(top, hidden)
        top.take("holidays_source", str)
        top.take("base", str, "")
        top.finish()
        for kind in CONSENTS:
            if kind not in city.consents:
                self.errors.append(f"city.toml: нет [[consent]] с id «{kind}»; добавьте его")
        check_links(city, hidden, self.layers)
        return city

    def read(self, top: Table, hidden: Collection[str]) -> City:
        """Everything there is, without the hidden situations, as it is written."""
        reading = SituationReading(self.sources)
        learning = top.table("learning") if "learning" in top.values else Table("learning", {}, self.errors)
        situations = [
            reading.situation(table) for table in self.tables("situation") if table.values["id"] not in hidden
        ]
        city = City(
            id=top.take("id", str),
            name=top.take("name", str),
            name_in=top.take("name_in", str),
            zone=self.zone(top),
            zone_name=top.take("zone", str),
            operator=self.operator(top.table("operator")),
            general=contacts(top, self.sources, "general"),
            districts=tuple(self.district(table) for table in self.tables("district")),
            okrugs=tuple(self.okrug(table) for table in self.tables("okrug")),
            bodies={body.id: body for body in map(self.body, self.tables("body"))},
            services={service.id: service for service in map(reading.service, self.tables("service"))},
            ladders={ladder.id: ladder for ladder in map(reading.ladder, self.tables("ladder"))},
            situations={situation.id: situation for situation in situations},
            lands={land.id: land for land in map(self.land, self.tables("land"))},
            dangers=tuple(self.danger(table) for table in self.tables("danger")),
            examples=tuple(self.example(*row) for row in self.layers.examples if row[0] not in hidden),
            weights=self.layers.weights,
            concepts=self.concepts(top),
            questions=tuple(reading.question(table) for table in self.tables("question")),
            talk={table.one_of("id", TALK): self.talk(table) for table in self.tables("talk")},
            distinctions=tuple(map(reading.distinction, self.tables("distinction"))),
            bots=self.bots(top),
            example_address=top.take("example_address", str, City.example_address),
            consents={found.id: found for found in map(self.consent, self.tables("consent"))},
            retention=self.retention(top),
            learns=learning.take("on", bool, True),
            learns_most=learning.take("most", int, 500),
            portals={found.id: found for found in (portal(table, self.sources) for table in self.tables("portal"))},
            open311=open311(top.table("open311")) if "open311" in top.values else None,
            holidays=days(top, "holidays"),
            working=days(top, "working_weekends"),
        )
        learning.finish()
        return city

    def consent(self, table: Table) -> Consent:
        """What residents are asked to agree to."""
        found = Consent(table.one_of("id", CONSENTS), *(table.take(key, str) for key in ("version", "title", "text")))
        try:
            found.text.format(operator="", address="", contact="")
        except (KeyError, IndexError, ValueError, AttributeError, TypeError):
            table.error("text", "в «text» можно подставить только {operator}, {address} и {contact}")
            found = replace(found, text="")
        table.finish()
        return found

    def retention(self, top: Table) -> Retention:
        """How long what residents tell is kept."""
        if "retention" not in top.values:
            return Retention()
        table = top.table("retention")
        days = {item.name: table.take(item.name, int, item.default) for item in fields(Retention)}
        for name, count in days.items():
            least, most = DAYS_KEPT.get(name, (1, LONGEST_KEPT))
            if not least <= count <= most:
                table.error(name, f"«{name}» = {count}; напишите число дней от {least} до {most}")
        table.finish()
        return Retention(**days)

    def zone(self, top: Table) -> ZoneInfo:
        """The time zone; UTC and an error if the name is unknown."""
        name = top.take("zone", str)
        if is_zone(name):
            return ZoneInfo(name)
        self.errors.append(f"city.toml: часовой пояс «{name}» неизвестен; напишите, например, Europe/Moscow")
        return ZoneInfo("UTC")

    def source(self, table: Table) -> Source:
        """One source."""
        checked = table.take("checked", date, date.min)
        if checked == date.min:
            table.error("id", "нет даты проверки «checked»; укажите день, когда источник смотрели")
        source = Source(table.take("id", str), table.take("url", str), table.take("what", str), checked)
        table.finish()
        return source

    def concepts(self, top: Table) -> dict[str, tuple[str, ...]]:
        """Words that mean the same."""
        table = Table("concepts", top.take("concepts", dict, {}), self.errors)
        return {name: table.words(name) for name in table.values}

    def example(self, situation: str, text: str) -> Example:
        """One example message."""
        if situation not in self.layers.entries["situation"]:
            self.errors.append(f"examples.csv: ситуации «{situation}» в пакете нет; исправьте строку «{text[:40]}»")
        return Example(situation, text)

    @staticmethod
    def talk(table: Table) -> tuple[str, ...]:
        """Signs of one kind of what is no appeal."""
        signs = table.words("signs")
        table.finish()
        return signs

    def district(self, table: Table) -> District:
        """One district."""
        center = table.take("center", list)
        if len(center) != 2 or not all(isinstance(part, int | float) and isfinite(part) for part in center):
            table.error("center", "«center» — это [широта, долгота]")
            center = [0.0, 0.0]
        elif abs(center[0]) > 90 or abs(center[1]) > 180:
            table.error("center", "«center» не на Земле; сначала широта, потом долгота")
        point = Point(float(center[0]), float(center[1]))
        forms = {key: table.take(key, str) for key in ("id", "name", "genitive", "prepositional")}
        table.finish()
        return District(center=point, **forms)

    def okrug(self, table: Table) -> Okrug:
        """One municipality inside a district."""
        okrug = Okrug(**{key: table.take(key, str) for key in ("id", "name", "full", "genitive", "district")})
        table.finish()
        return okrug

    @staticmethod
    def bots(top: Table) -> tuple[str, ...]:
        """Links to the bots of this city."""
        found = top.words("bots")
        for link in found:
            if not link.startswith("https://"):
                top.error("bots", f"bots: ссылка «{link}» должна начинаться с https://")
        return found

    def body(self, table: Table) -> Body:
        """One body."""
        names = {key: table.take(key, str) for key in ("name", "accusative")}
        for key, name in names.items():
            try:
                name.format(genitive="", okrug="")
            except (KeyError, IndexError, ValueError, AttributeError, TypeError):
                table.error(key, f"в «{name}» можно подставить только {{genitive}} или {{okrug}}")
                names[key] = name.replace("{", "").replace("}", "")
        body = Body(
            id=table.take("id", str),
            level=table.one_of("level", LEVELS),
            submission=table.one_of("submission", SUBMISSIONS),
            contacts=contacts(table, self.sources),
            find=table.take("find", str, ""),
            portals=table.words("portals"),
            receptions=tuple(reception(row, self.sources) for row in table.tables("reception", "address")),
            open311=service(table),
            answer=answer(table.table("answer"), self.sources) if "answer" in table.values else None,
            **names,
        )
        table.finish()
        if body.answer is None and body.level != PRIVATE:
            return replace(body, answer=self.usual_answer)
        return body

    def operator(self, table: Table) -> Operator:
        """Who runs the bot."""
        words = {key: table.take(key, str) for key in ("name", "address", "contact")}
        operator = Operator(moderation_working_days=table.take("moderation_working_days", int), **words)
        table.finish()
        return operator

    def land(self, table: Table) -> Land:
        """One kind of land."""
        words = {key: table.take(key, str) for key in ("id", "label", "example")}
        land = Land(signs=table.words("signs"), **words)
        table.finish()
        return land

    def danger(self, table: Table) -> Danger:
        """One danger."""
        numbers = contacts(table, self.sources, "number")
        title = table.take("title", str, "Это может быть опасно.")
        danger = Danger(table.take("id", str), table.words("when"), title, table.take("say", str), numbers)
        table.finish()
        return danger
