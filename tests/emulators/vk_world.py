"""The state of the emulated community: conversations, people, files, events and what was done wrong."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.emulators.vk_changes import Changes
from tests.emulators.vk_files import FileStore, StoredFile
from tests.emulators.vk_keyboard import Keyboard
from tests.emulators.vk_longpoll import EventHistory
from tests.emulators.vk_parameters import VkError

if TYPE_CHECKING:
    from tests.emulators.vk_person import VkUser

REPEAT_WINDOW_SECONDS = 3600
REPEAT_WINDOW_MESSAGES = 100
PRESS_LIVES_SECONDS = 60


@dataclass
class Message:
    """A message of a conversation; `cmid` counts within the conversation, `id` within the community."""

    id: int
    cmid: int
    peer_id: int
    from_id: int
    date: int
    text: str
    attachments: list[dict[str, Any]] = field(default_factory=list)
    files: tuple[StoredFile, ...] = ()
    keyboard: Keyboard | None = None
    random_id: int = 0
    extra: dict[str, Any] = field(default_factory=dict)
    update_time: int = 0
    deleted: bool = False

    @property
    def content(self) -> tuple[str, tuple[StoredFile, ...], Keyboard | None]:
        """What the bot chose to say."""
        return self.text, self.files, self.keyboard

    def described(self) -> dict[str, Any]:
        """The message object of the API and of events."""
        return {
            "id": self.id,
            "date": self.date,
            "peer_id": self.peer_id,
            "from_id": self.from_id,
            "text": self.text,
            "random_id": self.random_id,
            "conversation_message_id": self.cmid,
            "attachments": self.attachments,
            "fwd_messages": [],
            "important": False,
            "is_hidden": False,
            "out": int(self.from_id < 0),
            "version": 10_000_000 + self.id,
            **self.extra,
            **({"update_time": self.update_time} if self.update_time else {}),
        }


@dataclass
class Conversation:
    """What the community and one person wrote to each other; the community may write while `permitted`."""

    peer_id: int
    messages: list[Message] = field(default_factory=list)
    read_cmid: int = 0
    permitted: bool = False
    denied: bool = False

    @property
    def visible(self) -> list[Message]:
        """Messages that the community has not deleted."""
        return [message for message in self.messages if not message.deleted]

    @property
    def unread(self) -> list[Message]:
        """The person's messages that nobody in the community has read."""
        return [message for message in self.visible if message.from_id > 0 and message.cmid > self.read_cmid]

    @property
    def unanswered(self) -> bool:
        """The last word is the person's."""
        return bool(self.visible) and self.visible[-1].from_id > 0

    def repeated(self, random_id: int, now: float) -> Message | None:
        """The message that VK takes this `random_id` for: within an hour and the last hundred messages."""
        if random_id == 0:
            return None
        for message in reversed(self.messages[-REPEAT_WINDOW_MESSAGES:]):
            if message.random_id == random_id and now - message.date <= REPEAT_WINDOW_SECONDS:
                return message
        return None


@dataclass
class Press:
    """A press of a callback button; the button spins until it is answered."""

    user_id: int
    at: float
    answered: bool = False


class World:
    """Everything that the API, the Long Poll server and the people of the emulator share."""

    def __init__(self, group_id: int, screen_name: str, clock: Callable[[], float]) -> None:
        self.group = {
            "id": group_id,
            "name": "Я здесь живу",
            "screen_name": screen_name,
            "is_closed": 0,
            "type": "group",
        }
        self.group_id = group_id
        self.clock = clock
        self.events = EventHistory(group_id)
        self.files = FileStore(group_id, clock)
        self.people: dict[int, VkUser] = {}
        self.conversations: dict[int, Conversation] = {}
        self.presses: dict[str, Press] = {}
        self.violations: list[str] = []
        self.changes = Changes()
        self.sent = 0
        self.permissions = {"photos": 4, "messages": 4096, "docs": 131072, "manage": 262144}
        self._message_ids = count(1001)
        self._press_ids = count(1)

    def conversation(self, peer_id: int) -> Conversation:
        """The conversation with this person, made when there is none."""
        return self.conversations.setdefault(peer_id, Conversation(peer_id))

    def reachable(self, peer_id: int) -> Conversation:
        """The conversation with a person who allows messages; raises VkError 901."""
        conversation = self.conversations.get(peer_id)
        if conversation is None or not conversation.permitted:
            raise VkError(901, violation=conversation is None or not conversation.denied)
        return conversation

    def add_message(self, conversation: Conversation, from_id: int, text: str, **rest: Any) -> Message:
        """Append a message to a conversation."""
        number = conversation.messages[-1].cmid + 1 if conversation.messages else 1
        now = int(self.clock())
        message = Message(next(self._message_ids), number, conversation.peer_id, from_id, now, text, **rest)
        conversation.messages.append(message)
        return message

    def pressed(self, user_id: int) -> str:
        """Register a press of a callback button, return its event_id."""
        event_id = f"{next(self._press_ids):012x}"
        self.presses[event_id] = Press(user_id, self.clock())
        return event_id


def shown(text: str) -> str:
    """The text as VK shows it: `[id1|Анна]` is a mention."""
    return re.sub(r"\[(?:id|club|public)\d+\|([^\]]+)\]", r"\1", text)
