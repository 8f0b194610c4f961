"""What a dialog is made of: its steps in spoken order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from dialogs.speech import Capabilities, Json, Moment, Said
from dialogs.texts.words import Texts
from storage.model.city import City
from storage.model.person import Person

BEFORE = "before"
"""the answers as they were before something was mended"""
EDITED = "edited"
"""all the answers as they were before a part of them was changed at the last look"""


@dataclass(frozen=True)
class Scene:
    """Everything a step is handed: the city, the hour, the person, what they said so far, and the words."""

    city: City
    now: Moment
    person: Person
    capabilities: Capabilities
    texts: Texts
    answers: Mapping[str, Json] = field(default_factory=dict)
    found: dict[object, Any] = field(init=False, compare=False, repr=False, default_factory=dict)
    """what was worked out of all this, by what worked it out (see `once`), and the steps of dialogs by their names"""

    def answer(self, step: str) -> Json:
        """What was answered at a step; None if it was not asked or was skipped."""
        return self.answers.get(step)


Found = TypeVar("Found")


def once(work: Callable[[Scene], Found]) -> Callable[[Scene], Found]:
    """What is worked out of a scene alone is worked out once for each: a dozen steps ask for the same situation."""

    @wraps(work)
    def remembered(scene: Scene) -> Found:
        if work not in scene.found:
            scene.found[work] = work(scene)
        found: Found = scene.found[work]
        return found

    return remembered


@dataclass(frozen=True)
class Choice:
    """One of the offered answers."""

    value: str
    label: str
    stored: Json = None
    """what is stored instead of `value`"""
    ends: bool = False
    """whether the dialog is over with this answer"""
    said: str = ""
    """words that pressing it stands for: they are taken as if they were typed"""


@dataclass(frozen=True)
class Accepted:
    """The answer is understood; `value` is stored as JSON, `also` holds answers to other steps found in it."""

    value: Json
    also: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Rejected:
    """The answer does not fit; the utterance «step_reason» says why and what to do."""

    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)


Accept = Callable[[Said, Scene], Accepted | Rejected]
Choices = Callable[[Scene], Sequence[Choice]]
Tell = Callable[[Scene], Mapping[str, Any]]
Condition = Callable[[Scene], bool]
Note = Callable[[Accepted, Scene], Mapping[str, Any]]
Known = Callable[[Scene], Json]
Taken = Callable[[Json, Scene], Mapping[str, Any]]


def worded(dialog: str, utterance: str) -> str:
    """The full name of an utterance of a dialog; one of a shared file has it already."""
    return utterance if "." in utterance else f"{dialog}.{utterance}"


def untaken(_value: Json, _scene: Scene) -> Mapping[str, Any]:
    """Nothing to tell."""
    return {}


def nothing(_scene: Scene) -> Mapping[str, Any]:
    """No facts are needed to ask."""
    return {}


def always(_scene: Scene) -> bool:
    """The step is always asked."""
    return True


def no_choices(_scene: Scene) -> Sequence[Choice]:
    """Only free words."""
    return ()


def only_buttons(_said: Said, _scene: Scene) -> Accepted | Rejected:
    """Free words are no answer here."""
    return Rejected("unclear")


@dataclass(frozen=True)
class Ask:
    """One question. `accept` is pure: it reads what was said and gives a value or the reason why not."""

    name: str
    accept: Accept = only_buttons
    choices: Choices = no_choices
    when: Condition = always
    tell: Tell = nothing
    optional: bool = False
    location: bool = False
    aloud: bool = False
    """whether a voice message is an answer"""
    human: bool = False
    """whether «Позвать человека» is offered at once"""
    text: str = ""
    """the block to say, if it is not the step's name"""
    group: str = ""
    """questions of one group may all be left unanswered at once"""
    forgets: tuple[str, ...] = ()
    """answers that no longer hold when this one changes; «details.» stands for all that begin with it"""
    renews: Json = ()
    """the value that counts as a change even when it is given again, because it asks further"""
    valid: Condition = always
    """whether the stored answer still makes sense: the city pack may have changed since"""
    reasons: tuple[str, ...] = ()
    """why `accept` may reject; each has its block «step_reason»"""
    known: "Known | None" = None
    """the answer that was given already in other words: it is taken without asking, and «Назад» leads to it"""
    taken: "Taken" = untaken
    """for the block «step_taken», which says what was understood"""
    need: str = ""
    """what the database is asked before this is asked: the turn finds it, and it becomes the answer «name.found»"""
    note: "Note | None" = None
    """what was understood, told before the next question by the block «step_noted»"""

    @property
    def found(self) -> str:
        """The answer that holds what the database says."""
        return f"{self.name}.found"

    @property
    def utterance(self) -> str:
        """The block of the dialog's file that asks this, or «file.block» of words that several dialogs share."""
        return self.text or self.name


