"""A person as the bot knows them: an address in a messenger, a role, a few wishes."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person may do."""

    RESIDENT = "resident"
    MODERATOR = "moderator"
    ADMIN = "admin"


STAFF = frozenset({Role.MODERATOR, Role.ADMIN})


@dataclass(frozen=True)
class Wishes:
    """Which notices a person wants and when they want quiet (hours in the city's zone)."""

    notices: bool = True
    quiet: bool = True
    reminders: bool = True
    """of drafts that wait"""


@dataclass(frozen=True)
class Profile:
    """What somebody puts at the head of their papers, if they want it kept."""

    name: str = ""
    reply_to: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Those of the two that are told."""
        return tuple(filter(None, (self.name, self.reply_to)))


@dataclass(frozen=True)
class Person:
    """Somebody who wrote to the bot. The name is kept for staff only: residents are not asked for one."""

    id: int
    channel: str
    address: str
    role: Role
    name: str = ""
    consented: bool = False
    reachable: bool = True
    wishes: Wishes = field(default_factory=Wishes)
    created_at: datetime | None = None
    consent_version: str = ""
    """of the words about personal data that they agreed to"""

    @property
    def is_staff(self) -> bool:
        """Whether moderators' commands are theirs to use."""
        return self.role in STAFF

    @property
    def is_admin(self) -> bool:
        """Whether the city's pack is theirs to change."""
        return self.role is Role.ADMIN
