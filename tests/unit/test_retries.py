"""What happens after a failed attempt: a decision that is a table, and pauses that grow within bounds."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.delivery import Rejected, RetryAfter, TooBig, Transient, Unreachable
from notifier.retries import ATTEMPTS, LONGEST_PAUSE, Decision, decide
from storage.outbox import State

ATTEMPT = st.integers(min_value=1, max_value=10**9)
TRIED = st.integers(min_value=1, max_value=ATTEMPTS - 1)
CHANCE = st.floats(min_value=0, max_value=1, exclude_max=True)
HALF = 0.5
"""the chance that neither shortens nor lengthens a pause"""


def seconds(value: float) -> timedelta:
    """So many seconds."""
    return timedelta(seconds=value)


@pytest.mark.parametrize(
    ("error", "attempts", "decision"),
    [
        (Unreachable(), 1, Decision(State.UNREACHABLE, problem="unreachable")),
        (Unreachable(), 29, Decision(State.UNREACHABLE, problem="unreachable")),
        (RetryAfter(7), 1, Decision(State.WAITING, seconds(7), seconds(7), "retry_after")),
        (RetryAfter(0.5), 29, Decision(State.WAITING, seconds(0.5), seconds(0.5), "retry_after")),
        (RetryAfter(7), 300, Decision(State.WAITING, seconds(7), seconds(7), "retry_after")),
        (Transient("timeout"), 1, Decision(State.WAITING, seconds(1), problem="timeout")),
        (Transient("timeout"), 2, Decision(State.WAITING, seconds(2), problem="timeout")),
        (Transient("timeout"), 3, Decision(State.WAITING, seconds(4), problem="timeout")),
        (Transient("http_502"), 10, Decision(State.WAITING, seconds(512), problem="http_502")),
        (Transient("http_502"), 11, Decision(State.WAITING, seconds(600), problem="http_502")),
        (Transient("http_502"), 29, Decision(State.WAITING, seconds(600), problem="http_502")),
        (Transient("http_502"), 30, Decision(State.FAILED, problem="http_502")),
        (Transient("http_502"), 31, Decision(State.FAILED, problem="http_502")),
        (Transient(), 1, Decision(State.WAITING, seconds(1), problem="Transient")),
        (Rejected("vk_911"), 1, Decision(State.FAILED, problem="vk_911")),
        (Rejected(400), 1, Decision(State.FAILED, problem="400")),
        (Rejected("x" * 500), 1, Decision(State.FAILED, problem="x" * 64)),
        (TooBig(), 1, Decision(State.FAILED, problem="TooBig")),
        (ValueError("слова жителя"), 1, Decision(State.FAILED, problem="ValueError")),
        (KeyError("слова жителя"), 29, Decision(State.FAILED, problem="KeyError")),
    ],
)
def test_each_failure_has_its_decision(error: Exception, attempts: int, decision: Decision) -> None:
    assert decide(error, attempts, HALF) == decision


@given(ATTEMPT, CHANCE)
def test_a_pause_is_never_shorter_or_longer_than_its_bounds(attempts: int, chance: float) -> None:
    decision = decide(Transient("timeout"), attempts, chance)
    assert (decision.state is State.WAITING) is (attempts < ATTEMPTS)
    assert decision.channel_pause == timedelta()
    if decision.state is State.WAITING:
        assert seconds(0.75) <= decision.after <= seconds(LONGEST_PAUSE * 1.25)


@given(TRIED, CHANCE)
def test_pauses_grow_until_the_longest(attempts: int, chance: float) -> None:
    now, next_one = (decide(Transient("x"), number, chance).after for number in (attempts, attempts + 1))
    longest = seconds(LONGEST_PAUSE * (0.75 + chance / 2))
    assert now < next_one or now == longest or attempts + 1 == ATTEMPTS


@given(TRIED, CHANCE)
def test_chance_spreads_pauses_by_a_quarter(attempts: int, chance: float) -> None:
    usual = decide(Transient("x"), attempts, HALF).after
    assert 0.75 * usual <= decide(Transient("x"), attempts, chance).after <= 1.25 * usual


def test_trying_takes_some_hours_before_it_is_given_up() -> None:
    whole = sum((decide(Transient("x"), number, HALF).after for number in range(1, ATTEMPTS)), timedelta())
    assert timedelta(hours=3) < whole < timedelta(hours=5)


@given(st.text("абв\n", min_size=1), ATTEMPT, CHANCE)
def test_the_words_of_a_foreign_error_are_never_kept(words: str, attempts: int, chance: float) -> None:
    assert words not in decide(RuntimeError(words), attempts, chance).problem
