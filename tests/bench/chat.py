"""How soon the terminal chat is ready, from the start of the program to its first line."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.bench.figures import Figure, Measured, number, numbers
from tests.bench.ground import ROOT, migrated, sqlite_url

TIMES = 5
BOUND = 1.0
BANNER = "в терминале"
LEFT_OUT = ("TELEGRAM_TOKEN", "VK_TOKEN", "PYTHONDONTWRITEBYTECODE")
"""no messengers; and modules are kept compiled, as they are wherever the program is started a second time"""


async def measure() -> Measured:
    """Start the chat several times on a database that is migrated."""
    with tempfile.TemporaryDirectory(prefix="bench-chat-") as folder:
        url = sqlite_url(Path(folder) / "bot.db")
        await migrated(url)
        environment = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
        environment |= {"DATABASE_URL": url, "FILES": str(Path(folder) / "files")}
        await seconds(environment, BANNER, "chat", "--as", "бенч")
        ready = [await seconds(environment, BANNER, "chat", "--as", "бенч") for _ in range(TIMES)]
        help_shown = [await seconds(environment, "usage", "--help") for _ in range(TIMES)]
    figures = [
        Figure("терминал готов, с", number(median(ready)), f"≤ {number(BOUND)}", median(ready) <= BOUND),
        Figure("  --help, с", number(median(help_shown))),
    ]
    return Measured(figures, [f"терминал: готов за {numbers(ready)} с; --help за {numbers(help_shown)} с"])


async def seconds(environment: dict[str, str], awaited: str, *arguments: str) -> float:
    """From the start of the program until it prints a line with these words; then its input ends."""
    start = perf_counter()
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=ROOT, env=environment,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert program.stdin is not None
    assert program.stdout is not None
    async with asyncio.timeout(30):
        while awaited not in (line := (await program.stdout.readline()).decode()):
            assert line, "the program ended before it was ready"
        took = perf_counter() - start
        program.stdin.close()
        await program.stdout.read()
        await program.wait()
    return took
