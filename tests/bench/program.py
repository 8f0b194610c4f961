"""The program as it runs in earnest: `python -m bot run` in a process of its own, against emulated messengers."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil

from tests.bench.ground import CITY, ROOT
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.vk import VkEmulator


@contextlib.asynccontextmanager
async def program(
    url: str, folder: Path, *, telegram: TelegramEmulator | None = None, vk: VkEmulator | None = None
) -> AsyncIterator[psutil.Process]:
    """The program with the messengers given, once it listens at them; ended in the end."""
    environment = os.environ | {"DATABASE_URL": url, "FILES": str(folder / "files"), "CITY": CITY, "LOG_LEVEL": "ERROR"}
    environment |= {"TELEGRAM_TOKEN": "", "VK_TOKEN": ""}
    if telegram:
        environment |= {"TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API": telegram.url}
    if vk:
        group = str(vk.world.group_id)
        environment |= {"VK_TOKEN": vk.token, "VK_API": vk.url, "VK_GROUP_ID": group}
    started = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", cwd=ROOT, env=environment)
    try:
        if telegram:
            await telegram.polled(seconds=30)
        if vk:
            async with asyncio.timeout(30):
                await vk.world.events.polled.until(lambda: vk.world.events.pollers > 0)
        yield psutil.Process(started.pid)
    finally:
        started.terminate()
        await started.wait()
