"""The methods that send files."""

from typing import Any

from aiogram.types import InputMediaDocument, InputMediaPhoto

from tests.emulators.telegram_call import Asked, Upload
from tests.emulators.telegram_errors import ViolationError
from tests.emulators.telegram_files import PHOTO_LIMIT, UPLOAD_LIMIT, StoredFile
from tests.emulators.telegram_screen import Sent
from tests.emulators.telegram_sending import as_caption, deliver, new_message, reachable
from tests.emulators.telegram_text import caption_text
from tests.emulators.telegram_world import World

ALBUM_SIZES = range(2, 11)

_ITEM_FIELDS = {
    "photo": frozenset(InputMediaPhoto.model_fields),
    "document": frozenset(InputMediaDocument.model_fields),
}


def send_photo(world: World, asked: Asked) -> dict[str, Any]:
    """Source: https://core.telegram.org/bots/api#sendphoto"""
    return deliver(world, asked, _content(world, asked, "photo", asked.get("photo"), asked.params))


def send_document(world: World, asked: Asked) -> dict[str, Any]:
    """Source: https://core.telegram.org/bots/api#senddocument"""
    return deliver(world, asked, _content(world, asked, "document", asked.get("document"), asked.params))


def send_media_group(world: World, asked: Asked) -> list[dict[str, Any]]:
    """Source: https://core.telegram.org/bots/api#sendmediagroup"""
    items = _album(asked)
    contents = [_content(world, asked, item["type"], item.get("media"), item) for item in items]
    person = reachable(world, asked)
    messages = [new_message(world, person) | content.message for content in contents]
    group = {"media_group_id": str(10**16 + messages[0]["message_id"])}
    messages = [message | group for message in messages]
    for message, content in zip(messages[1:], contents[1:], strict=True):
        person.receive(Sent(message, None, content.photos, content.documents), visible=False)
    person.receive(
        Sent(
            messages[0],
            photos=tuple(photo for content in contents for photo in content.photos),
            documents=tuple(document for content in contents for document in content.documents),
            album_text="\n".join(message["caption"] for message in messages if "caption" in message),
        )
    )
    world.sent += 1
    return messages


def _album(asked: Asked) -> list[dict[str, Any]]:
    items = asked.get("media")
    if not isinstance(items, list) or len(items) not in ALBUM_SIZES:
        raise ViolationError("media group must include 2-10 items")
    kinds = {item.get("type") for item in items}
    if unknown := kinds - _ITEM_FIELDS.keys():
        raise ViolationError("can't parse InputMedia", f"only photos and documents are emulated, not {unknown}")
    if len(kinds) > 1:
        raise ViolationError("document can't be mixed with other media types")
    for item in items:
        if strange := item.keys() - _ITEM_FIELDS[item["type"]]:
            raise ViolationError("can't parse InputMedia", f"unknown fields {sorted(strange)}")
    return items


def _content(world: World, asked: Asked, kind: str, media: object, caption: dict[str, Any]) -> Sent:
    formatted = caption_text(caption.get("caption"), caption.get("parse_mode"), caption.get("caption_entities"))
    file = _file(world, asked, kind, media)
    if kind == "photo":
        return Sent({"photo": world.files.photo_sizes(file)} | as_caption(formatted), photos=(file.data,))
    document = file.reference() | {"file_name": file.name}
    return Sent({"document": document} | as_caption(formatted), documents=((file.name, file.data),))


def _file(world: World, asked: Asked, kind: str, media: object) -> StoredFile:
    name = str(media or "")
    upload = asked.uploads.get(name.removeprefix("attach://") if media else kind)
    if upload is not None:
        _check_upload(kind, upload)
        return world.files.add(kind, upload.data, upload.name)
    if not name:
        raise ViolationError(f"there is no {kind} in the request")
    if name.startswith(("http://", "https://")):
        raise ViolationError("failed to get HTTP URL content", "files by address are not emulated")
    file = world.files.get(name)
    if file is None:
        raise ViolationError("wrong file identifier/HTTP URL specified", name)
    if file.kind != kind:
        raise ViolationError(f"can't use file of type {file.kind.title()} as {kind.title()}")
    return file


def _check_upload(kind: str, upload: Upload) -> None:
    size = len(upload.data)
    if not size:
        raise ViolationError("file must be non-empty", upload.name)
    if size > UPLOAD_LIMIT:
        raise ViolationError("", f"{upload.name} has {size} bytes", status=413)
    if kind == "photo" and size > PHOTO_LIMIT:
        raise ViolationError(
            f"file of size {size} bytes is too big for a photo; the maximum size is {PHOTO_LIMIT} bytes"
        )
