"""What people say to the bot and what it answers, the same for every messenger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

from storage.model.territory import Point

LETTER, ARCHIVE = "letter", "archive"
"""files that are made of the data"""
Json = Any
"""what JSON can hold; answers are stored as it"""


@dataclass(frozen=True)
class Capabilities:
    """What a messenger can show: the only thing the rest of the house knows of it."""

    title: str
    """its name as people know it"""
    buttons: int
    """buttons under one message, at most"""
    rows: int
    """rows of buttons under one message, at most"""
    label: int
    """characters of a button's label, at most"""
    text: int
    """characters of a message, at most"""
    location: Literal["inline", "keyboard", ""]
    """where a button that asks for the location can stand"""
    markup: bool
    """whether <b>, <i> and <a> are shown"""
    editing: bool
    """whether a message can be replaced where it stands"""
    copying: int = 0
    """characters that a button can copy; 0 if none can"""
    wide: int = 16
    """two labels up to this length fit side by side on a phone"""
    share: str = ""
    """the address under which people pass something on there, with {url} and {text}"""


@dataclass(frozen=True)
class Attachment:
    """A photo, a document or a voice message; `ref` is the messenger's name for it, `size` is in bytes."""

    kind: Literal["photo", "document", "voice"]
    ref: str
    size: int | None = None
    name: str = ""
    mime: str = ""


@dataclass(frozen=True)
class Press:
    """A press of one of our buttons: its data, and the message it stands under (to be replaced)."""

    data: str
    message: str = ""


@dataclass(frozen=True)
class Said:
    """One thing a person did. `update` is unique within the channel; `address` is where answers go."""

    channel: str
    address: str
    update: str
    name: str = ""
    text: str = ""
    press: Press | None = None
    link: str | None = None
    """the payload of the link that was opened, empty for a plain start"""
    attachments: tuple[Attachment, ...] = ()
    """photos and documents"""
    recording: Attachment | None = None
    """a voice message; `other` says so, too, for whoever cannot listen"""
    location: Point | None = None
    found: Point | None = None
    """where a service on the internet places the address that was typed, if one was asked"""
    other: str = ""
    """something that is no words, photo or place: sticker, voice, video, contact…"""
    edited: bool = False
    """an earlier message has other words now"""
    stopped: bool = False
    """the person forbade the bot to write"""


@dataclass(frozen=True)
class Button:
    """A button: pressed, it sends `data`, opens `url`, copies `copy`, or by its `kind` asks for the location."""

    label: str
    data: str = ""
    url: str = ""
    kind: Literal["", "location"] = ""
    copy: str = ""


@dataclass(frozen=True)
class Reply:
    """One message of the bot.

    `text` has our markup (`<b>`, `<i>`, `<a>`, and `<code>` for what is to be copied), all else in it is escaped.
    `keyboard` puts the buttons below the input field, where they stay; otherwise they stand under the message.
    `replaces` is a message that this one takes the place of. Of several replies with the same `topic` in one go only
    the last is sent.
    """

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    keyboard: bool = False
    replaces: str = ""
    topic: str = ""
    media: tuple[int, ...] = ()
    """ids of stored files to be sent along"""
    file: tuple[str, int] | None = None
    """what is made of the data when the message leaves, and sent along: LETTER of an appeal, ARCHIVE of a person"""

    def as_json(self) -> dict[str, Json]:
        """For the column `outgoing.body`."""
        rows = [[{key: value for key, value in vars(button).items() if value} for button in row] for row in self.rows]
        full = {
            **vars(self),
            "rows": rows,
            "media": list(self.media),
            "file": self.file and list(self.file),
        }
        return {key: value for key, value in full.items() if value}

    @classmethod
    def from_json(cls, body: Mapping[str, Json]) -> Self:
        """From the column `outgoing.body`."""
        rows = tuple(tuple(Button(**button) for button in row) for row in body.get("rows", ()))
        file = body.get("file")
        return cls(
            **{
                **body,
                "text": body.get("text", ""),
                "rows": rows,
                "media": tuple(body.get("media", ())),
                "file": (file[0], file[1]) if file else None,
            }
        )


@dataclass(frozen=True)
class Moment:
    """Now, in UTC and in the city's zone."""

    utc: datetime
    local: datetime
