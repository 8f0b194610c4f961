"""What every turn has at hand, built once by `bot/app.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dialogs.engine import Engine
from dialogs.speech import Capabilities, Json
from dialogs.texts.words import Texts
from storage.model.city import City
from storage.model.person import Role


class Unsaid:
    """What people told us before they consented: kept in memory only, forgotten with the process, a few at most."""

    LIMIT = 1000

    def __init__(self) -> None:
        self.kept: dict[int, dict[str, Json]] = {}

    def keep(self, person: int, answers: dict[str, Json]) -> None:
        """Keep it until the person decides; the oldest of too many is dropped."""
        self.kept.pop(person, None)
        self.kept[person] = answers
        if len(self.kept) > self.LIMIT:
            self.kept.pop(next(iter(self.kept)))

    def recall(self, person: int) -> dict[str, Json]:
        """What was kept; it stays, because a turn may be taken again."""
        return self.kept.get(person, {})

    def forget(self, person: int) -> None:
        """Keep nothing of this person."""
        self.kept.pop(person, None)


@dataclass(frozen=True)
class Chance:
    """Where chance comes from: passed in, so that a story can be told twice the same."""

    token: Callable[[], str]
    """marks a question's buttons; 6 characters"""
    secret: Callable[[], str]
    """cannot be guessed; 16 characters of A-Za-z0-9_-"""
    number: Callable[[], int]
    """1 … 2³¹−1"""


@dataclass(frozen=True)
class House:
    """The city, the words, the conversations, and who is who."""

    city: City
    texts: Texts
    engine: Engine
    capabilities: Mapping[str, Capabilities]
    admins: frozenset[tuple[str, str]]
    """(channel, address) of administrators"""
    chance: Chance
    clock: Callable[[], datetime]
    """now, UTC"""
    unsaid: Unsaid = field(default_factory=Unsaid)

    def role_of(self, channel: str, address: str, before: Role = Role.RESIDENT) -> Role:
        """The role somebody has from the configuration, or had before."""
        if (channel, address) in self.admins:
            return Role.ADMIN
        return Role.RESIDENT if before is Role.ADMIN else before
