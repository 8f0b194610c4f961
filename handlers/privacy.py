"""`/privacy`: what is kept about a person; hand it over, take the consent back, erase it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from dialogs.speech import ARCHIVE, Json
from dialogs.texts.words import day
from handlers import photos, residents
from handlers.turn import Turn
from storage import appeals, people, privacy, profiles
from storage.model.appeal import Actor, Change, Kind, Status
from storage.model.city import NOTICES, OFFERS, PERSONAL_DATA, PUBLICATION

MOST_APPEALS = 1000


async def show(turn: Turn, _argument: str = "") -> None:
    """What is kept and what can be done about it."""
    given = [row for row in await in_force(turn) if row["kind"] == PERSONAL_DATA]
    written = len(await appeals.of_person(turn.connection, turn.person.id, MOST_APPEALS))
    buttons = [turn.button("export", "export"), turn.button("erase_me", "erase_me")]
    if given:
        buttons.insert(1, turn.button("withdraw_consent", "withdraw_consent"))
        buttons += [turn.button(f"consent_{kind}", f"consent:{kind}") for kind in (NOTICES, OFFERS, PUBLICATION)]
    since = given[0]["given_at"].astimezone(turn.city.zone) if given else None
    operator, staff = turn.city.operator, turn.person.is_staff
    profile = await profiles.find(turn.connection, turn.person.id)
    signs = bool(profile and profile.name)
    turn.say("privacy.show", buttons, operator=operator, since=since, appeals=written, staff=staff, signs=signs)


async def in_force(turn: Turn) -> list[Any]:
    """The consents that were not taken back."""
    return [row for row in await people.consents_of(turn.connection, turn.person.id) if row["withdrawn_at"] is None]


async def show_consent(turn: Turn, kind: str) -> None:
    """One consent: its words, whether it is given, and a button to give it or to take it back."""
    if kind not in (NOTICES, OFFERS, PUBLICATION) or not turn.person.consented:
        await show(turn)
        return
    given = next((row for row in await in_force(turn) if row["kind"] == kind), None)
    since = day(given["given_at"].astimezone(turn.city.zone)) if given else ""
    action = "take_back" if given else "give"
    buttons = [turn.button(f"consent_{action}", f"consent_{action}:{kind}"), turn.button("privacy", "command:privacy")]
    turn.say("consent.one", buttons, in_place=True, consent=turn.city.consent(kind), since=since)


async def give_consent(turn: Turn, kind: str) -> None:
    """«Даю согласие»."""
    if kind in (NOTICES, OFFERS, PUBLICATION) and turn.person.consented:
        await residents.record_consent(turn, kind)
        await note_wish(turn, kind, wanted=True)
    await show_consent(turn, kind)


async def take_back(turn: Turn, kind: str) -> None:
    """«Отозвать согласие» of one kind; that to the processing of data is asked for once more and erases."""
    if kind in (NOTICES, OFFERS, PUBLICATION):
        await people.withdraw_consent(turn.connection, turn.person.id, kind, turn.now.utc)
        await note_wish(turn, kind, wanted=False)
    await show_consent(turn, kind)


async def note_wish(turn: Turn, kind: str, *, wanted: bool) -> None:
    """Notices are sent to those who consent to them."""
    if kind == NOTICES:
        await people.change(turn.connection, turn.person.id, notices=wanted)


async def export(turn: Turn, _argument: str = "") -> None:
    """Everything about the person in one archive, made when it is sent."""
    turn.say("privacy.exported", file=(ARCHIVE, turn.person.id))


async def ask_withdraw(turn: Turn, _argument: str = "") -> None:
    """«Отозвать согласие»: asked once more."""
    turn.follow(turn.start("withdraw_consent"))


async def ask_erase(turn: Turn, _argument: str = "") -> None:
    """«Удалить мои данные»: asked once more."""
    turn.follow(turn.start("erase_me"))


async def withdraw_consent(turn: Turn, answers: Mapping[str, Json]) -> None:
    """Taking the consent back ends the processing at once; what is kept is erased within the term of the pack."""
    if answers["sure"] != "yes":
        turn.say("privacy.kept", with_menu=True)
        return
    await people.withdraw_consent(turn.connection, turn.person.id, PERSONAL_DATA, turn.now.utc)
    if turn.city.retention.withdrawal_days:
        await stop_processing(turn)
    else:
        await erase(turn, "privacy.withdrawn")


async def stop_processing(turn: Turn) -> None:
    """No notices and no drafts any more; appeals that nobody has passed on yet are withdrawn."""
    await people.change(turn.connection, turn.person.id, notices=False)
    for appeal in await appeals.of_person(turn.connection, turn.person.id, MOST_APPEALS):
        if appeal.author_id == turn.person.id and appeal.can_become(Status.WITHDRAWN):
            change = Change(Kind.MOVED, Actor.AUTHOR, turn.person.id, after=Status.WITHDRAWN)
            await appeals.apply(turn.connection, appeal, change, turn.now.utc)
    for frame in (turn.conversation.active, *turn.conversation.drafts):
        await photos.discard(turn, frame)
    turn.house.unsaid.forget(turn.person.id)
    turn.conversation = type(turn.conversation)()
    turn.person = replace(turn.person, consented=False, wishes=replace(turn.person.wishes, notices=False))
    last = turn.now.local.date() + timedelta(days=turn.city.retention.withdrawal_days)
    turn.say("privacy.stopped", [turn.button("erase_me", "erase_me")], last=last)


async def erase_me(turn: Turn, answers: Mapping[str, Json]) -> None:
    """Erase everything."""
    if answers["sure"] == "yes":
        await erase(turn, "privacy.erased")
    else:
        turn.say("privacy.kept", with_menu=True)


async def erase(turn: Turn, farewell: str) -> None:
    """Erase, and say so as to somebody we no longer know."""
    turn.house.unsaid.forget(turn.person.id)
    turn.drafts.clear()
    await turn.flush()
    turn.unneeded_files += await privacy.erase(turn.connection, turn.person.id, turn.now.utc)
    role = turn.house.role_of(turn.said.channel, turn.said.address)
    turn.person = await people.meet(
        turn.connection, turn.said.channel, turn.said.address, role, turn.said.name, turn.now.utc
    )
    turn.conversation = type(turn.conversation)()
    turn.say(farewell, with_menu=True)
