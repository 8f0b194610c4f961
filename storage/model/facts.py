"""What a fact of a city pack rests on, and the ways to reach somebody."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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

    @property
    def shown(self) -> bool:
        """Whether residents see it: what we are not sure of is not shown."""
        return self.confidence is not Confidence.LOW


@dataclass(frozen=True)
class Answer:
    """Within how many days who was written to has to answer, and what says so."""

    days: int
    working: bool
    """whether these are working days; else calendar days from the registration"""
    basis: str
    source: Source
    confidence: Confidence

    @property
    def shown(self) -> bool:
        """Whether residents see it: what we are not sure of is not shown."""
        return self.confidence is not Confidence.LOW


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

    @property
    def reachable(self) -> bool:
        """Whether there is a way to it that we may show."""
        return bool(self.find) or any(contact.shown for contact in self.contacts)


@dataclass(frozen=True)
class Portal:
    """The city's own site for reports, which many situations are told to first."""

    name: str
    way: Contact
