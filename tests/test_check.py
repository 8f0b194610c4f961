"""`python -m bot check` names what is misconfigured, in words, and exits non-zero."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.check import check
from bot.config import Settings
from storage.database import Database
from storage.pack import layers
from storage.pack.layers import CITIES
from storage.pack.skeleton import new_city
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.vk import VkEmulator
from tests.servers import free_port
from tests.world import VK_GROUP


def settings(database_url: str, **changes: object) -> Settings:
    """Settings without messengers."""
    plain = Settings(
        city="saint_petersburg",
        database_url=database_url,
        files=Path("data/files"),
        admins=frozenset({("terminal", "moderator")}),
        telegram_api="",
        vk_api="",
        vk_group_id=0,
        log_level="INFO",
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # names are checked by replace itself


async def test_a_good_configuration_is_called_good(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert await check(settings(database_url)) == 0
    printed = capsys.readouterr().out
    assert "Санкт-Петербург" in printed
    assert "ОШИБКА" not in printed
    assert printed.endswith("Всё в порядке.\n")


async def test_an_empty_database_is_told_how_to_fill(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await check(settings(f"sqlite+aiosqlite:///{tmp_path}/new.db")) == 1
    assert "ОШИБКА: база пуста; создайте таблицы: python -m bot migrate" in capsys.readouterr().out


async def test_an_old_schema_is_named(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    from sqlalchemy import text

    database = Database(sqlite_url)
    async with database.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    await database.close()
    assert await check(settings(sqlite_url)) == 1
    assert "схема базы 0000, а нужна" in capsys.readouterr().out


async def test_a_database_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert await check(settings(f"postgresql+asyncpg://nobody@127.0.0.1:{free_port()}/none")) == 1
    assert "база недоступна; проверьте DATABASE_URL" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"admins": frozenset()}, "ADMINS пуст"),
        ({"admins": frozenset({("icq", "1")})}, "нет мессенджера «icq»"),
        ({"city": "atlantis"}, "городской пакет «atlantis»"),
        ({"telegram_token": "not-a-token", "telegram_api": "http://127.0.0.1:1"}, "не похож на токен"),
        ({"vk_token": "x"}, "VK_GROUP_ID не задан"),
    ],
)
async def test_each_mistake_has_its_words(
    changes: dict[str, object], words: str, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await check(settings(sqlite_url, **changes)) == 1
    assert words in capsys.readouterr().out


async def test_a_server_for_appeals_is_told_with_whether_its_key_is_given(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = new_city(tmp_path, "kitezh")
    shutil.copytree(CITIES / "_russia", tmp_path / "_russia")
    with (folder / "city.toml").open("a", encoding="utf-8") as file:
        file.write('\n[open311]\nendpoint = "https://city.example/v2"\n')
    monkeypatch.setattr(layers, "CITIES", tmp_path)
    there = settings(sqlite_url, city="kitezh")
    assert await check(there) == 0
    assert "заметка: обращения передаём по Open311: https://city.example/v2, OPEN311_KEY не задан; " in (
        capsys.readouterr().out
    )
    await check(replace(there, open311_key="open311-secret"))
    printed = capsys.readouterr().out
    assert "хорошо: обращения передаём по Open311: https://city.example/v2, ключ задан" in printed
    assert "secret" not in printed


async def test_telegram_accepts_or_refuses_the_token(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    async with TelegramEmulator(token="1000:right", username="zdes_bot") as telegram:
        there = settings(sqlite_url, telegram_api=telegram.url)
        await check(replace(there, telegram_token="1000:right"))
        assert "хорошо: Telegram: бот @zdes_bot" in capsys.readouterr().out
        assert await check(replace(there, telegram_token="1000:wrong")) == 1
        assert "Telegram не принял TELEGRAM_TOKEN" in capsys.readouterr().out


async def test_telegram_that_cannot_be_reached_is_named(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    assert await check(settings(sqlite_url, telegram_token="1000:right", telegram_api=nowhere)) == 1
    assert "Telegram недоступен" in capsys.readouterr().out


async def test_vk_needs_a_good_token_and_its_events(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    async with VkEmulator(token="right", group_id=VK_GROUP, screen_name="zdes_club", rate_limit=None) as vk:
        there = settings(sqlite_url, vk_api=vk.url, vk_group_id=VK_GROUP)
        await check(replace(there, vk_token="right"))
        assert "хорошо: VK: сообщество vk.com/zdes_club" in capsys.readouterr().out
        assert await check(replace(there, vk_token="wrong")) == 1
        assert "VK ответил ошибкой 5: токен не принят" in capsys.readouterr().out
        vk.long_poll_settings["events"]["message_event"] = 0
        assert await check(replace(there, vk_token="right")) == 1
        assert "(message_event) не включено" in capsys.readouterr().out
        vk.long_poll_settings["is_enabled"] = False
        assert await check(replace(there, vk_token="right")) == 1
        assert "Long Poll API выключен" in capsys.readouterr().out
