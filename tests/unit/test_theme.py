"""What it is about: several problems in one story, the one good question, the offers, and the registry."""

from dataclasses import replace

import pytest

from dialogs.controls import BACK, CANCEL, HUMAN
from dialogs.find_body import SURE
from dialogs.theme import OTHER, TOGETHER, left_over, offered, problems, question, situation_of, told
from dialogs.understanding.index import Suggestion, suggest
from storage.model.person import Role
from tests.unit.given import city, scene
from tests.unit.talk import Talk
from tests.unit.ways import OPEN, PLAIN, SEVERAL, STORY, UNHEARD_OF, Way, leading, pick, walk

BOTH = ["file_appeal", "find_body"]


def at(step: str, story: str, name: str = "file_appeal", channel: str = "telegram") -> Talk:
    """A talk that asks a step right after the story."""
    talk = Talk(channel)
    talk.start(name)
    talk.says(story)
    assert talk.step == step
    return talk


def found(talk: Talk) -> str:
    """The situation that a conversation came to, empty if it is open yet."""
    frame = talk.conversation.active or talk.ended[-1]
    situation = situation_of(replace(talk.scene, answers=frame.answers))
    return situation.id if situation else ""


def choices(talk: Talk) -> list[str]:
    """What can be chosen, without the engine's own buttons."""
    return [value for value in talk.offered if not value.startswith("<")]


# several problems


def test_several_problems_are_told_each_in_its_own_words() -> None:
    talk = at("problem", SEVERAL)
    lights, lift = problems(talk.scene_inside)
    assert f"{lights.situation.title}: «Во дворе не горят фонари.»" in talk.text
    assert f"{lift.situation.title}: «В подъезде не работает лифт.»" in talk.text
    assert choices(talk) == ["0", "1", TOGETHER]


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(("number", "situation"), [("0", "street_light"), ("1", "elevator")])
def test_of_several_problems_the_one_that_is_chosen_counts(name: str, number: str, situation: str) -> None:
    way = Way(SEVERAL, picks={"problem": number})
    talk = way.begin(name)
    assert "problem" in walk(talk, way)
    assert found(talk) == situation


@pytest.mark.parametrize("name", BOTH)
def test_another_problem_of_the_story_forgets_the_situation_of_the_first(name: str) -> None:
    talk = at("problem", SEVERAL, name, "vk")
    talk.chooses("0")
    assert found(talk) == "street_light"
    talk.chooses(BACK)
    assert talk.step == "problem"
    talk.chooses("1")
    assert found(talk) == "elevator"


@pytest.mark.parametrize("name", BOTH)
def test_if_it_is_one_problem_after_all_every_situation_of_the_story_is_offered(name: str) -> None:
    talk = at("problem", SEVERAL, name)
    talk.chooses(TOGETHER)
    assert talk.step == "situation"
    assert {"street_light", "elevator", OTHER} <= set(choices(talk))
    assert len(set(choices(talk))) == len(choices(talk))


def test_the_other_problem_is_left_over_for_another_appeal() -> None:
    chosen = scene(answers={"story": SEVERAL, "problem": "1"})
    assert (told(chosen), left_over(chosen)) == ("В подъезде не работает лифт.", "Во дворе не горят фонари.")


@pytest.mark.parametrize("answers", [{}, {"problem": TOGETHER}, {"problem": "7"}, {"problem": 1}, {"problem": None}])
def test_a_story_whose_problem_is_not_chosen_stays_whole(answers: dict[str, object]) -> None:
    whole = scene(answers={"story": SEVERAL, **answers})
    assert (told(whole), left_over(whole)) == (SEVERAL, "")


# the one good question


@pytest.mark.parametrize("name", BOTH)
def test_the_answer_to_the_question_settles_what_it_is_about(name: str) -> None:
    talk = at("which", OPEN, name)
    distinction = question(talk.scene_inside)
    assert distinction
    assert distinction.question in talk.text
    assert choices(talk) == [*(str(number) for number in range(len(distinction.options))), OTHER]
    for number, option in enumerate(distinction.options):
        other = talk.twin()
        other.chooses(str(number))
        if len(option.situations) == 1:
            assert found(other) == option.situations[0]
            assert other.step not in {"situation", "sphere"}
        else:
            assert other.step == "situation"
            assert set(choices(other)) - {OTHER} <= set(option.situations)


def test_another_answer_to_the_question_forgets_what_followed_from_the_first() -> None:
    talk = at("which", OPEN, channel="vk")
    distinction = question(talk.scene_inside)
    assert distinction
    first, second, *_ = (str(number) for number, item in enumerate(distinction.options) if len(item.situations) == 1)
    talk.chooses(first)
    before = found(talk)
    while talk.step != "which":
        talk.chooses(BACK)
    talk.chooses(second)
    assert found(talk) not in {"", before}


def test_if_no_answer_fits_everything_that_was_suggested_is_offered() -> None:
    talk = at("which", OPEN)
    talk.chooses(OTHER)
    assert talk.step == "situation"
    suggested = [item.situation.id for item in suggest(OPEN, city()) if not item.situation.fallback]
    assert set(choices(talk)) - {OTHER} <= set(suggested)
    assert len(choices(talk)) > 2


def test_no_question_is_asked_about_a_situation_that_is_known() -> None:
    talk = Talk()
    talk.start("file_appeal", {"story": OPEN, "situation": "elevator"})
    assert talk.step == "place"


# offers and the registry


def test_what_was_suggested_is_offered_with_a_line_on_each() -> None:
    talk = at("situation", STORY)
    assert choices(talk)[0] == "elevator"
    assert choices(talk)[-1] == OTHER
    for id in choices(talk)[:-1]:
        assert f"{city().situations[id].title} — " in talk.text


