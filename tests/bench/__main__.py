"""`python -m tests.bench` measures everything, `python -m tests.bench turn` one figure; fails if a bound is broken."""

import asyncio
import gc
import importlib
import logging
import os
import sys
from collections.abc import Sequence
from time import perf_counter

from tests.bench.figures import Figure, number, table

FIGURES = ("turn", "broadcast", "vk_rate", "size", "chat", "memory", "suggestion", "territory")
"""modules of this package, each with `measure`"""


def main(names: Sequence[str]) -> int:
    """Measure, print, and give the exit code."""
    if unknown := [name for name in names if name not in FIGURES]:
        print(f"Нет показателя {', '.join(unknown)}. Есть: {', '.join(FIGURES)}.", file=sys.stderr)
        return 2
    logging.disable(logging.CRITICAL)
    load = number(os.getloadavg()[0])
    print(f"Python {sys.version.split()[0]}, ядер {os.cpu_count()}, загрузка машины перед началом {load}", flush=True)
    figures: list[Figure] = []
    for name in names or FIGURES:
        start = perf_counter()
        measured = asyncio.run(importlib.import_module(f"tests.bench.{name}").measure())
        figures += measured.figures
        print(*measured.raw, f"{name}: измерено за {number(perf_counter() - start)} с", sep="\n", flush=True)
        gc.collect()
    print("", table(figures), sep="\n")
    return int(any(figure.held is False for figure in figures))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