@dataclass(frozen=True)
class Gather(Ask):
    """A question that takes several answers, one after the other, until «Готово»; the value is their list."""

    limit: int = 10


@dataclass(frozen=True)
class AskEach:
    """Questions that depend on earlier answers; each is a step «name.question»."""

    name: str
    questions: Callable[[Scene], Sequence[Ask]]
    sample: Ask
    """any of them: they share one utterance and its reasons"""


def as_said(words: str, _scene: Scene) -> str:
    """Words as they stand."""
    return words


@dataclass(frozen=True)
class Part:
    """One part of what is reviewed: pressing «Изменить …» leads back to its step."""

    step: str
    when: Condition = always
    words: tuple[str, ...] = ()
    """what people call it: «исправь адрес на Садовую, 5»"""
    reads: Callable[[str, Scene], str] = as_said
    """what the words after «на» mean as an answer"""
    at: Callable[[Scene], str] | None = None
    """the step it leads to, where that depends on the answers"""
    button: bool = True
    """whether it has a button; else it is only asked for in words"""


@dataclass(frozen=True)
class Mend:
    """What one tap puts right in the answers before they are sent: the button «mend_name»."""

    name: str
    when: Condition
    change: Callable[[Scene], Mapping[str, Json]]
    """the answers that change; «Вернуть как было» brings the old ones back"""


@dataclass(frozen=True)
class Review:
    """The last look: the whole, with a button to send it, one to change each part, and what one tap puts right."""

    name: str
    parts: tuple[Part, ...]
    tell: Tell = nothing
    mends: tuple[Mend, ...] = ()


Step = Ask | AskEach | Review


@dataclass(frozen=True)
class Dialog:
    """A conversation with a purpose: when every step is answered, `outcome` is carried out.

    `keep`: an interrupted one is a draft, to be gone on with later; others are dropped. The answers of a `fleeting`
    one are never stored: they stay in memory until it ends.
    """

    name: str
    outcome: str
    steps: tuple[Step, ...]
    keep: bool = False
    fleeting: bool = False
    numbered: bool = False
    """whether the progress line («шаг 2 из 6») is shown"""
    foreseen: Condition = always
    """whether the number of steps is known by now; before, the progress line is «шаг 2»"""
    cancel: str = "cancel"
    """the label of the button that ends it; empty where the choices offer that themselves"""

    def __post_init__(self) -> None:
        names = [step.name for step in self.steps]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.name}: two steps have the same name")

    def live(self, scene: Scene) -> "Sequence[Ask | Review]":
        """The steps that are asked given the answers so far, in spoken order; looked for once in each scene."""
        if self.name not in scene.found:
            scene.found[self.name] = tuple(self.asked(scene))
        found: Sequence[Ask | Review] = scene.found[self.name]
        return found

    def asked(self, scene: Scene) -> "list[Ask | Review]":
        """The same, looked for."""
        found: list[Ask | Review] = []
        for step in self.steps:
            if isinstance(step, AskEach):
                found += step.questions(scene)
            elif isinstance(step, Review) or step.when(scene):
                found.append(step)
        return found
