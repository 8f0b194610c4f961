"""How many calls Telegram accepts per second."""

from collections import deque

WINDOW = 1.0


class Rates:
    """Calls accepted in the last rolling second: in total and, if asked for, per chat. None means no limit."""

    def __init__(self, total: int | None, per_chat: int | None) -> None:
        self.total = total
        self.per_chat = per_chat
        self._accepted: deque[float] = deque()
        self._by_chat: dict[str, deque[float]] = {}

    def allows(self, chat: str, now: float) -> bool:
        """Whether one more call to this chat is within the limits; `now` in seconds of a monotonic clock."""
        return _has_room(self._accepted, self.total, now) and _has_room(
            self._by_chat.get(chat, deque()), self.per_chat, now
        )

    def count(self, chat: str, now: float) -> None:
        """Remember an accepted call."""
        if self.total is not None:
            self._accepted.append(now)
        if self.per_chat is not None:
            self._by_chat.setdefault(chat, deque()).append(now)


def _has_room(accepted: deque[float], limit: int | None, now: float) -> bool:
    if limit is None:
        return True
    while accepted and now - accepted[0] >= WINDOW:
        accepted.popleft()
    return len(accepted) < limit
