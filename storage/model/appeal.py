"""The life of an appeal: its statuses, the one table of allowed changes, and the facts recorded about it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from storage.model.numbers import written
from storage.model.territory import Point


class Status(StrEnum):
    """Where an appeal stands."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    READY = "ready"
    FORWARDED = "forwarded"
    IN_PROGRESS = "in_progress"
    PLANNED = "planned"
    ANSWERED = "answered"
    DECLINED = "declined"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    ESCALATED = "escalated"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


S = Status
TRANSITIONS: dict[Status, frozenset[Status]] = {
    S.SUBMITTED: frozenset({S.ACCEPTED, S.RETURNED, S.REJECTED, S.WITHDRAWN, S.MERGED}),
    S.RETURNED: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.REJECTED: frozenset(),
    S.ACCEPTED: frozenset(
        {S.READY, S.FORWARDED, S.IN_PROGRESS, S.ANSWERED, S.DECLINED, S.RETURNED, S.REJECTED, S.WITHDRAWN, S.MERGED}
    ),
    S.READY: frozenset({S.FORWARDED, S.WITHDRAWN, S.MERGED}),
    S.FORWARDED: frozenset({S.IN_PROGRESS, S.PLANNED, S.ANSWERED, S.DECLINED, S.ESCALATED, S.WITHDRAWN, S.MERGED}),
    S.IN_PROGRESS: frozenset({S.FORWARDED, S.PLANNED, S.ANSWERED, S.DECLINED, S.ESCALATED, S.WITHDRAWN, S.MERGED}),
    S.PLANNED: frozenset({S.IN_PROGRESS, S.ANSWERED, S.DECLINED, S.ESCALATED, S.WITHDRAWN, S.MERGED}),
    S.ANSWERED: frozenset({S.CONFIRMED, S.DISPUTED}),
    S.DECLINED: frozenset({S.DISPUTED, S.ESCALATED, S.WITHDRAWN}),
    S.CONFIRMED: frozenset({S.DISPUTED}),
    S.DISPUTED: frozenset(
        {S.FORWARDED, S.IN_PROGRESS, S.PLANNED, S.ANSWERED, S.DECLINED, S.ESCALATED, S.CONFIRMED, S.WITHDRAWN, S.MERGED}
    ),
    S.ESCALATED: frozenset({S.FORWARDED, S.IN_PROGRESS, S.PLANNED, S.ANSWERED, S.DECLINED, S.WITHDRAWN, S.MERGED}),
    S.WITHDRAWN: frozenset(),
    S.MERGED: frozenset(),
}

WAITING = (S.SUBMITTED, S.DISPUTED)
"""what moderators have to look at, in `/queue`"""
CLOSED = frozenset({S.REJECTED, S.CONFIRMED, S.WITHDRAWN, S.MERGED})
"""nothing more is expected to happen"""
UNDER_WAY = frozenset({S.FORWARDED, S.IN_PROGRESS, S.PLANNED, S.ESCALATED})
"""the responsible body has it, so the due date runs"""
IN_HAND = (S.ACCEPTED, *sorted(UNDER_WAY))
"""what moderators have to lead on, in `/control`"""


class ForbiddenTransition(ValueError):
    """The appeal cannot go from where it stands to there; somebody may have been quicker."""


class Kind(StrEnum):
    """What an event of an appeal's history tells."""

    MOVED = "moved"
    SUPPLEMENTED = "supplemented"
    JOINED = "joined"
    LEFT = "left"
    OVERDUE = "overdue"
    UNFILED = "unfiled"
    UNSENT = "unsent"
    CORRECTED = "corrected"
    VERDICT = "verdict"


class Actor(StrEnum):
    """In which role somebody did it."""

    AUTHOR = "author"
    SUPPORTER = "supporter"
    MODERATOR = "moderator"
    SYSTEM = "system"


@dataclass(frozen=True)
class Appeal:
    """One appeal as it stands now."""

    id: int
    author_id: int | None
    """None after the author's data were erased"""
    city: str
    situation: str
    body: str
    land: str | None
    district: str | None
    okrug: str | None
    place: str
    point: Point | None
    text: str
    status: Status
    created_at: datetime
    changed_at: datetime
    moderate_by: date
    due_on: date | None
    official_number: str
    share_token: str
    address: str = ""
    """street and house as they are compared, empty unless both are known"""

    @property
    def number(self) -> str:
        """As shown to people: «1001-9»."""
        return written(self.id)

    def can_become(self, status: Status) -> bool:
        """Whether TRANSITIONS allows this change."""
        return status in TRANSITIONS[self.status]


@dataclass(frozen=True)
class NewAppeal:
    """An appeal that is about to be filed."""

    author_id: int
    city: str
    situation: str
    body: str
    land: str | None
    district: str | None
    okrug: str | None
    place: str
    point: Point | None
    text: str
    answers: dict[str, Any]
    moderate_by: date
    share_token: str
    status: Status = Status.SUBMITTED
    address: str = ""


@dataclass(frozen=True)
class Event:
    """One line of an appeal's history; the log is append-only."""

    id: int
    appeal_id: int
    at: datetime
    kind: Kind
    actor: Actor
    actor_id: int | None
    actor_name: str
    before: Status | None
    after: Status | None
    words: str = ""
    media: tuple[int, ...] = ()


@dataclass(frozen=True)
class Change:
    """What somebody does to an appeal: the event to be."""

    kind: Kind
    actor: Actor
    actor_id: int | None
    words: str = ""
    after: Status | None = None
    official_number: str | None = None
    due_on: date | None = None
    media: tuple[int, ...] = field(default=())
