"""What a messenger's door promises to the relay, and the four ways in which sending can fail."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dialogs.speech import Reply


class Unreachable(Exception):
    """This person blocked the bot or is gone: stop writing to them."""


class RetryAfter(Exception):
    """The messenger asks us to pause."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Transient(Exception):
    """The network, or the messenger's own trouble: the same message may go through later. The words are a code."""


class Rejected(Exception):
    """The messenger does not take this message: our mistake, repeating does not help. The words are a code."""


class TooBig(Exception):
    """A file is larger than the messenger hands out."""


@dataclass(frozen=True)
class Photo:
    """A file to be sent: `path` is our copy (None while it is not fetched), `ref` the messenger's own name if known."""

    id: int
    path: Path | None
    ref: str = ""


@dataclass(frozen=True)
class Document:
    """A file that was made for one message."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Parcel:
    """One message as a door gets it."""

    address: str
    reply: Reply
    random_id: int
    photos: Sequence[Photo] = ()
    document: Document | None = None
    recordings: Sequence[Document] = ()


@dataclass(frozen=True)
class Limits:
    """How fast a messenger may be used; its documentation is the source of each figure."""

    per_second: float
    """messages a second over all chats"""
    per_chat_seconds: float
    """seconds between messages to one chat, once the burst is used up"""
    chat_burst: int
    """messages to one chat that may follow each other at once"""
    at_once: int
    """requests in flight"""


class Door(Protocol):
    """One messenger, as far as the relay needs it."""

    name: str
    limits: Limits
    resends: frozenset[str]
    """kinds of files that can be sent again by the messenger's own name for them"""

    async def deliver(self, parcel: Parcel) -> None:
        """Send one message. Raises Unreachable, RetryAfter, Transient, Rejected."""

    async def fetch(self, ref: str) -> bytes:
        """The content of a file somebody sent. Raises Transient, Rejected, TooBig."""
