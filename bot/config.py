"""Settings: `config.toml`, overridden by the environment; secrets come from the environment alone."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CONFIG = Path(__file__).parent.parent / "config.toml"
DATABASES = ("sqlite+aiosqlite:///", "postgresql+asyncpg://")
GEOCODERS = ("", "nominatim", "yandex")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
KEYS = (
    "city",
    "database_url",
    "files",
    "imported",
    "geocoder",
    "geocoder_url",
    "voice_model",
    "admins",
    "telegram_api",
    "vk_api",
    "vk_group_id",
    "log_level",
)


class BadConfiguration(ValueError):
    """The settings cannot be used; the words say which and how to mend it."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. Secrets do not show when this is printed."""

    city: str
    database_url: str = field(repr=False)
    files: Path
    admins: frozenset[tuple[str, str]]
    telegram_api: str
    vk_api: str
    vk_group_id: int
    log_level: str
    imported: Path = Path("data/cities")
    geocoder: str = ""
    geocoder_url: str = ""
    voice_model: str = ""
    telegram_token: str = field(default="", repr=False)
    vk_token: str = field(default="", repr=False)
    geocoder_key: str = field(default="", repr=False)
    open311_key: str = field(default="", repr=False)


def load(environment: Mapping[str, str] = os.environ, file: Path = CONFIG) -> Settings:
    """Read the settings. Raises BadConfiguration."""
    try:
        values: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise BadConfiguration(f"нет файла {file.name}: верните его из репозитория") from None
    except tomllib.TOMLDecodeError as error:
        raise BadConfiguration(f"{file.name} не читается: {error}") from None
    if unknown := values.keys() - set(KEYS):
        raise BadConfiguration(f"{file.name}: неизвестные настройки: {', '.join(sorted(unknown))}")
    values |= {key: environment[key.upper()] for key in KEYS if environment.get(key.upper())}
    if missing := set(KEYS) - values.keys():
        raise BadConfiguration(f"{file.name}: не хватает настроек: {', '.join(sorted(missing))}")
    return Settings(
        city=str(values["city"]),
        database_url=database(str(values["database_url"])),
        files=Path(values["files"]),
        imported=Path(values["imported"]),
        geocoder=geocoder(str(values["geocoder"]).lower()),
        geocoder_url=str(values["geocoder_url"]).rstrip("/"),
        voice_model=str(values["voice_model"]),
        admins=admins(values["admins"]),
        telegram_api=str(values["telegram_api"]).rstrip("/"),
        vk_api=str(values["vk_api"]).rstrip("/"),
        vk_group_id=number("VK_GROUP_ID", values["vk_group_id"]),
        log_level=level(str(values["log_level"]).upper()),
        telegram_token=environment.get("TELEGRAM_TOKEN", ""),
        vk_token=environment.get("VK_TOKEN", ""),
        geocoder_key=environment.get("GEOCODER_KEY", ""),
        open311_key=environment.get("OPEN311_KEY", ""),
    )


def admins(value: Any) -> frozenset[tuple[str, str]]:
    """«telegram:1001,vk:2002», or a list of such pairs. Raises BadConfiguration."""
    pairs = value.split(",") if isinstance(value, str) else value
    found = set()
    for pair in pairs:
        channel, colon, address = str(pair).strip().partition(":")
        if not (channel and colon and address):
            raise BadConfiguration(f"ADMINS: «{pair}» не похоже на telegram:1001")
        found.add((channel.strip(), address.strip()))
    return frozenset(found)


def database(url: str) -> str:
    """The address of a database of a kind we know. Raises BadConfiguration."""
    if not url.startswith(DATABASES):
        raise BadConfiguration("DATABASE_URL начинается с " + " или ".join(DATABASES))
    return url


def level(name: str) -> str:
    """How much is logged. Raises BadConfiguration."""
    if name not in LEVELS:
        raise BadConfiguration(f"LOG_LEVEL: «{name}» не бывает; можно: {', '.join(LEVELS)}")
    return name


def geocoder(name: str) -> str:
    """Which service finds addresses, empty for none. Raises BadConfiguration."""
    if name not in GEOCODERS:
        raise BadConfiguration(f"GEOCODER: «{name}» не бывает; можно: nominatim, yandex или пусто")
    return name


def number(name: str, value: Any) -> int:
    """A whole number. Raises BadConfiguration."""
    try:
        return int(value)
    except (TypeError, ValueError):
        raise BadConfiguration(f"{name}: «{value}» — не число") from None
