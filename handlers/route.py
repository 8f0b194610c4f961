"""What a thing somebody did means: a danger, a link, a button, a command, an answer, or the story of a new appeal."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from dialogs.engine import Advance
from dialogs.file_appeal import photos, story
from dialogs.places import place
from dialogs.recordings import FILES, RECORDINGS, recording
from dialogs.speech import Json
from dialogs.steps import Accepted, Rejected
from dialogs.texts.words import Texts, same
from dialogs.understanding.dangers import dangers_in
from dialogs.understanding.talk import talk_in
from dialogs.understanding.words import words_of
from handlers import finding, residents
from handlers.nearby import fulfil
from handlers.photos import beside, leave_lost, remember
from handlers.recordings import aloud
from handlers.tables import ACTIONS, COMMANDS, OUTCOMES, STAFF_ACTIONS, Command
from handlers.turn import Turn
from storage import people

NAMED = {command.name: command for command in COMMANDS}
LEADING = {"greeting": "start", "status": "my", "human": "human"}
"""kinds of talk that a command answers"""
MERE_INSULT = 2
"""words"""
NO_ANSWER = ("thanks", "greeting", "about_bot", "insult")
"""kinds of talk that answer no question of ours; «ок» may"""
UNKNOWN_COMMAND = re.compile(r"/[^\W\d]{2,32}(@\w+)?( .*)?")


async def take(turn: Turn) -> None:
    """Do what the person wants; everything that follows is in the turn."""
    said = turn.said
    await leave_lost(turn)
    if said.stopped:
        await people.change(turn.connection, turn.person.id, reachable=False)
    elif said.edited:
        edited(turn)
    elif said.press:
        await pressed(turn, said.press.data)
    elif said.link is not None:
        await residents.open_link(turn, said.link)
    elif found := command_in(turn):
        command, argument = found
        await command.handler(turn, argument)
    else:
        warn(turn)
        await told(turn)
    await fulfil(turn)
    await remember(turn)
    await finding.note_unanswered(turn)


async def pressed(turn: Turn, data: str) -> None:
    """A button: an answer to the open question, a command of the menu, or an action on something."""
    name, _, argument = data.partition(":")
    if name == "q":
        await follow(turn, turn.house.engine.advance(turn.conversation, turn.said, turn.scene))
    elif name == "command" and argument in NAMED and not NAMED[argument].staff:
        await NAMED[argument].handler(turn, "")
    elif name in ACTIONS:
        await ACTIONS[name](turn, argument)
    elif name in STAFF_ACTIONS and turn.person.is_staff:
        await STAFF_ACTIONS[name](turn, argument)
    else:
        turn.say("engine.stale", with_menu=True)


def command_in(turn: Turn) -> tuple[Command, str] | None:
    """The command that was typed: `/name argument`, its label in the menu, or one of its words."""
    text = turn.said.text.strip()
    if text.startswith("/"):
        first, _, argument = text.partition(" ")
        command = NAMED.get(first[1:].partition("@")[0].lower())
    else:
        command, argument = spoken(turn.house.texts).get(same(text)), ""
    if command is None or (command.staff and not turn.person.is_staff):
        return None
    return command, argument


@lru_cache(maxsize=8)
def spoken(texts: Texts) -> Mapping[str, Command]:
    """The words that call a command without a slash."""
    found: dict[str, Command] = {}
    for command in reversed(COMMANDS):
        words = {texts.label(command.name)} if texts.has(f"buttons.{command.name}") else set()
        if texts.has(f"commands.{command.name}_words"):
            words |= set(texts.say(f"commands.{command.name}_words").split(", "))
        found |= {same(word): command for word in words}
    return found


def warn(turn: Turn) -> None:
    """Words that mean danger bring the numbers to call before anything else, once in each draft."""
    if not turn.said.text or turn.person.is_staff:
        return
    frame = turn.conversation.active
    before = dangers_in(str(frame.answers.get("story") or ""), turn.city) if frame else ()
    for danger in dangers_in(turn.said.text, turn.city)[:1]:
        if danger not in before:
            turn.say("emergency.danger", danger=danger)


def edited(turn: Turn) -> None:
    """Other words in an earlier message: it is told how to bring them in, and the open question is asked again."""
    frame = turn.conversation.active
    warn(turn)
    words = turn.text("unexpected.edited", draft=frame is not None and frame.dialog == "file_appeal")
    if frame:
        turn.follow(turn.house.engine.repeat(turn.conversation, turn.scene, words))
    else:
        turn.say("unexpected.edited", draft=False, with_menu=True)


async def told(turn: Turn) -> None:
    """No command: an answer to the open question, or else the story of a new appeal."""
    if UNKNOWN_COMMAND.fullmatch(turn.said.text.strip()):
        turn.say("start.unknown_command", with_menu=True)
    elif beside(turn) or aloud(turn) or beforehand(turn):
        return
    elif again := finding.retold(turn):
        await follow(turn, again)
    elif turn.conversation.active and not (is_chat(turn) and await chatted(turn)):
        await follow(turn, turn.house.engine.advance(turn.conversation, turn.said, turn.scene))
    elif turn.conversation.active or await chatted(turn):
        return
    elif same(turn.said.text) in turn.house.texts.labels:
        turn.say("unexpected.label", [turn.button("my", "my")], with_menu=True)
    elif isinstance(heard := story(turn.said, turn.scene), Accepted):
        await residents.begin_appeal(turn, {**heard.also, "story": heard.value})
    elif found := kept(turn):
        turn.say("unexpected.kept_voice" if turn.said.recording else "unexpected.kept")
        await residents.begin_appeal(turn, found)
    else:
        turn.say(f"unexpected.{kind(turn, heard)}", with_menu=True, **heard.facts)


def is_chat(turn: Turn) -> bool:
    """Whether thanks and the like are no answer to the open question: to what happened, none is; elsewhere few are."""
    frame = turn.conversation.active
    if frame is None or frame.dialog not in finding.TOLD_BY_RESIDENTS or turn.said.press:
        return False
    if same(turn.said.text) in turn.house.texts.labels:
        return False
    kind = talk_in(turn.said.text, turn.city)
    if kind == "insult" and frame.step.startswith("details."):
        return len(words_of(turn.said.text)) <= MERE_INSULT  # «бабушка не может выйти, уроды» is an answer
    return frame.step == "story" or kind in NO_ANSWER


async def chatted(turn: Turn) -> bool:
    """Thanks, a greeting, a question about the bot and the like: answered kindly, and nothing is begun."""
    kind = talk_in(turn.said.text, turn.city) if turn.said.text and not turn.said.attachments else ""
    if not kind or dangers_in(turn.said.text, turn.city):
        return False
    open_question = turn.conversation.active is not None
    if open_question and (kind == "greeting" or kind not in LEADING):
        words = turn.house.texts.say(f"talk.{kind}", open=True, city=turn.city)
        turn.follow(turn.house.engine.repeat(turn.conversation, turn.scene, words))
    elif kind in LEADING:
        await NAMED[LEADING[kind]].handler(turn, "")
    else:
        turn.say(f"talk.{kind}", with_menu=True, open=False)
    return True


def beforehand(turn: Turn) -> bool:
    """What is told while the consent is asked is kept in memory until it is given; whether that is what happened."""
    frame, engine = turn.conversation.active, turn.house.engine
    if frame is None or frame.dialog != "consent" or frame.answers.get("then") != "file_appeal":
        return False
    before = turn.house.unsaid.recall(turn.person.id)
    found = {name: [*(before.get(name) or ()), *item] if name in FILES else item for name, item in kept(turn).items()}
    words = f"{before['story']}. {turn.said.text}" if before.get("story") else turn.said.text
    heard = story(replace(turn.said, text=words, attachments=()), turn.scene)
    is_label = same(turn.said.text) in turn.house.texts.labels
    if not is_label and finding.is_understood(turn.said.text, turn.city) and isinstance(heard, Accepted):
        found["story"] = heard.value
    if not found:
        return False
    turn.house.unsaid.keep(turn.person.id, {**before, **found})
    asked = engine.repeat(turn.conversation, turn.scene, turn.text("consent.kept"))
    turn.follow(replace(asked, replies=tuple(replace(reply, topic="consent.kept") for reply in asked.replies)))
    return True


def kept(turn: Turn) -> dict[str, Json]:
    """A photo, a voice message or a place out of the blue: the answer to a question that is still to come."""
    shown = photos(turn.said, turn.scene) if turn.said.attachments else None
    where = place(turn.said, turn.scene) if turn.said.location else None
    said = recording(turn.said, {}) if turn.said.recording else None
    found: dict[str, Json] = {RECORDINGS: said.value} if isinstance(said, Accepted) else {}
    for step, heard in (("photos", shown), ("place", where)):
        if isinstance(heard, Accepted):
            found |= {**heard.also, step: heard.value}
    return found


def kind(turn: Turn, why: Rejected) -> str:
    """What it was that came out of the blue."""
    said = turn.said
    if said.attachments:
        return "attachment"
    if said.location:
        return "location"
    return said.other or why.reason


async def follow(turn: Turn, advance: Advance) -> None:
    """Take over what the engine did; a complete dialog is carried out."""
    turn.follow(advance)
    if advance.finished:
        dialog = turn.house.engine.dialogs[advance.finished.dialog]
        await OUTCOMES[dialog.outcome](turn, advance.finished.answers)
    if advance.cancelled:
        await residents.cancelled(turn, advance.cancelled)
