"""What moderators do: the queue, one card at a time, and the moves that lead an appeal on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from dialogs.speech import Json
from handlers import cards
from handlers.appeals import LAST_PAGE
from handlers.turn import Turn
from storage import appeals, calls, media, outbox, people
from storage.model.appeal import Actor, Appeal, Change, Kind, Status
from storage.model.numbers import MistypedNumber, read, whole
from storage.outbox import Lane, State

STATISTICS = ("status", "situation", "body")
PAGE = 8
"""appeals on one page of `/control`"""


async def queue(turn: Turn, _argument: str) -> None:
    """`/queue`: the appeal that waits longest; calls for a human are named first. What was half asked is dropped."""
    turn.park()
    waiting_calls = await calls.unanswered(turn.connection, 10)
    for call in waiting_calls:
        buttons = [turn.button("answer_call", f"answer_call:{call['id']}")]
        said = await calls.words_of(turn.connection, call["id"])
        turn.say("moderation.call", buttons, words="\n".join(row["words"] for row in said), call=call["id"])
    await show_next(turn, None)


async def next_in_queue(turn: Turn, argument: str) -> None:
    """«Следующее»."""
    before = await appeals.find(turn.connection, number) if (number := whole(argument)) is not None else None
    await show_next(turn, before)


async def show_next(turn: Turn, after: Appeal | None) -> None:
    """The next waiting appeal, or that there is none."""
    appeal = await appeals.waiting_after(turn.connection, after)
    count = await appeals.count_waiting(turn.connection)
    if appeal is None:
        buttons = [turn.button("queue", "queue")] if count else []
        turn.say("moderation.end" if count else "moderation.empty", buttons, count=count)
    else:
        turn.say("moderation.queue", count=count, after=after is not None)
        await cards.show_to_moderator(turn, appeal, in_place=False)


async def control(turn: Turn, argument: str) -> None:
    """`/control`: what was accepted and is not answered yet, the most urgent first, a page at a time."""
    turn.park()
    page = min(whole(argument) or 0, LAST_PAGE)
    count = await appeals.count_in_hand(turn.connection)
    found = await appeals.in_hand(turn.connection, PAGE, page * PAGE)
    buttons = [turn.button("number", f"card:{appeal.id}", number=appeal.number) for appeal in found]
    if page:
        buttons.append(turn.button("earlier", f"control:{page - 1}"))
    if (page + 1) * PAGE < count:
        buttons.append(turn.button("further", f"control:{page + 1}"))
    listed = [
        {
            "appeal": appeal,
            "title": situation_name(turn, appeal.situation),
            "status": turn.house.texts.label(f"status_{appeal.status}"),
        }
        for appeal in found
    ]
    turn.say("moderation.control", buttons, in_place=True, listed=listed, count=count, today=turn.now.local.date())


async def open_by_number(turn: Turn, argument: str) -> None:
    """`/appeal N`, or the question for the number."""
    turn.park()
    if not argument.strip():
        turn.follow(turn.start("find_appeal"))
        return
    try:
        appeal = await appeals.find(turn.connection, read(argument))
    except MistypedNumber:
        turn.say("moderation.mistyped", number=argument)
        return
    if appeal is None:
        turn.say("moderation.no_such", number=argument)
    else:
        await cards.show_to_moderator(turn, appeal)


async def find_appeal(turn: Turn, answers: Mapping[str, Json]) -> None:
    """The number that was asked for."""
    await open_by_number(turn, answers["number"])


async def movable(turn: Turn, argument: str, after: Status) -> Appeal | None:
    """The appeal, locked, if it can go there; otherwise the moderator is told who was first."""
    appeal = await appeals.find(turn.connection, number, lock=True) if (number := whole(argument)) is not None else None
    if appeal is None:
        turn.say("moderation.no_such", number=argument)
        return None
    if appeal.can_become(after):
        return appeal
    moved = [event for event in await appeals.history(turn.connection, appeal.id) if event.kind is Kind.MOVED]
    last = moved[-1]
    status = turn.house.texts.label(f"status_{appeal.status}")
    buttons = [turn.button("card", f"card:{appeal.id}"), turn.button("next", f"next:{appeal.id}")]
    at = last.at.astimezone(turn.city.zone)
    turn.say("moderation.too_late", buttons, appeal=appeal, status=status, at=at, last=last, me=turn.person.id)
    return None


async def move(turn: Turn, appeal: Appeal, change: Change) -> None:
    """Carry a move out and show the card as it is now."""
    moved = await appeals.apply(turn.connection, appeal, change, turn.now.utc)
    turn.toast = turn.text("moderation.done")
    await cards.show_to_moderator(turn, moved, seen=True)


def change_to(turn: Turn, after: Status, words: str = "") -> Change:
    """A moderator's move."""
    return Change(Kind.MOVED, Actor.MODERATOR, turn.person.id, words, after)


async def accept(turn: Turn, argument: str) -> None:
    """«Принять»."""
    if appeal := await movable(turn, argument, Status.ACCEPTED):
        await move(turn, appeal, change_to(turn, Status.ACCEPTED))


