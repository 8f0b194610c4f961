"""Getting an appeal to the body by the resident's own hand: portals, paper, and what they tell us of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from dialogs.compose import Facts, compose, facts_of, report
from dialogs.file_oneself import PAPER, due_of
from dialogs.speech import Button, Json
from handlers import cards
from handlers.turn import Turn
from storage import appeals, media
from storage.model.appeal import CLOSED, UNDER_WAY, Actor, Appeal, Change, Kind, Status
from storage.model.facts import Body, Portal
from storage.model.numbers import whole
from storage.model.situation import Situation


@dataclass(frozen=True)
class Filing:
    """An appeal that its author has to file: about what, to whom, and where that can be done."""

    appeal: Appeal
    situation: Situation
    body: Body
    portals: tuple[Portal, ...]

    @property
    def has_choice(self) -> bool:
        """Whether it can be a report or an appeal by law."""
        return len({portal.kind for portal in self.portals}) > 1


def filing_of(turn: Turn, appeal: Appeal) -> Filing | None:
    """How an appeal gets to its body, None if either left the pack."""
    situation = turn.city.situations.get(appeal.situation)
    if situation is None or appeal.body not in turn.city.bodies:
        return None
    body = turn.city.body(appeal.body, appeal.district, appeal.okrug)
    portals = turn.city.portals_for(situation, body) if body.submission == "portal" else ()
    return Filing(appeal, situation, body, portals)


async def own(turn: Turn, argument: str) -> Appeal | None:
    """The person's own appeal with this id, locked; otherwise they are told that there is none."""
    appeal = await appeals.find(turn.connection, number, lock=True) if (number := whole(argument)) is not None else None
    if appeal is None or appeal.author_id != turn.person.id:
        turn.say("my.foreign", [turn.button("my", "my")])
        return None
    return appeal


async def own_filing(turn: Turn, argument: str) -> Filing | None:
    """The person's own appeal that waits to be filed; otherwise they are shown what it is now."""
    appeal = await own(turn, argument)
    if appeal is None:
        return None
    filing = filing_of(turn, appeal)
    if filing is None or appeal.status not in (Status.READY, Status.FORWARDED):
        await cards.show_to_author(turn, appeal)
        return None
    return filing


async def show_ways(turn: Turn, argument: str) -> None:
    """«Подать»: where this can be filed, and what each way means."""
    if filing := await own_filing(turn, argument):
        offer_ways(turn, filing, in_place=True)


def offer_ways(turn: Turn, filing: Filing, *, in_place: bool = False) -> None:
    """The ways with a button each."""
    number = filing.appeal.id
    buttons = [
        turn.button(f"file_{portal.kind}", f"file_at:{number}:{portal.id}", name=portal.name)
        for portal in filing.portals
    ]
    buttons.append(turn.button("paper", f"paper:{number}"))
    buttons += [turn.button("filed", f"filed:{number}"), turn.button("card", f"card:{number}")]
    turn.say("filing.ways", buttons, in_place=in_place, filing=filing, appeal=filing.appeal)


async def show_portal(turn: Turn, argument: str) -> None:
    """One portal: its steps, then the text and the photos to be put there."""
    named, _, id = argument.partition(":")
    filing = await own_filing(turn, named)
    if filing is None:
        return
    portal = next((portal for portal in filing.portals if portal.id == id), None)
    if portal is None:
        offer_ways(turn, filing)
        return
    text = await text_for(turn, filing, portal)
    here = [turn.button("open_portal", url=portal.address(filing.situation.reasons))]
    turn.say("filing.portal", here, filing=filing, portal=portal, copying=turn.capabilities.copying)
    shown = [item.id for item in await media.photos_of(turn.connection, filing.appeal.id)]
    number = filing.appeal.id
    buttons = [*copied(turn, text, filing.appeal), turn.button("filed", f"filed:{number}:{portal.id}")]
    buttons.append(turn.button("card", f"card:{number}"))
    turn.say("filing.text", buttons, text=text, media=shown)


def copied(turn: Turn, text: str, appeal: Appeal) -> list[Button]:
    """Buttons that copy the text and the place, as far as the messenger can."""
    room = turn.capabilities.copying
    buttons = [replace(turn.button("copy_text"), copy=text), replace(turn.button("copy_place"), copy=appeal.place)]
    return [button for button in buttons if 0 < len(button.copy) <= room]


