"""A person who writes to the emulated community: what they do, and what they have on their screen."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.emulators.heard import Heard
from tests.emulators.vk_attachments import CLIENT_INFO, contact, sticker, video, voice
from tests.emulators.vk_keyboard import Button
from tests.emulators.vk_screen import Screen
from tests.emulators.vk_world import Message, World

PATIENCE_SECONDS = 10.0


@dataclass
class Album:
    """Photos that go out as one message."""

    group: str
    photos: list[dict[str, Any]] = field(default_factory=list)
    caption: str = ""


class VkUser:
    """A person with a VK app open on the conversation with the community."""

    def __init__(self, world: World, user_id: int, name: str) -> None:
        self.id = user_id
        self.name = name
        self.window = Screen()
        self.toasts: list[str] = []
        self._world = world
        self._conversation = world.conversation(user_id)
        self._last_press: Callable[[], None] | None = None
        self._album: Album | None = None

    @property
    def heard(self) -> list[Heard]:
        """What the community has said, in the order of appearance; an edit is one more entry."""
        return self.window.heard

    @property
    def screen(self) -> dict[int, Heard]:
        """What stands in the conversation now, by conversation_message_id."""
        return self.window.shown

    @property
    def keyboard(self) -> tuple[str, ...]:
        """The labels below the input field now."""
        return tuple(button.label for button in self.window.keyboard)

    async def says(self, text: str, payload: object = None) -> None:
        """Write a text; a `payload` forges the press of a text button."""
        self._writes(text, {} if payload is None else {"payload": json.dumps(payload, ensure_ascii=False)})

    async def opens(self, payload: str = "") -> None:
        """Press «Начать», with a payload after opening vk.me/<community>?ref=<payload>."""
        link = {"ref": payload, "ref_source": "link"} if payload else {}
        self._writes("Начать", {"payload": '{"command":"start"}'} | link)

    async def presses(self, label: str, message_id: int | None = None) -> None:
        """Press the newest button with this label, or the one under the given message."""
        cmid, button = self.window.button(label, message_id)
        if button.kind == "location":
            raise AssertionError(f"«{label}» asks for a location: use sends_location")
        if button.kind not in ("text", "callback"):
            raise AssertionError(f"«{label}» is a link to {button.link or button.kind}: the bot hears of no press")
        press = self._text_press if button.kind == "text" else self._callback_press
        self._last_press = press(cmid, button)
        self._last_press()

    async def presses_data(self, payload: object, message_id: int | None = None) -> None:
        """Press a callback button that was never sent, with any payload."""
        self._last_press = partial(self._event, payload, message_id)
        self._last_press()

    async def presses_again(self) -> None:
        """Tap once more on what was pressed last."""
        assert self._last_press is not None, f"{self.name} has not pressed anything yet"
        self._last_press()

    async def sends_photo(self, data: bytes, caption: str = "", group: str | None = None) -> None:
        """Send a photo; those of the same `group` that follow one another at once are one message, as VK does."""
        stored = self._world.files.keep("photo", self.id, data, "photo.jpg", "image/jpeg")
        if group is None:
            self._writes(caption, attachments=[self._world.files.attachment(stored)])
            return
        if self._album is None or self._album.group != group:
            self._send_album()
            self._album = Album(group)
            asyncio.get_running_loop().call_soon(self._send_album)
        self._album.photos.append(self._world.files.attachment(stored))
        self._album.caption = self._album.caption or caption

    async def sends_document(
        self, data: bytes, name: str, mime_type: str, size: int | None = None, caption: str = ""
    ) -> None:
        """Send a document; `size` is what VK claims, by default the truth."""
        stored = self._world.files.keep("doc", self.id, data, name, mime_type, size)
        self._writes(caption, attachments=[self._world.files.attachment(stored)])

    async def sends_location(self, latitude: float, longitude: float) -> None:
        """Send a place on the map; the payload of a location button goes with it."""
        place = {"country": "Россия", "city": "Санкт-Петербург", "title": "Санкт-Петербург"}
        coordinates = {"latitude": latitude, "longitude": longitude}
        asked = next((one for _, one in self.window.buttons if one.kind == "location"), None)
        payload = {"payload": asked.payload} if asked and asked.payload is not None else {}
        self._writes("", {"geo": {"type": "point", "coordinates": coordinates, "place": place}} | payload)
        self.window.hide_one_time()

    async def sends_sticker(self) -> None:
        """Send a sticker."""
        self._writes("", attachments=[sticker()])

    async def sends_voice(self, data: bytes = b"voice") -> None:
        """Send a voice message."""
        stored = self._world.files.keep("doc", self.id, data, "voice.ogg", "audio/ogg")
        link = self._world.files.described(stored)["url"]
        self._writes("", attachments=[voice(self.id, link)])

    async def passes_on(self, *texts: str) -> None:
        """Forward messages of somebody else without a word."""
        others = [{"from_id": 42, "date": 1, "conversation_message_id": 1, "text": text} for text in texts]
        self._writes("", {"fwd_messages": others})

    async def sends_video(self, data: bytes = b"video", size: int | None = None, caption: str = "") -> None:
        """Send a video; VK tells a bot how long it is (here a second per megabyte), never its size or a link to it."""
        seconds = max(1, (len(data) if size is None else size) // 1_000_000)
        self._writes(caption, attachments=[video(self.id, seconds)])

    async def sends_contact(self, phone: str = "+79990001122") -> None:
        """Send something of a type that no documentation names."""
        self._writes("", attachments=[contact(self.id, self.name, phone)])

    async def edits(self, text: str) -> None:
        """Change the text of the message written last."""
        own = [one for one in self._conversation.messages if one.from_id == self.id]
        assert own, f"{self.name} has not written anything yet"
        message = own[-1]
        message.text, message.update_time = text, int(self._world.clock())
        self._world.events.emit("message_edit", message.described())

    async def blocks(self) -> None:
        """Forbid the community to write; only `unblocks` takes it back."""
        self._conversation.permitted, self._conversation.denied = False, True
        self._world.events.emit("message_deny", {"user_id": self.id})

    async def unblocks(self) -> None:
        """Allow the community to write."""
        self._conversation.permitted, self._conversation.denied = True, False
        self._world.events.emit("message_allow", {"user_id": self.id, "key": ""})

    async def hears(self, count: int, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until the community has said (or edited) so many things since the beginning; raises TimeoutError."""
        await self._waits(lambda: len(self.heard) >= count, seconds, lambda: f"{count} messages, not {self.heard}")

    async def toasted(self, count: int, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until so many button presses were answered since the beginning; raises TimeoutError."""
        await self._waits(lambda: len(self.toasts) >= count, seconds, lambda: f"{count} answers, not {self.toasts}")

    async def _waits(self, come: Callable[[], bool], seconds: float, missing: Callable[[], str]) -> None:
        try:
            await asyncio.wait_for(self._world.changes.until(come), seconds)
        except TimeoutError:
            raise TimeoutError(f"{self.name} waited for {missing()}") from None

    def _send_album(self) -> None:
        if album := self._album:
            self._album = None
            self._writes(album.caption, attachments=album.photos)

    def _writes(
        self, text: str, extra: dict[str, Any] | None = None, attachments: list[dict[str, Any]] | None = None
    ) -> None:
        self._check_not_blocked()
        self._send_album()
        self._conversation.permitted = True
        message = self._world.add_message(
            self._conversation, self.id, text, attachments=attachments or [], extra=extra or {}
        )
        self._world.events.emit("message_new", {"message": message.described(), "client_info": CLIENT_INFO})

    def _check_not_blocked(self) -> None:
        assert not self._conversation.denied, f"{self.name} has blocked the community: unblocks() first"

    def _event(self, payload: object, cmid: int | None) -> None:
        self._check_not_blocked()
        event = {"user_id": self.id, "peer_id": self.id, "event_id": self._world.pressed(self.id), "payload": payload}
        self._world.events.emit("message_event", event | ({} if cmid is None else {"conversation_message_id": cmid}))

    def _text_press(self, cmid: int | None, button: Button) -> Callable[[], None]:
        def press() -> None:
            self._writes(button.label, {} if button.payload is None else {"payload": button.payload})
            if cmid is None:
                self.window.hide_one_time()

        return press

    def _callback_press(self, cmid: int | None, button: Button) -> Callable[[], None]:
        return partial(self._event, None if button.payload is None else json.loads(button.payload), cmid)

    def shows(self, message: Message) -> None:
        """A message of the community appears on the screen, or changes there."""
        self.window.put(message)
        self._world.changes.notify()

    def loses(self, message: Message) -> None:
        """A message disappears from the screen."""
        self.window.remove(message.cmid)
        self._world.changes.notify()

    def notices(self, toast: str) -> None:
        """The pressed button stops spinning, with a short notice or without."""
        self.toasts.append(toast)
        self._world.changes.notify()
