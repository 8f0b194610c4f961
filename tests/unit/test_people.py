"""People: met once, known by their address, with their consent, wishes and conversation."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from storage import people
from storage.database import Connection
from storage.model.city import PERSONAL_DATA
from storage.model.person import Person, Role, Wishes
from tests.unit.given import MONDAY
from tests.unit.rows import moderator, resident

LATER = MONDAY + timedelta(days=1)
STATE: dict[str, Any] = {"active": None, "drafts": [], "pressed": "q:1:да"}


async def loaded(connection: Connection, person: Person) -> tuple[Person, dict[str, Any]]:
    """A person with their conversation, as a turn finds them."""
    return (await people.load(connection, [(person.channel, person.address)]))[person.channel, person.address]


async def test_a_person_who_was_met_is_known_by_their_address(connection: Connection) -> None:
    anna, namesake = await resident(connection), await resident(connection, "1001", "vk")
    found = await people.load(connection, [("telegram", "1001"), ("vk", "1001"), ("vk", "5"), ("terminal", "житель")])
    assert found == {("telegram", "1001"): (anna, {}), ("vk", "1001"): (namesake, {})}
    assert anna.wishes == Wishes(notices=True, quiet=True)
    assert (anna.consented, anna.reachable, anna.created_at) == (False, True, MONDAY)
    assert await people.find(connection, [namesake.id, anna.id, 0]) == [anna, namesake]


async def test_nobody_is_met_twice(connection: Connection) -> None:
    await resident(connection)
    with pytest.raises(IntegrityError):
        async with connection.begin_nested():
            await resident(connection)


@pytest.mark.parametrize(("role", "kept"), [(Role.RESIDENT, ""), (Role.MODERATOR, "О" * 64), (Role.ADMIN, "О" * 64)])
async def test_only_the_names_of_staff_are_kept(connection: Connection, role: Role, kept: str) -> None:
    met = await people.meet(connection, "vk", "9001", role, "О" * 100, MONDAY)
    assert met.name == kept
    assert await loaded(connection, met) == (met, {})


async def test_wishes_and_roles_are_changed_for_one_person(connection: Connection) -> None:
    anna, boris = await resident(connection), await resident(connection, "1002")
    await people.change(connection, anna.id, quiet=False, notices=False, reachable=False, role=Role.MODERATOR)
    changed, same = await people.find(connection, [anna.id, boris.id])
    assert (changed.wishes, changed.reachable, changed.role) == (Wishes(False, False), False, Role.MODERATOR)
    assert same == boris


async def test_staff_are_those_who_moderate_and_can_be_reached(connection: Connection) -> None:
    await resident(connection)
    olga, pavel = await moderator(connection), await moderator(connection, "9002", "Павел")
    admin = await people.meet(connection, "terminal", "moderator", Role.ADMIN, "", MONDAY)
    await people.change(connection, pavel.id, reachable=False)
    assert await people.staff(connection) == [olga, admin]


async def test_conversations_of_several_people_are_saved_at_once_and_overwritten(connection: Connection) -> None:
    anna, boris = await resident(connection), await resident(connection, "1002")
    await people.save_conversations(connection, {}, MONDAY)
    await people.save_conversations(connection, {anna.id: STATE, boris.id: {}}, MONDAY)
    await people.save_conversations(connection, {boris.id: STATE}, LATER)
    assert await loaded(connection, anna) == (anna, STATE)
    assert await loaded(connection, boris) == (boris, STATE)
    await people.save_conversations(connection, {anna.id: {"active": {"answers": {"story": "Яма 🙂 «"}}}}, LATER)
    assert (await loaded(connection, anna))[1] == {"active": {"answers": {"story": "Яма 🙂 «"}}}


async def test_a_consent_to_other_words_replaces_that_in_force_and_no_record_is_lost(connection: Connection) -> None:
    anna, boris = await resident(connection), await resident(connection, "1002")
    await people.consent(connection, anna.id, PERSONAL_DATA, "1", MONDAY)
    await people.consent(connection, anna.id, PERSONAL_DATA, "1", LATER)
    await people.consent(connection, anna.id, PERSONAL_DATA, "2", LATER)
    assert [person.consented for person in await people.find(connection, [anna.id, boris.id])] == [True, False]
    await people.withdraw_consent(connection, anna.id, PERSONAL_DATA, LATER)
    await people.withdraw_consent(connection, anna.id, PERSONAL_DATA, LATER + timedelta(days=1))
    assert (await loaded(connection, anna))[0].consented is False
    await people.consent(connection, anna.id, PERSONAL_DATA, "3", LATER)
    rows = await people.consents_of(connection, anna.id)
    assert [(row["version"], row["given_at"], row["withdrawn_at"]) for row in rows] == [
        ("1", MONDAY, LATER),
        ("2", LATER, LATER),
        ("3", LATER, None),
    ]
    assert (await loaded(connection, anna))[0].consented is True
    assert await people.consents_of(connection, boris.id) == []


async def test_a_consent_to_something_else_is_no_consent_to_personal_data(connection: Connection) -> None:
    anna = await resident(connection)
    await people.consent(connection, anna.id, "broadcasts", "1", MONDAY)
    assert (await loaded(connection, anna))[0].consented is False
    await people.consent(connection, anna.id, PERSONAL_DATA, "1", MONDAY)
    await people.withdraw_consent(connection, anna.id, "broadcasts", LATER)
    assert (await loaded(connection, anna))[0].consented is True
