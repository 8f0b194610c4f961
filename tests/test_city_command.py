"""`city …`, `find`, `place` and `accuracy` as an operator or a script runs them: as programs of their own."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.renewal import Renewal
from storage.database import Database
from storage.model.city import City
from storage.pack.current import Current
from storage.pack.layers import CITIES
from storage.pack.table import BrokenPack
from tests.conftest import migrated
from tests.unit.given import city

HOUSE = Path(__file__).parent.parent
NEW = "made_by_a_test"
STREETS = "район;населённый пункт;улица\nНевский;;Стеклодувов ул.\nНевский;;Липовая аллея\nКировский;;Липовая аллея\n"
SQUARE = [[30.0, 59.8], [30.5, 59.8], [30.5, 60.0], [30.0, 60.0], [30.0, 59.8]]


def environment(folder: Path) -> dict[str, str]:
    """A database and imports of its own."""
    given = {
        key: value for key, value in os.environ.items() if not key.startswith(("TELEGRAM", "VK", "ADMINS", "CITY"))
    }
    own = {"DATABASE_URL": f"sqlite+aiosqlite:///{folder}/bot.db", "IMPORTED": str(folder / "cities")}
    return given | own


def run(folder: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run `python -m bot`."""
    command = [sys.executable, "-m", "bot", *arguments]
    given = environment(folder)
    return subprocess.run(command, input=typed, env=given, cwd=HOUSE, capture_output=True, text=True, timeout=60)


def answers(shown: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    """The JSON lines a script printed."""
    assert shown.returncode == 0, shown.stderr
    return [json.loads(line) for line in shown.stdout.splitlines()]


@pytest.fixture
def new_city() -> Iterator[str]:
    """The name of a pack that is gone after the test."""
    yield NEW
    shutil.rmtree(CITIES / NEW, ignore_errors=True)


@pytest.mark.parametrize("name", ["saint_petersburg", "krasnoyarsk"])
def test_both_packs_pass_the_check(tmp_path: Path, name: str) -> None:
    shown = run(tmp_path, "city", "check", name)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "в порядке: ситуаций 6" in shown.stdout


def test_a_folder_is_checked_by_its_path_and_every_problem_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "city.toml").write_text('base = "_russia"\nid = "town"\nname = "Город"\nmayor = 1\n', "utf-8")
    shown = run(tmp_path, "city", "check", str(folder))
    assert shown.returncode == 1
    assert "нет ключа «zone»" in shown.stdout
    assert "неизвестный ключ «mayor»" in shown.stdout
    assert "Traceback" not in shown.stderr


def test_a_pack_that_does_not_exist_is_told_with_those_that_do(tmp_path: Path) -> None:
    shown = run(tmp_path, "city", "check", "atlantis")
    assert shown.returncode == 1
    told = shown.stderr.partition("такого города нет; есть: ")[2]
    assert {"krasnoyarsk", "saint_petersburg"} <= set(told.strip().split(", "))


def test_a_new_city_passes_the_check_and_talks(tmp_path: Path, new_city: str) -> None:
    made = run(tmp_path, "city", "new", new_city, "--title", "Приреченск")
    assert made.returncode == 0, made.stderr
    assert run(tmp_path, "city", "check", new_city).returncode == 0
    command = [sys.executable, "-m", "bot", "chat"]
    typed = "Куда обратиться\nПротекает крыша, капает с потолка\n"
    given = environment(tmp_path) | {"CITY": new_city}
    shown = subprocess.run(command, input=typed, env=given, cwd=HOUSE, capture_output=True, text=True, timeout=60)
    assert "Кто отвечает: Управляющая организация дома." in shown.stdout
    again = run(tmp_path, "city", "new", new_city)
    assert again.returncode == 1
    assert "уже есть" in again.stderr


def test_a_new_city_in_no_time_zone_is_refused(tmp_path: Path, new_city: str) -> None:
    made = run(tmp_path, "city", "new", new_city, "--zone", "Asia/Foo")
    assert made.returncode == 1
    assert "часовой пояс «Asia/Foo» неизвестен" in made.stderr
    assert not (CITIES / new_city).exists()


def test_a_pack_is_called_like_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(CITIES / "krasnoyarsk", folder)
    shown = run(tmp_path, "city", "check", str(folder))
    assert shown.returncode == 1
    assert "id «krasnoyarsk», а папка называется «other»; назовите их одинаково" in shown.stdout


def test_what_is_only_advised_names_its_file_too(tmp_path: Path) -> None:
    folder = tmp_path / "krasnoyarsk"
    shutil.copytree(CITIES / "krasnoyarsk", folder)
    (folder / "more.toml").write_text(
        '[[source]]\nid = "OLD"\nurl = "https://example.org"\nwhat = "Старое"\nchecked = 2020-01-01\n', "utf-8"
    )
    shown = run(tmp_path, "city", "check", str(folder))
    assert shown.stdout.startswith("more.toml: source «OLD»: проверен 2020-01-01, больше года назад;")


