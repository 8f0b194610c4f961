"""What a measurement gives, and the table that shows it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = ("показатель", "измерено", "граница", "вердикт")
HOLDS, BROKEN, NO_BOUND = "держит", "НЕ ДЕРЖИТ", "—"


@dataclass(frozen=True)
class Figure:
    """One line of the table; `held` is None for what is measured without a bound."""

    name: str
    measured: str
    bound: str = NO_BOUND
    held: bool | None = None

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The line, column by column."""
        verdict = NO_BOUND if self.held is None else HOLDS if self.held else BROKEN
        return (self.name, self.measured, self.bound, verdict)


@dataclass(frozen=True)
class Measured:
    """What one measurement gave: figures, and the raw numbers behind them in words."""

    figures: Sequence[Figure]
    raw: Sequence[str]


def table(figures: Sequence[Figure]) -> str:
    """Aligned columns under their headings."""
    rows = [HEADINGS, *(figure.cells for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * max(len(line) for line in lines), *lines[1:]])


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that so large a share of them does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]


def number(value: float) -> str:
    """Three meaningful digits with a decimal comma: «0,512», «28,9», «1 234»."""
    if abs(value) >= 100:
        return f"{value:,.0f}".replace(",", " ")
    places = 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:.{places}f}".replace(".", ",")


def numbers(values: Sequence[float]) -> str:
    """Several of them."""
    return "; ".join(number(value) for value in values)
