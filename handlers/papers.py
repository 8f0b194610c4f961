"""The paper form of an appeal: who signs, the PDF, the plain text, and neighbours who want to be named in it."""

from collections.abc import Mapping

from dialogs.file_oneself import PAPER
from dialogs.speech import LETTER, Json
from handlers import cards
from handlers.turn import Turn
from storage import appeals, profiles
from storage.model.appeal import Appeal, Status
from storage.model.city import City
from storage.model.facts import Body, Contact, Reception
from storage.model.numbers import whole
from storage.model.person import Profile


async def own(turn: Turn, argument: str) -> Appeal | None:
    """The person's own appeal; otherwise they are told that there is none."""
    number = whole(argument)
    appeal = await appeals.find(turn.connection, number) if number is not None else None
    if appeal is not None and appeal.author_id == turn.person.id:
        return appeal
    turn.say("my.foreign", [turn.button("my", "my")])
    return None


async def show(turn: Turn, argument: str) -> None:
    """«На бумаге»: the PDF, once it is known what stands at its head; that is asked the first time only."""
    if not (appeal := await own(turn, argument)):
        return
    profile = await profiles.find(turn.connection, turn.person.id)
    if profile is None:
        turn.follow(turn.start("letter", {"appeal": appeal.id}))
    else:
        hand_out(turn, appeal, profile)


async def ask_signature(turn: Turn, argument: str) -> None:
    """«Изменить имя и адрес»."""
    if not (appeal := await own(turn, argument)):
        return
    profile = await profiles.find(turn.connection, turn.person.id)
    turn.follow(turn.start("letter", {"appeal": appeal.id, "known_name": profile.name if profile else ""}))


async def sign(turn: Turn, answers: Mapping[str, Json]) -> None:
    """What stands at the head of the papers is known now."""
    if not (appeal := await own(turn, str(answers["appeal"]))):
        return
    profile = Profile(answers.get("name") or "", answers.get("reply_to") or "")
    await profiles.save(turn.connection, turn.person.id, profile, turn.now.utc)
    hand_out(turn, appeal, profile)


def hand_out(turn: Turn, appeal: Appeal, profile: Profile) -> None:
    """The PDF with what to do with it."""
    known = appeal.body in turn.city.bodies
    body = turn.city.body(appeal.body, appeal.district, appeal.okrug) if known else None
    ready = appeal.status is Status.READY
    buttons = [turn.button("filed", f"filed:{appeal.id}:{PAPER}")] if ready else []
    buttons += [turn.button("sign", f"sign:{appeal.id}"), turn.button("card", f"card:{appeal.id}")]
    reception = body.reception(appeal.district) if body else None
    turn.say(
        "letter.made",
        buttons,
        file=(LETTER, appeal.id),
        body=body,
        reception=reception,
        ways=ways_to_ask(turn.city, body, reception),
        by_hand=ready,
        named=bool(profile.name and profile.reply_to),
    )


def ways_to_ask(city: City, body: Body | None, reception: Reception | None) -> list[Contact]:
    """Where to learn the address, the hours and how to book, as far as we do not say so; portals tell none of it."""
    known = reception.booking if reception else body.find if body else ""
    sites = {portal.way.value for portal in city.portals.values()}
    shown = [contact for contact in body.contacts if contact.shown] if body and not known else []
    return [contact for contact in shown if contact.value not in sites]


async def show_text(turn: Turn, argument: str) -> None:
    """«Текст»: to be copied."""
    if appeal := await own(turn, argument):
        turn.say("filing.text", [turn.button("card", f"card:{appeal.id}")], text=appeal.text)


async def ask_name(turn: Turn, token: str) -> None:
    """«Назвать меня в бумаге»: under which name?"""
    appeal = await joined(turn, token)
    if appeal is None:
        return
    profile = await profiles.find(turn.connection, turn.person.id)
    known = {"appeal": appeal.id, "token": token, "known_name": profile.name if profile else ""}
    turn.follow(turn.start("be_named", known))


async def be_named(turn: Turn, answers: Mapping[str, Json]) -> None:
    """The neighbour's name goes onto the paper."""
    if appeal := await joined(turn, answers["token"]):
        await appeals.name_supporter(turn.connection, appeal.id, turn.person.id, answers["name"])
        turn.say("letter.neighbour_named", appeal=appeal)
        await cards.show_to_neighbour(turn, appeal, in_place=False)


async def be_unnamed(turn: Turn, token: str) -> None:
    """«Убрать моё имя»."""
    if appeal := await joined(turn, token):
        await appeals.name_supporter(turn.connection, appeal.id, turn.person.id, "")
        turn.say("letter.neighbour_unnamed", appeal=appeal)
        await cards.show_to_neighbour(turn, appeal, in_place=False)


async def joined(turn: Turn, token: str) -> Appeal | None:
    """The appeal behind a link, if the person joined it; otherwise they see its card, or that there is none."""
    appeal = await appeals.find_shared(turn.connection, token)
    if appeal is None:
        turn.say("links.unknown", with_menu=True)
        return None
    if await appeals.is_supporter(turn.connection, appeal.id, turn.person.id):
        return appeal
    await cards.show_to_neighbour(turn, appeal)
    return None
