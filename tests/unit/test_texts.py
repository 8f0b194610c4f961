"""Every word the bot says: each is there, none is unused, and all of them keep the rules of design.md §6."""

import ast
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import CHANNELS
from dialogs.recordings import REASONS
from dialogs.registry import DIALOGS
from dialogs.steps import Ask, AskEach, Dialog, Gather, Review, only_buttons, worded
from dialogs.texts.words import FOLDER, UnknownUtterance, clock, counted, cut, day, lowered, plain, same, tidy
from dialogs.understanding.talk import FOREIGN
from handlers.cards import moves
from handlers.route import LEADING
from handlers.tables import ACTIONS, COMMANDS, OUTCOMES, STAFF_ACTIONS
from notifier.notices import NOTICES, Notice
from storage.model.appeal import Status
from storage.model.city import CONSENTS
from storage.model.facts import APPEAL, REPORT
from storage.model.numbers import read
from tests.unit.given import appeal, city, texts

ROOT = Path(__file__).parents[2]
PARTS = ("bot", "handlers", "dialogs", "notifier")
TEMPLATES = sorted(FOLDER.glob("*.j2"))
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
BLOCK = re.compile(r"\{% block (\w+) %\}(.*?)\{% endblock %\}", re.DOTALL)
MESSENGERS = ROOT / "bot" / "channels"
LONGEST_LABEL, LONGEST_MESSAGE = 40, 600
STEPS = [(dialog, step) for dialog in DIALOGS for step in dialog.steps]
NOTES = [(dialog, step) for dialog, step in STEPS if isinstance(step, Ask) and step.note]
"""steps that tell what was understood"""


def others(file: Path) -> set[str]:
    """What a messenger calls a thing that is no words, photo or place; read, because importing it takes seconds."""
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "OTHERS":
            return set(ast.literal_eval(node.value).values())
    return set()


OTHERS = sorted({"unknown"}.union(*map(others, MESSENGERS.glob("*.py"))))


def asked(dialog: Dialog, step: Ask | AskEach | Review) -> tuple[str, set[str]]:
    """The utterance that asks a step, and the reasons for which an answer to it may be refused."""
    step = step.sample if isinstance(step, AskEach) else step
    if isinstance(step, Review):
        return worded(dialog.name, step.name), {"unclear", "nothing_to_undo"}
    more = ({"unclear"} if step.accept is only_buttons else set()) | (
        {"too_many", "no_such"} if isinstance(step, Gather) else set()
    )
    more |= {"label"} | ({"wish"} if any(isinstance(other, Review) for other in dialog.steps) else set())
    return worded(dialog.name, step.utterance), {*step.reasons, *more, *(f"other_{kind}" for kind in OTHERS)}


def is_taken(step: Ask | AskEach | Review) -> bool:
    """Whether its answer may be known from other words."""
    return isinstance(step, AskEach) or (isinstance(step, Ask) and step.known is not None)


def noted(dialog: Dialog, step: Ask) -> str:
    """The utterance that tells what a step understood."""
    return f"{worded(dialog.name, step.utterance)}_noted"


@cache
def blocks() -> dict[str, str]:
    """Every utterance as it stands in its template."""
    return {
        f"{file.stem}.{name}": source for file in TEMPLATES for name, source in BLOCK.findall(file.read_text("utf-8"))
    }


def without_facts() -> dict[str, str]:
    """Every utterance that is always the same."""
    return {name: texts().say(name) for name, source in blocks().items() if not JINJA.search(source)}


def test_the_templates_are_read_as_they_stand() -> None:
    assert set(blocks()) == texts().names()
    assert len(without_facts()) > 100


# steps, reasons, statuses and notices have their words


@pytest.mark.parametrize(("dialog", "step"), STEPS, ids=lambda thing: thing.name)
def test_every_step_has_its_words(dialog: Dialog, step: Ask | AskEach | Review) -> None:
    utterance, reasons = asked(dialog, step)
    assert texts().has(utterance)
    for reason in reasons:
        assert texts().has(f"{utterance}_{reason}") or texts().has(f"engine.{reason}"), reason


