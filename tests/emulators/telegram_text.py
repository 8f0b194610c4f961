"""Texts and captions as Telegram accepts them: parsed, trimmed and within their limits."""

from dataclasses import dataclass, field
from typing import Any

from tests.emulators.telegram_errors import ViolationError
from tests.emulators.telegram_html import parse_html, utf16_length

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

Entity = dict[str, Any]


@dataclass(frozen=True)
class Formatted:
    """Plain text with its entities."""

    text: str = ""
    entities: list[Entity] = field(default_factory=list)


def message_text(text: object, parse_mode: object, entities: object) -> Formatted:
    """A message text: 1–4096 characters after entity parsing."""
    formatted = _parse(text, parse_mode, entities)
    if not formatted.text:
        raise ViolationError("message text is empty")
    if len(formatted.text) > TEXT_LIMIT:
        raise ViolationError("message is too long", f"{len(formatted.text)} characters")
    return formatted


def caption_text(text: object, parse_mode: object, entities: object) -> Formatted:
    """A caption: 0–1024 characters after entity parsing."""
    formatted = _parse(text, parse_mode, entities)
    if len(formatted.text) > CAPTION_LIMIT:
        raise ViolationError("message caption is too long", f"{len(formatted.text)} characters")
    return formatted


def _parse(text: object, parse_mode: object, entities: object) -> Formatted:
    plain = "" if text is None else str(text)
    if parse_mode:
        if str(parse_mode).lower() != "html":
            raise ViolationError("unsupported parse_mode", f"{parse_mode}: only HTML is emulated")
        if entities:
            raise ViolationError("unsupported parse_mode", "entities exclude parse_mode")
        return _trim(*parse_html(plain))
    return _trim(plain, _checked(plain, entities))


def _checked(text: str, entities: object) -> list[Entity]:
    if not entities:
        return []
    if not isinstance(entities, list):
        raise ViolationError("can't parse entities: expected an Array of MessageEntity")
    end = utf16_length(text)
    for entity in entities:
        if not 0 <= entity["offset"] < entity["offset"] + entity["length"] <= end:
            raise ViolationError(f"entity beginning at UTF-16 offset {entity['offset']} is outside of the text")
    return entities


def _trim(text: str, entities: list[Entity]) -> Formatted:
    """Telegram drops white space around a message; entities move along and vanish when nothing is left of them."""
    trimmed = text.strip()
    if len(trimmed) == len(text) or not entities:
        return Formatted(trimmed, entities)
    skipped, end = utf16_length(text[: len(text) - len(text.lstrip())]), utf16_length(trimmed)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - skipped, 0)
        stop = min(entity["offset"] + entity["length"] - skipped, end)
        if start < stop:
            kept.append(entity | {"offset": start, "length": stop - start})
    return Formatted(trimmed, kept)