async def begin(turn: Turn, argument: str) -> None:
    """«В работе»."""
    if appeal := await movable(turn, argument, Status.IN_PROGRESS):
        await move(turn, appeal, change_to(turn, Status.IN_PROGRESS))


async def ask_return(turn: Turn, argument: str) -> None:
    """«Вернуть»: what is missing?"""
    if appeal := await movable(turn, argument, Status.RETURNED):
        turn.follow(turn.start("return_appeal", {"appeal": appeal.id}))


async def ask_reject(turn: Turn, argument: str) -> None:
    """«Отклонить»: for what reason?"""
    if appeal := await movable(turn, argument, Status.REJECTED):
        turn.follow(turn.start("reject_appeal", {"appeal": appeal.id}))


async def ask_forward(turn: Turn, argument: str) -> None:
    """«Передано»: under which number, until when?"""
    if appeal := await movable(turn, argument, Status.FORWARDED):
        turn.follow(turn.start("forward_appeal", {"appeal": appeal.id, "body": appeal.body}))


async def ask_answer(turn: Turn, argument: str) -> None:
    """«Есть ответ»: what was done?"""
    if appeal := await movable(turn, argument, Status.ANSWERED):
        turn.follow(turn.start("answer_appeal", {"appeal": appeal.id}))


async def return_appeal(turn: Turn, answers: Mapping[str, Json]) -> None:
    """Back to the author, with what is missing."""
    if appeal := await movable(turn, str(answers["appeal"]), Status.RETURNED):
        await move(turn, appeal, change_to(turn, Status.RETURNED, answers["missing"]))


async def reject_appeal(turn: Turn, answers: Mapping[str, Json]) -> None:
    """Not taken up, with the reason."""
    if appeal := await movable(turn, str(answers["appeal"]), Status.REJECTED):
        await move(turn, appeal, change_to(turn, Status.REJECTED, answers["reason"]))


async def forward_appeal(turn: Turn, answers: Mapping[str, Json]) -> None:
    """With the body now: its number and the due date."""
    if appeal := await movable(turn, str(answers["appeal"]), Status.FORWARDED):
        number, due = answers.get("official_number") or "", date.fromisoformat(answers["due"])
        change = replace(change_to(turn, Status.FORWARDED), official_number=number, due_on=due)
        await move(turn, appeal, change)


async def answer_appeal(turn: Turn, answers: Mapping[str, Json]) -> None:
    """The body has answered: words and photos for the author and the neighbours."""
    if not (appeal := await movable(turn, str(answers["appeal"]), Status.ANSWERED)):
        return
    shown = answers.get("photos") or ()
    ids = await media.add(turn.connection, turn.person.id, appeal.id, turn.person.channel, shown, turn.now.utc)
    await move(turn, appeal, replace(change_to(turn, Status.ANSWERED, answers["words"]), media=ids))


async def statistics(turn: Turn, _argument: str) -> None:
    """`/stats`: counts by status, situation and body, and what could not be delivered."""
    counts = {column: await appeals.counted_by(turn.connection, column) for column in STATISTICS}
    named: dict[str, Any] = {
        "statuses": [(turn.house.texts.label(f"status_{key}"), count) for key, count in counts["status"].items()],
        "situations": [(situation_name(turn, key), count) for key, count in counts["situation"].items()],
        "bodies": [(body_name(turn, key), count) for key, count in counts["body"].items()],
    }
    undelivered = await outbox.count(turn.connection, State.FAILED)
    turn.say("moderation.statistics", total=sum(counts["status"].values()), undelivered=undelivered, **named)


def situation_name(turn: Turn, key: str) -> str:
    """The title of a situation, its id if it left the pack."""
    situation = turn.city.situations.get(key)
    return situation.title if situation else key


def body_name(turn: Turn, key: str) -> str:
    """The name of a body, its id if it left the pack."""
    return turn.city.body_at_large(key) if key in turn.city.bodies else key


async def ask_answer_call(turn: Turn, argument: str) -> None:
    """«Ответить» under the words of a resident who asked for a human."""
    call = await calls.find(turn.connection, number) if (number := whole(argument)) is not None else None
    if call is None:
        turn.say("moderation.no_call")
    else:
        turn.follow(turn.start("answer_call", {"call": call["id"]}))


async def answer_call(turn: Turn, answers: Mapping[str, Json]) -> None:
    """The moderator's words go into the resident's conversation."""
    call = await calls.find(turn.connection, answers["call"])
    resident = (await people.find(turn.connection, [call["person_id"]]))[:1] if call else []
    if call is None or not resident or not resident[0].reachable:
        turn.say("moderation.no_call")
        return
    if resident[0].consented:
        await calls.add_words(turn.connection, call["id"], turn.person.id, answers["words"], turn.now.utc)
    await calls.answered(turn.connection, call["id"], turn.now.utc)
    buttons = [turn.button("write_more", "human"), turn.button("end_talk", "human_done")]
    capabilities = turn.house.capabilities[resident[0].channel]
    turn.send(resident[0], turn.house_reply("human.answer", buttons, capabilities, words=answers["words"]), Lane.REPLY)
    turn.say("moderation.call_answered", [turn.button("queue", "queue")])
