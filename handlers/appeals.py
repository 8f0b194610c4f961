"""What residents do with appeals: look at, share, join, add to, take back, judge."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dialogs.own_appeal import BY_HAND
from dialogs.speech import Json
from handlers import cards, filing
from handlers.filing import own
from handlers.turn import Turn
from storage import appeals, media
from storage.model.appeal import Actor, Appeal, Change, Kind, Status
from storage.model.numbers import whole

PAGE = 6
"""appeals on one page of «Мои обращения»"""
LAST_PAGE = 10_000


async def mine(turn: Turn, argument: str) -> None:
    """«Мои обращения»: drafts first, then appeals, latest first, a page at a time."""
    turn.park()
    page = min(whole(argument) or 0, LAST_PAGE)
    found = await appeals.of_person(turn.connection, turn.person.id, PAGE + 1, page * PAGE)
    drafts = turn.conversation.drafts if page == 0 else ()
    if not found and not drafts:
        turn.say("my.empty", [turn.button("new", "command:new")], in_place=True)
        return
    buttons = [
        turn.button("draft", f"resume:{index}", story=draft.answers.get("story", ""))
        for index, draft in enumerate(drafts)
    ]
    for appeal in found[:PAGE]:
        status = turn.house.texts.label(f"status_{appeal.status}")
        buttons.append(turn.button("listed", f"card:{appeal.id}", number=appeal.number, status=status))
    if page:
        buttons.append(turn.button("earlier", f"my:{page - 1}"))
    if len(found) > PAGE:
        buttons.append(turn.button("further", f"my:{page + 1}"))
    listed = [{"appeal": appeal, "title": title_of(turn, appeal)} for appeal in found[:PAGE]]
    turn.say("my.list", buttons, in_place=True, listed=listed, drafts=len(drafts), me=turn.person.id)


def title_of(turn: Turn, appeal: Appeal) -> str:
    """The name of an appeal's situation."""
    situation = turn.city.situations.get(appeal.situation)
    return situation.title if situation else appeal.situation


async def card(turn: Turn, argument: str) -> None:
    """The card of an appeal: as author, as supporter or as moderator; nobody else sees it by its number."""
    appeal = await appeals.find(turn.connection, number) if (number := whole(argument)) is not None else None
    if appeal is not None and appeal.author_id == turn.person.id:
        await cards.show_to_author(turn, appeal)
    elif appeal is not None and turn.person.is_staff:
        await cards.show_to_moderator(turn, appeal)
    elif appeal is not None and await appeals.is_supporter(turn.connection, appeal.id, turn.person.id):
        await cards.show_to_neighbour(turn, appeal)
    else:
        turn.say("my.foreign", [turn.button("my", "my")])


async def share(turn: Turn, argument: str) -> None:
    """The author wants neighbours in."""
    if appeal := await own(turn, argument):
        await cards.share(turn, appeal)


async def pass_on(turn: Turn, argument: str) -> None:
    """A neighbour passes the link on."""
    if appeal := await shared(turn, argument):
        await cards.share(turn, appeal)


async def shared(turn: Turn, token: str) -> Appeal | None:
    """The appeal behind a link; otherwise the person is told that the link leads nowhere."""
    appeal = await appeals.find_shared(turn.connection, token)
    if appeal is None:
        turn.say("links.unknown", with_menu=True)
    return appeal


async def join(turn: Turn, token: str) -> None:
    """«Присоединиться»."""
    if not (appeal := await shared(turn, token)):
        return
    if appeal.author_id == turn.person.id:
        await cards.show_to_author(turn, appeal, in_place=False)
        return
    new = await appeals.join(turn.connection, appeal, turn.person.id, turn.now.utc)
    name = "card.joined" if new else "card.joined_already"
    turn.say(name, with_menu=True, appeal=appeal, notices=turn.person.wishes.notices)
    await cards.show_to_neighbour(turn, appeal)


async def leave(turn: Turn, token: str) -> None:
    """«Больше не следить»."""
    if not (appeal := await shared(turn, token)):
        return
    await appeals.leave(turn.connection, appeal, turn.person.id, turn.now.utc)
    await cards.show_to_neighbour(turn, appeal)


async def ask_supplement(turn: Turn, argument: str) -> None:
    """«Дополнить»."""
    if appeal := await own(turn, argument):
        known = {"appeal": appeal.id, BY_HAND: appeal.status is Status.READY}
        turn.follow(turn.start("supplement", known))


async def supplement(turn: Turn, answers: Mapping[str, Json]) -> None:
    """The additions are complete; a returned appeal goes back to the moderators with them."""
    if not (appeal := await own(turn, str(answers["appeal"]))):
        return
    additions = answers["additions"]
    words = "\n".join(item["text"] for item in additions if "text" in item)
    found = [item for item in additions if "ref" in item]
    ids = await media.add(turn.connection, turn.person.id, appeal.id, turn.person.channel, found, turn.now.utc)
    if appeal.status is Status.READY:
        await add_to_text(turn, appeal, words)
        return
    returned = appeal.status is Status.RETURNED
    kind, after = (Kind.MOVED, Status.SUBMITTED) if returned else (Kind.SUPPLEMENTED, None)
    change = Change(kind, Actor.AUTHOR, turn.person.id, words, after, media=ids)
    changed = await appeals.apply(turn.connection, appeal, change, turn.now.utc)
    turn.say("supplement.added", [turn.button("card", f"card:{appeal.id}")], appeal=changed, again=returned)


