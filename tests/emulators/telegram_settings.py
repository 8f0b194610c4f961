"""The methods about the bot itself, its files, and the answers to button presses."""

import json
import re
from typing import Any

from tests.emulators.telegram_call import Asked
from tests.emulators.telegram_errors import StaleError, ViolationError
from tests.emulators.telegram_world import World

COMMANDS_LIMIT = 100
COMMAND_DESCRIPTION_LIMIT = 256
DESCRIPTION_LIMIT = 512
SHORT_DESCRIPTION_LIMIT = 120
TOAST_LIMIT = 200

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


def get_me(world: World, _asked: Asked) -> dict[str, Any]:
    """Source: https://core.telegram.org/bots/api#getme"""
    return world.bot


def set_my_commands(world: World, asked: Asked) -> bool:
    """Source: https://core.telegram.org/bots/api#setmycommands"""
    commands = asked.get("commands")
    if not isinstance(commands, list):
        raise ViolationError("parameter commands is required")
    if len(commands) > COMMANDS_LIMIT:
        raise ViolationError("BOT_COMMANDS_TOO_MUCH", f"{len(commands)} commands")
    for command in commands:
        if not _COMMAND.fullmatch(str(command.get("command", ""))):
            raise ViolationError("BOT_COMMAND_INVALID", str(command))
        if not 1 <= len(command.get("description", "")) <= COMMAND_DESCRIPTION_LIMIT:
            raise ViolationError("BOT_COMMAND_DESCRIPTION_INVALID", str(command))
    world.commands = commands
    world.commands_by_scope[_scope(asked)] = commands
    return True


def delete_my_commands(world: World, asked: Asked) -> bool:
    """Source: https://core.telegram.org/bots/api#deletemycommands"""
    world.commands = []
    world.commands_by_scope.pop(_scope(asked), None)
    return True


def get_my_commands(world: World, asked: Asked) -> list[dict[str, str]]:
    """Source: https://core.telegram.org/bots/api#getmycommands"""
    return world.commands_by_scope.get(_scope(asked), [])


def set_my_description(world: World, asked: Asked) -> bool:
    """Source: https://core.telegram.org/bots/api#setmydescription"""
    world.description = _within(asked, "description", DESCRIPTION_LIMIT)
    return True


def set_my_short_description(world: World, asked: Asked) -> bool:
    """Source: https://core.telegram.org/bots/api#setmyshortdescription"""
    world.short_description = _within(asked, "short_description", SHORT_DESCRIPTION_LIMIT)
    return True


def get_webhook_info(world: World, _asked: Asked) -> dict[str, Any]:
    """Source: https://core.telegram.org/bots/api#getwebhookinfo"""
    waiting = len(world.updates.unconfirmed)
    return {"url": "", "has_custom_certificate": False, "pending_update_count": waiting}


def delete_webhook(world: World, asked: Asked) -> bool:
    """Source: https://core.telegram.org/bots/api#deletewebhook"""
    if asked.get("drop_pending_updates"):
        world.updates.drop()
    return True


def answer_callback_query(world: World, asked: Asked) -> bool:
    """Source: https://core.telegram.org/bots/api#answercallbackquery"""
    text = asked.get("text") or ""
    if len(text) > TOAST_LIMIT:
        raise ViolationError("MESSAGE_TOO_LONG", f"{len(text)} characters")
    person = world.asker(asked.get("callback_query_id") or "")
    if person is None:
        raise StaleError("query is too old and response timeout expired or query ID is invalid")
    if world.keep_heard:
        person.toasts.append(text)
    world.bell.ring()
    return True


def get_file(world: World, asked: Asked) -> dict[str, Any]:
    """Source: https://core.telegram.org/bots/api#getfile"""
    return world.files.link(asked.get("file_id") or "")


def _scope(asked: Asked) -> str:
    scope = asked.get("scope") or {"type": "default"}
    return json.dumps([scope, asked.get("language_code") or ""], sort_keys=True)


def _within(asked: Asked, name: str, limit: int) -> str:
    text = asked.get(name) or ""
    if len(text) > limit:
        raise ViolationError(f"{name} is too long", f"{len(text)} characters")
    return str(text)
