"""SIGTERM: the turns in hand are finished, nothing is lost, and it is over within ten seconds."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.emulators.faults import Fault
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram_person import Person
from tests.emulators.vk import VkEmulator
from tests.emulators.vk_person import VkUser
from tests.faults.program import ROOT, Zygote, surroundings
from tests.servers import free_port
from tests.world import VK_GROUP

HELP = "Что можно сделать"
STOP_SECONDS = 10.0


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramEmulator]:
    """An empty Telegram."""
    async with TelegramEmulator() as made:
        yield made


@pytest.fixture
async def vk() -> AsyncIterator[VkEmulator]:
    """An empty VK."""
    async with VkEmulator(group_id=VK_GROUP, rate_limit=None) as made:
        yield made


async def run(*arguments: str, environment: dict[str, str]) -> asyncio.subprocess.Process:
    """`python -m bot …`, with what it prints."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


async def ended(process: asyncio.subprocess.Process, seconds: float) -> tuple[int | None, str]:
    """The exit code and the words of a program that has to end in time; one that does not is killed."""
    try:
        async with asyncio.timeout(seconds):
            _, words = await process.communicate()
    except TimeoutError:
        process.kill()
        _, words = await process.communicate()
    return process.returncode, words.decode()


async def test_a_program_that_is_asked_to_stop_finishes_what_it_has_in_hand(
    zygote: Zygote, sqlite_url: str, tmp_path: Path, telegram: TelegramEmulator, vk: VkEmulator
) -> None:
    environment = surroundings(sqlite_url, tmp_path, telegram, vk)
    process = await run("run", environment=environment)
    await telegram.polled(60.0)
    async with asyncio.timeout(60.0):
        await vk.polled()
    people: list[Person | VkUser] = [telegram.user(1001), vk.user(2001)]
    for person in people:
        await person.says("/help")
    await people[0].hears(1)
    process.send_signal(signal.SIGTERM)
    code, words = await ended(process, STOP_SECONDS)
    assert code == 0, words
    assert "Task was destroyed" not in words
    assert "Traceback" not in words
    program = zygote.start(environment)
    await telegram.polled()
    await vk.polled()
    for person in people:
        await person.hears(1)
    assert await program.stop(STOP_SECONDS) == 0
    assert [len(person.heard) for person in people] == [1, 1]


async def test_what_is_not_answered_before_a_stop_is_answered_by_the_next_start(
    zygote: Zygote, sqlite_url: str, tmp_path: Path, telegram: TelegramEmulator, vk: VkEmulator
) -> None:
    environment = surroundings(sqlite_url, tmp_path, telegram, vk)
    people: list[Person | VkUser] = [telegram.user(1001 + number) for number in range(5)]
    people += [vk.user(2001 + number) for number in range(5)]
    for round_ in range(1, 5):
        program = zygote.start(environment)
        await telegram.polled()
        await vk.polled()
        for person in people:
            await person.says("/help")
        await people[0].hears(round_)
        assert await program.stop(STOP_SECONDS) == 0
    program = zygote.start(environment)
    await telegram.polled()
    await vk.polled()
    for person in people:
        await person.hears(4)
    assert await program.stop(STOP_SECONDS) == 0
    assert [len(person.heard) for person in people] == [4] * len(people)


async def test_a_hung_connection_does_not_keep_the_program_from_stopping(
    zygote: Zygote, sqlite_url: str, tmp_path: Path, telegram: TelegramEmulator, vk: VkEmulator
) -> None:
    environment = surroundings(sqlite_url, tmp_path, telegram, vk)
    program = zygote.start(environment)
    await telegram.polled()
    await vk.polled()
    telegram.fault("sendMessage", Fault.hang)
    vk.fault("messages.send", Fault.hang)
    people: list[Person | VkUser] = [telegram.user(1001), vk.user(2001)]
    for person in people:
        await person.says("/help")
    await telegram.called("sendMessage")
    await vk.hanging()
    assert await program.stop(STOP_SECONDS) == 0
    assert [person.heard for person in people] == [[], []]
    program = zygote.start(environment)
    for person in people:
        await person.hears(1)
    assert await program.stop(STOP_SECONDS) == 0
    assert [len(person.heard) for person in people] == [1, 1]


async def test_a_program_that_still_waits_for_its_messengers_stops(
    zygote: Zygote, sqlite_url: str, tmp_path: Path, telegram: TelegramEmulator, vk: VkEmulator
) -> None:
    telegram.fault("getMe", Fault.hang)
    vk.fault("groups.getById", Fault.hang)
    program = zygote.start(surroundings(sqlite_url, tmp_path, telegram, vk))
    await telegram.called("getMe")
    await vk.hanging()
    assert await program.stop(STOP_SECONDS) == 0


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
async def test_a_program_that_still_waits_for_its_database_stops(name: str, tmp_path: Path) -> None:
    environment = surroundings(f"postgresql+asyncpg://nobody@127.0.0.1:{free_port()}/nothing", tmp_path)
    process = await run("run", environment={**environment, "TELEGRAM_TOKEN": "1000:test"})
    assert process.stderr is not None
    async with asyncio.timeout(60.0):
        assert b"waiting for the database" in await process.stderr.readline()
    process.send_signal(getattr(signal, name))
    code, words = await ended(process, STOP_SECONDS)
    assert code == 0, words
    assert "Traceback" not in words


async def test_a_second_program_on_one_database_is_refused_with_words(
    zygote: Zygote, database_url: str, tmp_path: Path, telegram: TelegramEmulator
) -> None:
    environment = surroundings(database_url, tmp_path, telegram)
    program = zygote.start(environment)
    await telegram.polled()
    code, words = await ended(await run("run", environment=environment), 60.0)
    assert code == 1
    assert "уже работает такая же программа" in words
    assert "Traceback" not in words
    await telegram.user(1001).says("/help")
    await telegram.user(1001).hears(1)
    assert await program.stop(STOP_SECONDS) == 0
    program = zygote.start(environment)
    await telegram.user(1001).says("/help")
    await telegram.user(1001).hears(2)
    assert await program.stop(STOP_SECONDS) == 0


async def test_without_tokens_it_says_what_to_do(sqlite_url: str, tmp_path: Path) -> None:
    code, words = await ended(await run("run", environment=surroundings(sqlite_url, tmp_path)), 60.0)
    assert code == 2
    assert "TELEGRAM_TOKEN" in words
    assert "VK_TOKEN" in words
    assert "Traceback" not in words


async def test_a_refused_token_is_no_reason_to_end(
    zygote: Zygote, sqlite_url: str, tmp_path: Path, telegram: TelegramEmulator, vk: VkEmulator
) -> None:
    environment = surroundings(sqlite_url, tmp_path, telegram, vk)
    program = zygote.start({**environment, "TELEGRAM_TOKEN": "1000:wrong"})
    await vk.polled()
    await vk.user(2001).says("/help")
    await vk.user(2001).hears(1)
    assert HELP in vk.user(2001).heard[0].text
    assert await program.stop(STOP_SECONDS) == 0
