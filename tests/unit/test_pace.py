"""How fast messages leave, in simulated time: never faster than a messenger allows, and no slower than needed."""

from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import CHANNELS
from notifier.delivery import Limits
from notifier.pace import FORGET_AFTER, SLACK_SECONDS, Pace

LIMITS = st.builds(
    Limits,
    per_second=st.floats(0.5, 40),
    per_chat_seconds=st.sampled_from([0.0, 0.1, 1.0, 2.5]),
    chat_burst=st.integers(1, 6),
    at_once=st.just(8),
)
WISHES = st.lists(
    st.tuples(st.sampled_from("абвг"), st.sampled_from([0.0, 0.0, 0.0, 0.01, 0.2, 1.0, 3.0])), max_size=60
)
"""whom a message is for, and how long after the one before it is there"""
TINY = 1e-6


def leaving(pace: Pace, wishes: list[tuple[str, float]], start: float = 100.0) -> list[tuple[str, float]]:
    """When each message leaves, if each leaves as soon as it may."""
    now, left = start, []
    for chat, gap in wishes:
        now += gap
        now = max(pace.ready_at(now), pace.chat_ready_at(chat, now))
        pace.leave(chat, now)
        left.append((chat, now))
    return left


@given(LIMITS, WISHES)
def test_no_second_has_more_messages_than_allowed(limits: Limits, wishes: list[tuple[str, float]]) -> None:
    moments = [moment for _, moment in leaving(Pace(limits), wishes)]
    for first in moments:
        assert sum(first <= moment < first + 1 for moment in moments) <= ceil(limits.per_second) + 1


@given(LIMITS, WISHES)
def test_messages_to_all_chats_leave_evenly(limits: Limits, wishes: list[tuple[str, float]]) -> None:
    moments = [moment for _, moment in leaving(Pace(limits), wishes)]
    assert all(later - sooner >= 1 / limits.per_second - SLACK_SECONDS - TINY for sooner, later in pairwise(moments))


@pytest.mark.parametrize("stall", [0.03, 0.1, 0.4])
def test_what_a_stall_held_back_makes_no_second_too_full(stall: float) -> None:
    """The message before the stall reaches Telegram together with the one after it, which allows 30 a second."""
    pace, now, arrived = Pace(CHANNELS["telegram"].limits), 100.0, []
    for number in range(90):
        now = pace.ready_at(now) + (stall if number == 45 else 0.0)
        pace.leave(str(number), now)
        arrived.append(now)
    arrived[44] = arrived[45]
    assert max(sum(first <= moment < first + 1 for moment in arrived) for first in arrived) <= 30


def test_after_an_idle_time_messages_leave_as_close_as_ever() -> None:
    pace = Pace(CHANNELS["telegram"].limits)
    pace.leave("а", 100.0)
    pace.leave("б", 103.0)
    assert pace.ready_at(103.0) <= 103.0 + 1 / pace.limits.per_second


@given(LIMITS, WISHES)
def test_a_chat_gets_a_burst_and_then_one_message_at_a_time(limits: Limits, wishes: list[tuple[str, float]]) -> None:
    left = leaving(Pace(limits), wishes)
    for chat in "абвг":
        moments = [moment for name, moment in left if name == chat]
        for first in range(len(moments)):
            for last in range(first + limits.chat_burst, len(moments)):
                beyond = last - first + 1 - limits.chat_burst
                assert moments[last] - moments[first] >= beyond * limits.per_chat_seconds - TINY


@given(LIMITS, WISHES)
def test_the_first_messages_of_a_chat_wait_for_nothing_but_the_others(
    limits: Limits, wishes: list[tuple[str, float]]
) -> None:
    pace, now, told = Pace(limits), 100.0, dict.fromkeys("абвг", 0)
    for chat, gap in wishes:
        now = max(pace.ready_at(now + gap), pace.chat_ready_at(chat, now + gap))
        if told[chat] < limits.chat_burst:
            assert pace.chat_ready_at(chat, now) == now
        pace.leave(chat, now)
        told[chat] += 1


@given(LIMITS, WISHES, st.floats(0, 60))
def test_after_a_pause_nothing_leaves_before_its_end(
    limits: Limits, wishes: list[tuple[str, float]], seconds: float
) -> None:
    pace = Pace(limits)
    leaving(pace, wishes[:5])
    until = pace.ready_at(100.0) + seconds
    pace.pause(until)
    assert all(moment >= until - TINY for _, moment in leaving(pace, wishes[5:]))


@given(LIMITS, WISHES, st.floats(0, 60))
def test_a_chat_that_is_held_gets_nothing_and_the_others_are_served(
    limits: Limits, wishes: list[tuple[str, float]], seconds: float
) -> None:
    pace = Pace(limits)
    leaving(pace, wishes)
    now = 10_000.0
    pace.hold("а", now + seconds)
    assert pace.chat_ready_at("а", now) >= now + seconds - TINY
    assert pace.chat_ready_at("д", now) == now
    assert pace.ready_at(now) == now


@given(LIMITS, st.floats(0, 60))
def test_a_shorter_hold_or_pause_does_not_end_a_longer_one(limits: Limits, seconds: float) -> None:
    pace = Pace(limits)
    pace.hold("а", 200.0)
    pace.hold("а", 200.0 - seconds)
    pace.pause(300.0)
    pace.pause(300.0 - seconds)
    assert pace.chat_ready_at("а", 100.0) == pytest.approx(200.0)
    assert pace.ready_at(100.0) == 300.0


def test_only_so_many_chats_are_remembered_the_latest_of_them() -> None:
    pace = Pace(Limits(per_second=1000.0, per_chat_seconds=1.0, chat_burst=1, at_once=1))
    for number in range(FORGET_AFTER + 10):
        pace.leave(str(number), 0.0)
    assert len(pace.chats) == FORGET_AFTER
    assert "0" not in pace.chats
    assert str(FORGET_AFTER + 9) in pace.chats


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_broadcast_runs_at_the_pace_of_the_messenger(channel: str) -> None:
    limits = CHANNELS[channel].limits
    left = leaving(Pace(limits), [(str(number), 0.0) for number in range(1000)])
    assert left[-1][1] - left[0][1] == pytest.approx(999 / limits.per_second, abs=2 * SLACK_SECONDS)
