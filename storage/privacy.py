"""Everything that is kept about one person: to be shown, handed over, erased."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Table, delete, select, update

from storage.database import Connection
from storage.knowledge import impersonal
from storage.model.numbers import written
from storage.model.person import STAFF
from storage.outbox import Lane
from storage.tables import (
    appeals,
    call_words,
    calls,
    consents,
    conversations,
    events,
    examples,
    handovers,
    media,
    outgoing,
    persons,
    profiles,
    proposals,
    supporters,
    unanswered,
    verdicts,
)

ERASED = "erased"
NOTHING: dict[str, Any] = {"text": "", "place": "", "address": "", "answers": {}, "lat": None, "lon": None}
"""what is left of the words and the place of an appeal"""
UNCUT = 40
"""characters at the beginning of words that no message cuts off"""


def printable(value: Any) -> Any:
    """A value as JSON shows it."""
    return value.isoformat() if isinstance(value, datetime | date) else value


async def rows(connection: Connection, table: Table, condition: Any, *without: str) -> list[dict[str, Any]]:
    """Rows of a table as JSON shows them, without some of its columns."""
    columns = [column for column in table.c if column.name not in without]
    found = await connection.execute(select(*columns).where(condition))
    return [{key: printable(value) for key, value in row.items()} for row in found.mappings()]


async def export(connection: Connection, person: int) -> dict[str, Any]:
    """Everything about a person, table by table (152-ФЗ, ст. 14)."""
    own = select(appeals.c.id).where(appeals.c.author_id == person)
    talks = select(calls.c.id).where(calls.c.person_id == person)
    history = events.c.appeal_id.in_(own) | (events.c.actor_id == person)
    said = call_words.c.call_id.in_(talks) | (call_words.c.person_id == person)
    return {
        "person": await rows(connection, persons, persons.c.id == person),
        "consents": await rows(connection, consents, consents.c.person_id == person),
        "conversation": await rows(connection, conversations, conversations.c.person_id == person),
        "profile": await rows(connection, profiles, profiles.c.person_id == person),
        "appeals": await rows(connection, appeals, appeals.c.author_id == person),
        "history": without_others(await rows(connection, events, history), "actor_id", person),
        "handovers": await rows(connection, handovers, handovers.c.appeal_id.in_(own), "token"),
        "joined": await rows(connection, supporters, supporters.c.person_id == person),
        "verdicts": await rows(connection, verdicts, verdicts.c.person_id == person),
        "files": await rows(connection, media, media.c.person_id == person),
        "calls": await rows(connection, calls, calls.c.person_id == person),
        "talks": without_others(await rows(connection, call_words, said), "person_id", person),
        "examples": await rows(connection, examples, examples.c.person_id == person),
        "proposals": await rows(connection, proposals, proposals.c.person_id == person),
        "messages": await rows(connection, outgoing, outgoing.c.person_id == person),
    }


def without_others(found: Sequence[dict[str, Any]], column: str, person: int) -> list[dict[str, Any]]:
    """The same rows; a column that would name somebody else names nobody."""
    return [{**row, column: row[column] if row[column] == person else None} for row in found]


async def stories_of(connection: Connection, person: int) -> set[str]:
    """What a person told, as it may stand without their name among the words nobody understood, or learnt ones."""
    states = select(conversations.c.state).where(conversations.c.person_id == person)
    frames = [frame for state in (await connection.execute(states)).scalars() for frame in frames_of(state)]
    filed = (await connection.execute(select(appeals.c.answers).where(appeals.c.author_id == person))).scalars()
    told = [str(answers.get("story") or "") for answers in (*map(answers_in, frames), *filed)]
    learnt = (await connection.execute(select(examples.c.words).where(examples.c.person_id == person))).scalars()
    return {*map(impersonal, told), *learnt} - {""}


def frames_of(state: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The dialogs of a conversation: the open one and the drafts."""
    return [frame for frame in (state.get("active"), *(state.get("drafts") or ())) if isinstance(frame, Mapping)]


