"""VK keyboards: every rule of https://dev.vk.com/api/bots/development/keyboard, a breach is error 911."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.emulators.vk_parameters import VkError

COLOURS = ("primary", "secondary", "negative", "positive")
LOCATION_LABEL = "Отправить местоположение"
PAY_LABEL = "Оплатить через VK Pay"

_FIELDS = {
    "text": {"type", "label", "payload"},
    "callback": {"type", "label", "payload"},
    "open_link": {"type", "label", "payload", "link"},
    "location": {"type", "payload"},
    "vkpay": {"type", "payload", "hash"},
    "open_app": {"type", "label", "payload", "hash", "app_id", "owner_id"},
}
_REQUIRED = {
    "text": ("label",),
    "callback": ("label",),
    "open_link": ("label", "link"),
    "location": (),
    "vkpay": ("hash",),
    "open_app": ("label", "app_id"),
}
_WHOLE_ROW = ("location", "vkpay", "open_app")
_OWN_LABELS = {"location": LOCATION_LABEL, "vkpay": PAY_LABEL}


@dataclass(frozen=True)
class Button:
    """One button; `payload` is JSON text, None when the bot gave none."""

    kind: str
    label: str
    payload: str | None = None
    link: str = ""


@dataclass(frozen=True)
class Keyboard:
    """A valid keyboard: under a message (`inline`) or below the input field."""

    rows: tuple[tuple[Button, ...], ...]
    inline: bool = False
    one_time: bool = False

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons in reading order."""
        return tuple(button for row in self.rows for button in row)


def parse_keyboard(text: str) -> Keyboard:
    """Read the `keyboard` parameter of messages.send; raises VkError 100 (not JSON) or 911."""
    raw = _keyboard_object(text)
    inline, one_time = (_boolean(raw, name) for name in ("inline", "one_time"))
    if inline and one_time:
        raise VkError(911, "one_time is not supported for an inline keyboard")
    keyboard = Keyboard(_rows(raw["buttons"]), inline, one_time)
    _check_size(keyboard)
    return keyboard


def _keyboard_object(text: str) -> dict[str, Any]:
    try:
        raw = json.loads(text)
    except ValueError:
        raise VkError(100, "keyboard contains incorrect JSON") from None
    if not isinstance(raw, dict):
        raise VkError(911, "keyboard should be an object")
    if unknown := set(raw) - {"inline", "one_time", "buttons"}:
        raise VkError(911, f"keyboard contains unknown fields: {', '.join(sorted(unknown))}")
    if not isinstance(raw.get("buttons"), list):
        raise VkError(911, "buttons should be an array")
    return raw


def _boolean(raw: dict[str, Any], name: str) -> bool:
    value = raw.get(name, False)
    if not isinstance(value, bool):
        raise VkError(911, f"{name} should be boolean")
    return value


def _rows(raw: list[Any]) -> tuple[tuple[Button, ...], ...]:
    return tuple(_row(number, row) for number, row in enumerate(raw))


def _row(number: int, raw: Any) -> tuple[Button, ...]:
    if not isinstance(raw, list) or not raw:
        raise VkError(911, f"row {number} should be a non-empty array")
    row = tuple(_button(f"button [{number}][{column}]", button) for column, button in enumerate(raw))
    if len(row) > 5:
        raise VkError(911, f"row {number} contains too much columns")
    if len(row) > 1 and any(button.kind in _WHOLE_ROW for button in row):
        raise VkError(911, f"row {number}: {', '.join(_WHOLE_ROW)} occupy the whole row")
    return row


def _check_size(keyboard: Keyboard) -> None:
    rows, buttons = (6, 10) if keyboard.inline else (10, 40)
    if len(keyboard.rows) > rows:
        raise VkError(911, f"keyboard contains too much rows, {rows} is the limit")
    if len(keyboard.buttons) > buttons:
        raise VkError(911, f"keyboard contains too much buttons, {buttons} is the limit")


def _button(where: str, raw: Any) -> Button:
    if not isinstance(raw, dict) or not isinstance(raw.get("action"), dict):
        raise VkError(911, f"{where} should contain action")
    if unknown := set(raw) - {"action", "color"}:
        raise VkError(911, f"{where} contains unknown fields: {', '.join(sorted(unknown))}")
    action = raw["action"]
    kind = action.get("type")
    if kind not in _FIELDS:
        raise VkError(911, f"{where} action type {kind!r} is unknown")
    if "color" in raw:
        _check_colour(where, kind, raw["color"])
    _check_action(where, kind, action)
    label = action.get("label", _OWN_LABELS.get(kind, ""))
    return Button(kind, label, action.get("payload"), action.get("link", ""))


def _check_colour(where: str, kind: str, colour: Any) -> None:
    if kind not in ("text", "callback"):
        raise VkError(911, f"{where} color is not supported for {kind}")
    if colour not in COLOURS:
        raise VkError(911, f"{where} color {colour!r} is unknown")


def _check_action(where: str, kind: str, action: dict[str, Any]) -> None:
    if unknown := set(action) - _FIELDS[kind]:
        raise VkError(911, f"{where} action contains unknown fields: {', '.join(sorted(unknown))}")
    if missing := [name for name in _REQUIRED[kind] if action.get(name) is None]:
        raise VkError(911, f"{where} {missing[0]} is required for {kind}")
    if "label" in action:
        _check_label(where, action["label"])
    if "payload" in action:
        _check_payload(where, action["payload"])
    if kind == "open_link" and not _is_address(action["link"]):
        raise VkError(911, f"{where} link is not a valid address")


def _is_address(link: Any) -> bool:
    return isinstance(link, str) and urlsplit(link).scheme in ("http", "https") and bool(urlsplit(link).netloc)


def _check_label(where: str, label: Any) -> None:
    if not isinstance(label, str) or not label.strip():
        raise VkError(911, f"{where} label should be at least 1 letters length")
    if len(label) > 40:
        raise VkError(911, f"{where} label should be at most 40 letters length, this is {len(label)}")


def _check_payload(where: str, payload: Any) -> None:
    if not isinstance(payload, str):
        raise VkError(911, f"{where} payload should be a JSON string")
    if len(payload) > 255:
        raise VkError(911, f"{where} payload should be at most 255 characters, this is {len(payload)}")
    try:
        json.loads(payload)
    except ValueError:
        raise VkError(911, f"{where} payload is not valid JSON") from None
