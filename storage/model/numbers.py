"""Our own number of an appeal: short, unique, with a check digit so that a mistyped one is noticed."""

import re

OFFSET = 1000  # so that the first appeal of a city already has a four-digit number
LONGEST_ID = 18
"""digits that fit into a column of 64 bits"""
WRITTEN = re.compile(r"\s*(?:№|n|#)?\s*(\d{1,15})\s*[-–—]?\s*(\d)\s*", re.IGNORECASE)

# Weakly totally anti-symmetric quasigroup of order 10 from H. M. Damm's thesis (2004): the check digit it yields
# detects every single wrong digit and every swap of two neighbours.
QUASIGROUP = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


class MistypedNumber(ValueError):
    """This is not a number of ours: no digits, or the check digit does not fit."""


def whole(text: str) -> int | None:
    """The number written in plain digits, None if it is none or larger than any id (a button's data may be forged)."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


def check_digit(digits: str) -> int:
    """Damm's check digit of a string of decimal digits."""
    interim = 0
    for digit in digits:
        interim = QUASIGROUP[interim][int(digit)]
    return interim


def written(appeal_id: int) -> str:
    """How the number of an appeal is shown: «1001-9»."""
    digits = str(OFFSET + appeal_id)
    return f"{digits}-{check_digit(digits)}"


def read(text: str) -> int:
    """The appeal id behind a typed number: «№ 1001-9», «1001 9» and «10019» are the same. Raises MistypedNumber."""
    match = WRITTEN.fullmatch(text)
    if match is None or check_digit(match[1]) != int(match[2]) or int(match[1]) <= OFFSET:
        raise MistypedNumber(text)
    return int(match[1]) - OFFSET
