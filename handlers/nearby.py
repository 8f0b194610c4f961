"""What a conversation needs of the database before it goes on: similar appeals nearby."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from dialogs.nearby import address_key
from dialogs.places import point_of
from dialogs.speech import Json
from dialogs.state import Frame
from dialogs.theme import situation_of
from handlers.turn import Turn
from storage import appeals
from storage.model.appeal import Appeal
from storage.model.territory import Point

RECENT = timedelta(days=60)
SHOWN = 3


async def similar(turn: Turn, frame: Frame) -> Json:
    """Open appeals of the same situation around the place, the nearest first."""
    situation = situation_of(replace(turn.scene, answers=frame.answers))
    if situation is None:
        return []
    where = frame.answers.get("place")
    point, address = point_of(where), address_key(where)
    since = turn.now.utc - RECENT
    area = appeals.Area(turn.city.id, situation.id, point, situation.radius / 1000, address)
    found = await appeals.around(turn.connection, area, since)
    near = sorted(
        (item for item in found if is_near(item, point, situation.radius, address)),
        key=lambda item: metres(item, point) or 0.0,
    )
    return [await described(turn, item, point) for item in near[:SHOWN]]


def is_near(appeal: Appeal, point: Point | None, radius: int, address: str) -> bool:
    """Whether an appeal is about the same place: within so many metres, or at the same address."""
    away = metres(appeal, point)
    return (away is not None and away <= radius) or bool(address and appeal.address == address)


def metres(appeal: Appeal, point: Point | None) -> float | None:
    """How far away an appeal is, None if that is not known."""
    return appeal.point.kilometres_to(point) * 1000 if appeal.point and point else None


async def described(turn: Turn, appeal: Appeal, point: Point | None) -> dict[str, Any]:
    """What is told of an appeal; nothing in it is its author's own."""
    return {
        "id": appeal.id,
        "token": appeal.share_token,
        "metres": metres(appeal, point),
        "status": appeal.status,
        "day": appeal.created_at.astimezone(turn.city.zone).date().isoformat(),
        "supporters": len(await appeals.supporters_of(turn.connection, appeal.id)),
        "own": appeal.author_id == turn.person.id,
    }


NEEDS: Mapping[str, Callable[[Turn, Frame], Awaitable[Json]]] = {"similar": similar}


async def fulfil(turn: Turn) -> None:
    """Find what the open step waits for, and go on with it."""
    while turn.need and turn.conversation.active:
        need, frame = turn.need, turn.conversation.active
        found = await NEEDS[need.name](turn, frame)
        turn.follow(turn.house.engine.fulfil(turn.conversation, need, found, turn.scene))
