"""Runs the program again and again: libraries are imported once, then each start is a fork of this process.

One JSON object a line. `{"start": {…environment…}}` forks a child that is `python -m bot run` and answers with its
process id; `{"wait": id}` answers with its exit code once it is gone (-9 after SIGKILL). A fork is safe because this
process never has a second thread or an event loop.
"""

import gc
import importlib
import json
import os
import ssl
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import certifi

from bot.channels import CHANNELS
from tests.world import MONDAY, fast

MODULES = (
    "aiosqlite",
    "asyncpg",
    "apscheduler.schedulers.asyncio",
    "bot.app",
    "bot.channels.telegram",
    "bot.channels.vk",
)


def hurry() -> None:
    """The limits of messengers without the waiting: pace has tests of its own."""
    for name, known in CHANNELS.items():
        CHANNELS[name] = replace(known, limits=fast(known.limits))


def import_everything() -> None:
    """Whatever the program imports when it runs; the doors take their limits from `CHANNELS` at import."""
    for name in MODULES:
        importlib.import_module(name)


def prepare() -> None:
    """What every program is given: a clock that goes on from a Monday's noon, so that no notice waits for the morning,
    and the words, the city with its index and the models of Telegram, which take a second to get ready.
    """
    from aiogram import methods, types

    from bot.app import build
    from dialogs.texts.words import Texts
    from dialogs.understanding.index import index_of
    from tests.unit.given import city

    index_of(city())
    for model in (types.Update, types.Message, methods.GetUpdates, methods.SendMessage, methods.EditMessageText):
        model.model_rebuild()

    ssl.create_default_context(cafile=certifi.where())
    words = Texts()
    words.names()
    shift = MONDAY - datetime.now(UTC)
    build.__kwdefaults__ = {
        **(build.__kwdefaults__ or {}),
        "clock": lambda: datetime.now(UTC) + shift,
        "texts": words,
        "city": city(),
    }


def incarnate(environment: Mapping[str, str]) -> int:
    """The child: `python -m bot run`. Gives the exit code."""
    from bot.cli import main

    os.dup2(2, 1)
    os.environ.update(environment)
    return main(["run"])


def start(environment: Mapping[str, str]) -> int:
    """Fork a child; gives its process id."""
    assert threading.active_count() == 1
    if (child := os.fork()) == 0:
        code = 70
        try:
            code = incarnate(environment)
        except BaseException:  # noqa: BLE001 - nothing may get past the end of the child
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)
    return child


def obey(line: str) -> int:
    """Carry a command out."""
    command = json.loads(line)
    if "start" in command:
        return start(command["start"])
    _, status = os.waitpid(command["wait"], 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    hurry()
    import_everything()
    prepare()
    gc.freeze()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for order in sys.stdin:
        sys.stdout.write(f"{obey(order)}\n")
        sys.stdout.flush()
