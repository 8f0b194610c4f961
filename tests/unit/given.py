"""What tests are given: the real city and words, a moment, a person, and things said."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from bot.channels import CHANNELS
from dialogs.speech import Capabilities, Moment
from dialogs.steps import Scene
from dialogs.texts.words import Texts
from storage.model.appeal import Appeal, Status
from storage.model.city import City
from storage.model.person import Person, Role
from storage.pack.layers import CITIES
from storage.pack.reading import read_pack

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""noon in Saint Petersburg, on a working day"""


@cache
def city() -> City:
    """Saint Petersburg as its pack has it."""
    return read_pack(CITIES / "saint_petersburg")


@cache
def texts() -> Texts:
    """Every word the bot says."""
    return Texts()


def moment(utc: datetime = MONDAY) -> Moment:
    """A moment in the city's zone."""
    return Moment(utc, utc.astimezone(city().zone))


def capabilities(channel: str) -> Capabilities:
    """What a messenger can show."""
    return CHANNELS[channel].capabilities


def scene(channel: str = "telegram", utc: datetime = MONDAY, answers: Mapping[str, Any] | None = None) -> Scene:
    """Everything a step is handed."""
    person = Person(1, channel, "1001", Role.RESIDENT, consented=True)
    return Scene(city(), moment(utc), person, capabilities(channel), texts(), dict(answers or {}))


def appeal(status: Status = Status.SUBMITTED) -> Appeal:
    """An appeal that is not stored anywhere."""
    return Appeal(
        id=1,
        author_id=1,
        city="saint_petersburg",
        situation="ground_collapse",
        body="managing_organization",
        land="yard_house",
        district="kalininsky",
        okrug=None,
        place="Вавиловых, 4",
        point=None,
        text="Провалился асфальт",
        status=status,
        created_at=MONDAY,
        changed_at=MONDAY,
        moderate_by=MONDAY.date(),
        due_on=None,
        official_number="",
        share_token="token",
    )
