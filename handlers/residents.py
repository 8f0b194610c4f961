"""Everything a resident reaches from anywhere: the start, the menu, help, settings, a human."""

from collections.abc import Mapping
from dataclasses import replace

from dialogs.consent import AGREE
from dialogs.speech import Json
from dialogs.state import Frame
from handlers import appeals as appeal_handlers
from handlers import cards, photos
from handlers.turn import Turn
from storage import appeals, calls, people
from storage.model.city import NOTICES, PERSONAL_DATA
from storage.model.numbers import whole
from storage.outbox import Lane

SHARED = "a"
"""first letter of a link's payload that leads to an appeal"""


async def welcome(turn: Turn, _argument: str = "") -> None:
    """Who we are, and the menu."""
    turn.park()
    turn.say("start.welcome", with_menu=True)
    remind_of_drafts(turn)


def remind_of_drafts(turn: Turn) -> None:
    """The latest draft, with a button to go on."""
    if drafts := turn.conversation.drafts:
        story = drafts[-1].answers.get("story") or ""
        turn.say("my.draft", [turn.button("resume", f"resume:{len(drafts) - 1}")], story=story)


async def open_link(turn: Turn, payload: str) -> None:
    """Somebody came by a link: to an appeal of a neighbour, or just here."""
    if not payload:
        await welcome(turn)
        return
    appeal = await appeals.find_shared(turn.connection, payload[1:]) if payload.startswith(SHARED) else None
    if appeal is None:
        turn.park()
        turn.say("links.unknown", with_menu=True)
    elif appeal.author_id == turn.person.id:
        await cards.show_to_author(turn, appeal)
    else:
        turn.park()
        await cards.show_to_neighbour(turn, appeal)


async def new_appeal(turn: Turn, _argument: str = "") -> None:
    """«Сообщить о проблеме»."""
    await begin_appeal(turn, {})


async def begin_appeal(turn: Turn, answers: Mapping[str, Json]) -> None:
    """Start an appeal with what is known; without consent that is asked first and nothing is stored."""
    if turn.consented:
        turn.follow(turn.start("file_appeal", answers))
    else:
        turn.house.unsaid.keep(turn.person.id, dict(answers))
        turn.follow(turn.start("consent", {"then": "file_appeal"}))


async def join(turn: Turn, token: str) -> None:
    """«Присоединиться»; without consent that is asked first."""
    if turn.consented:
        await appeal_handlers.join(turn, token)
    else:
        turn.follow(turn.start("consent", {"then": "join", "token": token}))


async def consent(turn: Turn, answers: Mapping[str, Json]) -> None:
    """The answer about personal data; what the person wanted goes on."""
    told = turn.house.unsaid.recall(turn.person.id)
    if answers["agreement"] != AGREE:
        turn.say("consent.refused", with_menu=True, wanted=answers["then"])
        return
    await record_consent(turn, PERSONAL_DATA)
    wanted = answers["notices"] == AGREE
    if wanted:
        await record_consent(turn, NOTICES)
    await people.change(turn.connection, turn.person.id, notices=wanted)
    version = turn.city.consent(PERSONAL_DATA).version
    turn.person = replace(
        turn.person, consented=True, consent_version=version, wishes=replace(turn.person.wishes, notices=wanted)
    )
    if answers["then"] == "join":
        await appeal_handlers.join(turn, answers["token"])
    else:
        turn.follow(turn.start("file_appeal", told))


async def record_consent(turn: Turn, kind: str) -> None:
    """The person agrees to the words of the pack as they are now."""
    asked = turn.city.consent(kind)
    await people.consent(turn.connection, turn.person.id, kind, asked.version, turn.now.utc, turn.person.channel)


async def compose(turn: Turn, argument: str) -> None:
    """«Составить обращение» from the card: the situation goes along, and the story and the place if still known."""
    known = dict(turn.house.unsaid.recall(turn.person.id))
    if known.get("situation") != argument:
        known = {}
    if argument in turn.city.situations:
        known["situation"] = argument
    await begin_appeal(turn, known)


