"""The queue of updates of one bot, and the long poll that empties it."""

import asyncio
import json
from collections import deque
from itertools import islice
from typing import Any

from aiogram.types import Update

from tests.emulators.telegram_bell import Bell
from tests.emulators.telegram_errors import ApiError

LONGEST_POLL = 50.0
FIRST_ID = 500_000_001

_KINDS = frozenset(Update.model_fields) - {"update_id"}
_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Updates:
    """Updates in the order of their ids; each stays until a later call's offset is greater than its id."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._queue: deque[tuple[int, bytes]] = deque()
        self._repeated: list[tuple[int, bytes]] = []
        self._redelivered: list[tuple[int, bytes]] = []
        self._last: tuple[int, bytes] | None = None
        self._next_id = FIRST_ID
        self._allowed = _KINDS - _NOT_BY_DEFAULT
        self._poll: asyncio.Future[None] | None = None

    @property
    def unconfirmed(self) -> tuple[int, ...]:
        """Ids of updates that no offset has confirmed yet."""
        return tuple(sorted({number for number, _ in [*self._queue, *self._repeated, *self._redelivered]}))

    @property
    def drained(self) -> bool:
        """Whether every update is confirmed."""
        return not (self._queue or self._repeated or self._redelivered)

    @property
    def polled(self) -> bool:
        """Whether a long poll waits for updates now."""
        return self._poll is not None and not self._poll.done()

    def push(self, update: dict[str, Any]) -> int:
        """Queue an update and wake the poll; returns its id, which is filled in if absent."""
        number: int = update.setdefault("update_id", self._next_id)
        self._next_id = max(self._next_id, number + 1)
        if not (update.keys() & _KINDS) <= self._allowed:
            return number
        self._last = (number, json.dumps(update, ensure_ascii=False).encode())
        self._queue.append(self._last)
        if len(self._queue) > 1 and self._queue[-2][0] > number:
            self._queue = deque(sorted(self._queue, key=lambda queued: queued[0]))
        self._wake()
        return number

    def repeat_last(self) -> None:
        """Deliver the last update once more, whatever the offset says."""
        assert self._last is not None, "there was no update yet"
        self._repeated.append(self._last)
        self._wake()

    def drop(self) -> None:
        """Forget what is queued."""
        self._queue.clear()
        self._repeated.clear()
        self._redelivered.clear()
        self._bell.ring()

    def allow(self, kinds: list[str]) -> None:
        """From now on only updates of these kinds are queued; an empty list means the default ones."""
        self._allowed = frozenset(kinds) if kinds else _KINDS - _NOT_BY_DEFAULT

    async def poll(self, offset: int, limit: int, seconds: float) -> list[bytes]:
        """Encoded updates from `offset` on; a later poll ends this one with 409."""
        if self._poll is not None and self.polled:
            self._poll.set_exception(
                ApiError(409, "terminated by other getUpdates request; make sure that only one bot instance is running")
            )
        self._poll = None
        self._confirm(offset)
        if seconds > 0 and not self._queue and not self._repeated:
            await self._wait(min(seconds, LONGEST_POLL))
        return self._batch(limit)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            offset = self._queue[max(len(self._queue) + offset, 0)][0] if self._queue else 0
        before = len(self._queue) + len(self._redelivered)
        while self._queue and self._queue[0][0] < offset:
            self._queue.popleft()
        self._repeated += [queued for queued in self._redelivered if queued[0] >= offset]
        self._redelivered.clear()
        if before:
            self._bell.ring()

    async def _wait(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._poll = poll = loop.create_future()
        timer = loop.call_later(seconds, _finish, poll)
        self._bell.ring()
        try:
            await poll
        finally:
            timer.cancel()
            if self._poll is poll:
                self._poll = None

    def _batch(self, limit: int) -> list[bytes]:
        batch = list(islice(self._queue, limit))
        if self._repeated:
            numbers = {number for number, _ in batch}
            self._redelivered += [queued for queued in self._repeated if queued[0] not in numbers]
            self._repeated = [queued for queued in self._repeated if queued[0] in numbers]
            batch = self._redelivered + batch
        return [body for _, body in batch]

    def _wake(self) -> None:
        if self._poll is not None:
            _finish(self._poll)


def _finish(poll: asyncio.Future[None]) -> None:
    if not poll.done():
        poll.set_result(None)
