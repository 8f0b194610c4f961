"""A conversation with the engine alone: says, presses, and holds after each step what must always hold."""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channels import CHANNELS
from dialogs.engine import Advance, Engine
from dialogs.registry import DIALOGS
from dialogs.speech import Button, Press, Reply, Said
from dialogs.state import MAX_DRAFTS, Conversation, Frame
from dialogs.steps import Scene
from dialogs.texts.words import plain
from storage.model.city import City
from tests.unit import given

GIVEN: Mapping[str, Mapping[str, Any]] = {
    "consent": {"then": "file_appeal"},
    "rate": {"appeal": 1, "round": 1, "solved": True},
    "answer_call": {"call": 1},
    **{name: {"appeal": 1} for name in ("supplement", "withdraw", "return_appeal", "reject_appeal")},
    "forward_appeal": {"appeal": 1, "body": "managing_organization"},
    "answer_appeal": {"appeal": 1},
    "got_answer": {"appeal": 1},
    "letter": {"appeal": 1, "known_name": "Примерова Анна"},
    "be_named": {"appeal": 1, "token": "t", "known_name": ""},
    "file_oneself": {"appeal": 1, "body": "improvement_service", "situation": "road_pothole"},
    "correct_theme": {"appeal": 1, "story": "Не работает лифт"},
    "assign_words": {"words": 1, "story": "Не работает лифт"},
    "propose_situation": {"words": 1},
}
"""what a dialog is started with by its handler"""
DATA_BYTES = 64
"""of a button, at most (core.telegram.org/bots/api#inlinekeyboardbutton)"""


@dataclass
class Talk:
    """One person in one messenger, talking to the real dialogs."""

    channel: str = "telegram"
    conversation: Conversation = field(default_factory=Conversation)
    replies: tuple[Reply, ...] = ()
    """what was said last"""
    shown: list[Button] = field(default_factory=list)
    """every button of the engine that was ever shown"""
    ended: list[Frame] = field(default_factory=list)
    """complete dialogs"""
    cancelled: list[Frame] = field(default_factory=list)
    tokens: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    city: City = field(default_factory=given.city)
    found: list[Any] = field(default_factory=list)
    """what the database says whenever it is asked"""

    def __post_init__(self) -> None:
        self.scene = replace(given.scene(self.channel), city=self.city)
        self.engine = Engine(DIALOGS, lambda: f"{next(self.tokens):06x}")

    def twin(self) -> "Talk":
        """The same conversation, to be led elsewhere."""
        return Talk(self.channel, self.conversation, self.replies, tokens=self.tokens, city=self.city, found=self.found)

    @property
    def frame(self) -> Frame:
        """The open dialog."""
        assert self.conversation.active is not None
        return self.conversation.active

    @property
    def step(self) -> str:
        """The open step, empty if no dialog is open."""
        return self.conversation.active.step if self.conversation.active else ""

    @property
    def text(self) -> str:
        """What was said last, as one text."""
        return "\n".join(plain(reply.text) for reply in self.replies)

    @property
    def buttons(self) -> list[Button]:
        """What can be pressed under the last question, without the location button and what is not the engine's."""
        last = self.replies[-1:] if self.conversation.active else ()
        return [button for reply in last for row in reply.rows for button in row if button.data.startswith("q:")]

    @property
    def offered(self) -> dict[str, Button]:
        """The same by the value that a press means: «<back», «yes»."""
        return {button.data.split(":", 2)[2]: button for button in self.buttons}

    @property
    def scene_inside(self) -> Scene:
        """What a step of the open dialog is handed."""
        return replace(self.scene, answers=self.frame.answers)

    def take(self, led: Advance) -> None:
        """Go where the engine leads, and look whether everything that must hold does."""
        if led.need:
            asked = self.engine.fulfil(led.conversation, led.need, self.found, self.scene)
            led = replace(asked, replies=(*led.replies, *asked.replies))
        hold(led, self)
        self.conversation, self.replies = led.conversation, led.replies
        self.shown += self.buttons
        self.ended += [led.finished] if led.finished else []
        self.cancelled += [led.cancelled] if led.cancelled else []

    def start(self, name: str, answers: Mapping[str, Any] | None = None) -> None:
        """Open a dialog as its handler does."""
        self.take(self.engine.start(self.conversation, name, self.scene, {**GIVEN.get(name, {}), **(answers or {})}))

    def says(self, text: str = "", **more: Any) -> None:
        """Words, a photo, a place."""
        self.take(
            self.engine.advance(self.conversation, Said(self.channel, "1001", "u", text=text, **more), self.scene)
        )

    def presses(self, data: str) -> None:
        """A button by its data."""
        self.says(press=Press(data, "17"))

    def chooses(self, value: str) -> None:
        """A button of the open question; below the input field it says its label."""
        button = self.offered[value]
        if self.frame.below:
            self.says(button.label)
        else:
            self.presses(button.data)


def hold(led: Advance, talk: Talk) -> None:
    """What holds after every step, whatever was said."""
    conversation = led.conversation
    stored = json.dumps(conversation.as_json(), ensure_ascii=False)
    assert Conversation.from_json(json.loads(stored)) == conversation
    assert len(conversation.drafts) <= MAX_DRAFTS
    assert all(talk.engine.keeps(draft) for draft in conversation.drafts)
    assert conversation.active not in conversation.drafts
    assert not (led.finished and led.cancelled)
    assert not (led.finished or led.cancelled) or conversation.active is None
    for reply in led.replies:
        hold_reply(reply, talk)
    if conversation.active is not None and led.replies:
        hold_question(conversation.active, led.replies[-1], talk)


def hold_reply(reply: Reply, talk: Talk) -> None:
    """What holds for every message."""
    limits = CHANNELS[talk.channel].capabilities
    labels = [button.label for row in reply.rows for button in row]
    assert Reply.from_json(json.loads(json.dumps(reply.as_json()))) == reply
    assert 0 < len(plain(reply.text)) <= limits.text
    assert len(reply.rows) <= limits.rows
    assert len(labels) <= limits.buttons
    assert len(set(labels)) == len(labels), "a typed label would mean two things"
    data = [button.data for row in reply.rows for button in row if button.data]
    assert len(set(data)) == len(data), "a press would mean two things"
    for button in (button for row in reply.rows for button in row):
        assert 0 < len(button.label) <= limits.label
        assert len(button.data.encode()) <= DATA_BYTES
        assert button.data or button.kind
        assert not button.kind or limits.location == ("keyboard" if reply.keyboard else "inline")


def hold_question(frame: Frame, question: Reply, talk: Talk) -> None:
    """What holds for the last message of a dialog that is open: it is its question, and there is a way on."""
    assert frame.step
    assert frame.token
    assert frame.below is question.keyboard
    data = [button.data for row in question.rows for button in row if button.data.startswith("q:")]
    assert all(one.startswith(f"q:{frame.token}:") for one in data)
    assert talk.conversation.active is None or talk.conversation.active.token != frame.token
