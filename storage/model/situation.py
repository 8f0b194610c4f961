"""A life situation: what happened, who is asked for what, how it is proved, and where to go when nothing happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

from storage.model.facts import Body, Confidence, Fact, Source


class UnknownSituation(LookupError):
    """The pack has no situation with this id (any more)."""


@dataclass(frozen=True)
class Question:
    """What the resident is asked about a situation; with `choices` there are buttons, free words are always welcome."""

    id: str
    text: str
    choices: tuple[str, ...] = ()
    label: str = ""
    """how the answer is introduced in the finished text, e.g. «Размер»"""
    role: str = ""
    """what the answer is in every appeal, if it is one of that: one of ROLES"""


ROLES = ("since", "harm", "earlier")
"""since when, whom it harms, where they turned before; an appeal that says all three is answered to the point"""


@dataclass(frozen=True)
class Rule:
    """Responsible body for some kinds of land and districts; empty means any."""

    body: str
    why: str
    land: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    source: Source | None = None
    confidence: Confidence = Confidence.MEDIUM

    def covers(self, land: str | None, district: str | None) -> bool:
        """Whether the rule speaks about this place."""
        return (not self.land or land in self.land) and (not self.districts or district in self.districts)


@dataclass(frozen=True)
class Norm:
    """A norm in the genitive («Прошу проверить соблюдение …») that binds only who answers for some kinds of land."""

    words: str
    land: tuple[str, ...]


@dataclass(frozen=True)
class Term(Fact):
    """How long the work may take, in words, and what says so; `land` as in a Rule."""

    words: str
    basis: str
    source: Source | None
    confidence: Confidence
    land: tuple[str, ...] = ()


@dataclass(frozen=True)
class Season:
    """The part of the year in which a situation is dealt with: first and last day as «MM-DD», it may span New Year."""

    first: str
    last: str
    words: str

    def holds(self, day: date) -> bool:
        """Whether a day is in it."""
        today = day.strftime("%m-%d")
        if self.first <= self.last:
            return self.first <= today <= self.last
        return today >= self.first or today <= self.last


@dataclass(frozen=True)
class Step:
    """One rung of a ladder: to whom, what to ask for, and how long to wait before the next."""

    words: str
    body: str = ""
    wait: str = ""


@dataclass(frozen=True)
class Ladder:
    """Where to go when nothing happens, rung by rung; `then` is the ladder that goes on from its end."""

    id: str
    steps: tuple[Step, ...]
    then: str = ""


@dataclass(frozen=True)
class Service:
    """The fourth level of the registry: what somebody does for residents in one or several situations."""

    id: str
    name: str
    body: str
    """id of the body that renders it; whether it is federal, regional, municipal or private is the body's level"""


@dataclass(frozen=True)
class Passport:
    """What the guidelines for life situations ask to be said of each: from its start to the goal, and who minds it."""

    clients: tuple[str, ...] = ("citizens",)
    """one to three of citizens, business, internal"""
    start: str = ""
    result: str = ""
    goal: str = ""
    curator: str = ""
    """id of the body that minds the situation as a whole"""


@dataclass(frozen=True)
class Recognition:
    """By which words a situation is known; how signs are written is told in `storage/cities/README.md`."""

    phrases: tuple[str, ...] = ()
    """as people say it"""
    signs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """«sure», «strong», «fair», «slight» and «against», each with its signs"""


@dataclass(frozen=True)
class Option:
    """One answer to a question that tells situations apart."""

    label: str
    situations: tuple[str, ...]


@dataclass(frozen=True)
class Distinction:
    """One good question that tells situations apart when words leave them open."""

    id: str
    question: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Example:
    """Words that somebody in this city used for a situation, learnt from a correction."""

    situation: str
    text: str


class Lesson(NamedTuple):
    """An example message to learn from: its situation, others that are acceptable for it, its text."""

    situation: str
    also: Sequence[str]
    text: str


@dataclass(frozen=True)
class Situation:
    """A life situation of the registry: sphere → group → situation → services."""

    id: str
    sphere: str
    group: str
    title: str
    hint: str
    kind: str
    requests: tuple[str, ...]
    norms: tuple[str, ...]
    """in the genitive: «Прошу проверить соблюдение …»; they bind whoever answers, wherever it is"""
    evidence: tuple[str, ...]
    """what to photograph or attach"""
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    term: Term | None = None
    """the same wherever it is; None if nothing sets a term for the work"""
    norms_by_land: tuple[Norm, ...] = ()
    terms_by_land: tuple[Term, ...] = ()
    where: Question | None = None
    """how the place is asked for, and introduced in the text, where «Где это?» would not be clear"""
    prepare: tuple[str, ...] = ()
    """what to write down or find out: numbers, days and hours, names"""
    recognition: Recognition = Recognition()
    passport: Passport = Passport()
    services: tuple[str, ...] = ()
    ladder: str = ""
    season: Season | None = None
    private: bool = False
    """health, family or money: the public card shows no place"""
    flat: bool = False
    """whether the flat matters: nobody is advised to leave its number out"""
    fallback: bool = False
    """the situation for whatever fits no other"""
    companion: bool = False
    """whether it mostly goes along with another problem: «и управляющая организация бездействует»"""
    portal: bool = False
    """whether portals that take only some situations take this one"""
    portal_note: str = ""
    """what the portal wants to know of it"""
    radius: int = 250
    """metres within which another appeal may be about the same; 0 if every one is a case of its own"""
    reasons: tuple[int, ...] = ()
    """the numbers of its themes on that portal"""
    urgent: str = ""
    """what not to wait with, said before anything else"""
    open311: str = ""
    """its service on an Open311 server; empty: that of the body"""

    @cached_property
    def lands(self) -> tuple[str, ...]:
        """Kinds of land the rules tell apart, in the pack's order; fewer than two means nobody need be asked."""
        found = dict.fromkeys(land for rule in self.rules for land in rule.land)
        return tuple(found)

    def at(self, land: str | None) -> "Situation":
        """The situation with the norms and the term of one kind of land, of an unknown one with those of every land."""
        norms = (norm.words for norm in self.norms_by_land if land in norm.land)
        term = next((term for term in self.terms_by_land if land in term.land), self.term)
        return replace(self, norms=(*self.norms, *norms), term=term, norms_by_land=(), terms_by_land=())

    def rule_for(self, land: str | None, district: str | None) -> Rule:
        """The first rule that covers the place; the last one is always a rule without conditions."""
        return next(rule for rule in self.rules if rule.covers(land, district))

    def service_with(self, body: Body) -> str:
        """The service under which this is filed with a body by Open311, empty if none is named."""
        return self.open311 or body.open311

    def depends_on_district(self, land: str | None, bodies: Mapping[str, Body]) -> bool:
        """Whether the district has to be known to name the body."""
        fitting = [rule for rule in self.rules if not rule.land or land in rule.land]
        return any(rule.districts for rule in fitting) or "{" in bodies[self.rule_for(land, None).body].name
