"""The Bots Long Poll server: a history of events, read from any point by any number of pollers."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from typing import Any, TypedDict

from tests.emulators.vk_changes import Changes
from tests.emulators.vk_parameters import EVENT_TYPES

DELIVERED_AT_FIRST = ("message_new", "message_event", "message_edit", "message_allow", "message_deny")


class LongPollSettings(TypedDict):
    """What the community's owner switched on: Long Poll as a whole, and each event type (0 or 1)."""

    is_enabled: bool
    events: dict[str, int]


class EventHistory:
    """Events in order; `ts` is the number of the next one, so an older `ts` gives events again."""

    def __init__(self, group_id: int) -> None:
        self.settings: LongPollSettings = {
            "is_enabled": True,
            "events": {kind: int(kind in DELIVERED_AT_FIRST) for kind in EVENT_TYPES},
        }
        self.key = "key1"
        self.pollers = 0
        self.polled = Changes()
        self._group_id = group_id
        self._events: list[Any] = []
        self._first = 1
        self._dead_keys: dict[str, int] = {}
        self._numbers = count(1)
        self._changes = Changes()

    @property
    def ts(self) -> int:
        """Where the history ends now."""
        return self._first + len(self._events)

    def emit(self, kind: str, content: dict[str, Any]) -> None:
        """Add an event of this type, unless the community has it switched off."""
        if self.settings["is_enabled"] and self.settings["events"].get(kind):
            event_id = f"{next(self._numbers):040x}"
            head = {"group_id": self._group_id, "type": kind, "event_id": event_id, "v": "5.199"}
            self.push({**head, "object": content})

    def push(self, event: Any) -> None:
        """Add any raw event, also a malformed one."""
        self._events.append(event)
        self._changes.notify()

    def repeat_last(self) -> None:
        """Deliver the last event once more, with the same event_id."""
        self.push(self._events[-1])

    def expire_key(self) -> None:
        """Answer the current key with `failed: 2` from now on; the history stays."""
        self._renew_key(2)

    def lose_history(self) -> None:
        """Forget all events and answer every `ts` given out so far with `failed: 1`."""
        self._first = self.ts + 100
        self._events.clear()
        self._changes.notify()

    def lose_all(self) -> None:
        """Forget events and key: the current key is answered with `failed: 3`."""
        self.lose_history()
        self._renew_key(3)

    def _renew_key(self, failed: int) -> None:
        self._dead_keys[self.key] = failed
        self.key = f"key{len(self._dead_keys) + 1}"
        self._changes.notify()

    async def answer(self, key: str, ts: int, wait: int) -> dict[str, Any]:
        """What `a_check` answers: at once when there is something to say, else after at most `wait` seconds."""
        if self.ts == ts and self._failed(key, ts) is None:
            await self._news(key, ts, wait)
        return self._failed(key, ts) or {"ts": str(self.ts), "updates": self._events[ts - self._first :]}

    async def _news(self, key: str, ts: int, wait: int) -> None:
        self.pollers += 1
        self.polled.notify()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._changes.until(lambda: self.ts > ts or self._failed(key, ts) is not None)
        finally:
            self.pollers -= 1

    def _failed(self, key: str, ts: int) -> dict[str, Any] | None:
        if key != self.key:
            return {"failed": self._dead_keys.get(key, 2)}
        if not self._first <= ts <= self.ts:
            return {"failed": 1, "ts": self.ts}
        return None


def query_error(query: Mapping[str, str]) -> str:
    """What is wrong with the query of a long poll request, empty when nothing is."""
    if query.get("act") != "a_check":
        return "act should be a_check"
    if not query.get("key"):
        return "key is required"
    if not query.get("ts", "").isdecimal():
        return f"ts should be a number, not {query.get('ts')!r}"
    if not query.get("wait", "25").isdecimal() or int(query.get("wait", "25")) > 90:
        return "wait should be at most 90 seconds"
    return ""