async def text_for(turn: Turn, filing: Filing, portal: Portal) -> str:
    """What is put into the form of a portal: the short text for a report, the whole one for an appeal."""
    if portal.is_appeal:
        return filing.appeal.text
    return report(await facts(turn, filing), turn.house.texts)


async def facts(turn: Turn, filing: Filing) -> Facts:
    """What the appeal says."""
    answers = await appeals.answers_of(turn.connection, filing.appeal.id)
    return facts_of(answers, filing.situation, turn.city)


async def text_of(turn: Turn, appeal: Appeal, answers: Mapping[str, Json]) -> str:
    """The text of an appeal with other answers; the one it has if its situation left the pack."""
    situation = turn.city.situations.get(appeal.situation)
    if situation is None:
        return appeal.text
    photos = [item.id for item in await media.photos_of(turn.connection, appeal.id)]
    return compose(facts_of({**answers, "photos": photos}, situation, turn.city), turn.house.texts)


async def ask_filed(turn: Turn, argument: str) -> None:
    """«Я подал»: under which number, when; told again, it corrects what was told before."""
    number, _, portal = argument.partition(":")
    if not (filing := await own_filing(turn, number)):
        return
    known = {"appeal": filing.appeal.id, "body": filing.body.id, "situation": filing.situation.id}
    if portal in {portal.id for portal in filing.portals}:
        known["portal"] = portal
    elif portal == PAPER or not filing.portals:
        known["portal"] = PAPER
    turn.follow(turn.start("file_oneself", known))


async def file_oneself(turn: Turn, answers: Mapping[str, Json]) -> None:
    """The author has filed: the due date runs."""
    filing = await own_filing(turn, str(answers["appeal"]))
    if filing is None:
        return
    told = answers.get("due")
    due = date.fromisoformat(told) if told else due_of(turn.city, answers)
    number = answers.get("official_number") or ""
    moved = filing.appeal.status is Status.READY
    kind, after = (Kind.MOVED, Status.FORWARDED) if moved else (Kind.CORRECTED, None)
    change = Change(kind, Actor.AUTHOR, turn.person.id, after=after, official_number=number, due_on=due)
    changed = await appeals.apply(turn.connection, filing.appeal, change, turn.now.utc)
    buttons = [turn.button("share", f"share:{changed.id}"), turn.button("card", f"card:{changed.id}")]
    turn.say("filing.done", buttons, appeal=changed, by_law=told is None, filing=filing)


async def ask_answer(turn: Turn, argument: str) -> None:
    """«Мне ответили»: what the body answered to its author."""
    appeal = await own(turn, argument)
    if appeal is not None and may_be_answered(turn, appeal):
        turn.follow(turn.start("got_answer", {"appeal": appeal.id}))
    elif appeal is not None:
        await cards.show_to_author(turn, appeal)


def may_be_answered(turn: Turn, appeal: Appeal) -> bool:
    """Whether the author, who filed it, may be the first to know of an answer."""
    return appeal.status in UNDER_WAY and turn.city.is_by_hand(appeal.body)


async def got_answer(turn: Turn, answers: Mapping[str, Json]) -> None:
    """The author was answered: the same question follows as after an answer that a moderator tells."""
    appeal = await own(turn, str(answers["appeal"]))
    if appeal is None:
        return
    if not may_be_answered(turn, appeal):
        status = turn.house.texts.label(f"status_{appeal.status}")
        closed = appeal.status in CLOSED
        more = [] if closed else [turn.button("supplement", f"supplement:{appeal.id}")]
        buttons = [*more, turn.button("card", f"card:{appeal.id}")]
        turn.say("filing.too_late", buttons, appeal=appeal, status=status, closed=closed)
        return
    told = answers.get("answer") or ()
    words = "\n".join(item["text"] for item in told if "text" in item)
    shown = [item for item in told if "ref" in item]
    ids = await media.add(turn.connection, turn.person.id, appeal.id, turn.person.channel, shown, turn.now.utc)
    change = Change(Kind.MOVED, Actor.AUTHOR, turn.person.id, words, Status.ANSWERED, media=ids)
    changed = await appeals.apply(turn.connection, appeal, change, turn.now.utc)
    buttons = [*cards.verdict_buttons(turn, changed), turn.button("card", f"card:{changed.id}")]
    turn.say("filing.answered", buttons, appeal=changed)
