"""Telegram's HTML parse mode, read more strictly than Telegram does: a stray `&` or `<` is refused, never guessed."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from tests.emulators.telegram_errors import ViolationError

ENTITIES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "s": "strikethrough",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
LINK = re.compile(r"https?://[^\s/?#.]+(?:\.[^\s/?#.]+)+(?:[/?#]\S*)?|tg://\S+", re.IGNORECASE)

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)>")
_REFERENCE = re.compile(r"&(?:amp|lt|gt|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_HREF = re.compile(r"""\s+href=(?:"([^"]*)"|'([^']*)')\s*""")
_SPECIAL = re.compile(r"[<&]")


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts entity offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(markup: str) -> tuple[str, list[dict[str, Any]]]:
    """Plain text and MessageEntity objects; raises ViolationError "can't parse entities: …"."""
    if not _SPECIAL.search(markup):
        return markup, []
    reader = _Reader(markup)
    position = 0
    for special in _SPECIAL.finditer(markup):
        if special.start() >= position:
            reader.append(markup[position : special.start()])
            position = reader.read_special(special.start())
    reader.append(markup[position:])
    return reader.finish()


@dataclass
class _Reader:
    markup: str
    text: list[str] = field(default_factory=list)
    length: int = 0
    open_tags: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)

    def append(self, text: str) -> None:
        self.text.append(text)
        self.length += utf16_length(text)

    def read_special(self, position: int) -> int:
        """Read the tag or the character reference that starts here; returns the position after it."""
        if self.markup[position] == "&":
            reference = _REFERENCE.match(self.markup, position)
            if reference is None:
                raise self.error("Stray ampersand", position)
            self.append(unescape(reference[0]))
            return reference.end()
        tag = _TAG.match(self.markup, position)
        if tag is None:
            raise self.error("Unclosed start tag", position)
        if tag[1]:
            self.close(tag)
        else:
            self.open(tag)
        return tag.end()

    def open(self, tag: re.Match[str]) -> None:
        name = tag[2].lower()
        if name not in ENTITIES:
            raise self.error(f'Unsupported start tag "{name}"', tag.start())
        entity: dict[str, Any] = {"type": ENTITIES[name], "offset": self.length}
        if name == "a":
            entity["url"] = self.address(tag)
        elif tag[3]:
            raise self.error(f'Unexpected attribute in tag "{name}"', tag.start())
        self.open_tags.append((name, entity))

    def address(self, tag: re.Match[str]) -> str:
        href = _HREF.fullmatch(tag[3])
        if href is None:
            raise self.error('Tag "a" must have exactly the attribute href', tag.start())
        url = unescape(href[1] or href[2] or "")
        if not LINK.fullmatch(url):
            raise ViolationError(f"entity URL '{url}' is invalid: Wrong HTTP URL")
        return url

    def close(self, tag: re.Match[str]) -> None:
        name = tag[2].lower()
        if not self.open_tags:
            raise self.error("Unexpected end tag", tag.start())
        expected, entity = self.open_tags.pop()
        if name != expected:
            raise self.error("Unmatched end tag", tag.start(), f', expected "</{expected}>", found "</{name}>"')
        if self.length > entity["offset"]:
            self.entities.append(entity | {"length": self.length - entity["offset"]})

    def finish(self) -> tuple[str, list[dict[str, Any]]]:
        if self.open_tags:
            problem = f'Can\'t find end tag corresponding to start tag "{self.open_tags[-1][0]}"'
            raise ViolationError(f"can't parse entities: {problem}")
        return "".join(self.text), sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))

    def error(self, problem: str, position: int, rest: str = "") -> ViolationError:
        offset = len(self.markup[:position].encode())
        return ViolationError(f"can't parse entities: {problem} at byte offset {offset}{rest}")
