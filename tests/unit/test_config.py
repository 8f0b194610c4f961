"""Settings: the file, the environment over it, clear words for what is wrong, and secrets that do not show."""

import re
from pathlib import Path

import pytest

from bot.config import CONFIG, KEYS, BadConfiguration, Settings, load

FILE = """
city = "saint_petersburg"
database_url = "sqlite+aiosqlite:///data/bot.db"
files = "data/files"
imported = "data/cities"
geocoder = ""
geocoder_url = ""
voice_model = ""
admins = ["terminal:moderator"]
telegram_api = "https://api.telegram.org"
vk_api = "https://api.vk.ru"
vk_group_id = 0
log_level = "INFO"
"""
SECRETS = {
    "TELEGRAM_TOKEN": "123456:telegram-secret",
    "VK_TOKEN": "vk1.a.vk-secret",
    "GEOCODER_KEY": "geocoder-secret",
    "OPEN311_KEY": "open311-secret",
    "DATABASE_URL": "postgresql+asyncpg://bot:database-secret@localhost/bot",
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A whole configuration."""
    file = tmp_path / "config.toml"
    file.write_text(FILE, "utf-8")
    return file


def refusal(environment: dict[str, str], file: Path) -> str:
    """Why settings are refused."""
    with pytest.raises(BadConfiguration) as refused:
        load(environment, file)
    return str(refused.value)


def test_the_file_alone_is_enough(config: Path) -> None:
    assert load({}, config) == Settings(
        city="saint_petersburg",
        database_url="sqlite+aiosqlite:///data/bot.db",
        files=Path("data/files"),
        imported=Path("data/cities"),
        geocoder="",
        geocoder_url="",
        voice_model="",
        admins=frozenset({("terminal", "moderator")}),
        telegram_api="https://api.telegram.org",
        vk_api="https://api.vk.ru",
        vk_group_id=0,
        log_level="INFO",
    )


def test_the_file_of_the_repository_is_whole_and_names_the_variable_of_each_setting() -> None:
    assert load({}).city == "saint_petersburg"
    text = CONFIG.read_text("utf-8")
    assert {key for key in KEYS if not re.search(rf"\[{key.upper()}\b", text)} == set()


@pytest.mark.parametrize(
    ("variable", "value", "setting", "expected"),
    [
        ("CITY", "tosno", "city", "tosno"),
        ("DATABASE_URL", "postgresql+asyncpg://h/n", "database_url", "postgresql+asyncpg://h/n"),
        ("FILES", "/srv/files", "files", Path("/srv/files")),
        ("IMPORTED", "/srv/cities", "imported", Path("/srv/cities")),
        ("GEOCODER", "nominatim", "geocoder", "nominatim"),
        ("GEOCODER", "Yandex", "geocoder", "yandex"),
        ("VOICE_MODEL", "/srv/vosk-model-ru", "voice_model", "/srv/vosk-model-ru"),
        ("GEOCODER_URL", "http://127.0.0.1:8083/search/", "geocoder_url", "http://127.0.0.1:8083/search"),
        ("ADMINS", "telegram:1001,vk:2002", "admins", frozenset({("telegram", "1001"), ("vk", "2002")})),
        ("ADMINS", " telegram:1001 , vk:2002 ", "admins", frozenset({("telegram", "1001"), ("vk", "2002")})),
        ("ADMINS", "terminal:Анна: дома", "admins", frozenset({("terminal", "Анна: дома")})),
        ("ADMINS", "telegram: 1001", "admins", frozenset({("telegram", "1001")})),
        ("TELEGRAM_API", "http://127.0.0.1:8081/", "telegram_api", "http://127.0.0.1:8081"),
        ("VK_API", "http://127.0.0.1:8082//", "vk_api", "http://127.0.0.1:8082"),
        ("VK_GROUP_ID", "77", "vk_group_id", 77),
        ("LOG_LEVEL", "debug", "log_level", "DEBUG"),
        ("TELEGRAM_TOKEN", "1:a", "telegram_token", "1:a"),
        ("VK_TOKEN", "vk1", "vk_token", "vk1"),
        ("GEOCODER_KEY", "k1", "geocoder_key", "k1"),
        ("OPEN311_KEY", "k2", "open311_key", "k2"),
        ("CITY", "", "city", "saint_petersburg"),
    ],
)
def test_the_environment_overrides_the_file(
    config: Path, variable: str, value: str, setting: str, expected: object
) -> None:
    assert getattr(load({variable: value}, config), setting) == expected


@pytest.mark.parametrize("value", ["1001", "telegram", "telegram:", ":1001", "telegram:1001,", ","])
def test_administrators_that_cannot_be_read_are_refused_with_an_example(config: Path, value: str) -> None:
    words = refusal({"ADMINS": value}, config)
    assert "ADMINS" in words
    assert "telegram:1001" in words


def test_there_may_be_no_administrator_yet(config: Path) -> None:
    config.write_text(FILE.replace('["terminal:moderator"]', "[]"), "utf-8")
    assert load({}, config).admins == frozenset()


@pytest.mark.parametrize("value", ["seventy", "7.5", "club77"])
def test_a_community_that_is_no_number_is_refused(config: Path, value: str) -> None:
    assert refusal({"VK_GROUP_ID": value}, config) == f"VK_GROUP_ID: «{value}» — не число"


@pytest.mark.parametrize("value", ["loud", "5", "INFO,"])
def test_a_log_level_that_does_not_exist_is_refused(config: Path, value: str) -> None:
    assert "LOG_LEVEL" in refusal({"LOG_LEVEL": value}, config)


@pytest.mark.parametrize("value", ["google", "nominatim,yandex", "0"])
def test_a_geocoder_that_is_not_known_is_refused_with_those_that_are(config: Path, value: str) -> None:
    assert refusal({"GEOCODER": value}, config) == (
        f"GEOCODER: «{value}» не бывает; можно: nominatim, yandex или пусто"
    )


@pytest.mark.parametrize("key", KEYS)
def test_a_missing_setting_is_named(config: Path, key: str) -> None:
    config.write_text(re.sub(rf"^{key} = .*\n", "", FILE, flags=re.MULTILINE), "utf-8")
    words = refusal({}, config)
    assert re.findall(r"\w+", words.partition("не хватает настроек: ")[2]) == [key]


@pytest.mark.parametrize(
    "line", ["telegram_token = '1:a'", "geocoder_key = 'k1'", "open311_key = 'k2'", "colour = 'red'", "[telegram]"]
)
def test_an_unknown_setting_is_named_and_a_secret_in_the_file_is_one(config: Path, line: str) -> None:
    config.write_text(f"{FILE}\n{line}\n", "utf-8")
    assert re.findall(r"\w+", line)[0] in refusal({}, config)


def test_a_file_that_is_missing_or_broken_is_named(config: Path) -> None:
    assert "other.toml" in refusal({}, config.with_name("other.toml"))
    config.write_text("city = ", "utf-8")
    assert "config.toml" in refusal({}, config)


def test_secrets_never_show(config: Path) -> None:
    settings = load(SECRETS, config)
    keys = (settings.geocoder_key, settings.open311_key)
    assert (settings.telegram_token, settings.vk_token, *keys, settings.database_url) == (
        SECRETS["TELEGRAM_TOKEN"],
        SECRETS["VK_TOKEN"],
        SECRETS["GEOCODER_KEY"],
        SECRETS["OPEN311_KEY"],
        SECRETS["DATABASE_URL"],
    )
    for shown in (repr(settings), str(settings), f"{settings}", repr([settings]), repr({"settings": settings})):
        assert "secret" not in shown


def test_secrets_stand_in_the_environment_only(config: Path) -> None:
    settings = load({}, config)
    keys = (settings.geocoder_key, settings.open311_key)
    assert (settings.telegram_token, settings.vk_token, *keys) == ("", "", "", "")