def about_something_else() -> str:
    """Words for which «Другой вопрос» is the likeliest situation."""
    fallback = city().fallback
    assert fallback
    stories = (scene(answers={"story": phrase}) for phrase in fallback.recognition.phrases)
    fitting = (known for known in stories if offered(known)[:1] == [fallback] and not question(known))
    return str(next(fitting).answers["story"])


def test_another_question_that_is_offered_can_be_chosen() -> None:
    fallback = city().fallback
    assert fallback
    talk = Talk()
    talk.start("file_appeal", {"story": about_something_else()})
    assert talk.step == "situation"
    talk.says(fallback.title)
    assert found(talk) == fallback.id
    assert talk.step == "place"


def test_words_that_say_nothing_are_followed_by_the_registry_and_the_general_ways() -> None:
    talk = at("sphere", UNHEARD_OF)
    assert "По этим словам тему не нашли" in talk.text
    assert all(way.value in talk.text for way in city().general)
    assert "human" in [button.data for row in talk.replies[-1].rows for button in row]


def test_the_registry_after_offers_does_not_say_that_nothing_was_understood() -> None:
    talk = at("situation", STORY)
    talk.chooses(OTHER)
    assert talk.step == "sphere"
    assert "не нашли" not in talk.text
    assert "позовите человека" in talk.text


def test_a_situation_is_reached_by_its_sphere_and_group() -> None:
    talk = at("sphere", UNHEARD_OF)
    for step in ("sphere", "group", "situation_any"):
        assert talk.step == step
        assert CANCEL in talk.offered
        pick(talk, leading("entrance")[step])
    assert found(talk) == "entrance"
    assert talk.step == "place"


def test_another_sphere_forgets_the_group_and_the_situation() -> None:
    talk = at("sphere", UNHEARD_OF)
    for step in ("sphere", "group"):
        pick(talk, leading("elevator")[step])
    talk.chooses(BACK)
    talk.chooses(BACK)
    talk.chooses(next(value for value in choices(talk) if value != leading("elevator")["sphere"]))
    assert talk.step == "group"
    assert "group" not in talk.frame.answers


@pytest.mark.parametrize("form", [str.lower, str.upper, lambda title: f"  {title}. "])
def test_the_name_of_a_situation_may_be_typed_instead_of_looked_for(form: object) -> None:
    assert callable(form)
    known = city().situations["elevator"]
    talk = at("sphere", UNHEARD_OF)
    talk.says(form(known.title))
    answers = {"sphere": known.sphere, "group": known.group, "situation_any": known.id}
    assert talk.frame.answers == {"story": UNHEARD_OF, **answers}
    assert talk.step == "place"


@pytest.mark.parametrize("typed", ["Ремонт", "лифт", "🙂", ""])
def test_what_is_no_name_of_a_situation_is_asked_again_with_an_example(typed: str) -> None:
    talk = at("sphere", UNHEARD_OF)
    talk.says(typed)
    assert talk.step == "sphere"
    assert "целиком" in talk.text


# «Куда обратиться»


def test_where_the_words_leave_no_doubt_nothing_is_asked() -> None:
    assert suggest(STORY, city())[0].confidence >= SURE
    talk = Talk()
    talk.start("find_body")
    talk.says(STORY)
    assert talk.conversation.active is None
    assert found(talk) == "elevator"


def test_whom_to_ask_is_found_anew_for_another_story() -> None:
    talk = Talk("vk")
    talk.start("find_body", {"story": STORY, "situation": "ground_collapse"})
    while talk.step != "story":
        talk.chooses(BACK)
    talk.says(OPEN)
    assert talk.step == "which"
    assert found(talk) == ""


def test_a_doubtful_story_is_asked_about_in_both_dialogs_alike() -> None:
    for story in (OPEN, SEVERAL, UNHEARD_OF):
        asked = []
        for name in BOTH:
            talk = PLAIN.begin(name)
            talk.says(story)
            asked.append((talk.step, choices(talk)))
        assert asked[0] == asked[1]


def test_a_moderator_who_chooses_a_theme_is_not_offered_a_moderator() -> None:
    talk = Talk()
    talk.scene = replace(talk.scene, person=replace(talk.scene.person, role=Role.MODERATOR))
    talk.start("correct_theme", {"appeal": 1, "story": "Абракадабра"})
    assert talk.step == "sphere"
    assert HUMAN not in offered_by(talk)
    resident = Talk()
    resident.start("file_appeal", {"story": "Абракадабра"})
    assert HUMAN in offered_by(resident)


def offered_by(talk: Talk) -> set[str]:
    """What the buttons of the last message do."""
    return {button.data for reply in talk.replies for row in reply.rows for button in row}


# «Другой вопрос» before others


@pytest.mark.parametrize(
    ("scores", "offered_ids"),
    [
        ({"other": 9.0, "clinic": 5.0}, ["other", "clinic"]),
        ({"other": 6.7, "clinic": 5.0, "noise": 2.4}, ["clinic"]),
        ({"other": 2.5}, []),
        ({"clinic": 2.4, "other": 2.5}, ["clinic"]),
        ({}, []),
    ],
)
def test_with_few_words_for_the_rest_only_what_some_speak_for_is_offered(
    monkeypatch: pytest.MonkeyPatch, scores: dict[str, float], offered_ids: list[str]
) -> None:
    likely = [Suggestion(city().situations[id], 1 / len(scores), score) for id, score in scores.items()]
    monkeypatch.setattr("dialogs.theme.suggest", lambda *_: likely)
    assert [situation.id for situation in offered(scene(answers={"story": "Не выписывают лекарство"}))] == offered_ids
