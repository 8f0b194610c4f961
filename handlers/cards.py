"""How an appeal looks: to its author, to neighbours, to moderators."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from dialogs.advice import impersonal_place
from dialogs.speech import Button
from dialogs.texts.words import plain
from handlers.turn import Turn
from storage import appeals, doors, media
from storage.media import MediaState
from storage.model.appeal import CLOSED, UNDER_WAY, Appeal, Event, Kind, Status

TIMELINE = 8
"""latest changes of status that a card shows"""
VERDICTS = 5
"""latest verdicts with a score or words that a moderator's card shows"""
OPEN_TO_VERDICT = frozenset({Status.ANSWERED, Status.CONFIRMED, Status.DISPUTED})


async def facts(turn: Turn, appeal: Appeal) -> Mapping[str, Any]:
    """What the words of a card speak of."""
    situation = turn.city.situations.get(appeal.situation)
    history = await appeals.history(turn.connection, appeal.id)
    due = appeal.due_on if appeal.status in UNDER_WAY else None
    late = due is not None and due < turn.now.local.date()
    return {
        "appeal": appeal,
        "title": situation.title if situation else appeal.situation,
        "private": situation.private if situation else True,
        "near": impersonal_place(appeal.place),
        "ladder": turn.city.steps(situation) if situation else (),
        "body": turn.city.body(appeal.body, appeal.district, appeal.okrug) if appeal.body in turn.city.bodies else None,
        "district": turn.city.district(appeal.district),
        "timeline": timeline(history, turn),
        "additions": [event.words for event in history if event.kind is Kind.SUPPLEMENTED and event.words],
        "supporters": len(await appeals.supporters_of(turn.connection, appeal.id)),
        "status": turn.house.texts.label(f"status_{appeal.status}"),
        "closed": appeal.status in CLOSED,
        "due": None if late else due,
        "past": due if late else None,
    }


def timeline(history: Sequence[Event], turn: Turn) -> list[dict[str, Any]]:
    """The latest changes of status: when, what, with which words."""
    moved = [
        event
        for event in history
        if event.kind in (Kind.MOVED, Kind.OVERDUE) and (event.after or event.kind is Kind.OVERDUE)
    ]
    return [
        {
            "at": event.at.astimezone(turn.city.zone),
            "status": turn.house.texts.label(f"status_{event.after}" if event.after else "status_overdue"),
            "words": event.words,
        }
        for event in moved[-TIMELINE:]
    ]


async def show_to_author(turn: Turn, appeal: Appeal, *, in_place: bool = True) -> None:
    """The author's card."""
    number = appeal.id
    buttons = [turn.button("to_file", f"to_file:{number}")] if appeal.status is Status.READY else []
    buttons.append(turn.button("share", f"share:{number}"))
    if appeal.status in UNDER_WAY and turn.city.is_by_hand(appeal.body):
        buttons.insert(0, turn.button("got_answer", f"got_answer:{number}"))
    if appeal.status is Status.FORWARDED and turn.city.is_by_hand(appeal.body):
        buttons.append(turn.button("refile", f"filed:{number}"))
    if appeal.status in OPEN_TO_VERDICT:
        buttons += verdict_buttons(turn, appeal)
    if appeal.status not in CLOSED:
        buttons.append(turn.button("supplement", f"supplement:{number}"))
    if appeal.text:
        buttons += [turn.button("text", f"text:{number}"), turn.button("paper", f"paper:{number}")]
    if appeal.can_become(Status.WITHDRAWN):
        buttons.append(turn.button("withdraw", f"withdraw:{number}"))
    turn.say("card.author", [*buttons, turn.button("to_list", "my")], in_place=in_place, **await facts(turn, appeal))


async def show_to_neighbour(turn: Turn, appeal: Appeal, *, in_place: bool = True) -> None:
    """The public card: no name, no words of the author beyond the situation and the place."""
    joined = await appeals.is_supporter(turn.connection, appeal.id, turn.person.id)
    token = appeal.share_token
    buttons = [turn.button("share", f"pass_on:{token}")]
    if joined and appeal.status in OPEN_TO_VERDICT:
        buttons += verdict_buttons(turn, appeal)
    if joined:
        named = await appeals.name_of_supporter(turn.connection, appeal.id, turn.person.id)
        if appeal.status not in CLOSED:
            naming = (
                turn.button("unname_me", f"unname_me:{token}") if named else turn.button("name_me", f"name_me:{token}")
            )
            buttons.append(naming)
        buttons.append(turn.button("leave", f"leave:{token}"))
    elif appeal.status not in CLOSED:
        buttons.insert(0, turn.button("join", f"join:{token}"))
    turn.say("card.public", buttons, in_place=in_place, joined=joined, **await facts(turn, appeal))


async def show_to_moderator(turn: Turn, appeal: Appeal, *, in_place: bool = True, seen: bool = False) -> None:
    """The card with everything that a decision needs; photos follow it, unless they were seen with it just now."""
    every = [] if seen else await media.of_appeal(turn.connection, appeal.id)
    kept = [item.id for item in every if item.state is not MediaState.LOST]
    buttons = [turn.button(f"mod_{name}", f"{name}:{appeal.id}") for name in moves(appeal)]
    buttons.append(turn.button("mod_retheme", f"retheme:{appeal.id}"))
    buttons.append(turn.button("next", f"next:{appeal.id}"))
    about = await appeals.answer_round(turn.connection, appeal.id)
    verdicts = await appeals.verdicts_of(turn.connection, appeal.id, about) if about else ()
    solved = sum(row["solved"] for row in verdicts)
    told = [row for row in verdicts if row["score"] or row["comment"]][-VERDICTS:]
    about_result = {"solved": solved, "unsolved": len(verdicts) - solved, "verdicts": told}
    known = {**await facts(turn, appeal), **about_result}
    turn.say("card.moderator", buttons, in_place=in_place and not kept, media=kept, **known)


def moves(appeal: Appeal) -> list[str]:
    """What a moderator can do with an appeal as it stands: names of actions."""
    offered = {
        "accept": Status.ACCEPTED,
        "return": Status.RETURNED,
        "reject": Status.REJECTED,
        "forward": Status.FORWARDED,
        "begin": Status.IN_PROGRESS,
        "answer": Status.ANSWERED,
    }
    return [name for name, status in offered.items() if appeal.can_become(status)]


def verdict_buttons(turn: Turn, appeal: Appeal) -> list[Button]:
    """«Да, решено» and «Нет, не решено»."""
    return [turn.button(f"solved_{word}", f"verdict:{appeal.id}:{word}") for word in ("yes", "no")]


async def share(turn: Turn, appeal: Appeal) -> None:
    """The links that bring neighbours in: one a messenger, and ready ways to pass them on."""
    payload = f"a{appeal.share_token}"
    forms = await doors.links(turn.connection)
    links = {channel: form.replace("{}", payload) for channel, form in forms.items()}
    known = await facts(turn, appeal)
    invitation = quote(plain(turn.text("card.invitation", **known)))
    buttons = []
    for channel, messenger in turn.house.capabilities.items():
        if messenger.share and links:
            url = links.get(channel) or next(iter(links.values()))  # people pass on a link to where we are
            address = messenger.share.format(url=quote(url, safe=""), text=invitation)
            buttons.append(turn.button(f"share_{channel}", url=address))
    titled = {turn.house.capabilities[channel].title: link for channel, link in links.items()}
    turn.say("card.share", buttons, links=titled, payload=payload, **known)
