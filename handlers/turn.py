"""One turn: somebody did something, and all that follows from it is gathered here to be saved together."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dialogs.engine import Advance, Need
from dialogs.layout import arrange
from dialogs.menu import menu
from dialogs.speech import Button, Capabilities, Json, Moment, Reply, Said
from dialogs.state import Conversation
from dialogs.steps import Scene
from handlers.house import House
from storage.database import Connection
from storage.model.city import PERSONAL_DATA, City
from storage.model.person import Person
from storage.outbox import Draft, Lane


async def nothing_before() -> None:
    """No turn came before."""


@dataclass
class Turn:
    """What was said, by whom, where their conversation stands; what is answered is collected in `drafts`."""

    house: House
    connection: Connection
    said: Said
    person: Person
    conversation: Conversation
    now: Moment
    drafts: list[tuple[Draft, str]] = field(default_factory=list)
    """messages with their topic: of several with one topic only the last is sent"""
    unneeded_files: list[str] = field(default_factory=list)
    """names of stored files that nothing points to after this turn"""
    need: Need | None = None
    """what the open step waits for"""
    flush: Callable[[], Awaitable[None]] = nothing_before
    """writes what the turns before this one in the same transaction say, so that it is erased with everything else"""
    toast: str = ""
    """a short word shown over the screen where a button was pressed"""
    city: City = field(init=False)
    """the city as it was when the turn began"""

    began: Conversation = field(init=False)
    """where the conversation stood before"""

    def __post_init__(self) -> None:
        self.city = self.house.city
        self.began = self.conversation

    @property
    def capabilities(self) -> Capabilities:
        """What the messenger of the person can show."""
        return self.house.capabilities[self.person.channel]

    @property
    def consented(self) -> bool:
        """Whether the person agreed to the words about personal data as they are now."""
        asked = self.city.consents.get(PERSONAL_DATA)
        return self.person.consented and (asked is None or self.person.consent_version == asked.version)

    @property
    def scene(self) -> Scene:
        """What the conversation is handed."""
        return Scene(self.city, self.now, self.person, self.capabilities, self.house.texts)

    @property
    def pressed_message(self) -> str:
        """The message whose button was pressed, to be replaced; empty if there is none or it cannot be."""
        return self.said.press.message if self.said.press and self.capabilities.editing else ""

    def text(self, name: str, /, **facts: Any) -> str:
        """An utterance."""
        return self.house.texts.say(name, city=self.city, now=self.now, **facts)

    def button(self, label: str, data: str = "", url: str = "", **facts: Any) -> Button:
        """A button with a label from the texts."""
        return Button(self.house.texts.label(label, **facts), data, url)

    def say(
        self,
        name: str,
        /,
        buttons: Sequence[Button] = (),
        *,
        in_place: bool = False,
        with_menu: bool = False,
        media: Sequence[int] = (),
        file: tuple[str, int] | None = None,
        **facts: Any,
    ) -> None:
        """Answer the person; `in_place` takes the place of the message whose button was pressed."""
        rows = menu(self.house.texts, self.capabilities) if with_menu else arrange(buttons, self.capabilities)
        replaces = self.pressed_message if in_place and not with_menu else ""
        text = self.text(name, **facts)
        self.reply(Reply(text, rows, keyboard=with_menu, replaces=replaces, media=tuple(media), file=file))

    def house_reply(self, name: str, buttons: Sequence[Button], capabilities: Capabilities, /, **facts: Any) -> Reply:
        """A message for somebody whose messenger may be another one."""
        return Reply(self.text(name, **facts), arrange(buttons, capabilities))

    def reply(self, reply: Reply) -> None:
        """Answer the person."""
        self.send(self.person, reply, Lane.REPLY)

    def send(self, person: Person, reply: Reply, lane: Lane) -> None:
        """Say something to anybody."""
        draft = Draft(
            person.id,
            person.channel,
            person.address,
            lane,
            reply.as_json(),
            self.house.chance.number(),
            self.now.utc,
        )
        self.drafts.append((draft, reply.topic))

    def start(self, dialog: str, answers: Mapping[str, Json] | None = None) -> Advance:
        """Open a dialog; what was open waits as a draft."""
        return self.house.engine.start(
            self.conversation, dialog, self.scene, answers or {}, replaces=self.pressed_message
        )

    def follow(self, advance: Advance) -> None:
        """Take over where the conversation went and what it says."""
        self.conversation, self.need = advance.conversation, advance.need
        for reply in advance.replies:
            self.reply(reply if self.capabilities.editing else replace(reply, replaces=""))

    def park(self) -> None:
        """Leave the open dialog; a draft worth keeping waits."""
        self.conversation = self.house.engine.park(self.conversation)
