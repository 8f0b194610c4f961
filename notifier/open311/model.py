"""What is sent to an Open311 server and what it answers, as data; http://wiki.open311.org/GeoReport_v2/."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from notifier.delivery import Rejected
from storage.model.territory import Point

STANDARD = "GeoReport_v2"
"""how service discovery names the standard, the end of http://wiki.open311.org/GeoReport_v2"""
LONGEST_TEXT = 4000
"""characters of a description, by the standard"""

Row = Mapping[str, object]
Fields = Sequence[tuple[str, str]]


class Missing(Rejected):
    """The server knows no such service, request, token or jurisdiction (404)."""


@dataclass(frozen=True)
class Server:
    """Where a body takes requests. The key never gets into a log: it is in no repr and in no address."""

    endpoint: str
    """«https://city.example/open311/v2»"""
    jurisdiction: str = ""
    """needed where one endpoint serves several cities"""
    key: str = field(default="", repr=False)
    """needed for filing only"""
    zone: tzinfo = UTC
    """of dates that come without one, against the standard"""
    publishes: bool = True
    """whether new requests are listed soon, descriptions included; if not, a lost answer is a matter for people"""
    media: str = ""
    """the field for photos, an extension: several if it ends in [], else one; empty for none"""


@dataclass(frozen=True)
class Endpoint:
    """One interface that service discovery lists."""

    url: str
    specification: str
    kind: str
    """production or test"""
    formats: tuple[str, ...]
    """media types"""

    @property
    def usable(self) -> bool:
        """Whether this client can talk to it: XML is required by the standard, JSON is not."""
        return STANDARD.casefold() in self.specification.casefold() and any("json" in name for name in self.formats)


@dataclass(frozen=True)
class Discovered:
    """A server's own description, http://wiki.open311.org/Service_Discovery/; texts are meant for people."""

    endpoints: tuple[Endpoint, ...]
    contact: str = ""
    key_service: str = ""
    """how to get a key"""
    changed: str = ""
    """sortable: when anything changed last"""


@dataclass(frozen=True)
class Service:
    """A kind of request that the server takes."""

    code: str
    name: str
    description: str = ""
    group: str = ""
    kind: str = "realtime"
    """realtime: a request gets its number at once; batch: first a token; blackbox: never a number"""
    has_attributes: bool = False
    """whether `Client.service` tells more"""


@dataclass(frozen=True)
class Choice:
    """One answer that a list attribute offers."""

    key: str
    name: str


@dataclass(frozen=True)
class Attribute:
    """A question that belongs to a service."""

    code: str
    description: str
    datatype: str
    """string, number, datetime, text, singlevaluelist or multivaluelist"""
    required: bool = False
    variable: bool = True
    """false: the description is only shown, nothing is answered"""
    values: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Report:
    """What is filed. It has no place for a name, a phone or a mail address: none of them leaves the bot this way."""

    service: str
    description: str
    mark: str
    """plain words with our own number of the appeal, unlike any other's: «Обращение № 1001-9 бота …»"""
    address: str = ""
    point: Point | None = None
    attributes: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """code → answer; a tuple for a multivaluelist"""
    media_url: str = ""
    photos: tuple[bytes, ...] = field(default=(), repr=False)
    """JPEGs, as many as the server takes"""


@dataclass(frozen=True)
class Filed:
    """An accepted request: its number, or a token until it has one; neither only for a service of kind blackbox."""

    request: str = ""
    token: str = ""
    notice: str = ""


@dataclass(frozen=True)
class State:
    """What the server says of a request; texts are as the server wrote them, HTML is not taken out."""

    request: str
    status: str
    """open or closed"""
    notes: str = ""
    agency: str = ""
    expected: datetime | None = None
    """UTC"""
    updated: datetime | None = None
    """UTC"""
