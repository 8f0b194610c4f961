"""The commands as a newcomer runs them: as programs of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent


def run(*arguments: str, folder: Path, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot` with a database of its own and no tokens."""
    given = {key: value for key, value in os.environ.items() if not key.startswith(("TELEGRAM", "VK", "ADMINS"))}
    given |= {"DATABASE_URL": f"sqlite+aiosqlite:///{folder}/bot.db", "FILES": str(folder / "files"), **environment}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, input=typed, env=given, cwd=HOUSE, capture_output=True, text=True, timeout=60)


def test_help_lists_the_commands(tmp_path: Path) -> None:
    shown = run("--help", folder=tmp_path)
    assert shown.returncode == 0
    assert all(command in shown.stdout for command in ("run", "chat", "check", "migrate", "dialogs"))


def test_the_chat_answers_on_a_machine_that_never_saw_it(tmp_path: Path) -> None:
    shown = run("chat", "--as", "анна", folder=tmp_path, typed="/start\nКуда обратиться\n")
    assert shown.returncode == 0, shown.stderr
    assert "Здравствуйте. Это «Я здесь живу»" in shown.stdout
    assert "Что случилось?" in shown.stdout
    assert shown.stderr == ""


def test_without_tokens_the_program_opens_the_chat(tmp_path: Path) -> None:
    assert "в терминале. Вы здесь: житель" in run(folder=tmp_path).stdout


def test_what_was_begun_is_resumed_after_a_restart(tmp_path: Path) -> None:
    typed = "/new\nДаю согласие на обработку данных\nСообщать\nЛифт не работает\n"
    run("chat", "--as", "анна", folder=tmp_path, typed=typed)
    shown = run("chat", "--as", "анна", folder=tmp_path, typed="Запуск лифта\n")
    assert "Где это?" in shown.stdout


def test_run_without_tokens_says_what_is_missing(tmp_path: Path) -> None:
    shown = run("run", folder=tmp_path)
    assert shown.returncode == 2
    assert "Нет ни TELEGRAM_TOKEN, ни VK_TOKEN" in shown.stderr


def test_a_token_that_is_none_is_told_in_words(tmp_path: Path) -> None:
    shown = run("run", folder=tmp_path, TELEGRAM_TOKEN="hello")
    assert shown.returncode == 2
    assert "TELEGRAM_TOKEN не похож на токен" in shown.stderr
    assert "Traceback" not in shown.stderr


@pytest.mark.parametrize(
    ("environment", "words"),
    [({"ADMINS": "1001"}, "ADMINS: «1001» не похоже"), ({"VK_GROUP_ID": "club"}, "VK_GROUP_ID: «club» — не число")],
)
def test_a_bad_setting_is_told_in_words(environment: dict[str, str], words: str, tmp_path: Path) -> None:
    shown = run("check", folder=tmp_path, **environment)
    assert shown.returncode == 2
    assert words in shown.stderr
    assert "Traceback" not in shown.stderr


def test_an_unknown_city_is_told_in_words(tmp_path: Path) -> None:
    shown = run("chat", folder=tmp_path, CITY="atlantis")
    assert shown.returncode == 1
    assert "Городской пакет «atlantis» не читается" in shown.stderr


def test_migrate_says_what_it_did(tmp_path: Path) -> None:
    assert "обновлена до" in run("migrate", folder=tmp_path).stdout
    assert "Схема базы уже" in run("migrate", folder=tmp_path).stdout


def test_dialogs_are_drawn(tmp_path: Path) -> None:
    shown = run("dialogs", folder=tmp_path)
    assert shown.stdout.startswith("flowchart TD")
    assert "subgraph file_appeal" in shown.stdout
    assert "file_appeal.photos --> file_appeal.preview" in shown.stdout