async def show_help(turn: Turn, _argument: str = "") -> None:
    """What can be done here; moderators see their commands too."""
    buttons = [turn.button("human", "human"), turn.button("privacy", "command:privacy")]
    turn.say("start.help", [*buttons, turn.button("settings", "command:settings")], staff=turn.person.is_staff)


async def cancel(turn: Turn, _argument: str = "") -> None:
    """`/cancel`: drop what is open."""
    frame = turn.conversation.active
    turn.follow(turn.house.engine.drop(turn.conversation))
    await cancelled(turn, frame)


async def cancelled(turn: Turn, frame: Frame | None) -> None:
    """A dialog was cancelled: say so, and what can be done now."""
    await photos.discard(turn, frame)
    if frame and frame.dialog == "human":
        await end_talk(turn)
    elif frame:
        turn.say("engine.cancelled", with_menu=True, draft=turn.house.engine.keeps(frame))
    else:
        turn.say("engine.nothing_to_cancel", with_menu=True)


async def resume(turn: Turn, argument: str) -> None:
    """«Продолжить»: a draft is open again."""
    drafts = turn.conversation.drafts
    if (index := whole(argument)) is not None and index < len(drafts):
        turn.follow(turn.house.engine.resume(turn.conversation, index, turn.scene))
    else:
        turn.say("my.no_draft", with_menu=True)


async def settings(turn: Turn, argument: str = "") -> None:
    """Notices and quiet hours; each button switches one of them."""
    wishes = turn.person.wishes
    if argument in ("notices", "quiet", "reminders"):
        value = not getattr(wishes, argument)
        await people.change(turn.connection, turn.person.id, **{argument: value})
        if argument == "notices" and value:
            await record_consent(turn, NOTICES)
        elif argument == "notices":
            await people.withdraw_consent(turn.connection, turn.person.id, NOTICES, turn.now.utc)
        wishes = type(wishes)(**{**vars(wishes), argument: value})
    buttons = [
        turn.button("notices_off" if wishes.notices else "notices_on", "settings:notices"),
        turn.button("quiet_off" if wishes.quiet else "quiet_on", "settings:quiet"),
        turn.button("reminders_off" if wishes.reminders else "reminders_on", "settings:reminders"),
    ]
    turn.say("start.settings", buttons, in_place=True, wishes=wishes, staff=turn.person.is_staff)


async def human(turn: Turn, _argument: str = "") -> None:
    """«Позвать человека»: from now on every message goes to the moderators."""
    turn.follow(turn.start("human"))


async def pass_to_human(turn: Turn, answers: Mapping[str, Json]) -> None:
    """One message for the moderators; the next one goes there too."""
    call = await calls.open_call(turn.connection, turn.person.id, turn.now.utc)
    words = answers["words"]
    if turn.person.consented:
        await calls.add_words(turn.connection, call, turn.person.id, words, turn.now.utc)
    await calls.wait_again(turn.connection, call, turn.person.id)
    staff = [person for person in await people.staff(turn.connection) if person.id != turn.person.id]
    buttons = [turn.button("answer_call", f"answer_call:{call}")]
    draft = turn.conversation.drafts[-1].answers.get("story", "") if turn.conversation.drafts else ""
    for person in staff:
        capabilities = turn.house.capabilities[person.channel]
        reply = turn.house_reply("moderation.call", buttons, capabilities, words=words, call=call, draft=draft)
        turn.send(person, reply, Lane.NOTICE)
    ending = [turn.button("end_talk", "human_done")]
    name = "human.passed" if staff else "human.nobody_still" if answers.get("again") else "human.nobody"
    turn.say(name, ending, general=turn.city.general, consented=turn.person.consented)
    turn.conversation = turn.start("human", {"again": True}).conversation


async def end_talk(turn: Turn, _argument: str = "") -> None:
    """«Закончить разговор»."""
    await calls.close(turn.connection, turn.person.id, turn.now.utc)
    if turn.conversation.active and turn.conversation.active.dialog == "human":
        turn.follow(turn.house.engine.drop(turn.conversation))
    turn.say("human.ended", with_menu=True)
    remind_of_drafts(turn)
