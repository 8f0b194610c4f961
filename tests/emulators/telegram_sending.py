"""The methods that send, change and delete messages; each takes the world and the call, returns the `result`."""

import time
from dataclasses import replace
from typing import Any

from aiogram.enums import ChatAction

from tests.emulators.telegram_call import Asked
from tests.emulators.telegram_errors import ApiError, StaleError, ViolationError
from tests.emulators.telegram_keyboards import Markup, check_markup
from tests.emulators.telegram_person import Person
from tests.emulators.telegram_screen import Sent
from tests.emulators.telegram_text import Formatted, caption_text, message_text
from tests.emulators.telegram_world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
ACTIONS = frozenset(ChatAction)

Message = dict[str, Any]


def send_message(world: World, asked: Asked) -> Message:
    """Source: https://core.telegram.org/bots/api#sendmessage"""
    formatted = message_text(asked.get("text"), asked.get("parse_mode"), asked.get("entities"))
    return deliver(world, asked, Sent(as_text(formatted)))


def send_location(world: World, asked: Asked) -> Message:
    """Source: https://core.telegram.org/bots/api#sendlocation"""
    point = {}
    for name, limit in (("latitude", 90), ("longitude", 180)):
        value = asked.get(name)
        if not isinstance(value, int | float) or not -limit <= value <= limit:
            raise ViolationError(f"{name} must be a number of degrees", str(value))
        point[name] = value
    return deliver(world, asked, Sent({"location": point}))


def send_chat_action(world: World, asked: Asked) -> bool:
    """Source: https://core.telegram.org/bots/api#sendchataction"""
    if asked.get("action") not in ACTIONS:
        raise ViolationError("wrong parameter action in request", str(asked.get("action")))
    reachable(world, asked)
    return True


def edit_message_text(world: World, asked: Asked) -> Message:
    """Source: https://core.telegram.org/bots/api#editmessagetext"""
    formatted = message_text(asked.get("text"), asked.get("parse_mode"), asked.get("entities"))
    person, sent = _target(world, asked)
    if "text" not in sent.message:
        raise ViolationError("there is no text in the message to edit")
    return _change(world, asked, person, sent, as_text(formatted), ("text", "entities"))


def edit_message_caption(world: World, asked: Asked) -> Message:
    """Source: https://core.telegram.org/bots/api#editmessagecaption"""
    formatted = caption_text(asked.get("caption"), asked.get("parse_mode"), asked.get("caption_entities"))
    person, sent = _target(world, asked)
    if not sent.message.keys() & {"photo", "document"}:
        raise ViolationError("there is no caption in the message to edit")
    sent = replace(sent, album_text="")
    return _change(world, asked, person, sent, as_caption(formatted), ("caption", "caption_entities"))


def edit_message_reply_markup(world: World, asked: Asked) -> Message:
    """Source: https://core.telegram.org/bots/api#editmessagereplymarkup"""
    person, sent = _target(world, asked)
    return _change(world, asked, person, sent, {}, ())


def delete_message(world: World, asked: Asked) -> bool:
    """Source: https://core.telegram.org/bots/api#deletemessage"""
    person = _chat(world, asked)
    message_id = asked.integer("message_id")
    if message_id in person.window.sent:
        person.window.remove(message_id)
    elif message_id in person.own:
        person.own.remove(message_id)
    else:
        raise StaleError("message to delete not found")
    return True


def deliver(world: World, asked: Asked, content: Sent) -> Message:
    """Send one message with this content and the reply markup of the call."""
    markup = check_markup(asked.get("reply_markup"), private=_is_private(asked))
    person = reachable(world, asked)
    message = new_message(world, person) | content.message | _visible_markup(markup)
    person.receive(replace(content, message=message, markup=markup))
    world.sent += 1
    return message


def reachable(world: World, asked: Asked) -> Person:
    """The person of `chat_id`, if the bot may write to them and the message it replies to exists."""
    person = _chat(world, asked)
    if person.blocked:
        raise ApiError(403, "bot was blocked by the user")
    reply = asked.get("reply_parameters") or {"message_id": asked.get("reply_to_message_id")}
    target = reply.get("message_id")
    optional = reply.get("allow_sending_without_reply") or asked.get("allow_sending_without_reply")
    if target is not None and not optional and target not in person.own and target not in person.window.sent:
        raise StaleError("message to be replied not found")
    return person


def new_message(world: World, person: Person) -> Message:
    """The fields that every message of the bot has."""
    sender = {key: world.bot[key] for key in ("id", "is_bot", "first_name", "username")}
    return {"message_id": world.next_message_id(), "from": sender, "chat": person.chat, "date": int(time.time())}


def as_text(formatted: Formatted) -> Message:
    """Message fields of a text."""
    return {"text": formatted.text} | ({"entities": formatted.entities} if formatted.entities else {})


def as_caption(formatted: Formatted) -> Message:
    """Message fields of a caption, none for an empty one."""
    fields = {"caption": formatted.text, "caption_entities": formatted.entities}
    return {name: value for name, value in fields.items() if value}


def _chat(world: World, asked: Asked) -> Person:
    chat_id = asked.get("chat_id")
    if chat_id in (None, ""):
        raise ViolationError("chat_id is empty")
    person = world.known_chat(chat_id) if isinstance(chat_id, int) else None
    if person is None:
        raise StaleError("chat not found")
    return person


def _is_private(asked: Asked) -> bool:
    chat_id = asked.get("chat_id")
    return isinstance(chat_id, int) and chat_id > 0


def _target(world: World, asked: Asked) -> tuple[Person, Sent]:
    person = reachable(world, asked)
    message_id = asked.integer("message_id")
    sent = person.window.sent.get(message_id)
    if message_id in person.own:
        raise ViolationError("message can't be edited", "it is not the bot's own")
    if sent is None:
        raise StaleError("message to edit not found")
    if not sent.editable:
        raise ViolationError("message can't be edited", "it was sent with a reply keyboard")
    return person, sent


def _change(
    world: World, asked: Asked, person: Person, sent: Sent, content: Message, replaced: tuple[str, ...]
) -> Message:
    markup = check_markup(asked.get("reply_markup"), inline_only=True)
    kept = {key: value for key, value in sent.message.items() if key not in (*replaced, "reply_markup", "edit_date")}
    message = kept | content | _visible_markup(markup)
    if message == {key: value for key, value in sent.message.items() if key != "edit_date"}:
        raise StaleError(NOT_MODIFIED)
    message["edit_date"] = int(time.time())
    person.receive(replace(sent, message=message, markup=markup), edited=True)
    world.sent += 1
    return message


def _visible_markup(markup: Markup | None) -> Message:
    return {"reply_markup": markup} if markup and markup.get("inline_keyboard") else {}
