"""How fast messages may leave: evenly over all chats, with a short burst for one chat."""

from dataclasses import dataclass, field

from notifier.delivery import Limits

SLACK_SECONDS = 0.01
"""what a late departure may be early afterwards, so that lateness does not add up"""
STALL_SECONDS, IDLE_SECONDS = 0.03, 0.5
"""a departure that is late by so much was kept by a busy machine, by more nobody had anything to send"""
FORGET_AFTER = 10_000
"""chats whose pace is remembered"""


@dataclass
class Pace:
    """Counts time in seconds of a monotonic clock; `ready_at` says when a message may leave, `leave` that it does."""

    limits: Limits
    next_at: float = 0.0
    chats: dict[str, float] = field(default_factory=dict)
    """for each chat the moment at which its burst is whole again"""

    def ready_at(self, now: float) -> float:
        """When the next message may leave at all."""
        return max(now, self.next_at)

    def chat_ready_at(self, chat: str, now: float) -> float:
        """When this chat may get its next message."""
        allowance = (self.limits.chat_burst - 1) * self.limits.per_chat_seconds
        return max(now, self.chats.get(chat, 0.0) - allowance)

    def leave(self, chat: str, now: float) -> None:
        """A message leaves.

        If the machine stood still, so did the message that left before: both arrive at once, and a place is left free.
        """
        stalled = STALL_SECONDS <= now - self.next_at < IDLE_SECONDS
        self.next_at = max(now - SLACK_SECONDS, self.next_at) + (1 + stalled) / self.limits.per_second
        whole = max(now, self.chats.pop(chat, 0.0)) + self.limits.per_chat_seconds
        self.chats[chat] = whole
        if len(self.chats) > FORGET_AFTER:
            self.chats.pop(next(iter(self.chats)))

    def hold(self, chat: str, until: float) -> None:
        """This chat gets nothing before this moment."""
        allowance = (self.limits.chat_burst - 1) * self.limits.per_chat_seconds
        self.chats[chat] = max(self.chats.get(chat, 0.0), until + allowance)

    def pause(self, until: float) -> None:
        """Nothing leaves before this moment."""
        self.next_at = max(self.next_at, until)