def answers_in(frame: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was answered in a dialog."""
    return frame.get("answers") or {}


async def forget_words(connection: Connection, person: int, stories: Collection[str]) -> set[str]:
    """What a person told goes from the lists that name nobody; gives signs of the messages that show those."""
    nobodys = examples.c.person_id.is_(None) | (examples.c.person_id == person)
    signs: set[str] = set()
    for table, condition, buttons in (
        (unanswered, unanswered.c.words.in_(stories), ("assign", "propose", "drop_words")),
        (examples, examples.c.words.in_(stories) & nobodys, ("unlearn",)),
    ):
        gone = (await connection.execute(delete(table).where(condition).returning(table.c.id))).scalars()
        signs |= {f'"data": "{button}:{id}"' for id in gone for button in buttons}
    await connection.execute(update(proposals).where(proposals.c.words.in_(stories)).values(words=""))
    return signs


async def forget_in_dialogs(
    connection: Connection, person: int, own: Collection[int], stories: Collection[str]
) -> None:
    """Moderators who are choosing a theme for a person's words choose no more."""
    others = persons.c.role.in_(sorted(STAFF)) & (persons.c.id != person)
    query = select(conversations.c.person_id, conversations.c.state).join(persons).where(others)
    for row in (await connection.execute(query)).all():
        tells = [frame for frame in frames_of(row.state) if is_about(answers_in(frame), own, stories)]
        if not tells:
            continue
        active, drafts = row.state.get("active"), row.state.get("drafts") or ()
        left = {"active": None if active in tells else active, "drafts": [one for one in drafts if one not in tells]}
        mine = conversations.c.person_id == row.person_id
        await connection.execute(update(conversations).where(mine).values(state={**row.state, **left}))


def is_about(answers: Mapping[str, Any], own: Collection[int], stories: Collection[str]) -> bool:
    """Whether a moderator's dialog repeats the story of one of these appeals, or one of these stories."""
    story = answers.get("story")
    return bool(story) and (answers.get("appeal") in own or ("words" in answers and story in stories))


@dataclass(frozen=True)
class Signs:
    """What messages to others are known by that tell of a person."""

    named: frozenset[str]
    """numbers and links of their appeals, their talks, buttons under their words"""
    quoted: frozenset[str]
    """how their words begin where moderators are shown them"""

    def are_in(self, body: Mapping[str, Any], *, staff: bool) -> bool:
        """Whether a message has one; only moderators are shown words without a number, and then of no appeal."""
        said = unescape(unquote(json.dumps(body, ensure_ascii=False)))
        if any(sign in said for sign in self.named):
            return True
        return staff and "№" not in said and any(sign in said for sign in self.quoted)


def quoted(story: str) -> str:
    """How words stand in a message: whole, or long ones cut."""
    return f"«{story}»" if len(story) <= UNCUT else f"«{story[:UNCUT]}"


async def recall_messages(connection: Connection, person: int, signs: Signs) -> None:
    """Messages that tell others of a person and are still on their way are not sent any more."""
    waiting = (outgoing.c.state == "waiting") & (outgoing.c.person_id != person) & (outgoing.c.lane < Lane.BROADCAST)
    query = select(outgoing.c.id, outgoing.c.body, persons.c.role).join(persons).where(waiting)
    found = await connection.execute(query)
    telling = [row.id for row in found if signs.are_in(row.body, staff=row.role in STAFF)]
    await connection.execute(delete(outgoing).where(outgoing.c.id.in_(telling)))


async def recall(connection: Connection, person: int) -> None:
    """What others were to see or to decide about a person's words, and lists that name nobody."""
    found = await connection.execute(select(appeals.c.id, appeals.c.share_token).where(appeals.c.author_id == person))
    own = {row.id: row.share_token for row in found}
    talks = (await connection.execute(select(calls.c.id).where(calls.c.person_id == person))).scalars()
    stories = await stories_of(connection, person)
    shown = await forget_words(connection, person, stories)
    await forget_in_dialogs(connection, person, own, stories)
    numbers, links = {f"№ {written(id)}" for id in own}, {f"a{token}" for token in own.values()}
    named = numbers | links | shown | {f"(разговор {call})" for call in talks}
    await recall_messages(connection, person, Signs(frozenset(named), frozenset(map(quoted, stories))))


async def erase(connection: Connection, person: int, now: datetime) -> Sequence[str]:
    """Erase what a person told us; gives the names of files to be deleted.

    Appeals stay as counts without words, place, number or author; the record of consent and its withdrawal stays, tied
    to a number that leads to nobody (152-ФЗ, ст. 21 ч. 5).
    """
    await recall(connection, person)
    own = select(appeals.c.id).where(appeals.c.author_id == person)
    mine = select(calls.c.id).where(calls.c.person_id == person)
    theirs = (media.c.person_id == person) | media.c.appeal_id.in_(own)
    files = (await connection.execute(delete(media).where(theirs).returning(media.c.file))).scalars()
    names = [name for name in files if name]
    about_own = events.c.appeal_id.in_(own)
    for statement in (
        update(events).where(about_own | (events.c.actor_id == person)).values(words="", media=[]),
        update(events).where(events.c.actor_id == person).values(actor_id=None),
        delete(handovers).where(handovers.c.appeal_id.in_(own)),
        delete(call_words).where(call_words.c.call_id.in_(mine) | (call_words.c.person_id == person)),
        delete(calls).where(calls.c.person_id == person),
        delete(supporters).where(supporters.c.person_id == person),
        delete(verdicts).where(verdicts.c.person_id == person),
        delete(profiles).where(profiles.c.person_id == person),
        delete(conversations).where(conversations.c.person_id == person),
        delete(outgoing).where(outgoing.c.person_id == person),
        update(proposals).where(proposals.c.person_id == person).values(person_id=None),
        update(consents)
        .where(consents.c.person_id == person, consents.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now),
        update(appeals).where(appeals.c.author_id == person).values(**NOTHING, official_number="", author_id=None),
        update(persons)
        .where(persons.c.id == person)
        .values(channel=ERASED, address=str(person), name="", reachable=False, role="resident"),
    ):
        await connection.execute(statement)
    return names
