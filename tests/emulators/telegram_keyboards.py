"""Reply markup as Telegram accepts it: inline keyboards, keyboards below the input field, their removal."""

from collections.abc import Callable
from typing import Any

from aiogram.types import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from tests.emulators.telegram_errors import ViolationError
from tests.emulators.telegram_html import LINK

BUTTONS_LIMIT = 100
ROW_LIMIT = 8
CALLBACK_DATA_LIMIT = 64
COPY_TEXT_LIMIT = 256
INLINE_QUERY_LIMIT = 256
PLACEHOLDER_LIMIT = 64

Button = dict[str, Any]
Markup = dict[str, Any]

_KINDS = {
    "inline_keyboard": frozenset(InlineKeyboardMarkup.model_fields),
    "keyboard": frozenset(ReplyKeyboardMarkup.model_fields),
    "remove_keyboard": frozenset(ReplyKeyboardRemove.model_fields),
    "force_reply": frozenset(ForceReply.model_fields),
}
_DECORATION = {"text", "icon_custom_emoji_id", "style"}
_INLINE_ACTIONS = frozenset(InlineKeyboardButton.model_fields) - _DECORATION
_REQUESTS = frozenset(KeyboardButton.model_fields) - _DECORATION
_STYLES = ("danger", "success", "primary")


def check_markup(markup: object, *, private: bool = True, inline_only: bool = False) -> Markup | None:
    """The markup itself, or ViolationError; None stays None. `inline_only` is the rule for editing."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise ViolationError("object expected as reply markup")
    kind = next((name for name in _KINDS if name in markup), None)
    if kind is None:
        raise ViolationError("object expected as reply markup", f"none of {', '.join(_KINDS)}")
    if unknown := markup.keys() - _KINDS[kind]:
        raise ViolationError("object expected as reply markup", f"unknown fields {sorted(unknown)}")
    if inline_only and kind != "inline_keyboard":
        raise ViolationError("inline keyboard expected")
    _check_kind(kind, markup, private)
    return markup


def _check_kind(kind: str, markup: Markup, private: bool) -> None:
    if kind == "inline_keyboard":
        _check_rows(markup[kind], _check_inline_button)
    elif kind == "keyboard":
        if not markup[kind]:
            raise ViolationError("REPLY_MARKUP_INVALID", "a keyboard without buttons")
        _check_rows(markup[kind], lambda button: _check_reply_button(button, private))
    elif markup[kind] is not True:
        raise ViolationError("REPLY_MARKUP_INVALID", f"{kind} must be true")
    if len(markup.get("input_field_placeholder") or "") > PLACEHOLDER_LIMIT:
        raise ViolationError("REPLY_MARKUP_INVALID", "the placeholder is longer than 64 characters")


def _check_rows(rows: object, check: Callable[[Any], None]) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ViolationError("REPLY_MARKUP_INVALID", "expected an Array of Arrays")
    if not all(rows):
        raise ViolationError("REPLY_MARKUP_INVALID", "an empty row")
    if any(len(row) > ROW_LIMIT for row in rows):
        raise ViolationError("REPLY_MARKUP_TOO_LONG", f"more than {ROW_LIMIT} buttons in a row")
    if sum(map(len, rows)) > BUTTONS_LIMIT:
        raise ViolationError("REPLY_MARKUP_TOO_LONG", f"more than {BUTTONS_LIMIT} buttons")
    for row in rows:
        for button in row:
            check(button)


def _check_label(button: Button) -> None:
    label = button.get("text")
    if not isinstance(label, str) or not label.strip():
        raise ViolationError("REPLY_MARKUP_INVALID", f"a button without a label: {button}")
    if button.get("style") not in (None, *_STYLES):
        raise ViolationError("BUTTON_STYLE_INVALID", str(button["style"]))


def _check_inline_button(button: Any) -> None:
    if not isinstance(button, dict):
        raise ViolationError("InlineKeyboardButton must be an Object")
    _check_label(button)
    actions = button.keys() - _DECORATION
    if unknown := actions - _INLINE_ACTIONS:
        raise ViolationError("can't parse inline keyboard button", f"unknown fields {sorted(unknown)}")
    if not actions or button.get("callback_data") == "":
        raise ViolationError(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard", button["text"]
        )
    if len(actions) > 1:
        raise ViolationError("can't parse inline keyboard button", f"more than one action: {sorted(actions)}")
    (action,) = actions
    _check_action(action, button[action])


def _check_action(action: str, value: Any) -> None:
    if action == "callback_data":
        if not isinstance(value, str) or len(value.encode()) > CALLBACK_DATA_LIMIT:
            raise ViolationError("BUTTON_DATA_INVALID", f"not 1–{CALLBACK_DATA_LIMIT} bytes: {value}")
    elif action == "url":
        _check_url(value)
    elif action in ("web_app", "login_url"):
        _check_url(value.get("url"), "https://")
    elif action == "copy_text":
        if not 1 <= len(value.get("text", "")) <= COPY_TEXT_LIMIT:
            raise ViolationError("BUTTON_COPY_TEXT_INVALID", f"not 1–{COPY_TEXT_LIMIT} characters")
    elif action in ("switch_inline_query", "switch_inline_query_current_chat"):
        if not isinstance(value, str) or len(value) > INLINE_QUERY_LIMIT:
            raise ViolationError("SWITCH_INLINE_QUERY_INVALID", str(value))
    elif action in ("pay", "callback_game"):
        raise ViolationError("BUTTON_TYPE_INVALID", f"{action} belongs to an invoice or a game")


def _check_url(url: object, scheme: str = "") -> None:
    address = str(url)
    if not address.startswith(scheme) or not LINK.fullmatch(address):
        raise ViolationError(f"inline keyboard button URL '{address}' is invalid: Wrong HTTP URL")


def _check_reply_button(button: Any, private: bool) -> None:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise ViolationError("KeyboardButton must be an Object")
    _check_label(button)
    requests = button.keys() - _DECORATION
    if unknown := requests - _REQUESTS:
        raise ViolationError("can't parse keyboard button", f"unknown fields {sorted(unknown)}")
    if len(requests) > 1 or requests - {"request_contact", "request_location"}:
        raise ViolationError("can't parse keyboard button", f"only one contact or location: {sorted(requests)}")
    if requests and not private:
        raise ViolationError("phone number and location can be requested in private chats only")
