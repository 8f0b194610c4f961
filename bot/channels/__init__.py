"""The doors to the messengers: a new channel is one file here and one row in `CHANNELS`.

What a channel can show and how fast it may be used stands here, so that nobody has to import a messenger's library to
know it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from dialogs.speech import Capabilities, Said
from handlers.desk import Done
from notifier.delivery import Door, Limits

Take = Callable[[Said], Awaitable[Done]]
"""takes one turn; returns when it is saved"""


class BadToken(ValueError):
    """What was given as a token does not look like one."""


class Channel(Door, Protocol):
    """A messenger: a door that can also be listened at."""

    link: str
    """the form of links into it with «{}» for the payload; known after `open`"""

    async def open(self) -> None:
        """Get ready: who are we here, which commands are offered. Raises Transient, Rejected."""

    async def listen(self, take: Take) -> None:
        """Turn updates into turns until cancelled."""

    async def close(self) -> None:
        """Let go of connections."""


@dataclass(frozen=True)
class Known:
    """A messenger this program knows."""

    capabilities: Capabilities
    limits: Limits


CHANNELS = {
    # core.telegram.org/bots/faq: about 30 messages a second to all, one a second to one chat, short bursts pass;
    # 29 keeps the count in any one second at 30 or below even when the network bunches requests up by 30 ms
    "telegram": Known(
        Capabilities(
            title="Telegram",
            buttons=90,
            rows=40,
            label=60,
            text=4000,
            location="keyboard",
            markup=True,
            editing=True,
            copying=256,
            share="https://t.me/share/url?url={url}&text={text}",
        ),
        Limits(per_second=29.0, per_chat_seconds=1.0, chat_burst=5, at_once=24),
    ),
    # dev.vk.com: 20 calls a second for a community; inline keyboards of 10 buttons in 6 rows, labels of 40
    "vk": Known(
        Capabilities(
            title="VK",
            buttons=10,
            rows=6,
            label=40,
            text=4000,
            location="inline",
            markup=False,
            editing=True,
            share="https://vk.com/share.php?url={url}&title={text}",
        ),
        Limits(per_second=19.5, per_chat_seconds=0.1, chat_burst=10, at_once=8),
    ),
    "terminal": Known(
        Capabilities(
            title="терминал",
            buttons=60,
            rows=60,
            label=80,
            text=20_000,
            location="",
            markup=False,
            editing=False,
            wide=0,
        ),
        Limits(per_second=1000.0, per_chat_seconds=0.0, chat_burst=1, at_once=1),
    ),
}
