"""What Telegram's updates say, and how replies look there: no calls, only words into words."""

from pathlib import Path
from typing import Any

import bot.channels.lazy_aiogram  # noqa: F401 - it has to come before aiogram

from aiogram.types import FSInputFile, InlineKeyboardMarkup, Message, ReplyKeyboardMarkup, Update

from dialogs.speech import Attachment, Button, Press, Reply, Said
from notifier.delivery import Photo
from storage.model.territory import Point

MAX_PHOTO_BYTES = 10 * 1024 * 1024
OTHERS = {
    "sticker": "sticker",
    "animation": "sticker",
    "dice": "sticker",
    "voice": "voice",
    "audio": "voice",
    "video": "video",
    "video_note": "video",
    "contact": "contact",
}


def without_keyboard(raw: dict[str, Any]) -> dict[str, Any]:
    """The update without the keyboard of the message whose button was pressed: it is ours, and slow to read."""
    query = raw.get("callback_query") or {}
    if "reply_markup" not in (query.get("message") or {}):
        return raw
    message = {name: value for name, value in query["message"].items() if name != "reply_markup"}
    return {**raw, "callback_query": {**query, "message": message}}


def said_in(update: Update) -> Said | None:
    """What an update says, if somebody says it in a private chat."""
    number = str(update.update_id)
    if (query := update.callback_query) and query.message and query.message.chat.type == "private":
        worded = isinstance(query.message, Message) and query.message.text
        press = Press(query.data or "", str(query.message.message_id) if worded else "")
        return Said("telegram", str(query.from_user.id), number, query.from_user.full_name, press=press)
    if (change := update.my_chat_member) and change.chat.type == "private":
        gone = change.new_chat_member.status in ("kicked", "left")
        return Said("telegram", str(change.chat.id), number, stopped=True) if gone else None
    if (message := update.message) and message.chat.type == "private" and message.from_user:
        return said_by(message, number)
    if (changed := update.edited_message) and changed.chat.type == "private" and (changed.text or changed.caption):
        words = changed.text or changed.caption or ""  # a place that moves is an edit, too, but has no words
        return Said("telegram", str(changed.chat.id), number, text=words, edited=True)
    return None


def said_by(message: Message, update: str) -> Said:
    """What a private message says."""
    text = message.text or message.caption or ""
    command, _, payload = text.partition(" ")
    place = message.location
    known = message.text or message.photo or message.document or place
    found = next((kind for field, kind in OTHERS.items() if getattr(message, field, None)), "unknown")
    return Said(
        "telegram",
        str(message.chat.id),
        update,
        message.from_user.full_name if message.from_user else "",
        text="" if command == "/start" else text,
        link=payload.strip() if command == "/start" else None,
        attachments=attachments(message),
        recording=recording(message),
        location=Point(place.latitude, place.longitude) if place else None,
        other="" if known else found,
    )


def attachments(message: Message) -> tuple[Attachment, ...]:
    """The photo in its largest size, or the document."""
    if message.photo:
        largest = message.photo[-1]
        return (Attachment("photo", largest.file_id, largest.file_size),)
    if message.document:
        file = message.document
        return (Attachment("document", file.file_id, file.file_size, file.file_name or "", file.mime_type or ""),)
    return ()


def recording(message: Message) -> Attachment | None:
    """The voice message."""
    voice = message.voice
    return Attachment("voice", voice.file_id, voice.file_size) if voice else None


def markup_of(reply: Reply) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    """The buttons of a message, under it or below the input field; read at once, which takes half the time."""
    if not reply.rows:
        return None
    if reply.keyboard:
        rows = [
            [{"text": key.label, "request_location": key.kind == "location" or None} for key in row]
            for row in reply.rows
        ]
        return ReplyKeyboardMarkup.model_validate({"keyboard": rows, "resize_keyboard": True})
    return InlineKeyboardMarkup.model_validate({"inline_keyboard": [list(map(inline, row)) for row in reply.rows]})


def inline(button: Button) -> dict[str, Any]:
    """A button under a message."""
    if button.copy:
        return {"text": button.label, "copy_text": {"text": button.copy}}
    if button.url:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.data}


def picture(photo: Photo) -> str | FSInputFile | None:
    """A photo by Telegram's own name for it, or from our file; None if it cannot be a photo here."""
    if photo.ref:
        return photo.ref
    path: Path | None = photo.path
    return FSInputFile(path) if path and path.exists() and path.stat().st_size <= MAX_PHOTO_BYTES else None