def test_steps_that_several_dialogs_share_have_their_words_in_one_place() -> None:
    shared: dict[int, set[str]] = {}
    for dialog, step in STEPS:
        shared.setdefault(id(step), set()).add(asked(dialog, step)[0])
    assert {len(words) for words in shared.values()} == {1}
    assert len(shared) < len(STEPS)


def test_messengers_tell_apart_what_else_people_send() -> None:
    assert {"sticker", "voice", "video", "contact"} <= set(OTHERS)


def test_every_step_that_asks_for_a_place_says_what_was_noted() -> None:
    places = [(dialog, step) for dialog, step in STEPS if isinstance(step, Ask) and step.location]
    assert places
    for dialog, step in places:
        assert isinstance(step, Ask)
        assert step.note, "the menu would come back with an empty message"
        assert texts().has(noted(dialog, step))


@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_label(status: Status) -> None:
    assert texts().label(f"status_{status}")


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice.text)
def test_every_notice_has_its_text(notice: Notice) -> None:
    assert texts().has(f"notices.{notice.text}")


@pytest.mark.parametrize("dialog", DIALOGS, ids=lambda dialog: dialog.name)
def test_every_dialog_has_an_outcome_and_a_label_for_its_end(dialog: Dialog) -> None:
    assert dialog.outcome in OUTCOMES
    assert not dialog.cancel or texts().has(f"buttons.{dialog.cancel}")


# what the code says exists, and nothing else is in the templates


@cache
def nodes() -> list[ast.AST]:
    """Everything that stands in modules that may say something."""
    files = [file for part in PARTS for file in sorted((ROOT / part).rglob("*.py"))]
    return [node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))]


