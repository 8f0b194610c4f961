"""What a fact of a city pack rests on, and the ways to reach somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

REPORT, APPEAL = "report", "appeal"
"""what is filed on a portal"""


class Confidence(StrEnum):
    """How sure we are of a fact: low is shown as «проверьте на официальном сайте» or not at all."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Fact:
    """What the pack says with more or less confidence."""

    confidence: Confidence

    @property
    def shown(self) -> bool:
        """Whether residents see it: what we are not sure of is not shown."""
        return self.confidence is not Confidence.LOW


@dataclass(frozen=True)
class Source:
    """Where a fact comes from and the day somebody looked."""

    id: str
    url: str
    what: str
    checked: date


@dataclass(frozen=True)
class Contact(Fact):
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
class Answer(Fact):
    """Within how many days who was written to has to answer, and what says so."""

    days: int
    working: bool
    """whether these are working days; else calendar days from the registration"""
    basis: str
    source: Source
    confidence: Confidence
    registration: int = 0
    """calendar days in which what was filed has to be registered, before the others begin"""


@dataclass(frozen=True)
class Reception(Fact):
    """Where a body takes letters and sees people, in some districts or in all."""

    address: str
    hours: str
    """«пн–чт 9–18, пт до 17, обед 13–14»; empty if they are not known"""
    booking: str
    """how to book: «по телефону …»; empty if nothing is known of it"""
    source: Source
    confidence: Confidence
    districts: tuple[str, ...] = ()


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
    find: str = ""
    """where its contacts are found, for a body that is another one for everybody: a bank, a telephone company"""
    answer: Answer | None = None
    portals: tuple[str, ...] = ()
    """ids of the portals on which residents file what this body answers"""
    receptions: tuple[Reception, ...] = ()
    open311: str = ""
    """the service of its Open311 server for whatever has no service of its own"""

    @property
    def by_hand(self) -> bool:
        """Whether residents file themselves what goes to it."""
        return self.submission in ("portal", "paper")

    def reception(self, district: str | None) -> Reception | None:
        """Where people of a district go, if we know it and may say so."""
        here = (one for one in self.receptions if one.shown and (not one.districts or district in one.districts))
        return next(here, None)

    @property
    def reachable(self) -> bool:
        """Whether there is a way to it that we may show."""
        return bool(self.find) or any(contact.shown for contact in self.contacts)


@dataclass(frozen=True)
class Open311:
    """The server that takes requests by Open311 GeoReport v2, for every body whose `submission` says so."""

    endpoint: str
    """where the standard's addresses begin: «https://city.example/open311/v2»"""
    jurisdiction: str = ""
    """needed where one endpoint serves several cities"""
    publishes: bool = True
    """whether everybody can read there what was filed, descriptions included"""
    media: str = ""
    """the field of a form with several parts in which it takes photos; empty: it takes none"""

    @property
    def takes_several(self) -> bool:
        """Whether its field is a list, as servers in PHP write it."""
        return self.media.endswith("[]")


@dataclass(frozen=True)
class Portal:
    """A site on which residents file themselves, under an account of their own (59-ФЗ, ст. 4 п. 1)."""

    id: str
    name: str
    kind: str
    """report: quicker, but no appeal by law; appeal: under 59-ФЗ"""
    way: Contact
    """its first page"""
    steps: tuple[str, ...]
    """what to do there, in order"""
    page: str = ""
    """where filing begins, with {reason} for the number of its theme; empty if that is the first page"""
    number: str = ""
    """a regular expression that its numbers match; empty if they may look like anything"""
    example: str = ""
    """what such a number looks like"""
    photo: bool = False
    """whether it takes nothing without a photo"""
    listed: bool = False
    """whether it takes only those situations that say what it wants to know of them"""
    answer: Answer | None = None
    """within which time it answers, where it is not the body's own"""

    @property
    def is_appeal(self) -> bool:
        """Whether what is filed here is an appeal by law, which has to be answered."""
        return self.kind == APPEAL

    def address(self, reasons: Sequence[int]) -> str:
        """Where to file something of these themes: straight at the theme if it is the only one."""
        if "{reason}" not in self.page:
            return self.page or self.way.value
        return self.page.format(reason=reasons[0]) if len(reasons) == 1 else self.way.value
