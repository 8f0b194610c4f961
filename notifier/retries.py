"""What happens after an attempt to send failed: a pure decision."""

from dataclasses import dataclass
from datetime import timedelta

from notifier.delivery import Rejected, RetryAfter, Transient, Unreachable
from storage.outbox import State

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 600.0
"""seconds; each pause doubles"""
ATTEMPTS = 30
"""about four hours of trying"""


@dataclass(frozen=True)
class Decision:
    """The state of the message from now on, when to try again, how long the whole channel pauses."""

    state: State
    after: timedelta = timedelta()
    channel_pause: timedelta = timedelta()
    problem: str = ""


def decide(error: Exception, attempts: int, chance: float) -> Decision:
    """What to do after the failed attempt number `attempts`; `chance` in [0, 1) spreads the pauses by ±25 %."""
    if isinstance(error, Unreachable):
        return Decision(State.UNREACHABLE, problem="unreachable")
    if isinstance(error, RetryAfter):
        pause = timedelta(seconds=error.seconds)
        return Decision(State.WAITING, pause, pause, problem="retry_after")
    if isinstance(error, Transient) and attempts < ATTEMPTS:
        pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 16), LONGEST_PAUSE)
        return Decision(State.WAITING, timedelta(seconds=pause * (0.75 + chance / 2)), problem=code(error))
    return Decision(State.FAILED, problem=code(error))


def code(error: Exception) -> str:
    """A short code of what went wrong, never the words of a message."""
    named = isinstance(error, Rejected | Transient) and error.args
    return str(error.args[0])[:64] if named else type(error).__name__
