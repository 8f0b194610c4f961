"""Voice messages: kept for the open draft; what was heard in one is taken for an answer."""

from dataclasses import replace

from dialogs.recordings import RECORDINGS, recording
from dialogs.steps import Accepted
from handlers.photos import DIALOG
from handlers.turn import Turn
from storage import media
from storage.model.numbers import whole


def aloud(turn: Turn) -> bool:
    """A voice message while an appeal is being written is kept for it; whether that is what happened."""
    frame, engine = turn.conversation.active, turn.house.engine
    if turn.said.recording is None or frame is None or frame.dialog != DIALOG:
        return False
    heard = recording(turn.said, frame.answers)
    if isinstance(heard, Accepted):
        kept = engine.put(turn.conversation, {RECORDINGS: heard.value})
        words = turn.text("recordings.kept", hears=turn.house.hears)
    else:
        kept, words = turn.conversation, turn.text(f"recordings.{heard.reason}", **heard.facts)
    turn.follow(engine.repeat(kept, turn.scene, words))
    return True


async def take_words(turn: Turn, argument: str) -> None:
    """«Взять эти слова»: what was heard in a voice message of the open draft answers the open question."""
    number, frame = whole(argument), turn.conversation.active
    mine = frame is not None and number in {item.get("id") for item in frame.answers.get(RECORDINGS) or ()}
    words = await media.words_of(turn.connection, turn.person.id, number) if number is not None and mine else ""
    if not words:
        turn.say("recordings.gone")
        return
    said = replace(turn.said, press=None, text=words)
    turn.follow(turn.house.engine.advance(turn.conversation, said, turn.scene))