def test_find_answers_each_line_with_situations_and_the_danger(tmp_path: Path) -> None:
    typed = "не горит фонарь во дворе\n\nпахнет газом на лестнице\nзапах краски\n"
    light, nothing, gas, paint = answers(run(tmp_path, "find", typed=typed))
    assert light["text"] == "не горит фонарь во дворе"
    best = light["situations"]
    assert isinstance(best, list)
    assert best[0]["id"] == "street_light"
    assert len(best) <= 5
    assert sum(item["confidence"] for item in best) <= 1.01
    assert nothing["situations"] == [{"id": "other", "confidence": 1.0}]
    assert (gas["emergency"], light["emergency"], paint["emergency"]) == ("gas", None, None)


def test_find_takes_the_city_it_is_told(tmp_path: Path) -> None:
    (underground,) = answers(run(tmp_path, "find", "--city", "krasnoyarsk", typed="в метро сломан эскалатор\n"))
    found = underground["situations"]
    assert isinstance(found, list)
    assert "metro" not in {item["id"] for item in found}


def test_places_are_understood_by_the_streets_and_borders_that_were_imported(tmp_path: Path) -> None:
    (tmp_path / "streets.csv").write_text(STREETS, "cp1251")
    outline = {
        "type": "Feature",
        "properties": {"name": "Невский район"},
        "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
    }
    (tmp_path / "borders.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [outline]}), "utf-8")
    streets = run(tmp_path, "city", "import", "streets", str(tmp_path / "streets.csv"))
    borders = run(tmp_path, "city", "import", "territories", str(tmp_path / "borders.geojson"))
    assert (streets.returncode, borders.returncode) == (0, 0), streets.stderr + borders.stderr
    assert "3 улицы" in streets.stdout
    assert "границы есть у 1 территории" in borders.stdout
    known, both, point, unknown = answers(
        run(tmp_path, "place", typed="ул. Стеклодувов, д. 4 к2, кв. 7\nЛиповая аллея 3\n59.9, 30.2\nгде-то там\n")
    )
    assert (known["street"], known["house"], known["territories"]) == ("Стеклодувов ул.", "4 к2", ["Невский"])
    assert both["territories"] == ["Кировский", "Невский"]
    assert point["territories"] == ["Невский"]
    assert (unknown["street"], unknown["territories"]) == ("", [])


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("streets", "улица\nЛесная\n", "район"),
        ("streets", "", "пуст"),
        ("territories", "{", "JSON"),
        ("territories", '{"type": "FeatureCollection", "features": []}', "нет"),
    ],
)
def test_a_file_that_cannot_be_imported_is_told_and_nothing_is_changed(
    tmp_path: Path, kind: str, text: str, words: str
) -> None:
    file = tmp_path / "given"
    file.write_text(text, "utf-8")
    shown = run(tmp_path, "city", "import", kind, str(file))
    assert shown.returncode == 1
    assert words in shown.stderr
    assert "Traceback" not in shown.stderr
    assert not (tmp_path / "cities").exists()


def test_accuracy_is_measured_on_messages_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "messages.csv"
    file.write_text("text,accept\nне горит фонарь на улице,street_light\nсломался лифт,entrance;heating\n", "utf-8")
    shown = run(tmp_path, "accuracy", str(file))
    assert shown.stdout.splitlines() == [
        "сообщений 2", "top-1 0.500", "top-3 0.500", "ждали → нашли:", "  entrance → elevator: 1",
    ]  # fmt: skip
    file.write_text("a,b\n1,2\n", "utf-8")
    assert "нужны столбцы text и accept" in run(tmp_path, "accuracy", str(file)).stderr


def test_accuracy_is_measured_on_a_table_of_another_program_too(tmp_path: Path) -> None:
    file = tmp_path / "messages.csv"
    file.write_text("text;accept\nне горит фонарь во дворе;street_light\nлифт стоит;elevator|lift\n", "utf-8")
    shown = run(tmp_path, "accuracy", str(file))
    assert "top-1 1.000" in shown.stdout
    assert "таких ситуаций в пакете нет, и угадать их нельзя: lift" in shown.stdout


async def test_a_running_program_reads_the_pack_anew_when_asked_from_outside(tmp_path: Path) -> None:
    given = environment(tmp_path)
    await migrated(given["DATABASE_URL"])
    database = Database(given["DATABASE_URL"])
    packs: list[City | BrokenPack] = [BrokenPack(["city.toml: нет имени"]), replace(city(), name="Обновлённый")]

    def read() -> City:
        pack = packs.pop(0)
        if isinstance(pack, BrokenPack):
            raise pack
        return pack

    current = Current(city())
    renewal = Renewal(current, database, read, lambda: datetime.now(UTC))
    assert await reloaded(renewal, given) == (1, "В пакете ошибки, работает прежний:\n  city.toml: нет имени\n")
    assert current.city is city()
    assert await reloaded(renewal, given) == (0, "Пакет перечитан.\n")
    assert current.city.name == "Обновлённый"
    await database.close()


async def reloaded(renewal: Renewal, given: dict[str, str]) -> tuple[int | None, str]:
    """`city reload` while a program is there that looks for such requests."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "city", "reload", env=given, cwd=HOUSE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    talking = asyncio.create_task(process.communicate())
    while not talking.done():
        await renewal.look()
        await asyncio.wait({talking}, timeout=0.05)
    return process.returncode, talking.result()[0].decode()
