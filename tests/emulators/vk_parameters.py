"""Which parameters each emulated VK API method takes, and the errors VK answers with (schema of API 5.199)."""

import json
import re
from collections.abc import Callable
from typing import Any

from multidict import MultiMapping

REASONS = {
    1: "Unknown error occurred",
    3: "Unknown method passed",
    5: "User authorization failed",
    6: "Too many requests per second",
    8: "Invalid request",
    9: "Flood control",
    10: "Internal server error",
    14: "Captcha needed",
    15: "Access denied",
    17: "Validation required",
    27: "Group authorization failed",
    29: "Rate limit reached",
    100: "One of the parameters specified was missing or invalid",
    900: "Can't send messages for users from blacklist",
    901: "Can't send messages for users without permission",
    902: "Can't send messages to this user due to their privacy settings",
    909: "Can't edit this message, because it's too old",
    911: "Keyboard format is invalid",
    912: "This is a chat bot feature, change this status in settings",
    914: "Message is too long",
    920: "Can't edit this kind of message",
}

EVENT_TYPES = (
    "message_new", "message_reply", "message_allow", "message_deny", "message_edit", "message_event",
    "message_typing_state", "message_read", "message_reaction_event", "photo_new", "audio_new", "video_new",
    "wall_post_new", "wall_repost", "wall_reply_new", "group_join", "group_leave", "user_block", "user_unblock",
    "like_add", "like_remove", "group_change_settings", "group_change_photo", "group_officers_edit",
)  # fmt: skip


class VkError(Exception):
    """A call that VK refuses with an error number; `violation` says that the bot could have known better."""

    def __init__(self, code: int, detail: str = "", *, violation: bool = True) -> None:
        self.code = code
        self.reason = REASONS.get(code, "Error") + (f": {detail}" if detail else "")
        self.violation = violation
        super().__init__(f"[{code}] {self.reason}")


def json_object(name: str, text: str) -> dict[str, Any]:
    """Read a parameter that is JSON text of an object; raises VkError 100."""
    try:
        value = json.loads(text)
    except ValueError:
        raise VkError(100, f"{name} contains incorrect JSON") from None
    if not isinstance(value, dict):
        raise VkError(100, f"{name} should be an object")
    return value


def _text(value: str) -> str:
    return value


def _integer(value: str) -> int:
    if not re.fullmatch(r"-?\d{1,19}", value):
        raise ValueError
    return int(value)


def _integers(value: str) -> list[int]:
    return [_integer(item) for item in value.split(",")]


def _flag(value: str) -> bool:
    return {"0": False, "1": True}[value]


_INTEGERS = (
    "user_id peer_id group_id random_id message_id cmid conversation_message_id up_to_cmid start_message_id start_cmid "
    "count offset server"
)
_FLAGS = (
    "dont_parse_links disable_mentions keep_forward_messages keep_snippets spam delete_for_all extended rev "
    "mark_conversation_as_read return_tags enabled " + " ".join(EVENT_TYPES)
)
_KINDS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(_INTEGERS.split(), _integer),
    **dict.fromkeys(("peer_ids", "message_ids", "cmids", "conversation_message_ids"), _integers),
    **dict.fromkeys(_FLAGS.split(), _flag),
}

# "!" marks what VK requires. What VK knows but this emulator does not act on is left out, so that using it is noticed.
PARAMETERS = {
    "groups.getById": "group_id group_ids fields",
    "groups.getLongPollServer": "group_id!",
    "groups.getLongPollSettings": "group_id!",
    "groups.setLongPollSettings": "group_id! enabled api_version " + " ".join(EVENT_TYPES),
    "groups.getTokenPermissions": "",
    "messages.send": "random_id! user_id peer_id peer_ids message attachment keyboard payload group_id "
    "dont_parse_links disable_mentions",
    "messages.edit": "peer_id! message attachment keyboard message_id cmid conversation_message_id group_id "
    "dont_parse_links disable_mentions keep_forward_messages keep_snippets",
    "messages.delete": "message_ids peer_id cmids delete_for_all spam group_id",
    "messages.sendMessageEventAnswer": "event_id! user_id! peer_id! event_data",
    "messages.getConversations": "offset count filter extended start_message_id fields group_id",
    "messages.getHistory": "user_id peer_id offset count start_message_id rev extended fields group_id",
    "messages.getByConversationMessageId": "peer_id! conversation_message_ids! extended fields group_id",
    "messages.markAsRead": "peer_id message_ids start_message_id mark_conversation_as_read up_to_cmid group_id",
    "messages.setActivity": "user_id peer_id type group_id",
    "users.get": "user_ids fields name_case",
    "photos.getMessagesUploadServer": "peer_id",
    "photos.saveMessagesPhoto": "photo! server hash",
    "docs.getMessagesUploadServer": "type peer_id",
    "docs.save": "file! title tags return_tags",
}


def parsed(method: str, given: MultiMapping[str]) -> dict[str, Any]:
    """Check the parameters of a known method and turn them into numbers, lists and flags; raises VkError 100."""
    allowed = PARAMETERS[method].split()
    names = {name.rstrip("!") for name in allowed}
    if missing := [name.rstrip("!") for name in allowed if name.endswith("!") and not given.get(name.rstrip("!"))]:
        raise VkError(100, f"{missing[0]} is a required parameter")
    for name in given:
        if name not in names:
            raise VkError(100, f"{name} is not a parameter of {method}")
        if len(given.getall(name)) > 1:
            raise VkError(100, f"{name} is given several times, a list is separated by commas")
    return {name: _value(name, text) for name, text in given.items()}


def _value(name: str, text: str) -> Any:
    try:
        return _KINDS.get(name, _text)(text)
    except (KeyError, ValueError):
        raise VkError(100, f"{name} is not valid: {text[:40]!r}") from None
