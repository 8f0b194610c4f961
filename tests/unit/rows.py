"""Rows for tests of queries: people and appeals as the program itself would store them."""

from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any

from storage import appeals, people
from storage.database import Connection
from storage.model.appeal import Appeal, NewAppeal
from storage.model.person import Person, Role
from storage.model.territory import Point
from tests.unit.given import MONDAY

NUMBERS = count(1)


async def resident(connection: Connection, address: str = "1001", channel: str = "telegram") -> Person:
    """Somebody who wrote for the first time."""
    return await people.meet(connection, channel, address, Role.RESIDENT, "", MONDAY)


async def moderator(connection: Connection, address: str = "9001", name: str = "Ольга Модераторова") -> Person:
    """Somebody who decides."""
    return await people.meet(connection, "vk", address, Role.MODERATOR, name, MONDAY)


async def filed(
    connection: Connection,
    author: int,
    now: datetime = MONDAY,
    *,
    text: str = "Провалился асфальт",
    place: str = "Вавиловых, 4",
    point: Point | None = None,
    answers: Mapping[str, Any] | None = None,
) -> Appeal:
    """An appeal that was just filed."""
    new = NewAppeal(
        author_id=author,
        city="saint_petersburg",
        situation="ground_collapse",
        body="managing_organization",
        land="yard_house",
        district="kalininsky",
        okrug=None,
        place=place,
        point=point,
        text=text,
        answers=dict(answers or {}),
        moderate_by=now.date(),
        share_token=f"secret-{next(NUMBERS)}",
    )
    return await appeals.file(connection, new, now)
