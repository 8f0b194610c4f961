"""A city as the conversations see it: bodies, situations, districts and numbers to call, all read from its pack."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta, tzinfo
from math import inf
from typing import TYPE_CHECKING

from storage.model.facts import REPORT, Answer, Body, Contact, Open311, Portal
from storage.model.situation import (
    Distinction,
    Example,
    Ladder,
    Question,
    Rule,
    Service,
    Situation,
    Step,
    UnknownSituation,
)
from storage.model.territory import District, Land, Locator, Okrug, Point
from storage.model.weights import Weights

if TYPE_CHECKING:
    from storage.model.places.streets import Streets


MOST_QUESTIONS = 5
SUGGESTION = "предложение"


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
class Consent:
    """What residents are asked to agree to, each on a screen of its own (152-ФЗ, ст. 9); a new version asks again."""

    id: str
    """one of CONSENTS"""
    version: str
    title: str
    text: str
    """with {operator}, {address} and {contact}"""


PERSONAL_DATA, NOTICES, OFFERS, PUBLICATION = CONSENTS = ("personal_data", "notices", "offers", "publication")


@dataclass(frozen=True)
class Retention:
    """How long what residents tell is kept: each a number of days."""

    draft_days: int = 30
    """after its last change"""
    reminder_days: int = 3
    """after which one reminder of it is sent"""
    closed_days: int = 90
    """after an appeal was closed"""
    talk_days: int = 90
    """after a conversation with a human ended"""
    withdrawal_days: int = 0
    """after the consent was taken back; 0: at once. 152-ФЗ, ст. 21 ч. 5 allows up to 30"""

    @property
    def drafts(self) -> timedelta:
        """How long drafts wait."""
        return timedelta(days=self.draft_days)

    @property
    def reminder(self) -> timedelta:
        """How long until the reminder."""
        return timedelta(days=self.reminder_days)


@dataclass(frozen=True)
class Elsewhere:
    """Another city this installation knows of: the centres of its districts, and links to the bots that serve it."""

    name: str
    centers: tuple[Point, ...]
    bots: tuple[str, ...] = ()

    def kilometres_to(self, point: Point) -> float:
        """How far its nearest district is."""
        return min((center.kilometres_to(point) for center in self.centers), default=inf)


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
    bodies: Mapping[str, Body]
    situations: Mapping[str, Situation]
    lands: Mapping[str, Land]
    dangers: tuple[Danger, ...]
    holidays: frozenset[str]
    """non-working days as «MM-DD» or «YYYY-MM-DD»"""
    working: frozenset[str] = field(default_factory=frozenset)
    """week-end days that are worked, «YYYY-MM-DD»"""
    okrugs: tuple[Okrug, ...] = ()
    services: Mapping[str, Service] = field(default_factory=dict)
    ladders: Mapping[str, Ladder] = field(default_factory=dict)
    concepts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """words that mean the same in signs"""
    examples: tuple[Example, ...] = ()
    """messages as people write them, from which words are learnt at start"""
    weights: Weights | None = None
    """what the pack's other examples taught already"""
    distinctions: tuple[Distinction, ...] = ()
    talk: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """signs of what is no appeal: «thanks», «greeting» and the like"""
    questions: tuple[Question, ...] = ()
    """asked of every situation that has none of the same role"""
    portals: Mapping[str, Portal] = field(default_factory=dict)
    open311: Open311 | None = None
    example_address: str = "Садовая, 5, у второго подъезда"
    """an address as people of this city write it"""
    bots: tuple[str, ...] = ()
    """links to the bots that serve it, for people of other cities"""
    others: tuple[Elsewhere, ...] = ()
    """cities whose packs lie beside this one"""
    consents: Mapping[str, Consent] = field(default_factory=dict)
    retention: Retention = Retention()
    learns: bool = True
    """whether corrections are kept as examples"""
    learns_most: int = 500
    """corrections that are used, the latest first"""
    streets: "Streets | None" = None
    """the street list this installation was given"""
    locator: Locator | None = None
    """the borders this installation was given"""
    learnt: tuple[Example, ...] = ()
    """corrections of this installation, added to the pack when it is read"""

    def situation(self, id: str) -> Situation:
        """The situation with this id. Raises UnknownSituation."""
        try:
            return self.situations[id]
        except KeyError:
            raise UnknownSituation(id) from None

    @property
    def fallback(self) -> Situation | None:
        """The situation for whatever fits no other, None if the pack has none."""
        return next((situation for situation in self.situations.values() if situation.fallback), None)

    def district(self, id: str | None) -> District | None:
        """The district with this id, None if there is none."""
        return next((district for district in self.districts if district.id == id), None)

    def okrug(self, id: str | None) -> Okrug | None:
        """The municipality with this id, None if there is none."""
        return next((okrug for okrug in self.okrugs if okrug.id == id), None)

    def districts_near(self, point: Point | None) -> tuple[District, ...]:
        """All districts, nearest centre first; in the pack's order when there is no point."""
        if point is None:
            return self.districts
        return tuple(sorted(self.districts, key=lambda district: district.center.kilometres_to(point)))

    def rule_for(self, situation: Situation, land: str | None, district: str | None) -> Rule:
        """The rule that names who is responsible for a situation at a place."""
        return situation.rule_for(land, district)

    def questions_of(self, situation: Situation) -> tuple[Question, ...]:
        """What is asked about a situation, MOST_QUESTIONS at most: its own questions, then those of every appeal.

        A suggestion has no «since when», and of what is private nobody is asked whom it harms.
        """
        own = situation.questions[:MOST_QUESTIONS]
        left_out = {question.role for question in own if question.role}
        left_out |= {"harm"} if situation.private else set()
        left_out |= {"since"} if situation.kind == SUGGESTION else set()
        more = [question for question in self.questions if question.role not in left_out]
        return (*own, *more)[:MOST_QUESTIONS]

    def body_for(
        self, situation: Situation, land: str | None, district: str | None, okrug: str | None = None
    ) -> tuple[Body, str]:
        """The responsible body, its name spelled out for the place, and why it is that one."""
        rule = situation.rule_for(land, district)
        return self.body(rule.body, district, okrug), rule.why

    def body(self, id: str, district: str | None, okrug: str | None = None) -> Body:
        """The body with its name spelled out for the place («Администрация Невского района»)."""
        body, place, inner = self.bodies[id], self.district(district), self.okrug(okrug)
        forms = {
            "genitive": place.genitive if place else "вашего",
            "okrug": inner.genitive if inner else "муниципального образования",
        }
        return replace(body, name=body.name.format(**forms), accusative=body.accusative.format(**forms))

    def is_by_hand(self, body: str) -> bool:
        """Whether people themselves file what goes to this body; not if it left the pack."""
        return body in self.bodies and self.bodies[body].by_hand

    def consent(self, kind: str) -> Consent:
        """The words of a consent with the operator spelled out. Raises KeyError for a kind that is none of CONSENTS."""
        asked, who = self.consents[kind], self.operator
        return replace(asked, text=asked.text.format(operator=who.name, address=who.address, contact=who.contact))

    def reports_of(self, situation: Situation) -> tuple[Portal, ...]:
        """The portals for reports that name this situation among what they take."""
        every = self.portals.values() if situation.portal else ()
        return tuple(portal for portal in every if portal.listed and portal.kind == REPORT and portal.way.shown)

    def portals_for(self, situation: Situation, body: Body) -> tuple[Portal, ...]:
        """Where a resident files about a situation: quick reports first, then what the law calls an appeal."""
        named = [self.portals[id] for id in body.portals]
        own = [portal for portal in named if portal.way.shown and (not portal.listed or situation.portal)]
        found = dict.fromkeys((*self.reports_of(situation), *own))
        return tuple(sorted(found, key=lambda portal: portal.is_appeal))

    def answer_due(self, answer: Answer | None, filed: date) -> date | None:
        """The last day for an answer to what was filed on a day, None where nothing sure is known of it."""
        if answer is None or not answer.shown:
            return None
        if answer.working:
            return self.working_day_after(filed, answer.days)
        return filed + timedelta(days=answer.registration + answer.days)

    def body_at_large(self, id: str) -> str:
        """The name of a body without a place, for lists: «Администрация района Санкт-Петербурга»."""
        return self.bodies[id].name.replace("{genitive} ", "").format(okrug="муниципального образования")

    def steps(self, situation: Situation) -> tuple[Step, ...]:
        """The rungs of a situation's ladder and of the ladders that go on from it; a pack has no circles."""
        found: list[Step] = []
        ladder = self.ladders.get(situation.ladder)
        while ladder is not None:
            found += ladder.steps
            ladder = self.ladders.get(ladder.then)
        return tuple(found)

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
