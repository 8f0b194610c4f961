"""«Куда обратиться»: who is responsible and why, how to reach them, what next; and the registry to browse."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dialogs.compose import okrug_of
from dialogs.engine import Advance
from dialogs.places import in_words
from dialogs.speech import Button, Json
from dialogs.theme import FORGOTTEN, OTHER, situation_of, titled, told
from dialogs.understanding.index import suggest
from dialogs.understanding.words import words_of
from handlers.turn import Turn
from storage import knowledge
from storage.model.city import City
from storage.model.facts import Body, Confidence, Contact
from storage.model.numbers import whole
from storage.model.situation import Situation

LIST = ("sphere", "group", "situation_any")
"""steps at which a theme is chosen from the whole list"""
UNDERSTOOD = 11.0
"""points of the best situation at which other words are taken for the story"""
SHORT_STORY = 7
"""words of both tellings: with fewer nothing is lost"""
TOLD_BY_RESIDENTS = ("find_body", "file_appeal")
"""conversations in which a resident tells what happened"""
CARRIED = ("story", "problem", "which", "situation", "land", "place", "district", "okrug")
"""answers that «Составить обращение» takes along"""


async def find(turn: Turn, _argument: str = "") -> None:
    """`/find`: the question what happened; the registry stands beside it."""
    turn.follow(turn.start("find_body"))


async def find_body(turn: Turn, answers: Mapping[str, Json]) -> None:
    """The card of what was found; nothing of it is stored, «Составить обращение» takes it from memory."""
    situation = situation_of(replace(turn.scene, answers=answers))
    if situation is None:
        turn.say("engine.stale", with_menu=True)
        return
    kept = {name: answers[name] for name in CARRIED if answers.get(name)}
    turn.house.unsaid.keep(turn.person.id, {**kept, "situation": situation.id})
    await note_other(turn, situation, answers)
    show(turn, situation, answers)


def show(turn: Turn, situation: Situation, answers: Mapping[str, Json]) -> None:
    """The card of a situation at a place."""
    district, place = answers.get("district"), answers.get("place")
    land = answers.get("land") if answers.get("land") in turn.city.lands else None
    here = [inner.id for inner in turn.city.okrugs if inner.district == district]
    body, why = turn.city.body_for(situation, land, district, okrug_of(answers.get("okrug"), here))
    rule = situation.rule_for(land, district)
    today = turn.now.local.date()
    facts: dict[str, Any] = {
        "situation": situation.at(land),
        "body": body,
        "why": why,
        "certain": rule.confidence is not Confidence.LOW,
        "ways": ways(turn, situation, body),
        "portals": turn.city.reports_of(situation),
        "late": situation.season if situation.season and not situation.season.holds(today) else None,
        "where": in_words(place, district, turn.city),
        "land": turn.city.lands[land].label if land and len(situation.lands) > 1 else "",
        "neighbour": turn.city.district(place.get("near")) if place else None,
    }
    turn.say("find_body.card", card_buttons(turn, situation), in_place=True, **facts)


def ways(turn: Turn, situation: Situation, body: Body) -> list[Contact]:
    """The ways to a body that are sure enough to be shown; the city's general ones if it has none of its own."""
    own = [contact for contact in body.contacts if contact.shown]
    reports = {portal.way.value for portal in turn.city.reports_of(situation)}
    others = [contact for contact in own if contact.value not in reports]
    return others if own or reports or body.find else [contact for contact in turn.city.general if contact.shown]


def card_buttons(turn: Turn, situation: Situation) -> list[Button]:
    """What can be done from the card."""
    buttons = [turn.button("compose", f"compose:{situation.id}")]
    if turn.city.steps(situation):
        buttons.append(turn.button("ladder", f"ladder:{situation.id}"))
    buttons.append(turn.button("passport", f"passport:{situation.id}"))
    buttons.append(turn.button("navigator", "nav:"))
    return [*buttons, turn.button("find_again", "command:find")]


def retold(turn: Turn) -> Advance | None:
    """What happened, told again in other words where only the list of themes was left; None if it is not that."""
    frame = turn.conversation.active
    if frame is None or frame.dialog not in TOLD_BY_RESIDENTS or frame.step not in LIST:
        return None
    if titled(turn.said.text, turn.city) or not is_understood(turn.said.text, turn.city):
        return None
    both = f"{frame.answers.get('story') or ''}. {turn.said.text}"
    text = both if is_understood(both, turn.city) and len(words_of(both)) > SHORT_STORY else turn.said.text
    gone = ("story", "problem", "which", *FORGOTTEN)
    kept = {name: value for name, value in frame.answers.items() if name not in gone}
    engine, scene = turn.house.engine, turn.scene
    begun = engine.start(replace(turn.conversation, active=None), frame.dialog, scene, kept)
    return engine.advance(begun.conversation, replace(turn.said, text=text), scene)


def is_understood(text: str, city: City) -> bool:
    """Whether the words themselves lead to a situation."""
    best = next(iter(suggest(text, city)), None)
    return best is not None and best.score >= UNDERSTOOD and not best.situation.fallback


