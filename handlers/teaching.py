"""What moderators teach the bot: words nobody understood, corrections, proposed situations, a new pack."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dialogs.compose import Facts, compose, facts_of
from dialogs.speech import Json
from dialogs.theme import situation_of
from handlers import cards
from handlers.turn import Turn
from storage import appeals, knowledge, media
from storage.model.appeal import Actor, Appeal, Change, Kind
from storage.model.numbers import whole
from storage.model.situation import Situation

PAGE = 5
"""words or corrections shown at once"""


async def words(turn: Turn, argument: str = "") -> None:
    """`/words`: what nobody understood, the most frequent first; each can be assigned, proposed or dropped."""
    turn.park()
    page = whole(argument) or 0
    found = await knowledge.list_unanswered(turn.connection, turn.city.id, PAGE + 1, page * PAGE)
    if not found:
        turn.say("teaching.no_words", [turn.button("learnt", "learnt")])
        return
    for row in found[:PAGE]:
        buttons = [
            turn.button("assign", f"assign:{row['id']}"),
            turn.button("propose", f"propose:{row['id']}"),
            turn.button("drop", f"drop_words:{row['id']}"),
        ]
        turn.say("teaching.words", buttons, row=row)
    more = [turn.button("further", f"words:{page + 1}")] if len(found) > PAGE else []
    turn.say("teaching.words_end", [*more, turn.button("learnt", "learnt")], learns=turn.city.learns)


async def drop_words(turn: Turn, argument: str) -> None:
    """«Убрать»: not worth anything."""
    number = whole(argument)
    gone = number is not None and await knowledge.drop_unanswered(turn.connection, number)
    turn.say("teaching.dropped" if gone else "teaching.gone", in_place=True)


async def ask_assign(turn: Turn, argument: str) -> None:
    """«Это про…»: which situation do the words mean?"""
    number = whole(argument)
    row = await knowledge.find_unanswered(turn.connection, number) if number is not None else None
    if row is None:
        turn.say("teaching.gone", in_place=True)
    elif not turn.city.learns:
        turn.say("teaching.off")
    else:
        turn.say("teaching.assigning", row=row)
        turn.follow(turn.start("assign_words", {"words": row["id"], "story": row["words"]}))


async def assign_words(turn: Turn, answers: Mapping[str, Json]) -> None:
    """The words become an example of the situation."""
    situation = situation_of(replace(turn.scene, answers=answers))
    row = await knowledge.find_unanswered(turn.connection, answers["words"])
    if situation is None or row is None:
        turn.say("teaching.gone")
        return
    await learn(turn, situation.id, row["words"], None)
    await knowledge.drop_unanswered(turn.connection, row["id"])
    turn.say("teaching.assigned", [turn.button("words", "words")], situation=situation)


async def learn(turn: Turn, situation: str, text: str, person: int | None) -> None:
    """Keep a correction if this city learns."""
    if turn.city.learns:
        most, now = turn.city.learns_most, turn.now.utc
        await knowledge.learn(turn.connection, turn.city.id, situation, text, now, person=person, most=most)


async def ask_propose(turn: Turn, argument: str) -> None:
    """«Предложить тему»: under which name?"""
    number = whole(argument)
    row = await knowledge.find_unanswered(turn.connection, number) if number is not None else None
    if row is None:
        turn.say("teaching.gone", in_place=True)
    elif not turn.person.is_admin:
        turn.say("teaching.admins_only")
    else:
        turn.follow(turn.start("propose_situation", {"words": row["id"]}))


async def propose_situation(turn: Turn, answers: Mapping[str, Json]) -> None:
    """A new situation for the pack is proposed with the words that led to it."""
    row = await knowledge.find_unanswered(turn.connection, answers["words"])
    if row is None:
        turn.say("teaching.gone")
        return
    title = answers["title"]
    await knowledge.propose(turn.connection, turn.city.id, title, row["words"], turn.person.id, turn.now.utc)
    await knowledge.drop_unanswered(turn.connection, row["id"])
    turn.say("teaching.proposed", [turn.button("words", "words")], title=title)


async def learnt(turn: Turn, argument: str = "") -> None:
    """`/learnt`: corrections that are used, the latest first, and proposed situations."""
    turn.park()
    page = whole(argument) or 0
    found = await knowledge.learnt(turn.connection, turn.city.id, PAGE + 1, page * PAGE)
    count = await knowledge.count_learnt(turn.connection, turn.city.id)
    for row in found[:PAGE]:
        situation = turn.city.situations.get(row["situation"])
        title = situation.title if situation else row["situation"]
        turn.say("teaching.example", [turn.button("drop", f"unlearn:{row['id']}")], row=row, title=title)
    more = [turn.button("further", f"learnt:{page + 1}")] if len(found) > PAGE else []
    proposed = await knowledge.proposed(turn.connection, turn.city.id, PAGE) if page == 0 else []
    facts: dict[str, Any] = {
        "count": count,
        "most": turn.city.learns_most,
        "learns": turn.city.learns,
        "proposed": proposed,
    }
    turn.say("teaching.learnt", [*more, turn.button("words", "words")], **facts)


async def unlearn(turn: Turn, argument: str) -> None:
    """«Убрать» under a correction."""
    number = whole(argument)
    gone = number is not None and await knowledge.unlearn(turn.connection, number)
    turn.say("teaching.unlearnt" if gone else "teaching.gone", in_place=True)


async def ask_theme(turn: Turn, argument: str) -> None:
    """«Изменить тему» under an appeal: which one is right?"""
    number = whole(argument)
    appeal = await appeals.find(turn.connection, number) if number is not None else None
    if appeal is None:
        turn.say("moderation.no_such", number=argument)
        return
    told = await appeals.answers_of(turn.connection, appeal.id)
    turn.follow(turn.start("correct_theme", {"appeal": appeal.id, "story": told.get("story") or ""}))


async def correct_theme(turn: Turn, answers: Mapping[str, Json]) -> None:
    """The appeal goes under another situation, to its body; the correction is kept as an example."""
    situation = situation_of(replace(turn.scene, answers=answers))
    appeal = await appeals.find(turn.connection, answers["appeal"], lock=True)
    if situation is None or appeal is None:
        turn.say("moderation.no_such", number=str(answers["appeal"]))
        return
    if situation.id != appeal.situation:
        changed = Change(Kind.CORRECTED, Actor.MODERATOR, turn.person.id, situation.title)
        facts = await facts_anew(turn, appeal, situation)
        text = compose(facts, turn.house.texts)
        appeal = replace(appeal, situation=situation.id, body=facts.body.id, text=text)
        await appeals.correct(turn.connection, appeal, changed, turn.now.utc)
        await learn(turn, situation.id, answers.get("story") or "", appeal.author_id)
    turn.toast = turn.text("moderation.done")
    await cards.show_to_moderator(turn, appeal)


async def facts_anew(turn: Turn, appeal: Appeal, situation: Situation) -> Facts:
    """What an appeal says under another situation: the place and the story stay, answers to other questions go."""
    told = await appeals.answers_of(turn.connection, appeal.id)
    kept = {name: value for name, value in told.items() if not name.startswith("details.")}
    shown = await media.photos_of(turn.connection, appeal.id)
    return facts_of({**kept, "photos": [item.id for item in shown]}, situation, turn.city)


async def ask_reload(turn: Turn, _argument: str = "") -> None:
    """`/reload`: read the pack and what was learnt anew; the answer comes as a message of its own."""
    if not turn.person.is_admin:
        turn.say("teaching.admins_only")
        return
    await knowledge.ask_reload(turn.connection, turn.city.id, turn.now.utc)
    turn.say("teaching.reload_asked")
