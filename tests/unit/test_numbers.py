"""Numbers of appeals: written, read, and noticed when they are mistyped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.model.numbers import MistypedNumber, check_digit, read, written

IDS = st.integers(min_value=1, max_value=10**14)
SAMPLES = (range(1, 1000), range(1000, 99_000, 113), range(8_999_000, 8_999_100), range(123_456_789, 123_456_799))
SHAPES = ("{0}-{1}", "№ {0}-{1}", "№{0}-{1}", "{0} {1}", "{0}{1}", "{0}–{1}", " # {0} — {1} ", "n {0}-{1}", "N{0}-{1}")


@given(IDS)
def test_a_written_number_is_read_as_the_same_appeal(appeal: int) -> None:
    assert read(written(appeal)) == appeal


@given(IDS, IDS)
def test_two_appeals_never_have_the_same_number(one: int, other: int) -> None:
    assert (written(one) == written(other)) is (one == other)


@given(IDS, st.sampled_from(SHAPES))
def test_spaces_dashes_and_the_number_sign_do_not_matter(appeal: int, shape: str) -> None:
    digits, _, check = written(appeal).partition("-")
    assert read(shape.format(digits, check)) == appeal


@pytest.mark.parametrize("typed", ["1001-9", "№ 1001-9", "1001 9", "10019"])
def test_the_first_appeal_is_read_however_it_is_typed(typed: str) -> None:
    assert written(1) == "1001-9"
    assert read(typed) == 1


@pytest.mark.parametrize(("digits", "check"), [("572", 4), ("5724", 0), ("0", 0), ("", 0)])
def test_the_check_digit_is_the_one_of_the_published_examples(digits: str, check: int) -> None:
    assert check_digit(digits) == check


def is_read(typed: str) -> bool:
    """Whether a number is taken for one of ours."""
    try:
        return read(typed) > 0
    except MistypedNumber:
        return False


@pytest.mark.parametrize("appeals", SAMPLES)
def test_every_single_wrong_digit_is_noticed(appeals: range) -> None:
    for right in map(written, appeals):
        places = [place for place, sign in enumerate(right) if sign.isdigit()]
        typed = {f"{right[:place]}{digit}{right[place + 1 :]}" for place in places for digit in range(10)}
        assert len(typed) == 9 * len(places) + 1
        assert {number for number in typed if is_read(number)} == {right}


@pytest.mark.parametrize("appeals", SAMPLES)
def test_every_swap_of_neighbours_is_noticed(appeals: range) -> None:
    for right in (written(appeal).replace("-", "") for appeal in appeals):
        typed = {f"{right[:at]}{right[at + 1]}{right[at]}{right[at + 2 :]}" for at in range(len(right) - 1)}
        assert len(typed) > 1
        assert {number for number in typed if is_read(number)} <= {right}


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "№", "-", "8", "1001", "1001-", "-9", "1001-99", "1001--9", "10 019", "1001-9-9", "№№ 1001-9",
        "1001-9 и", "обращение 1001-9", "1001_9", "1001.9", "1e3-9", "10019?", "1001-x", "9" * 17, "1000-7", "0-0",
        "12-6", "572-4", "+1001-9",
    ],
)  # fmt: skip
def test_garbage_is_refused(typed: str) -> None:
    with pytest.raises(MistypedNumber):
        read(typed)


def test_the_number_before_the_first_appeal_is_refused_though_its_digits_fit() -> None:
    with pytest.raises(MistypedNumber):
        read(f"1000-{check_digit('1000')}")


@given(st.text("0123456789 -–№nN#x", max_size=12))
def test_any_text_is_either_a_number_of_ours_or_refused(typed: str) -> None:
    try:
        appeal = read(typed)
    except MistypedNumber:
        return
    assert read(written(appeal)) == appeal
