"""Quiet hours: nobody is disturbed at night in the city, unless they want to be."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.notices import after_quiet
from storage.model.person import Person, Role, Wishes
from tests.unit.given import city

ANNA = Person(1, "telegram", "1001", Role.RESIDENT)
AWAKE = replace(ANNA, wishes=Wishes(quiet=False))
ZONES = ("Europe/Moscow", "Europe/Kaliningrad", "Asia/Vladivostok", "Asia/Kamchatka", "Europe/Berlin", "UTC")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - it adds the zone


def moscow(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of November 2026 by the clocks of the city, in UTC."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=ZoneInfo("Europe/Moscow")).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (moscow(23, 12), moscow(23, 12)),
        (moscow(23, 21, 59), moscow(23, 21, 59)),
        (moscow(23, 21, 59, 59), moscow(23, 21, 59, 59)),
        (moscow(23, 22), moscow(24, 8)),
        (moscow(23, 23, 59, 59), moscow(24, 8)),
        (moscow(24, 0), moscow(24, 8)),
        (moscow(24, 3), moscow(24, 8)),
        (moscow(24, 7, 59, 59), moscow(24, 8)),
        (moscow(24, 8), moscow(24, 8)),
        (moscow(24, 8, 1), moscow(24, 8, 1)),
        (moscow(30, 22, 30), moscow(30, 22, 30) + timedelta(hours=9, minutes=30)),
    ],
)
def test_what_happens_at_night_is_told_in_the_morning(now: datetime, told: datetime) -> None:
    assert after_quiet(now, ANNA, city()) == told


@given(MOMENTS)
def test_whoever_wants_no_quiet_is_told_at_once(now: datetime) -> None:
    assert after_quiet(now, AWAKE, city()) == now


@given(MOMENTS, st.sampled_from(ZONES))
def test_nobody_is_told_at_night_nor_later_than_the_next_morning(now: datetime, zone: str) -> None:
    place = replace(city(), zone=ZoneInfo(zone))
    told = after_quiet(now, ANNA, place)
    local = told.astimezone(place.zone)
    assert told.tzinfo == now.tzinfo
    assert timedelta() <= told - now <= timedelta(hours=11)  # an hour more in the night when clocks are set back
    assert time(8) <= local.time() < time(22)
    assert told == now or local.time() == time(8)


@given(MOMENTS)
def test_quiet_is_of_the_city_and_not_of_the_server(now: datetime) -> None:
    elsewhere = now.astimezone(ZoneInfo("Asia/Kamchatka"))
    assert after_quiet(elsewhere, ANNA, city()) == after_quiet(now, ANNA, city())
