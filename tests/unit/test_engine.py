"""The engine with every dialog and the real city: whatever is said, the conversation stays whole."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import CHANNELS
from dialogs.controls import BACK, CANCEL, DONE, EDIT, PAGE, SEND, SKIP, UNDO
from dialogs.engine import Engine
from dialogs.registry import DIALOGS
from dialogs.speech import Attachment, Press, Said
from dialogs.state import Conversation, Frame
from dialogs.steps import Accepted, Ask, AskEach, Dialog, Gather, Rejected, Review, worded
from dialogs.theme import OTHER, situation_of
from handlers.finding import CARRIED
from handlers.house import Chance, House, Passing
from storage.model.territory import Point
from storage.pack.current import Current
from tests.unit.given import MONDAY, city, scene, texts
from tests.unit.talk import Talk
from tests.unit.town import BY_THE_BORDER, IN_THE_NORTH, OF_DISTRICT, town
from tests.unit.ways import (
    ADDRESS,
    NEARBY,
    OPEN,
    PATHS,
    PHOTO,
    PLAIN,
    SEVERAL,
    SIMILAR,
    STORY,
    UNHEARD_OF,
    Way,
    answer,
    leading,
    pick,
    reviewed,
    walk,
    ways,
)

HUGE = Attachment("document", "BQAC", 99_000_000, "a.jpg", "image/jpeg")
HERE, FAR = Point(59.99, 30.40), Point(55.75, 37.62)
NAMES = [dialog.name for dialog in DIALOGS]

# any sequence of anything

TEXTS = st.sampled_from(
    [
        STORY, UNHEARD_OF, OPEN, SEVERAL, ADDRESS, "59.93, 30.36", "0.0, 0.0", "Невский", "5.12", "31.02", "ВХ-118",
        "1001-9", "Да", "назад", "ОТМЕНИТЬ", "Пропустить", "Готово", "Отправить", "Другое", "Изменить тему",
        "Позвать человека", "3",
        "", " ", "🙂🙂", "<b>жирно</b> & «кавычки»", "а" * 10_000, "яма " * 240, "\n\n\n", "²", "/cancel", "С ладонь",
    ]
)  # fmt: skip
FORGED = [
    "q", "q:", "q::", "q:{token}", "q:{token}:", "q:{token}:нет такого", "q:{token}:<page:9999", "q:{token}:<page:-1",
    "q:{token}:<page:", "q:{token}:<page:²", "q:{token}:<edit:", "q:{token}:<edit:story", "q:{token}:<edit:place",
    "q:{token}:<edit:нет", "q:{token}:<skip", "q:{token}:<done", "q:{token}:<send", "q:{token}:<back", "q:000000:yes",
    "q:{token}:yes", "q:{token}:0", "q:{token}:district", "q:{token}:other", "q:{token}:none", "q:{token}:a:b:c",
    "q:" + "ы" * 200,
]  # fmt: skip
THINGS = st.one_of(
    st.tuples(st.just("answers"), st.booleans()),
    st.tuples(st.just("answers"), st.booleans()),
    st.tuples(st.just("says"), TEXTS),
    st.tuples(st.just("presses"), st.integers(0, 20)),
    st.tuples(st.just("presses"), st.integers(0, 20)),
    st.tuples(st.just("presses an old one"), st.integers(0, 200)),
    st.tuples(st.just("forges"), st.sampled_from(FORGED)),
    st.tuples(st.just("shows"), st.sampled_from([(PHOTO,), (PHOTO,) * 11, (HUGE,), (Attachment("document", "x"),)])),
    st.tuples(st.just("is at"), st.sampled_from([HERE, FAR])),
    st.tuples(st.just("sends"), st.sampled_from(["sticker", "voice", "video", "contact", "unknown"])),
    st.tuples(st.just("starts"), st.sampled_from(NAMES)),
    st.tuples(st.just("resumes"), st.integers(0, 4)),
)


def do(talk: Talk, what: str, with_what: Any) -> None:
    """One thing that a person does."""
    if what == "answers" and talk.buttons:
        answer(talk, words=with_what)
    elif what == "says":
        talk.says(with_what)
    elif what == "presses" and talk.buttons:
        press(talk, talk.buttons[with_what % len(talk.buttons)].data)
    elif what == "presses an old one" and talk.shown:
        press(talk, talk.shown[with_what % len(talk.shown)].data)
    elif what == "forges":
        press(talk, with_what.replace("{token}", talk.frame.token if talk.conversation.active else "000001"))
    elif what == "shows":
        talk.says(STORY if len(with_what) == 1 else "", attachments=with_what)
    elif what == "is at":
        talk.says(location=with_what)
    elif what == "sends":
        talk.says(other=with_what)
    elif what == "starts":
        talk.start(with_what)
    elif what == "resumes" and with_what < len(talk.conversation.drafts):
        talk.take(talk.engine.resume(talk.conversation, with_what, talk.scene))


def press(talk: Talk, data: str) -> None:
    """A press, and the same one again: an old one changes no answer, the second one nothing at all."""
    before = talk.conversation
    token = data.removeprefix("q:").partition(":")[0]
    current = before.active is not None and token == before.active.token
    talk.presses(data)
    if not current:
        assert said_so_far(talk.conversation) == said_so_far(before)
    after, said = talk.conversation, talk.replies
    talk.presses(data)
    assert said_so_far(talk.conversation) == said_so_far(after)
    if current:
        assert talk.conversation == after
        assert talk.replies == ()
        talk.replies = said


def said_so_far(conversation: Conversation) -> Any:
    """The answers given and where the conversation stands, without the marks of buttons."""
    frame = conversation.active
    return (frame.dialog, frame.step, frame.answers, frame.page) if frame else None, conversation.drafts


@given(st.sampled_from(sorted(CHANNELS)), st.sampled_from(NAMES), st.lists(THINGS, min_size=5, max_size=25))
def test_any_sequence_of_anything_leaves_the_conversation_whole(
    channel: str, name: str, things: list[tuple[str, Any]]
) -> None:
    talk = Talk(channel)
    talk.start(name)
    for what, with_what in things:
        do(talk, what, with_what)


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_press_is_answered_at_every_step(forged: str) -> None:
    talk = Talk()
    talk.start("file_appeal")
    while talk.conversation.active:
        other = talk.twin()
        press(other, forged.replace("{token}", talk.frame.token))
        assert other.replies or other.ended
        answer(talk, words=True)


# every step can be reached and left


@pytest.mark.parametrize("words", [False, True], ids=["buttons", "words"])
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(("name", "way"), PATHS)
def test_every_dialog_comes_to_its_end(name: str, way: str, channel: str, words: bool) -> None:
    talk = ways(name)[way].begin(name, channel)
    asked = walk(talk, ways(name)[way], words=words)
    assert len(set(asked)) == len(asked)
    assert [frame.dialog for frame in talk.ended] == [name]
    questions = [step for step in asked if step != "preview"]
    assert set(questions) <= set(talk.ended[0].answers)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("name", NAMES)
def test_every_optional_step_can_be_skipped(name: str, channel: str) -> None:
    skipped = set()
    for way in ways(name).values():
        talk = way.begin(name, channel)
        here = []
        while talk.conversation.active:
            if SKIP in talk.offered:
                here.append(talk.step)
                talk.chooses(SKIP)
            else:
                answer(talk, way)
        assert {talk.ended[0].answers[step] for step in here} <= {None}
        skipped |= set(here)
    known = Talk().engine.dialogs[name].steps
    assert {step.name for step in known if isinstance(step, Ask) and step.optional} <= skipped


@pytest.mark.parametrize("dialog", DIALOGS, ids=lambda dialog: dialog.name)
def test_every_step_can_be_reached(dialog: Dialog) -> None:
    reached: set[str] = set()
    for way in ways(dialog.name).values():
        reached |= set(walk(way.begin(dialog.name), way))
    each = {step.name for step in dialog.steps if isinstance(step, AskEach)}
    named = {name.partition(".")[0] if name.partition(".")[0] in each else name for name in reached}
    assert named == {step.name for step in dialog.steps}


@pytest.mark.parametrize("situation", city().situations)
def test_every_situation_can_be_filed(situation: str) -> None:
    talk = Talk()
    talk.start("file_appeal", {"story": STORY, "situation": situation})
    walk(talk)
    assert talk.ended[0].answers["situation"] == situation


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(("name", "way"), PATHS)
def test_every_step_but_those_that_offer_it_themselves_can_be_cancelled(name: str, way: str, channel: str) -> None:
    talk = ways(name)[way].begin(name, channel)
    dialog = talk.engine.dialogs[name]
    while talk.conversation.active:
        assert (CANCEL in talk.offered) is bool(dialog.cancel)
        other = talk.twin()
        if dialog.cancel:
            other.chooses(CANCEL)
            assert other.conversation.active is None
            assert other.cancelled == [talk.frame]
            assert other.ended == []
        answer(talk, ways(name)[way])


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(("name", "way"), PATHS)
def test_going_back_and_answering_the_same_leads_to_the_same_step(name: str, way: str, channel: str) -> None:
    talk = ways(name)[way].begin(name, channel)
    before, visited = "", set()
    while talk.conversation.active:
        here = talk.step
        visited.add(here)
        assert (BACK in talk.offered) is bool(before and SEND not in talk.offered)
        if BACK in talk.offered:
            known = talk.frame.answers
            talk.chooses(BACK)
            while talk.step != before:  # what was understood from the story lies in between
                assert talk.step in known
                assert talk.step not in visited
                talk.chooses(BACK)
            assert talk.frame.answers == known
            if DONE in talk.offered:
                talk.chooses(DONE)
            else:
                answer(talk, ways(name)[way])
            assert talk.step == here
            assert talk.frame.answers == known
        before = here
        answer(talk, ways(name)[way])
    assert talk.ended


# questions


def test_a_dialog_never_asks_what_is_known() -> None:
    talk = Talk()
    talk.start("file_appeal", {"story": STORY, "situation": "elevator"})
    assert talk.step == "place"
    assert talk.frame.answers["situation"] == "elevator"


def test_the_progress_line_counts_once_the_situation_is_known() -> None:
    talk = Talk()
    talk.start("file_appeal", {"story": STORY})
    assert talk.text.startswith("Шаг 2\n")
    lines = []
    answer(talk)
    while SEND not in talk.offered:
        lines.append(talk.replies[-1].text.splitlines()[0])
        answer(talk, words=True)
    total = len(lines) + 2
    assert lines == [f"<i>Шаг {number} из {total}</i>" for number in range(3, total + 1)]


def test_a_human_is_offered_after_two_misses_and_an_answer_ends_the_count() -> None:
    talk = Talk()
    talk.start("file_appeal")
    labels = []
    for said in ("", "", STORY):
        talk.says(said)
        labels.append([button.data for row in talk.replies[-1].rows for button in row])
    assert ["human" in one for one in labels] == [False, True, False]
    assert talk.frame.misses == 0


def test_the_label_of_a_button_may_be_typed_in_any_case() -> None:
    talk = Talk()
    talk.start("file_appeal", {"story": STORY})
    talk.says(f"  {city().situations['elevator'].title.upper().replace(' ', '   ')} ")
    assert talk.frame.answers["situation"] == "elevator"


def test_photos_that_come_with_the_story_are_kept_for_later() -> None:
    talk = Talk()
    talk.start("file_appeal")
    talk.says(STORY, attachments=(PHOTO,))
    assert [photo["ref"] for photo in talk.frame.answers["photos"]] == [PHOTO.ref]


def test_photos_are_gathered_up_to_the_limit() -> None:
    talk = Talk()
    talk.start("answer_appeal", {"words": "Засыпали"})
    talk.says(attachments=(PHOTO,) * 7)
    talk.says(attachments=(PHOTO,) * 7)
    assert len(talk.frame.answers["photos"]) == 10
    assert "10" in talk.text
    talk.chooses(DONE)
    assert len(talk.ended[0].answers["photos"]) == 10


def test_replies_to_the_photos_of_an_album_have_one_topic_so_that_one_is_sent() -> None:
    talk = Talk()
    talk.start("answer_appeal", {"words": "Засыпали"})
    topics = set()
    for _ in range(3):
        talk.says(attachments=(PHOTO,))
        topics |= {reply.topic for reply in talk.replies}
    assert topics == {"answer_appeal.photos"}


# what was understood is told


def at_the_place(channel: str, situation: str = "elevator", **more: Any) -> Talk:
    """A talk at the question for the place."""
    talk = Talk(channel, **more)
    talk.start("file_appeal", {"story": STORY, "situation": situation})
    assert talk.step == "place"
    return talk


@pytest.mark.parametrize("channel", ["vk", "terminal"])
def test_what_was_understood_stands_before_the_next_question(channel: str) -> None:
    talk = at_the_place(channel)
    talk.says(ADDRESS)
    (reply,) = talk.replies
    assert reply.text.startswith(f"Место записали: {ADDRESS}.\n\n<i>Шаг ")
    assert talk.step.startswith("details.")
    assert not reply.keyboard


def test_where_the_location_button_stands_below_the_input_field_it_is_a_message_that_brings_the_menu_back() -> None:
    talk = at_the_place("telegram")
    assert talk.frame.below
    talk.says(ADDRESS)
    first, question = talk.replies
    assert (first.text, first.keyboard) == (f"Место записали: {ADDRESS}.", True)
    assert {button.data.partition(":")[0] for row in first.rows for button in row} == {"command"}
    assert not question.keyboard
    assert question.text.startswith("<i>Шаг ")
    assert not talk.frame.below


@pytest.mark.parametrize("channel", CHANNELS)
def test_it_is_told_as_well_when_only_the_district_is_given(channel: str) -> None:
    talk = at_the_place(channel)
    talk.chooses("district")
    assert talk.step == "district"
    assert talk.text.startswith("Хорошо, обойдёмся без адреса.\n")
    assert len(talk.replies) == (2 if channel == "telegram" else 1)


def test_an_answer_that_is_refused_tells_nothing_and_leaves_the_location_button_where_it_is() -> None:
    talk = at_the_place("telegram")
    talk.says("4")
    (reply,) = talk.replies
    assert "записали" not in reply.text
    assert reply.keyboard
    assert talk.frame.below


def test_steps_that_have_nothing_to_tell_ask_on_at_once() -> None:
    talk = Talk("vk")
    talk.start("file_appeal", {"story": STORY})
    talk.chooses("elevator")
    (reply,) = talk.replies
    assert reply.text.startswith("<i>Шаг ")


def test_what_was_understood_is_told_with_what_follows_from_it() -> None:
    talk = at_the_place("vk", city=town())
    talk.says(location=BY_THE_BORDER)
    assert talk.text.startswith("Место записали: Южный район.\nРядом граница: за ней Северный район.")


def test_as_a_message_of_its_own_it_is_told_even_if_nothing_else_is_asked() -> None:
    talk = Talk("telegram", city=town())
    talk.start("find_body", {"story": STORY, "situation": OF_DISTRICT})
    talk.says(location=IN_THE_NORTH)
    assert [reply.text for reply in talk.replies] == ["Место записали: Северный район."]
    assert talk.ended


# changing what was said


def edits(talk: Talk) -> list[str]:
    """The parts that can be changed."""
    return [value.removeprefix(EDIT) for value in talk.offered if value.startswith(EDIT)]


def hold_edits(talk: Talk, way: Way = PLAIN) -> None:
    """Every part can be changed and leads back to the last look, whether it is answered anew or not."""
    assert {"story", "place", "details", "photos"} < set(edits(talk))
    assert len({"problem", "which", "situation", "sphere"} & set(edits(talk))) == 1
    for part in edits(talk):
        changed, left = talk.twin(), talk.twin()
        changed.chooses(EDIT + part)
        assert changed.step.partition(".")[0] == part
        reviewed(changed, way).chooses(SEND)
        assert changed.ended
        left.chooses(EDIT + part)
        while SEND not in left.offered:
            left.chooses(SKIP if SKIP in left.offered else BACK)
        assert left.conversation.active


STORIES = {"clear": STORY, "open": OPEN, "several": SEVERAL, "unheard of": UNHEARD_OF}


@pytest.mark.parametrize("way", ways("file_appeal").values(), ids=ways("file_appeal"))
def test_every_part_of_an_appeal_can_be_changed_and_leads_back_to_the_review(way: Way) -> None:
    hold_edits(reviewed(way.begin("file_appeal"), way), way)


def test_every_part_is_offered_on_some_way() -> None:
    every = ways("file_appeal").values()
    offered = {part for way in every for part in edits(reviewed(way.begin("file_appeal"), way))}
    (review,) = (step for step in Talk().engine.dialogs["file_appeal"].steps if isinstance(step, Review))
    assert offered == {part.step for part in review.parts if part.button}


@pytest.mark.parametrize(
    ("way", "story"),
    [(way, story) for way in ways("file_appeal") for story in STORIES],
)
def test_after_another_description_every_part_can_still_be_changed(way: str, story: str) -> None:
    before = ways("file_appeal")[way]
    talk = reviewed(before.begin("file_appeal"), before)
    talk.chooses(f"{EDIT}story")
    talk.says(STORIES[story])
    after = replace(before, story=STORIES[story])
    hold_edits(reviewed(talk, after), after)


def carried(talk: Talk) -> dict[str, Any]:
    """What «Составить обращение» takes along from a card."""
    answers = talk.ended[-1].answers
    situation = situation_of(replace(talk.scene, answers=answers))
    assert situation
    return {**{name: answers[name] for name in CARRIED if answers.get(name)}, "situation": situation.id}


@pytest.mark.parametrize("way", ways("find_body").values(), ids=ways("find_body"))
def test_an_appeal_that_is_composed_from_a_card_asks_only_what_the_card_did_not(way: Way) -> None:
    asked = way.begin("find_body")
    steps = walk(asked, way)
    known = carried(asked)
    talk = Talk(city=way.city())
    talk.start("file_appeal", known)
    more = [talk.step]
    while SEND not in talk.offered:
        answer(talk, way)
        more.append(talk.step)
    assert not {"story", "problem", "which", "situation", "sphere", "land", *steps} & set(more)
    assert talk.frame.answers["situation"] == known["situation"]


@pytest.mark.parametrize("name", list(ways("find_body")))
def test_every_part_of_an_appeal_that_is_composed_from_a_card_can_be_changed(name: str) -> None:
    way = ways("find_body")[name]
    asked = way.begin("find_body")
    walk(asked, way)
    talk = Talk(city=way.city())
    talk.start("file_appeal", carried(asked))
    hold_edits(reviewed(talk, way), way)


@pytest.mark.parametrize("story", list(STORIES))
def test_every_part_of_an_appeal_that_is_composed_from_the_registry_can_be_changed(story: str) -> None:
    talk = Talk()
    talk.start("file_appeal", {"situation": "elevator"})
    way = replace(PLAIN, story=STORIES[story])
    hold_edits(reviewed(talk, way), way)


def review() -> Talk:
    """An appeal about a lift that only has to be sent."""
    talk = reviewed(PLAIN.begin("file_appeal"))
    assert talk.frame.answers["situation"] == "elevator"
    return talk


def test_back_from_the_first_of_the_answers_that_are_changed_leads_to_the_review() -> None:
    talk = review()
    before = talk.text
    talk.chooses(f"{EDIT}details")
    assert SEND not in talk.offered
    talk.chooses(BACK)
    assert SEND in talk.offered
    assert talk.text == before


def test_a_change_is_taken_back_in_words_too() -> None:
    talk = review()
    before = talk.text
    talk.says("исправь адрес на Думскую, 3")
    assert "Думская, 3" in talk.text
    talk.says("Верни как было")
    assert talk.text == before


def rechosen(talk: Talk, situation: str) -> Talk:
    """Another situation of the registry instead of the one that was offered."""
    talk.chooses(f"{EDIT}situation")
    while (value := leading(situation).get(talk.step)) is not None:
        pick(talk, value)
    return talk


FIRST_CHOICE = "Что с лифтом: совсем стоит"


def test_a_changed_situation_forgets_what_was_answered_about_the_other_one() -> None:
    talk = review()
    assert FIRST_CHOICE in talk.text
    rechosen(talk, "entrance")
    asked = []
    while SEND not in talk.offered:
        asked.append(talk.step)
        answer(talk)
    assert FIRST_CHOICE not in talk.text
    assert {f"details.{question.id}" for question in city().situations["entrance"].questions[:3]} <= set(asked)


def test_another_situation_of_the_whole_list_forgets_what_was_answered_about_the_first() -> None:
    way = Way(picks=leading("elevator"))
    talk = reviewed(way.begin("file_appeal"), way)
    assert FIRST_CHOICE in talk.text
    assert talk.frame.answers["situation"] == OTHER
    rechosen(talk, "entrance")
    assert FIRST_CHOICE not in reviewed(talk).text


def test_another_situation_asks_for_the_land_again_if_it_has_no_such_land() -> None:
    every = city().situations.values()
    first, land, second = next(
        (one, land, other)
        for one in every
        for other in every
        for land in one.lands
        if len(one.lands) > 1 and len(other.lands) > 1 and land not in other.lands and one.sphere != other.sphere
    )
    way = Way(picks={**leading(first.id), "land": land})
    talk = reviewed(way.begin("file_appeal"), way)
    assert talk.frame.answers["land"] == land
    rechosen(talk, second.id)
    assert talk.step == "land"
    assert land not in talk.offered


def test_the_same_situation_chosen_again_keeps_its_answers() -> None:
    talk = review()
    before = talk.text
    talk.chooses(f"{EDIT}situation")
    talk.chooses("elevator")
    assert talk.text == before


def test_an_edited_place_forgets_the_district() -> None:
    talk = review()
    frame = replace(talk.frame, answers={**talk.frame.answers, "district": "nevsky"})
    talk.conversation = replace(talk.conversation, active=frame)
    talk.presses(f"q:{frame.token}:{EDIT}place")
    talk.says("Совсем другая улица, 5")
    assert "district" not in talk.frame.answers


# accepting


SAID = st.builds(
    Said,
    st.just("telegram"),
    st.just("1001"),
    st.just("u"),
    text=TEXTS | st.text("яма 12.-/<", max_size=30),
    attachments=st.sampled_from([(), (PHOTO,), (HUGE,), (PHOTO, HUGE), (Attachment("document", "x", 1, "a.exe"),)]),
    location=st.sampled_from([None, None, HERE, FAR]),
)
QUESTIONS = [
    (dialog, step.sample if isinstance(step, AskEach) else step)
    for dialog in DIALOGS
    for step in dialog.steps
    if not isinstance(step, Review)
]


@pytest.mark.parametrize(("dialog", "step"), QUESTIONS, ids=lambda thing: thing.name)
@settings(max_examples=40)
@given(SAID)
def test_an_answer_is_taken_or_refused_for_a_reason_the_step_names(dialog: Dialog, step: Ask, said: Said) -> None:
    heard = step.accept(said, scene())
    if isinstance(heard, Accepted):
        assert json.loads(json.dumps(heard.value)) == heard.value
        assert not isinstance(step, Gather) or (isinstance(heard.value, list) and heard.value)
    elif step.reasons:
        assert isinstance(heard, Rejected)
        assert heard.reason in step.reasons
        reason = f"{worded(dialog.name, step.utterance)}_{heard.reason}"
        assert texts().say(reason if texts().has(reason) else f"engine.{heard.reason}", **heard.facts)
    else:
        assert heard == Rejected("unclear")


# releases


def aged(frame: dict[str, Any] | None, drafts: Sequence[dict[str, Any]] = ()) -> Talk:
    """A conversation as another release left it in the database."""
    state = {"active": frame, "drafts": list(drafts), "pressed": "q:0:x", "mood": "sunny"}
    return Talk(conversation=Conversation.from_json(json.loads(json.dumps(state))))


OLD: dict[str, Any] = {
    "dialog": "file_appeal",
    "step": "place",
    "token": "00000a",
    "answers": {"story": STORY, "situation": "elevator"},
}


@pytest.mark.parametrize(
    "changes",
    [
        {"mood": "sunny"},
        {"step": "a step of another release"},
        {"step": "details.gone"},
        {"answers": {**OLD["answers"], "gone": {"deep": [1]}}},
        {"page": 9000},
        {"step": ""},
        {
            "answers": {"story": STORY, "situation": "gone", "place": {"words": ADDRESS}, "photos": None},
            "step": "preview",
        },
        {"answers": {"story": STORY, "situation": "gone"}},
        {"answers": {"story": STORY, "situation": "elevator", "land": "gone", "district": "gone"}},
    ],
    ids=lambda changes: ",".join(changes),
)
def test_a_draft_of_an_older_release_is_gone_on_with(changes: dict[str, Any]) -> None:
    talk = aged({**OLD, **changes})
    talk.says(ADDRESS)
    assert talk.text
    walk(talk)
    assert talk.ended
    parked = aged(None, [{**OLD, **changes}])
    parked.take(parked.engine.resume(parked.conversation, 0, parked.scene))
    assert parked.text


@pytest.mark.parametrize("said", [{"text": ADDRESS}, {"press": Press("q:00000a:yes")}, {"attachments": (PHOTO,)}])
def test_a_dialog_that_a_release_took_away_is_ended_with_a_word(said: dict[str, Any]) -> None:
    talk = aged({**OLD, "dialog": "gone"})
    talk.says(**said)
    assert talk.conversation.active is None
    assert talk.text


def test_a_draft_of_a_dialog_that_is_gone_is_ended_with_a_word() -> None:
    talk = aged(None, [{**OLD, "dialog": "gone"}])
    led = talk.engine.resume(talk.conversation, 0, talk.scene)
    assert led.conversation == Conversation(pressed="q:0:x")
    assert [reply.text for reply in led.replies] == [texts().say("engine.outdated")]


def test_an_empty_state_is_an_empty_conversation() -> None:
    assert Conversation.from_json({}) == Conversation()


# drafts


def test_what_was_begun_waits_as_a_draft_and_goes_on_where_it_was_left() -> None:
    talk = Talk()
    talk.start("file_appeal", {"story": STORY})
    left = talk.frame
    talk.start("find_body")
    assert talk.conversation.drafts == (left,)
    talk.take(talk.engine.resume(talk.conversation, 0, talk.scene))
    assert (talk.step, talk.frame.answers) == (left.step, left.answers)
    assert not talk.conversation.drafts


def test_only_dialogs_that_were_told_something_are_kept() -> None:
    talk = Talk()
    for name in NAMES:
        talk.start(name)
    talk.start("file_appeal")
    talk.start("find_body")
    assert talk.conversation.drafts == ()


def test_the_oldest_of_too_many_drafts_goes() -> None:
    talk = Talk()
    for number in range(7):
        talk.start("file_appeal", {"story": f"Яма номер {number}"})
    stories = [draft.answers["story"] for draft in talk.conversation.drafts]
    assert stories == [f"Яма номер {number}" for number in range(1, 6)]


def test_two_dialogs_or_two_steps_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="same name"):
        Engine([DIALOGS[0], DIALOGS[0]], lambda: "000001")
    with pytest.raises(ValueError, match="same name"):
        Dialog("twice", "none", (Ask("one"), Ask("one")))


def test_no_button_is_an_answer_where_no_dialog_is_open() -> None:
    talk = Talk()
    talk.presses("q:000001:yes")
    assert talk.text == texts().say("engine.stale")
    talk.says("Что-нибудь")
    assert talk.replies == ()


@pytest.mark.parametrize("value", [f"{PAGE}1", DONE, SEND, SKIP])
def test_a_control_that_is_not_offered_has_no_effect(value: str) -> None:
    talk = Talk()
    talk.start("find_appeal")
    token = talk.frame.token
    talk.presses(f"q:{token}:{value}")
    assert (talk.step, talk.frame.answers) == ("number", {})


def test_frames_hold_what_they_are_given() -> None:
    frame = Frame("find_body").with_answer("story", STORY)
    assert frame.answers == {"story": STORY}
    assert Frame("find_body").answers == {}


# conversations that are never stored

ANNA, BORIS = 1, 2


def fleeting() -> Passing:
    """The memory of a program that has just begun."""
    return Passing({dialog.name: dialog.steps[0].name for dialog in DIALOGS if dialog.fleeting})


def stored(passing: Passing, conversation: Conversation, person: int = ANNA) -> str:
    """What the database gets of a conversation; when it has it, the rest is remembered."""
    state = json.dumps(passing.stored(conversation).as_json(), ensure_ascii=False)
    passing.remember(person, conversation)
    return state


def loaded(passing: Passing, state: str, person: int = ANNA) -> Conversation:
    """The conversation that is gone on with."""
    return passing.restored(person, Conversation.from_json(json.loads(state)))


def test_finding_whom_to_ask_is_the_conversation_that_is_never_stored() -> None:
    house = House(Current(city()), texts(), Talk().engine, {}, frozenset(), Chance(str, str, int), lambda: MONDAY)
    assert house.passing.fleeting == {"find_body": "story"}
    assert not Talk().engine.dialogs["find_body"].keep


@pytest.mark.parametrize("way", ways("find_body").values(), ids=ways("find_body"))
def test_nothing_of_its_answers_is_in_what_is_stored(way: Way) -> None:
    talk, passing = way.begin("find_body"), fleeting()
    seen = set()
    while talk.conversation.active:
        state = stored(passing, talk.conversation)
        assert json.loads(state)["active"]["answers"] == {}
        assert way.story not in state
        assert ADDRESS not in state
        seen |= set(talk.frame.answers)
        answer(talk, way, words=True)
    assert "story" in seen or talk.ended


@pytest.mark.parametrize("way", ["land", "district", "municipality"])
def test_no_answer_that_was_pressed_is_in_what_is_stored(way: str) -> None:
    talk, passing = ways("find_body")[way].begin("find_body"), fleeting()
    pressed: set[str] = set()
    while talk.conversation.active:
        answer(talk, ways("find_body")[way])
        pressed |= {value for value in (talk.conversation.active or talk.ended[0]).answers.values() if is_id(value)}
        assert not {value for value in pressed if value in stored(passing, talk.conversation)}


def is_id(answer: object) -> bool:
    """Whether an answer is the name of a situation, a land or a district, long enough to be no chance."""
    return isinstance(answer, str) and len(answer) > 3 and answer.isascii()


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("way", ways("find_body").values(), ids=ways("find_body"))
def test_from_memory_it_goes_on_where_it_was(way: Way, channel: str) -> None:
    talk, passing = way.begin("find_body", channel), fleeting()
    asked = []
    while talk.conversation.active:
        asked.append(talk.step)
        state = stored(passing, talk.conversation)
        assert loaded(passing, state) == talk.conversation
        talk.conversation = loaded(passing, state)
        answer(talk, way)
    whole = way.begin("find_body", channel)
    assert asked == walk(whole, way)
    assert talk.ended[0].answers == whole.ended[0].answers


@pytest.mark.parametrize("pressing", [False, True], ids=["says", "presses"])
@pytest.mark.parametrize("name", list(ways("find_body")))
def test_without_memory_it_begins_anew_whatever_was_asked(name: str, pressing: bool) -> None:
    way = ways("find_body")[name]
    talk = way.begin("find_body")
    answer(talk, way)
    while talk.conversation.active:
        again = talk.twin()
        again.conversation = loaded(fleeting(), stored(fleeting(), talk.conversation))
        assert again.frame.answers == {}
        if pressing and not talk.frame.below:
            again.presses(next(button.data for button in talk.buttons))
        else:
            again.says("Во дворе упало дерево")
        assert (again.step, again.frame.answers) == ("story", {})
        assert again.text
        answer(talk, way)


def test_without_memory_the_first_question_takes_its_answer() -> None:
    talk = Talk()
    talk.start("find_body")
    talk.conversation = loaded(fleeting(), stored(fleeting(), talk.conversation))
    talk.says(OPEN)
    assert talk.frame.answers["story"] == OPEN


def test_what_was_not_saved_is_not_remembered() -> None:
    passing, talk = fleeting(), Talk()
    talk.start("find_body", {"story": STORY, "situation": of_district()})
    state, open_frame = stored(passing, talk.conversation), talk.conversation.active
    talk.chooses(CANCEL)
    passing.stored(talk.conversation)  # and the commit fails
    assert loaded(passing, state).active == open_frame


def test_when_it_ends_it_is_forgotten() -> None:
    passing = fleeting()
    for ending in (CANCEL, SKIP):
        talk = Talk()
        talk.start("find_body", {"story": STORY, "situation": of_district()})
        stored(passing, talk.conversation)
        assert passing.recall(ANNA)
        talk.chooses(ending)
        assert talk.conversation.active is None
        stored(passing, talk.conversation)
        assert passing.recall(ANNA) == {}


def of_district() -> str:
    """A situation for which the district decides, whatever the land."""
    bodies = city().bodies
    known = (item for item in city().situations.values() if len(item.lands) < 2)
    return next(situation.id for situation in known if situation.depends_on_district(None, bodies))


def test_another_conversation_takes_its_place_and_is_stored_whole() -> None:
    passing, talk = fleeting(), Talk()
    talk.start("find_body", {"story": STORY, "situation": of_district()})
    stored(passing, talk.conversation)
    talk.start("file_appeal", {"story": SEVERAL})
    assert SEVERAL in stored(passing, talk.conversation)
    assert passing.recall(ANNA) == {}
    assert loaded(passing, stored(passing, talk.conversation)) == talk.conversation


def test_a_draft_that_waits_meanwhile_is_stored() -> None:
    passing, talk = fleeting(), Talk()
    talk.start("file_appeal", {"story": SEVERAL})
    talk.start("find_body", {"story": UNHEARD_OF})
    state = stored(passing, talk.conversation)
    assert SEVERAL in state
    assert UNHEARD_OF not in state
    assert loaded(passing, state) == talk.conversation


def test_nobody_gets_the_answers_of_another() -> None:
    passing, anna, boris = fleeting(), Talk(), Talk()
    anna.start("find_body", {"story": OPEN})
    boris.start("find_body", {"story": UNHEARD_OF})
    of_anna = stored(passing, anna.conversation, ANNA)
    of_boris = stored(passing, boris.conversation, BORIS)
    assert loaded(passing, of_anna, ANNA).active == anna.frame
    assert loaded(passing, of_boris, BORIS).active == boris.frame


def test_of_too_many_the_oldest_are_forgotten() -> None:
    passing, talk = fleeting(), Talk()
    talk.start("find_body", {"story": OPEN})
    states = [stored(passing, talk.conversation, person) for person in range(passing.LIMIT + 2)]
    again = [loaded(passing, state, person) for person, state in enumerate(states)]
    known = [conversation.active.answers for conversation in again if conversation.active]
    assert known[:2] == [{}, {}]
    assert known[2:] == [{"story": OPEN}] * passing.LIMIT


def test_who_finds_the_same_nearby_is_done_and_what_was_told_goes_along() -> None:
    way = replace(NEARBY, picks={}, found=({**SIMILAR, "metres": None},))
    talk = way.begin("file_appeal")
    walk(talk, way)
    assert talk.ended[0].answers["nearby"] == SIMILAR["token"]
    assert talk.ended[0].answers["story"] == way.story


def test_what_was_found_nearby_is_looked_for_anew_once_the_place_changes() -> None:
    talk = reviewed(NEARBY.begin("file_appeal"), NEARBY)
    assert "nearby.found" in talk.frame.answers
    talk.chooses("<edit:place")
    talk.says("Невский проспект, 1")
    assert talk.step == "nearby"


def test_the_last_change_of_a_part_is_undone_with_one_tap() -> None:
    talk = reviewed(PLAIN.begin("file_appeal"))
    before = dict(talk.frame.answers)
    assert UNDO not in talk.offered
    talk.chooses("<edit:story")
    talk.says("Лифт гремит и застревает")
    assert talk.frame.answers["story"] == "Лифт гремит и застревает"
    while SEND not in talk.offered:
        answer(talk)
    talk.chooses(UNDO)
    kept = {name: value for name, value in talk.frame.answers.items() if name != "edited"}
    assert kept == before
    assert UNDO not in talk.offered


def test_a_part_that_was_opened_and_left_as_it_is_has_nothing_to_undo() -> None:
    talk = reviewed(PLAIN.begin("file_appeal"))
    talk.chooses("<edit:story")
    talk.chooses(BACK)
    assert UNDO not in talk.offered