async def show_card_again(turn: Turn, _argument: str) -> None:
    """«К карточке»: once more what was found, if it is still remembered."""
    known = turn.house.unsaid.recall(turn.person.id)
    situation = turn.city.situations.get(known.get("situation") or "")
    if situation is None:
        turn.say("find_body.card_gone", [turn.button("find_again", "command:find")])
    else:
        show(turn, situation, known)


async def show_body(turn: Turn, argument: str) -> None:
    """A situation chosen in the registry: the place is asked if it decides, then its card."""
    situation = turn.city.situations.get(argument)
    if situation is None:
        turn.say("engine.stale", with_menu=True)
        return
    advance = turn.start("find_body", {"story": "", "situation": situation.id})
    turn.follow(advance)
    if advance.finished:
        await find_body(turn, advance.finished.answers)


async def show_ladder(turn: Turn, argument: str) -> None:
    """«Если не помогут»: the next rungs."""
    situation = turn.city.situations.get(argument)
    if situation is None:
        turn.say("engine.stale", with_menu=True)
    else:
        again = [turn.button("card_again", "again:"), turn.button("find_again", "command:find")]
        buttons = [turn.button("compose", f"compose:{argument}"), *again]
        turn.say("find_body.ladder", buttons, situation=situation, steps=turn.city.steps(situation))


async def show_passport(turn: Turn, argument: str) -> None:
    """«Подробнее»: what the registry says of a situation, who does what in it, and the services."""
    situation = turn.city.situations.get(argument)
    if situation is None:
        turn.say("engine.stale", with_menu=True)
        return
    bodies = {
        (turn.city.body_at_large(rule.body), rule.why, tuple(name_of(turn, id) for id in rule.districts)): None
        for rule in situation.rules
    }
    services = [turn.city.services[id] for id in situation.services]
    rendered = [
        (service.name, turn.city.body_at_large(service.body), turn.city.bodies[service.body].level)
        for service in services
    ]
    curator = turn.city.body_at_large(situation.passport.curator) if situation.passport.curator else ""
    facts: dict[str, Any] = {"bodies": list(bodies), "services": rendered, "curator": curator}
    buttons = [turn.button("compose", f"compose:{argument}"), turn.button("card_again", "again:")]
    turn.say("find_body.passport", buttons, situation=situation, **facts)


def name_of(turn: Turn, district: str) -> str:
    """The name of a district."""
    known = turn.city.district(district)
    return known.name if known else district


async def browse(turn: Turn, argument: str = "") -> None:
    """«Навигатор»: spheres, their groups, their situations; `argument` is «», «sphere» or «sphere.group» by number."""
    turn.park()
    levels = [whole(part) for part in argument.split(".")] if argument else []
    spheres = unique(item.sphere for item in turn.city.situations.values())
    if not levels or levels[0] is None or levels[0] >= len(spheres):
        buttons = [turn.button("level", f"nav:{number}", name=name) for number, name in enumerate(spheres)]
        turn.say("find_body.spheres", [*buttons, turn.button("human", "human")], in_place=True)
        return
    sphere = spheres[levels[0]]
    groups = unique(item.group for item in turn.city.situations.values() if item.sphere == sphere)
    if len(levels) < 2 or levels[1] is None or levels[1] >= len(groups):
        buttons = [turn.button("level", f"nav:{levels[0]}.{number}", name=name) for number, name in enumerate(groups)]
        turn.say("find_body.groups", [*buttons, turn.button("back", "nav:")], in_place=True, sphere=sphere)
        return
    group = groups[levels[1]]
    inside = [item for item in turn.city.situations.values() if item.group == group]
    buttons = [turn.button("level", f"body:{item.id}", name=item.title) for item in inside]
    back = turn.button("back", f"nav:{levels[0]}")
    turn.say("find_body.group", [*buttons, back], in_place=True, sphere=sphere, group=group, situations=inside)


def unique(names: Any) -> list[str]:
    """Each name once, in the pack's order."""
    return list(dict.fromkeys(names))


async def note_other(turn: Turn, situation: Situation, answers: Mapping[str, Json]) -> None:
    """Words that were understood wrongly and fit no situation of the pack either go to the moderators' list too."""
    if situation.fallback and answers.get("situation") == OTHER and answers.get("story"):
        words = told(replace(turn.scene, answers=answers))
        await knowledge.note_unanswered(turn.connection, turn.city.id, words, turn.now.utc)


async def note_unanswered(turn: Turn) -> None:
    """Words that no situation was found for go to the moderators' list, without who said them."""
    frame, before = turn.conversation.active, turn.began.active
    if frame is None or frame.dialog not in TOLD_BY_RESIDENTS or frame.step != "sphere":
        return
    if before and before.step == "sphere":
        return
    scene = replace(turn.scene, answers=frame.answers)
    if frame.answers.get("story") and scene.answer("situation") is None:
        await knowledge.note_unanswered(turn.connection, turn.city.id, told(scene), turn.now.utc)