async def add_to_text(turn: Turn, appeal: Appeal, words: str) -> None:
    """What the author adds before filing goes into the text they file."""
    told = await appeals.answers_of(turn.connection, appeal.id)
    answers = {**told, "additions": [*(told.get("additions") or ()), *([words] if words else [])]}
    text = await filing.text_of(turn, appeal, answers)
    change = Change(Kind.CORRECTED, Actor.AUTHOR, turn.person.id, words)
    await appeals.correct(turn.connection, replace(appeal, text=text), change, turn.now.utc, answers)
    buttons = [turn.button("to_file", f"to_file:{appeal.id}"), turn.button("card", f"card:{appeal.id}")]
    turn.say("supplement.to_be_filed", buttons, appeal=appeal)


async def ask_withdraw(turn: Turn, argument: str) -> None:
    """«Отозвать»: asked once more."""
    if not (appeal := await own(turn, argument)):
        return
    if appeal.can_become(Status.WITHDRAWN):
        turn.follow(turn.start("withdraw", {"appeal": appeal.id}))
    else:
        await cards.show_to_author(turn, appeal)


async def withdraw(turn: Turn, answers: Mapping[str, Json]) -> None:
    """The answer to the question whether it is meant."""
    if not (appeal := await own(turn, str(answers["appeal"]))):
        return
    if answers["sure"] == "yes" and appeal.can_become(Status.WITHDRAWN):
        change = Change(Kind.MOVED, Actor.AUTHOR, turn.person.id, after=Status.WITHDRAWN)
        appeal = await appeals.apply(turn.connection, appeal, change, turn.now.utc)
    await cards.show_to_author(turn, appeal)


async def verdict(turn: Turn, argument: str) -> None:
    """«Да, решено» or «Нет, не решено», from the author or a supporter; it may be changed later."""
    name, _, word = argument.partition(":")
    appeal = await appeals.find(turn.connection, number, lock=True) if (number := whole(name)) is not None else None
    about = await appeals.answer_round(turn.connection, appeal.id) if appeal else None
    actor = await concern(turn, appeal)
    if appeal is None or actor is None or word not in ("yes", "no"):
        turn.say("my.foreign", [turn.button("my", "my")])
    elif about is None or appeal.status not in cards.OPEN_TO_VERDICT:
        turn.say("rate.too_early", [turn.button("card", f"card:{appeal.id}")], appeal=appeal)
    else:
        await judge(turn, appeal, about, actor, solved=word == "yes")


async def concern(turn: Turn, appeal: Appeal | None) -> Actor | None:
    """In which role an appeal concerns the person; None if it does not."""
    if appeal is None:
        return None
    if appeal.author_id == turn.person.id:
        return Actor.AUTHOR
    joined = await appeals.is_supporter(turn.connection, appeal.id, turn.person.id)
    return Actor.SUPPORTER if joined else None


async def judge(turn: Turn, appeal: Appeal, about: int, actor: Actor, *, solved: bool) -> None:
    """Record a verdict, move the appeal if it decides, and ask for a score."""
    before = await appeals.verdicts_of(turn.connection, appeal.id, about)
    if any(row["person_id"] == turn.person.id and row["solved"] == solved for row in before):
        turn.say("rate.same", [turn.button("card", f"card:{appeal.id}")], appeal=appeal, solved=solved)
        return
    key = {"appeal_id": appeal.id, "person_id": turn.person.id, "round": about}
    await appeals.save_verdict(turn.connection, key, turn.now.utc, solved=solved)
    after = decided(appeal, await appeals.verdicts_of(turn.connection, appeal.id, about))
    kind = Kind.MOVED if after else Kind.VERDICT
    await appeals.apply(turn.connection, appeal, Change(kind, actor, turn.person.id, after=after), turn.now.utc)
    turn.say(f"rate.heard_{'yes' if solved else 'no'}", appeal=appeal)
    turn.follow(turn.start("rate", {"appeal": appeal.id, "round": about, "solved": solved}))


def decided(appeal: Appeal, said: Sequence[Mapping[Any, Any]]) -> Status | None:
    """Where the verdicts move an appeal: one «нет» disputes it, the author's «да» with no «нет» confirms it."""
    if any(not row["solved"] for row in said):
        after = Status.DISPUTED
    elif any(row["person_id"] == appeal.author_id for row in said):
        after = Status.CONFIRMED
    else:
        return None
    return after if after is not appeal.status and appeal.can_become(after) else None


async def rate(turn: Turn, answers: Mapping[str, Json]) -> None:
    """A score of 1–5 and words, both optional."""
    key = {"appeal_id": answers["appeal"], "person_id": turn.person.id, "round": answers["round"]}
    values = {"score": answers.get("score"), "comment": answers.get("comment") or "", "solved": answers["solved"]}
    await appeals.save_verdict(turn.connection, key, turn.now.utc, **values)
    appeal = await appeals.find(turn.connection, answers["appeal"])
    situation = turn.city.situations.get(appeal.situation) if appeal else None
    ladder = turn.city.steps(situation) if situation and not answers["solved"] else ()
    buttons = [turn.button("card", f"card:{answers['appeal']}")]
    turn.say("rate.thanks", buttons, told=bool(values["score"] or values["comment"]), ladder=ladder)
