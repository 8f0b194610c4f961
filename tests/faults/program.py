"""The program as a process of its own, seen from the test: started, killed, asked to stop, waited for."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.emulators.telegram import TelegramEmulator
from tests.emulators.vk import VkEmulator

ROOT = Path(__file__).parent.parent.parent
KILLED = -signal.SIGKILL


def surroundings(
    database_url: str,
    folder: Path,
    telegram: TelegramEmulator | None = None,
    vk: VkEmulator | None = None,
    admins: str = "",
) -> dict[str, str]:
    """The environment that leads a program to these messengers and this database; nothing of ours is inherited."""
    given = {
        "DATABASE_URL": database_url,
        "FILES": str(folder / "files"),
        "ADMINS": admins or "terminal:moderator",
        "TELEGRAM_TOKEN": telegram.token if telegram else "",
        "TELEGRAM_API": telegram.url if telegram else "",
        "VK_TOKEN": vk.token if vk else "",
        "VK_API": vk.url if vk else "",
        "VK_GROUP_ID": str(vk.world.group_id) if vk else "",
    }
    return {**os.environ, **given}


@dataclass
class Zygote:
    """The process that starts programs without importing anything again."""

    log: Path
    process: "subprocess.Popen[str]" = field(init=False)

    def __post_init__(self) -> None:
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.zygote"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def read(self) -> str:
        """The next line it prints."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        assert line, f"the zygote is gone:\n{self.log.read_text()[-3000:]}"
        return line

    def ask(self, **command: Any) -> int:
        """Have a command carried out; gives its answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return int(self.read())

    def start(self, environment: Mapping[str, str]) -> "Program":
        """Start the program."""
        return Program(self, self.ask(start=dict(environment)))

    def close(self) -> None:
        """End it."""
        self.process.communicate()


@dataclass
class Program:
    """One incarnation of `python -m bot run`."""

    zygote: Zygote
    process: int

    def kill(self) -> int:
        """`kill -9`; gives the exit code, KILLED if the program was still there."""
        os.kill(self.process, signal.SIGKILL)
        return self.zygote.ask(wait=self.process)

    async def stop(self, seconds: float = 10.0) -> int:
        """SIGTERM; gives the exit code. One that does not stop in time is killed and has the code KILLED."""
        os.kill(self.process, signal.SIGTERM)
        return await self.end(seconds)

    async def end(self, seconds: float = 10.0) -> int:
        """Wait for the exit code; one that does not end in time is killed and has the code KILLED."""
        asking = asyncio.create_task(asyncio.to_thread(self.zygote.ask, wait=self.process))
        done, _ = await asyncio.wait({asking}, timeout=seconds)
        if not done:
            os.kill(self.process, signal.SIGKILL)
        return await asking
