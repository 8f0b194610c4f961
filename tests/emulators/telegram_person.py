"""A person with Telegram in their hands: everything they can do to the bot, and everything they see of it."""

import re
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tests.emulators.heard import Heard
from tests.emulators.telegram_screen import Screen, Sent

if TYPE_CHECKING:
    from tests.emulators.telegram_world import World

_COMMAND = re.compile(r"/[a-z0-9_]{1,32}(?:@\w+)?", re.IGNORECASE)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


class Person:
    """One Telegram user and their private chat with the bot; made by `TelegramEmulator.user`.

    Every action queues an update and returns its id at once.
    """

    def __init__(self, world: "World", person_id: int, name: str) -> None:
        self.id = person_id
        self.name = name
        self.known = False
        """Whether the bot may write: the person has written first."""
        self.blocked = False
        self.toasts: list[str] = []
        """Texts of answers to button presses, "" for an answer without a text."""
        self.own: set[int] = set()
        """Ids of the messages that the person has sent."""
        self.window = Screen()
        self.chat: dict[str, Any] = {"id": person_id, "type": "private", "first_name": name}
        self._world = world
        self._last: dict[str, Any] | None = None
        self._press: Callable[[], Awaitable[int]] | None = None

    @property
    def heard(self) -> list[Heard]:
        """What the bot has said, in the order of appearance; an edit is one more entry."""
        return self.window.heard

    @property
    def screen(self) -> dict[int, Heard]:
        """What stands in the chat now, by message id."""
        return self.window.shown

    @property
    def keyboard(self) -> tuple[str, ...]:
        """The labels below the input field now."""
        return tuple(button["text"] for button in self.window.keyboard)

    async def says(self, text: str) -> int:
        """Send a text."""
        message: dict[str, Any] = {"text": text}
        if command := _COMMAND.match(text):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": command.end()}]
        return self._send(message)

    async def opens(self, payload: str = "") -> int:
        """Follow a deep link and press Start; the payload is at most 64 of A-Za-z0-9_-."""
        assert _PAYLOAD.fullmatch(payload), f"Telegram does not open a link with the payload {payload!r}"
        return await self.says(f"/start {payload}".strip())

    async def presses(self, label: str) -> int:
        """Press the newest inline button with this label, else the one below the input field."""
        if found := self.window.newest_button(label):
            message_id, button = found
            assert "callback_data" in button, f"«{label}» tells the bot nothing: {button}"
            return await self.presses_data(button["callback_data"], message_id)
        below = self.window.keyboard_button(label)
        assert below is not None, f"no button «{label}» on the screen of {self.name}, only {self.window.labels()}"
        assert not below.get("request_location"), f"«{label}» asks for a location: use sends_location"
        assert not below.get("request_contact"), f"«{label}» asks for a contact: use sends_contact"
        self._press = lambda: self.says(label)
        return await self._press()

    async def presses_data(self, data: str, message_id: int | None = None) -> int:
        """Press a button with this callback data, on the screen or forged; by default under the newest message."""
        target = message_id if message_id is not None else next(reversed(self.window.sent), 0)
        self._press = lambda: self._query(data, target)
        return await self._press()

    async def presses_again(self) -> int:
        """Repeat the last press: the second tap of an impatient finger."""
        assert self._press is not None, f"{self.name} has pressed nothing yet"
        return await self._press()

    async def sends_photo(self, data: bytes, caption: str = "", group: str | None = None) -> int:
        """Send a photo; photos with the same `group` are one album."""
        photo = self._world.files.photo_sizes(self._world.files.add("photo", data))
        album = {"media_group_id": group} if group else {}
        return self._send({"photo": photo} | _caption(caption) | album)

    async def sends_document(
        self, data: bytes, name: str, mime_type: str, size: int | None = None, caption: str = ""
    ) -> int:
        """Send a file; `size` states another size than that of the bytes."""
        file = self._world.files.add("document", data, name, size)
        document = file.reference() | {"file_name": name, "mime_type": mime_type}
        return self._send({"document": document} | _caption(caption))

    async def sends_location(self, latitude: float, longitude: float) -> int:
        """Send a point in degrees."""
        return self._send({"location": {"latitude": latitude, "longitude": longitude}})

    async def sends_contact(self, phone: str = "+79990001122", owner: int | None = None) -> int:
        """Send a contact: one's own, or that of another user id."""
        contact = {"phone_number": phone, "first_name": self.name, "user_id": self.id if owner is None else owner}
        return self._send({"contact": contact})

    async def sends_sticker(self, emoji: str = "👍") -> int:
        """Send a sticker."""
        looks = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        sticker = self._world.files.add("sticker", b"sticker").reference() | looks | {"emoji": emoji}
        return self._send({"sticker": sticker})

    async def sends_voice(self, data: bytes = b"voice", seconds: int = 3) -> int:
        """Send a voice message."""
        voice = self._world.files.add("voice", data).reference() | {"duration": seconds, "mime_type": "audio/ogg"}
        return self._send({"voice": voice})

    async def sends_video(self, data: bytes = b"video", size: int | None = None, caption: str = "") -> int:
        """Send a video; `size` states another size than that of the bytes."""
        looks = {"width": 1280, "height": 720, "duration": 10, "mime_type": "video/mp4"}
        video = self._world.files.add("video", data, size=size).reference() | looks
        return self._send({"video": video} | _caption(caption))

    async def edits(self, text: str) -> int:
        """Change the text, or the caption, of one's last message."""
        assert self._last is not None, f"{self.name} has sent nothing yet"
        field = "text" if "text" in self._last else "caption"
        self._last = self._last | {field: text, "edit_date": int(time.time())}
        return self._push("edited_message", self._last)

    async def blocks(self) -> int:
        """Block the bot: from now on writing to this person answers 403."""
        return self._change_membership("kicked")

    async def unblocks(self) -> int:
        """Let the bot write again."""
        return self._change_membership("member")

    async def hears(self, count: int, seconds: float = 10.0) -> None:
        """Wait until the bot has said (or edited) so many things since the beginning."""
        await self._world.bell.until(
            lambda: len(self.heard) >= count,
            seconds,
            lambda: f"{self.name} heard {len(self.heard)}, not {count}: {[heard.text for heard in self.heard]}",
        )

    async def toasted(self, count: int, seconds: float = 10.0) -> None:
        """Wait until so many button presses were answered since the beginning."""
        await self._world.bell.until(
            lambda: len(self.toasts) >= count, seconds, lambda: f"{self.name} got {self.toasts}, not {count} answers"
        )

    def receive(self, sent: Sent, *, edited: bool = False, visible: bool = True) -> None:
        """A message of the bot arrives or changes."""
        if self._world.keep_heard:
            self.window.put(sent, edited=edited, visible=visible)
        else:
            self.window.keep(sent, limit=20)
        self._world.bell.ring()

    @property
    def _from(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": "ru"}

    def _send(self, content: dict[str, Any]) -> int:
        number = self._world.next_message_id()
        self.own.add(number)
        self._last = {"message_id": number, "from": self._from, "chat": self.chat, "date": int(time.time())} | content
        return self._push("message", self._last)

    async def _query(self, data: str, message_id: int) -> int:
        sent = self.window.sent.get(message_id)
        gone = {"chat": self.chat, "message_id": message_id, "date": 0}
        query = {
            "id": self._world.open_query(self),
            "from": self._from,
            "message": sent.message if sent else gone,
            "chat_instance": str(self.id * 7919),
            "data": data,
        }
        return self._push("callback_query", query)

    def _push(self, kind: str, content: dict[str, Any]) -> int:
        assert not self.blocked, f"{self.name} has blocked the bot: unblocks() first"
        self.known = True
        return self._world.updates.push({kind: content})

    def _change_membership(self, status: str) -> int:
        bot = {key: self._world.bot[key] for key in ("id", "is_bot", "first_name", "username")}
        old, new = ("member", status) if status == "kicked" else ("kicked", status)
        self.blocked = False
        change = {
            "chat": self.chat,
            "from": self._from,
            "date": int(time.time()),
            "old_chat_member": _member(bot, old),
            "new_chat_member": _member(bot, new),
        }
        number = self._push("my_chat_member", change)
        self.blocked = status == "kicked"
        return number


def _member(bot: dict[str, Any], status: str) -> dict[str, Any]:
    return {"user": bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})


def _caption(caption: str) -> dict[str, Any]:
    return {"caption": caption} if caption else {}
