"""The conversation as it stands on one person's screen."""

from dataclasses import dataclass
from typing import Any

from tests.emulators.heard import Heard
from tests.emulators.telegram_keyboards import Button, Markup


@dataclass(frozen=True)
class Sent:
    """A message of the bot: as the Bot API describes it, with the reply markup and the files as they were sent.

    The first message of an album stands for all of it, with `album_text`, the captions of all.
    """

    message: dict[str, Any]
    markup: Markup | None = None
    photos: tuple[bytes, ...] = ()
    documents: tuple[tuple[str, bytes], ...] = ()
    album_text: str = ""

    @property
    def message_id(self) -> int:
        """Its number in the chat."""
        return int(self.message["message_id"])

    @property
    def inline_buttons(self) -> list[Button]:
        """The buttons under it in reading order."""
        return [button for row in (self.markup or {}).get("inline_keyboard", ()) for button in row]

    @property
    def editable(self) -> bool:
        """Telegram edits only messages without reply markup or with an inline keyboard."""
        return self.markup is None or "inline_keyboard" in self.markup

    def heard(self, *, edited: bool) -> Heard:
        """What the person sees of it."""
        buttons = self.inline_buttons
        return Heard(
            text=self.album_text or self.message.get("text") or self.message.get("caption") or "",
            buttons=tuple(button["text"] for button in buttons),
            urls={button["text"]: button["url"] for button in buttons if "url" in button},
            keyboard=_keyboard_labels(self.markup),
            photos=self.photos,
            documents=self.documents,
            edited=edited,
            message_id=self.message_id,
        )


class Screen:
    """Messages of the bot by their id, the oldest first, and the keyboard below the input field."""

    def __init__(self) -> None:
        self.sent: dict[int, Sent] = {}
        self.shown: dict[int, Heard] = {}
        self.heard: list[Heard] = []
        self.keyboard: list[Button] = []

    def put(self, sent: Sent, *, edited: bool = False, visible: bool = True) -> None:
        """Show a new or an edited message; an invisible one is only kept for later edits (the rest of an album)."""
        self.sent[sent.message_id] = sent
        if not visible or (edited and sent.message_id not in self.shown):
            return
        heard = sent.heard(edited=edited)
        self.heard.append(heard)
        self.shown[sent.message_id] = heard
        if heard.keyboard is not None:
            self.keyboard = _keyboard_buttons(sent.markup)

    def keep(self, sent: Sent, limit: int) -> None:
        """Keep only the newest `limit` messages and show nothing: for benchmarks."""
        self.sent[sent.message_id] = sent
        if len(self.sent) > limit:
            del self.sent[next(iter(self.sent))]

    def remove(self, message_id: int) -> None:
        """Take a message off the screen."""
        del self.sent[message_id]
        self.shown.pop(message_id, None)

    def newest_button(self, label: str) -> tuple[int, Button] | None:
        """The inline button with this label in the newest message that has one, with the id of that message."""
        for message_id in reversed(self.sent):
            for button in self.sent[message_id].inline_buttons:
                if button["text"] == label:
                    return message_id, button
        return None

    def keyboard_button(self, label: str) -> Button | None:
        """The button with this label below the input field."""
        return next((button for button in self.keyboard if button["text"] == label), None)

    def labels(self) -> list[str]:
        """Every label that can be pressed now, in reading order."""
        inline = [button["text"] for sent in self.sent.values() for button in sent.inline_buttons]
        return inline + [button["text"] for button in self.keyboard]


def _keyboard_buttons(markup: Markup | None) -> list[Button]:
    rows = (markup or {}).get("keyboard", ())
    return [{"text": button} if isinstance(button, str) else button for row in rows for button in row]


def _keyboard_labels(markup: Markup | None) -> tuple[str, ...] | None:
    if markup is None or not markup.keys() & {"keyboard", "remove_keyboard"}:
        return None
    return tuple(button["text"] for button in _keyboard_buttons(markup))
