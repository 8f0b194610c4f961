"""Somebody who floods the bot is slowed, told so now and then, and nobody else notices."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from handlers.flood import BURST, PER_SECOND, REMEMBERED, TELL_EVERY, Flood, Verdict
from tests.unit.given import MONDAY

ANNA, BORIS = ("telegram", "1001"), ("vk", "1001")
SECOND = timedelta(seconds=1)
SERVED, TOLD, SILENT = Verdict(served=True), Verdict(served=False, told=True), Verdict(served=False)


def emptied(flood: Flood) -> None:
    """Anna has said all that passes at once."""
    for _ in range(BURST):
        flood.judge(ANNA, MONDAY)


def test_a_burst_passes_and_then_nothing_does() -> None:
    flood = Flood()
    assert [flood.judge(ANNA, MONDAY) for _ in range(BURST)] == [SERVED] * BURST
    assert [flood.judge(ANNA, MONDAY) for _ in range(3)] == [TOLD, SILENT, SILENT]


def test_after_a_burst_one_message_a_second_passes() -> None:
    flood = Flood()
    emptied(flood)
    verdicts = [flood.judge(ANNA, MONDAY + number * SECOND / 2).served for number in range(1, 9)]
    assert verdicts == [False, True] * 4


def test_somebody_who_is_slowed_is_told_once_a_minute() -> None:
    flood = Flood()
    emptied(flood)
    told = [number for number in range(1800) if flood.judge(ANNA, MONDAY + number * SECOND / 10).told]
    assert told[0] == 0
    assert len(told) == 3
    assert all(600 < later - sooner < 610 for sooner, later in pairwise(told))


def test_others_are_not_slowed_and_the_same_number_elsewhere_is_somebody_else() -> None:
    flood = Flood()
    emptied(flood)
    assert flood.judge(BORIS, MONDAY) == SERVED
    assert flood.judge(("telegram", "1002"), MONDAY) == SERVED


def test_silence_restores_the_whole_burst_and_no_more() -> None:
    flood = Flood()
    emptied(flood)
    later = MONDAY + timedelta(days=1)
    assert [flood.judge(ANNA, later).served for _ in range(BURST + 1)] == [True] * BURST + [False]


@given(st.lists(st.sampled_from([0.0, 0.01, 0.3, 1.0, 5.0, 40.0]), max_size=200))
def test_never_more_passes_than_the_burst_and_one_a_second(gaps: list[float]) -> None:
    flood, now, served = Flood(), 0.0, []
    for gap in gaps:
        now += gap
        if flood.judge(ANNA, MONDAY + now * SECOND).served:
            served.append(now)
    for first, start in enumerate(served):
        for last, end in enumerate(served[first:], first):
            assert last - first + 1 <= BURST + (end - start) * PER_SECOND + 1e-6


@given(st.lists(st.floats(1.0, 60.0), max_size=100))
def test_whoever_writes_once_a_second_is_always_served(gaps: list[float]) -> None:
    flood, now = Flood(), 0.0
    for gap in gaps:
        now += gap
        assert flood.judge(ANNA, MONDAY + now * SECOND) == SERVED


def test_a_clock_that_is_set_back_silences_nobody() -> None:
    flood = Flood()
    flood.judge(ANNA, MONDAY)
    assert flood.judge(ANNA, MONDAY - timedelta(minutes=1)) == SERVED


def test_only_so_many_people_are_remembered_the_latest_of_them() -> None:
    flood = Flood()
    emptied(flood)
    for number in range(REMEMBERED - 1):
        flood.judge(("vk", str(number)), MONDAY)
    assert flood.judge(ANNA, MONDAY).served is False
    for number in range(REMEMBERED):
        flood.judge(("vk", f"new {number}"), MONDAY)
    assert len(flood.buckets) == REMEMBERED
    assert ANNA not in flood.buckets


def test_being_told_is_counted_from_the_last_time() -> None:
    flood = Flood()
    emptied(flood)
    assert flood.judge(ANNA, MONDAY) == TOLD
    nearly = MONDAY + TELL_EVERY
    for _ in range(BURST):
        flood.judge(ANNA, nearly)
    assert flood.judge(ANNA, nearly) == SILENT
    assert flood.judge(ANNA, nearly + SECOND / 10) == TOLD
