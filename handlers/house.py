"""What every turn has at hand, built once by `bot/app.py`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from dialogs.engine import Engine
from dialogs.speech import Capabilities, Json
from dialogs.state import Conversation
from dialogs.texts.words import Texts
from storage.model.city import City
from storage.model.person import Role
from storage.model.territory import Point
from storage.pack.current import Current

Locate = Callable[[str], Awaitable[Point | None]]


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


class Passing(Unsaid):
    """The answers of conversations that are never stored, kept in memory until they end; gone after a restart."""

    def __init__(self, fleeting: Mapping[str, str]) -> None:
        super().__init__()
        self.fleeting = fleeting
        """the first step of each such dialog"""

    def stored(self, conversation: Conversation) -> Conversation:
        """The conversation as it may be stored."""
        frame = conversation.active
        if frame is None or frame.dialog not in self.fleeting:
            return conversation
        return replace(conversation, active=replace(frame, answers={}))

    def remember(self, person: int, conversation: Conversation) -> None:
        """Keep its answers until it goes on; of any other conversation nothing."""
        frame = conversation.active
        if frame is None or frame.dialog not in self.fleeting:
            self.forget(person)
        else:
            self.keep(person, dict(frame.answers))

    def restored(self, person: int, conversation: Conversation) -> Conversation:
        """The stored conversation with its answers; without them it begins anew, if it was not just beginning."""
        frame = conversation.active
        if frame is None or frame.dialog not in self.fleeting:
            return conversation
        known = self.kept.get(person)
        if known is None and frame.step != self.fleeting[frame.dialog]:
            return replace(conversation, active=replace(frame, step=""))
        return replace(conversation, active=replace(frame, answers=known or {}))


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

    current: Current
    texts: Texts
    engine: Engine
    capabilities: Mapping[str, Capabilities]
    admins: frozenset[tuple[str, str]]
    """(channel, address) of administrators"""
    chance: Chance
    clock: Callable[[], datetime]
    """now, UTC"""
    passing: "Passing" = field(init=False)
    locate: Locate | None = None
    """asks a service on the internet where an address is, if one is configured; None for what is not found"""
    hears: bool = False
    """whether voice messages are recognised"""
    unsaid: Unsaid = field(default_factory=Unsaid)

    def __post_init__(self) -> None:
        fleeting = {name: dialog.steps[0].name for name, dialog in self.engine.dialogs.items() if dialog.fleeting}
        object.__setattr__(self, "passing", Passing(fleeting))

    @property
    def city(self) -> City:
        """The city as it is served now."""
        return self.current.city

    def role_of(self, channel: str, address: str, before: Role = Role.RESIDENT) -> Role:
        """The role somebody has from the configuration, or had before."""
        if (channel, address) in self.admins:
            return Role.ADMIN
        return Role.RESIDENT if before is Role.ADMIN else before