def literal_words(node: ast.expr) -> set[str]:
    """The strings an argument may be: one, or one of two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    return literal_words(node.body) | literal_words(node.orelse) if isinstance(node, ast.IfExp) else set()


def patterns(node: ast.expr) -> set[str]:
    """The f-strings an argument may be, with «*» for what is filled in."""
    if isinstance(node, ast.IfExp):
        return patterns(node.body) | patterns(node.orelse)
    if not isinstance(node, ast.JoinedStr):
        return set()
    return {"".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)}


def arguments(*callees: str) -> Iterator[ast.expr]:
    """The first arguments of the calls of these functions or methods."""
    for node in nodes():
        if isinstance(node, ast.Call) and node.args:
            function = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            if function in callees and ast.unparse(node.func) != "button":  # the engine's own takes a value first
                yield node.args[0]


def utterances_in_code() -> set[str]:
    """Every «file.block» that stands in the code as one string, and every label as «buttons.label»."""
    files = {file.stem for file in TEMPLATES}
    shape = re.compile(rf"({'|'.join(files)})\.[a-z_]+")
    filled = {id(part) for node in nodes() if isinstance(node, ast.JoinedStr) for part in node.values}
    strings = [node.value for node in nodes() if isinstance(node, ast.Constant) and id(node) not in filled]
    found = {value for value in strings if isinstance(value, str) and shape.fullmatch(value)}
    labels = {word for node in arguments("label", "button") for word in literal_words(node)}
    return found | {f"buttons.{label}" for label in labels}


def families() -> dict[str, set[str]]:
    """Utterances whose names are put together, by the f-string that does it."""
    reviews = [step for _, step in STEPS if isinstance(step, Review)]
    unexpected = {"attachment", "location", "long", "wordless", *OTHERS}
    return {
        "status_*": {f"buttons.status_{status}" for status in Status},
        "mod_*": {f"buttons.mod_{move}" for status in Status for move in moves(appeal(status))},
        "mend_*": {f"buttons.mend_{mend.name}" for review in reviews for mend in review.mends},
        "edit_*": {f"buttons.edit_{part.step}" for review in reviews for part in review.parts if part.button},
        "file_*": {f"buttons.file_{kind}" for kind in (REPORT, APPEAL)},
        "consent_*": {f"buttons.consent_{word}" for word in (*CONSENTS[1:], "give", "take_back")},
        "share_*": {f"buttons.share_{name}" for name, known in CHANNELS.items() if known.capabilities.share},
        "solved_*": {"buttons.solved_yes", "buttons.solved_no"},
        "unexpected.*": {f"unexpected.{kind}" for kind in unexpected},
        "notices.*": {f"notices.{notice.text}" for notice in NOTICES},
        "recordings.*": {f"recordings.{reason}" for reason in REASONS},
        "rate.heard_*": {"rate.heard_yes", "rate.heard_no"},
        "commands.*": {f"commands.{command.name}" for command in COMMANDS if not command.staff},
        "commands.*_words": {f"commands.{command.name}_words" for command in COMMANDS},
        "talk.*": {f"talk.{kind}" for kind in {*city().talk, FOREIGN, "greeting"} - (LEADING.keys() - {"greeting"})},
        "*_taken": {f"{asked(dialog, step)[0]}_taken" for dialog, step in STEPS if is_taken(step)},
        "*_noted": {noted(dialog, step) for dialog, step in NOTES},
    }


def questions() -> set[str]:
    """What `ask` says."""
    return {asked(dialog, step)[0] for dialog, step in STEPS}


def refusals() -> set[str]:
    """What `missed` says: the step's own words for a reason, or else the engine's."""
    found = set()
    for dialog, step in STEPS:
        utterance, reasons = asked(dialog, step)
        own = {reason: f"{utterance}_{reason}" for reason in reasons}
        found |= {name if texts().has(name) else f"engine.{reason}" for reason, name in own.items()}
    return found


def labels_by_name() -> set[str]:
    """Labels that are looked up by the name of a command, of a dialog's end or of a menu's entry."""
    return {f"buttons.{command.name}" for command in COMMANDS} | {f"buttons.{dialog.cancel}" for dialog in DIALOGS}


def test_everything_the_code_says_exists() -> None:
    found = utterances_in_code()
    assert len(found) > 90
    assert found - texts().names() == set()


def test_every_name_that_is_put_together_is_of_a_known_family() -> None:
    made = {
        pattern for node in arguments("say", "text", "label", "button", "house_reply") for pattern in patterns(node)
    }
    assert made - {"buttons.*"} == set(families())


@pytest.mark.parametrize("family", sorted(set(families()) - {"commands.*", "commands.*_words"}))
def test_every_member_of_a_family_exists(family: str) -> None:
    assert families()[family]
    assert families()[family] - texts().names() == set()


def test_no_utterance_is_unused() -> None:
    used = utterances_in_code() | questions() | refusals() | labels_by_name()
    for members in families().values():
        used |= members
    assert texts().names() - used == set()


def test_a_missing_utterance_is_refused() -> None:
    for name in ("nothing.at_all", "engine.nothing", "engine", ""):
        assert not texts().has(name)
        with pytest.raises(UnknownUtterance):
            texts().say(name)


# commands and labels


def spoken() -> set[tuple[str, str]]:
    """Every way to say a command without a slash, with its command."""
    found = set()
    for command in COMMANDS:
        words = {texts().label(command.name)} if texts().has(f"buttons.{command.name}") else set()
        if texts().has(block := f"commands.{command.name}_words"):
            words |= set(texts().say(block).split(", "))
        found |= {(same(word), command.name) for word in words}
    return found


def test_no_word_calls_two_commands() -> None:
    words = spoken()
    assert len(words) > 20
    assert sorted({word for word, _ in words}) == sorted(word for word, _ in words)


def test_no_answer_that_is_offered_is_taken_for_a_command() -> None:
    pack = city()
    choices = {
        choice for item in pack.situations.values() for question in item.questions for choice in question.choices
    }
    offered = choices | {district.name for district in pack.districts} | {land.label for land in pack.lands.values()}
    offered |= {item.title for item in pack.situations.values()}
    offered |= {
        texts().label(name) for name in ("yes", "no", "send", "back", "skip", "done", "earlier", "further", "other")
    }
    assert {same(label) for label in offered} & {word for word, _ in spoken()} == set()


def test_every_label_that_is_always_the_same_fits_a_button() -> None:
    labels = {name: text for name, text in without_facts().items() if name.startswith("buttons.")}
    assert len(labels) > 60
    assert {name for name, text in labels.items() if not 0 < len(text) <= LONGEST_LABEL or "\n" in text} == set()


@pytest.mark.parametrize(
    ("label", "facts"),
    [
        ("draft", {"story": "Напротив третьей парадной провалился асфальт " * 5}),
        ("draft", {"story": ""}),
        ("draft", {"story": "ы" * 400}),
        ("due", {"count": 30, "day": date(2026, 12, 23)}),
        ("score", {"score": 5}),
        ("level", {"name": "Работа очень важных учреждений, " * 3}),
        *(("listed", {"number": "1001000-9", "status": status}) for status in Status),
    ],
)
def test_every_label_with_facts_fits_a_button(label: str, facts: dict[str, object]) -> None:
    if "status" in facts:
        facts = {**facts, "status": texts().label(f"status_{facts['status']}")}
    assert 0 < len(texts().label(label, **facts)) <= LONGEST_LABEL


def offered() -> dict[str, set[str]]:
    """Every answer of the city pack that stands on a button, by what it is."""
    pack = city()
    situations = pack.situations.values()
    asked_of = [question for situation in situations for question in situation.questions]
    return {
        "sphere": {situation.sphere for situation in situations},
        "group": {situation.group for situation in situations},
        "title": {situation.title for situation in situations},
        "choice": {choice for question in asked_of for choice in question.choices},
        "option": {option.label for distinction in pack.distinctions for option in distinction.options},
        "land": {land.label for land in pack.lands.values()},
        "district": {district.name for district in pack.districts},
        "okrug": {okrug.name for okrug in pack.okrugs},
    }


@pytest.mark.parametrize("kind", offered())
def test_every_answer_that_the_pack_offers_fits_a_button(kind: str) -> None:
    labels = offered()[kind]
    assert labels
    assert {label for label in labels if not 0 < len(label) <= LONGEST_LABEL} == set()


def test_every_action_behind_a_button_is_known_once() -> None:
    assert set(ACTIONS) & set(STAFF_ACTIONS) == set()
    assert {f"buttons.mod_{name}" for name in STAFF_ACTIONS} >= families()["mod_*"]


# the rules of the house for words


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
def test_markup_is_bold_italic_a_link_or_to_be_copied_and_never_spans_lines(file: Path) -> None:
    for line in JINJA.sub("", file.read_text("utf-8")).splitlines():
        tags = re.findall(r"<(/?)(\w+)[^>]*>", line)
        assert {name for _, name in tags} <= {"b", "i", "a", "code"}, line
        opened = [name for closing, name in tags if not closing]
        assert opened == [name for closing, name in tags if closing], line
        assert line.count("<") == len(tags), line


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
def test_nothing_is_exclaimed(file: Path) -> None:
    assert not re.search(r"!(?!=)", file.read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(without_facts()))
def test_a_message_is_short_and_says_something(name: str) -> None:
    text = without_facts()[name]
    assert any(sign.isalpha() for sign in text)
    assert len(plain(text)) <= LONGEST_MESSAGE
    assert text == tidy(text)


def test_the_words_call_the_city_by_no_name_of_their_own() -> None:
    named = re.compile(r"петербург|питер|ленинград|невск", re.IGNORECASE)
    assert {file.name for file in TEMPLATES if named.search(file.read_text("utf-8"))} == set()


def test_every_number_that_is_shown_as_an_example_is_a_number() -> None:
    examples = {found for source in blocks().values() for found in re.findall(r"\b\d{4,}-\d\b", source)}
    assert examples
    for example in examples:
        assert read(example) > 0


# what people wrote

WORDS = st.text("абв <>&\"'/=b;#39lt", min_size=1, max_size=60).map(lambda text: " ".join(text.split())).filter(bool)


@given(WORDS)
def test_what_people_wrote_is_escaped_and_plain_undoes_it(words: str) -> None:
    said = texts().say("human.answer", words=words)
    assert set(re.findall(r"<[^>]*>", said)) == {"<b>", "</b>"}
    assert plain(said) == f"Ответ модератора\n{words}"


@given(WORDS)
def test_labels_show_what_people_wrote_as_they_wrote_it(words: str) -> None:
    assert texts().label("draft", story=words) == f"Черновик: {cut(words, 24)}"
    assert texts().label("level", name=words) == cut(words, 38)


def test_line_breaks_of_people_never_stand_inside_markup() -> None:
    said = texts().say("moderation.call", words="Помогите\nпожалуйста", call=1, draft="Яма\nво дворе")
    for line in said.splitlines():
        assert line.count("<i>") == line.count("</i>")
        assert line.count("<b>") == line.count("</b>")


def test_links_are_spelled_out_where_markup_cannot_be_shown() -> None:
    assert plain('Смотрите <a href="https://a.ru?b=1&amp;c=2">сайт</a>.') == "Смотрите сайт: https://a.ru?b=1&c=2."
    assert plain('<a href="https://a.ru">https://a.ru</a>') == "https://a.ru"


# filters

ROUND = (0, 20, 30, 40, 50, 60, 70, 80, 90, 100, 120)
"""every ten up to 125 but 10 and 110"""
ONE = {ten + 1 for ten in ROUND}
FEW = {ten + last for ten in ROUND for last in (2, 3, 4)}


@given(st.integers(min_value=0, max_value=125))
def test_nouns_follow_their_number(number: int) -> None:
    noun = "сосед" if number in ONE else "соседа" if number in FEW else "соседей"
    assert counted(number, "сосед", "соседа", "соседей") == f"{number} {noun}"


@given(st.integers(min_value=0, max_value=10**9))
def test_only_the_last_two_digits_decide_about_the_noun(number: int) -> None:
    small = counted(number % 100, "знак", "знака", "знаков")
    assert counted(number, "знак", "знака", "знаков").split()[1] == small.split()[1]


@pytest.mark.parametrize(("number", "noun"), [(11, "дней"), (12, "дней"), (14, "дней"), (21, "день"), (111, "дней")])
def test_the_teens_are_many(number: int, noun: str) -> None:
    assert counted(number, "день", "дня", "дней") == f"{number} {noun}"


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("Яма на дороге", "яма на дороге"), ("ГОСТ Р 50597", "ГОСТ Р 50597"), ("С ладонь", "с ладонь"), ("", ""),
        ("Я", "я"), ("12 °C", "12 °C"),
    ],
)  # fmt: skip
def test_a_text_inside_a_sentence_begins_small_unless_it_is_an_abbreviation(text: str, inside: str) -> None:
    assert lowered(text) == inside


@given(st.text("аб ,.—\n", max_size=80), st.integers(min_value=1, max_value=40))
def test_a_cut_text_is_the_beginning_of_the_whole_one(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit + 1
    assert text.startswith(short.removesuffix("…"))
    assert (short == text) is (len(text) <= limit)


def test_a_text_is_cut_at_the_end_of_a_word() -> None:
    assert cut("Провалился асфальт, яма", 20) == "Провалился асфальт…"


def test_dates_are_said_in_words() -> None:
    assert day(date(2026, 12, 5)) == "5 декабря 2026"
    assert clock(datetime(2026, 1, 5, 14, 5)) == "5 января, 14:05"  # noqa: DTZ001 - the zone is not shown


@given(st.text("аб \n\t", max_size=60))
def test_a_tidy_text_stays_as_it_is(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert "\n\n\n" not in once
    assert once.split() == text.split()
