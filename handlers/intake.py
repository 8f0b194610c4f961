"""A complete draft becomes an appeal, or joins one that is about the same."""

from collections.abc import Mapping
from dataclasses import replace

from dialogs.compose import Facts, compose
from dialogs.file_appeal import appeal_facts, completed
from dialogs.nearby import MINE, address_key
from dialogs.recordings import FILES, sent_with
from dialogs.speech import Json
from dialogs.state import Frame
from dialogs.steps import BEFORE, EDITED, Scene
from dialogs.theme import left_over, suggestions, told
from dialogs.where import SAME_PLACE
from handlers import filing, finding, teaching
from handlers.appeals import join
from handlers.turn import Turn
from storage import appeals, media
from storage.model.appeal import Appeal, NewAppeal, Status

UNSTORED = (*FILES, SAME_PLACE, "nearby.found", BEFORE, EDITED)
"""answers that are kept elsewhere or not at all"""


async def file_appeal(turn: Turn, answers: Mapping[str, Json]) -> None:
    """The draft is complete: store the appeal and give its number; or join one that is about the same."""
    if (token := answers.get("nearby")) not in (None, MINE):
        await join_instead(turn, token, answers)
        return
    scene = replace(turn.scene, answers=answers)
    facts = appeal_facts(scene)
    appeal = await appeals.file(turn.connection, new_appeal(turn, scene, facts), turn.now.utc)
    await attach(turn, appeal, answers)
    receipt(turn, appeal, facts)
    if (likely := suggestions(scene)) and likely[0].situation.id != appeal.situation:
        await teaching.learn(turn, appeal.situation, told(scene), turn.person.id)
    await finding.note_other(turn, facts.situation, answers)
    if rest := left_over(scene):
        keep_rest(turn, rest, answers)


def new_appeal(turn: Turn, scene: Scene, facts: Facts) -> NewAppeal:
    """What is stored of a complete draft."""
    today = turn.now.local.date()
    return NewAppeal(
        author_id=turn.person.id,
        city=turn.city.id,
        situation=facts.situation.id,
        body=facts.body.id,
        land=facts.land,
        district=facts.district,
        okrug=facts.okrug,
        place=facts.place,
        point=facts.point,
        text=compose(facts, turn.house.texts),
        answers={key: value for key, value in completed(scene).items() if key not in UNSTORED},
        moderate_by=turn.city.working_day_after(today, turn.city.operator.moderation_working_days),
        share_token=turn.house.chance.secret(),
        address=address_key(scene.answer("place")),
        status=Status.READY if facts.body.by_hand else Status.SUBMITTED,
    )


async def attach(turn: Turn, appeal: Appeal, answers: Mapping[str, Json]) -> None:
    """The files of the draft belong to the appeal now, those that were not remembered yet, too."""
    sent = sent_with(answers)
    unknown = [item for item in sent if "id" not in item]
    await media.attach(turn.connection, turn.person.id, [item["id"] for item in sent if "id" in item], appeal.id)
    await media.add(turn.connection, turn.person.id, appeal.id, turn.person.channel, unknown, turn.now.utc)


def keep_rest(turn: Turn, rest: str, answers: Mapping[str, Json]) -> None:
    """What the story tells of other problems waits as a draft, with the same place on offer."""
    where = answers.get("place") or {}
    begun = {"story": rest, **({SAME_PLACE: where["words"]} if where.get("words") else {})}
    turn.conversation = turn.conversation.kept(Frame("file_appeal", begun, step="situation"))
    number = len(turn.conversation.drafts) - 1
    turn.say("file_appeal.rest", [turn.button("resume", f"resume:{number}")], rest=rest)


async def join_instead(turn: Turn, token: str, answers: Mapping[str, Json]) -> None:
    """An appeal nearby is about the same: the person joins it, and what they wrote waits as a draft."""
    kept = {name: value for name, value in answers.items() if not name.startswith("nearby")}
    turn.conversation = turn.conversation.kept(Frame("file_appeal", kept))
    await join(turn, token)
    turn.say("file_appeal.set_aside")


def receipt(turn: Turn, appeal: Appeal, facts: Facts) -> None:
    """What was taken in, who goes on with it, and what the author can do."""
    ready = appeal.status is Status.READY
    name = "file_appeal.ready" if ready else "file_appeal.filed"
    turn.say(name, with_menu=True, appeal=appeal, facts=facts, notices=turn.person.wishes.notices)
    if ready and (way := filing.filing_of(turn, appeal)):
        filing.offer_ways(turn, way)
    else:
        buttons = [turn.button("share", f"share:{appeal.id}"), turn.button("card", f"card:{appeal.id}")]
        turn.say("file_appeal.after", buttons, appeal=appeal)
