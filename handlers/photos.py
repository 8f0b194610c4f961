"""Files of a draft: remembered at once, so that they are fetched while the conversation goes on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dialogs.file_appeal import MAX_PHOTOS, photos
from dialogs.places import place
from dialogs.recordings import FILES, sent_with
from dialogs.state import Frame
from dialogs.steps import Accepted
from handlers.turn import Turn
from storage import media
from storage.model.numbers import whole

DIALOG = "file_appeal"


def beside(turn: Turn) -> bool:
    """Photos that come while something else is asked are kept for the appeal; whether that is what happened."""
    frame = turn.conversation.active
    if frame is None or frame.dialog != DIALOG or not turn.said.attachments or frame.step in takes_itself(turn):
        return False
    heard = photos(turn.said, turn.scene)
    if not isinstance(heard, Accepted):
        return False
    kept = [*(frame.answers.get("photos") or ()), *heard.value][:MAX_PHOTOS]
    engine = turn.house.engine
    put = engine.put(turn.conversation, {"photos": kept})
    asked = engine.repeat(put, turn.scene, turn.text("photos.kept", count=len(kept)))
    together = tuple(replace(reply, topic=f"{DIALOG}.beside") for reply in asked.replies)
    turn.follow(replace(asked, replies=together))
    return True


def takes_itself(turn: Turn) -> tuple[str, ...]:
    """The steps that take such photos as an answer: the story only with words."""
    return ("story", "photos") if turn.said.text.strip() else ("photos",)


async def remember(turn: Turn) -> None:
    """Files of the open draft that are not remembered yet are, and the draft knows them by our number."""
    frame = turn.conversation.active
    if frame is None or frame.dialog != DIALOG or not turn.person.consented:
        return
    for name in FILES:
        sent = frame.answers.get(name) or ()
        new = [item for item in sent if "id" not in item]
        if new:
            ids = await media.add(turn.connection, turn.person.id, None, turn.person.channel, new, turn.now.utc)
            numbers = iter(ids)
            named = [item if "id" in item else {**item, "id": next(numbers)} for item in sent]
            frame = frame.with_answer(name, named)
    turn.conversation = replace(turn.conversation, active=frame)


async def leave_lost(turn: Turn) -> None:
    """Files that could not be kept, of which their owner was told, are no part of the open draft any more."""
    frame = turn.conversation.active
    sent = sent_with(frame.answers) if frame and frame.dialog == DIALOG else []
    known = await media.find(turn.connection, [item["id"] for item in sent if "id" in item]) if sent else []
    lost = {item.id for item in known if item.state is media.MediaState.LOST}
    if frame is None or not lost:
        return
    for name in FILES:
        if items := frame.answers.get(name):
            frame = frame.with_answer(name, [item for item in items if item.get("id") not in lost])
    turn.conversation = replace(turn.conversation, active=frame)


def shown(frame: Frame | None) -> Sequence[dict[str, Any]]:
    """The photos of a draft."""
    return (frame.answers.get("photos") or ()) if frame and frame.dialog == DIALOG else ()


async def discard(turn: Turn, frame: Frame | None) -> None:
    """The files of a draft that was given up are forgotten."""
    ids = [item["id"] for item in sent_with(frame.answers) if "id" in item] if frame else []
    if ids:
        turn.unneeded_files += await media.drop(turn.connection, turn.person.id, ids)


async def take_place(turn: Turn, argument: str) -> None:
    """«Взять это место»: where a photo of the open draft was taken becomes its place."""
    number, frame = whole(argument), turn.conversation.active
    mine = number in {item.get("id") for item in shown(frame)}
    point = await media.taken_at(turn.connection, turn.person.id, number) if number is not None and mine else None
    heard = place(replace(turn.said, press=None, location=point), turn.scene) if point else None
    if not isinstance(heard, Accepted):
        turn.say("photos.place_gone")
        return
    gone = ("place", "district", "okrug", "nearby", "nearby.")
    engine = turn.house.engine
    put = engine.put(turn.conversation, {**heard.also, "place": heard.value}, gone)
    turn.follow(engine.go_on(put, turn.scene, before=turn.text("photos.place_taken")))
