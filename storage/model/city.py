"""A city as the conversations see it: bodies, situations, districts and numbers to call, all read from its pack."""

from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from enum import StrEnum
from functools import cached_property
from math import cos, hypot, radians

KILOMETRES_PER_DEGREE = 111.2  # of latitude, mean Earth radius 6371 km


class UnknownSituation(LookupError):
    """The pack has no situation with this id (any more)."""


class Confidence(StrEnum):
    """How sure we are of a fact: low is shown as «проверьте на официальном сайте» or not at all."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class Source:
    """Where a fact comes from and the day somebody looked."""

    id: str
    url: str
    what: str
    checked: date


@dataclass(frozen=True)
class Point:
    """A place on Earth, WGS 84 degrees."""

    lat: float
    lon: float

    def kilometres_to(self, other: "Point") -> float:
        """Distance on a flat map around the two points: good to 1 % inside a city."""
        narrowing = cos(radians((self.lat + other.lat) / 2))
        north, east = self.lat - other.lat, (self.lon - other.lon) * narrowing
        return KILOMETRES_PER_DEGREE * hypot(north, east)


@dataclass(frozen=True)
class District:
    """A district with the forms of its name that sentences need: «Калининский», «Калининского», «Калининском»."""

    id: str
    name: str
    genitive: str
    prepositional: str
    center: Point


@dataclass(frozen=True)
class Contact:
    """One way to reach a body or a service."""

    kind: str
    """phone, link or address"""
    value: str
    note: str
    source: Source
    confidence: Confidence

    @property
    def dial(self) -> str:
        """Digits only, for comparing."""
        return "".join(sign for sign in self.value if sign.isdigit())


@dataclass(frozen=True)
class Body:
    """Who is responsible: an authority, a company, a service."""

    id: str
    name: str
    accusative: str
    """«передано в …»: the name in the accusative, in the middle of a sentence"""
    level: str
    """federal, regional, municipal or private"""
    submission: str
    """how an appeal reaches it: portal, operator, open311 or paper"""
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True)
class Question:
    """What the resident is asked about a situation; with `choices` there are buttons, free words are always welcome."""

    id: str
    text: str
    choices: tuple[str, ...] = ()
    label: str = ""
    """how the answer is introduced in the finished text, e.g. «Размер»"""


@dataclass(frozen=True)
class Rule:
    """Responsible body for some kinds of land and districts; empty means any."""

    body: str
    why: str
    land: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()

    def covers(self, land: str | None, district: str | None) -> bool:
        """Whether the rule speaks about this place."""
        return (not self.land or land in self.land) and (not self.districts or district in self.districts)


@dataclass(frozen=True)
class Term:
    """How long it may take, in words, and what says so."""

    words: str
    basis: str
    source: Source | None
    confidence: Confidence


@dataclass(frozen=True)
class Situation:
    """A life situation: what happened, who is asked for what, and how it is proved."""

    id: str
    sphere: str
    group: str
    title: str
    hint: str
    phrases: tuple[str, ...]
    words: tuple[str, ...]
    kind: str
    requests: tuple[str, ...]
    norms: tuple[str, ...]
    evidence: tuple[str, ...]
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    term: Term
    ladder: tuple[str, ...] = ()
    private: bool = False
    """health, family or money: the public card shows no place"""

    @cached_property
    def lands(self) -> tuple[str, ...]:
        """Kinds of land the rules tell apart, in the pack's order; fewer than two means nobody need be asked."""
        found = dict.fromkeys(land for rule in self.rules for land in rule.land)
        return tuple(found)

    def rule_for(self, land: str | None, district: str | None) -> Rule:
        """The first rule that covers the place; the last one is always a rule without conditions."""
        return next(rule for rule in self.rules if rule.covers(land, district))

    def depends_on_district(self, land: str | None, bodies: "dict[str, Body]") -> bool:
        """Whether the district has to be known to name the body."""
        fitting = [rule for rule in self.rules if not rule.land or land in rule.land]
        return any(rule.districts for rule in fitting) or "{" in bodies[self.rule_for(land, None).body].name


@dataclass(frozen=True)
class Danger:
    """Words that mean danger and what to do before anything else."""

    id: str
    when: tuple[str, ...]
    """phrases of word beginnings: «провал* асфальт*» needs both, in any order"""
    title: str
    """the first words, before anything else"""
    say: str
    numbers: tuple[Contact, ...]


@dataclass(frozen=True)
class Operator:
    """Who runs the bot in this city, as the consent has to name them (152-ФЗ, ст. 9 ч. 4)."""

    name: str
    address: str
    contact: str
    moderation_working_days: int


@dataclass(frozen=True)
class Land:
    """A kind of land that decides who is responsible."""

    id: str
    label: str
    example: str


@dataclass(frozen=True, eq=False)
class City:
    """One city pack, read once and never changed."""

    id: str
    name: str
    name_in: str
    zone: tzinfo
    zone_name: str
    operator: Operator
    general: tuple[Contact, ...]
    districts: tuple[District, ...]
    bodies: dict[str, Body]
    situations: dict[str, Situation]
    lands: dict[str, Land]
    dangers: tuple[Danger, ...]
    holidays: frozenset[str]
    """non-working days as «MM-DD» or «YYYY-MM-DD»"""
    working: frozenset[str] = field(default_factory=frozenset)
    """week-end days that are worked, «YYYY-MM-DD»"""

    def situation(self, id: str) -> Situation:
        """The situation with this id. Raises UnknownSituation."""
        try:
            return self.situations[id]
        except KeyError:
            raise UnknownSituation(id) from None

    def district(self, id: str | None) -> District | None:
        """The district with this id, None if there is none."""
        return next((district for district in self.districts if district.id == id), None)

    def districts_near(self, point: Point | None) -> tuple[District, ...]:
        """All districts, nearest centre first; in the pack's order when there is no point."""
        if point is None:
            return self.districts
        return tuple(sorted(self.districts, key=lambda district: district.center.kilometres_to(point)))

    def body_for(self, situation: Situation, land: str | None, district: str | None) -> tuple[Body, str]:
        """The responsible body, its name spelled out for the district, and why it is that one."""
        rule = situation.rule_for(land, district)
        return self.body(rule.body, district), rule.why

    def body(self, id: str, district: str | None) -> Body:
        """The body with its name spelled out for the district («Администрация Невского района»)."""
        body, place = self.bodies[id], self.district(district)
        forms = {"genitive": place.genitive if place else "вашего"}
        return Body(
            body.id,
            body.name.format(**forms),
            body.accusative.format(**forms),
            body.level,
            body.submission,
            body.contacts,
        )

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day: the pack's calendar over the five-day week."""
        if day.isoformat() in self.working:
            return True
        return day.weekday() < 5 and not ({day.isoformat(), day.strftime("%m-%d")} & self.holidays)

    def working_day_after(self, day: date, count: int) -> date:
        """The day that is `count` working days later."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day
