"""`/privacy`: what is kept about a person; hand it over, take the consent back, erase it."""

from collections.abc import Mapping

from dialogs.speech import ARCHIVE, Json
from handlers.turn import Turn
from storage import appeals, people, privacy
from storage.people import PERSONAL_DATA


async def show(turn: Turn, _argument: str = "") -> None:
    """What is kept and what can be done about it."""
    given = [row for row in await people.consents_of(turn.connection, turn.person.id) if row["withdrawn_at"] is None]
    written = len(await appeals.of_person(turn.connection, turn.person.id, 1000))
    buttons = [turn.button("export", "export"), turn.button("erase_me", "erase_me")]
    if given:
        buttons.insert(1, turn.button("withdraw_consent", "withdraw_consent"))
    since = given[0]["given_at"].astimezone(turn.city.zone) if given else None
    operator, staff = turn.city.operator, turn.person.is_staff
    turn.say("privacy.show", buttons, operator=operator, since=since, appeals=written, staff=staff)


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
    """Taking the consent back erases: without it nothing may be kept."""
    if answers["sure"] == "yes":
        await people.withdraw_consent(turn.connection, turn.person.id, PERSONAL_DATA, turn.now.utc)
        await erase(turn, "privacy.withdrawn")
    else:
        turn.say("privacy.kept", with_menu=True)


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
    turn.unneeded_files += await privacy.erase(turn.connection, turn.person.id, turn.now.utc)
    role = turn.house.role_of(turn.said.channel, turn.said.address)
    turn.person = await people.meet(
        turn.connection, turn.said.channel, turn.said.address, role, turn.said.name, turn.now.utc
    )
    turn.conversation = type(turn.conversation)()
    turn.say(farewell, with_menu=True)
