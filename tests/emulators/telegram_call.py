"""One call of a Bot API method: which parameters it may have, and their values."""

import json
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, get_args

from aiogram import methods
from aiogram.client.default import Default

from tests.emulators.telegram_errors import ViolationError


@dataclass(frozen=True)
class Upload:
    """A file in a multipart body."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Signature:
    """A method's name and its parameters; `texts` are those that are plain strings, not JSON."""

    name: str
    parameters: frozenset[str]
    texts: frozenset[str]


@dataclass
class Call:
    """A request as it came in; `at` in seconds of the monotonic clock, `status` 0 while or if it gets no answer."""

    method: str
    params: dict[str, Any]
    at: float
    status: int = 0


@dataclass(frozen=True)
class Asked:
    """What a method works on."""

    method: str
    params: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        """A parameter, None if it is absent."""
        return self.params.get(name)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number."""
        value = self.params.get(name, default)
        if not isinstance(value, int):
            raise ViolationError(f"{name} must be an Integer", str(value))
        return value


_JSON_STARTS = frozenset('{["-0123456789tfn')


def _signature(method: type[methods.TelegramMethod[Any]]) -> Signature:
    plain = {str, NoneType, Default}
    texts = {
        name
        for name, parameter in method.model_fields.items()
        if parameter.annotation is str or {str} <= set(get_args(parameter.annotation)) <= plain
    }
    return Signature(method.__api_method__, frozenset(method.model_fields), frozenset(texts))


EMULATED: tuple[type[methods.TelegramMethod[Any]], ...] = (
    methods.GetMe,
    methods.GetUpdates,
    methods.SetMyCommands,
    methods.DeleteMyCommands,
    methods.GetMyCommands,
    methods.SetMyDescription,
    methods.SetMyShortDescription,
    methods.GetWebhookInfo,
    methods.DeleteWebhook,
    methods.SendMessage,
    methods.EditMessageText,
    methods.EditMessageReplyMarkup,
    methods.EditMessageCaption,
    methods.DeleteMessage,
    methods.SendPhoto,
    methods.SendDocument,
    methods.SendMediaGroup,
    methods.SendChatAction,
    methods.SendLocation,
    methods.AnswerCallbackQuery,
    methods.GetFile,
)
SIGNATURES = {method.__api_method__.lower(): _signature(method) for method in EMULATED}


def decode(signature: Signature, fields: dict[str, Any]) -> dict[str, Any]:
    """Parameters with their JSON values read."""
    return {name: value if name in signature.texts else _read(value) for name, value in fields.items()}


def check_parameters(signature: Signature, params: dict[str, Any]) -> None:
    """Telegram ignores a parameter that the method does not have; here it is a violation."""
    if unknown := params.keys() - signature.parameters:
        raise ViolationError(f"unknown parameters {sorted(unknown)}")


def _read(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in _JSON_STARTS:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
