"""`city …`: check a pack, begin a new one, take over borders and streets, have the running program read it anew."""

import argparse
import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.config import Settings
from storage.model.city import City
from storage.model.territory import Point

WAIT_SECONDS = 10.0
"""how long `city reload` waits for the running program"""
LOOK_SECONDS = 0.2
FEWEST_SITUATIONS = 2
"""that can be told apart"""
AROUND_KM = 40.0
"""beyond the farthest district's centre the coordinates of a file are not this city's"""


def add_parser(commands: Any) -> None:
    """The commands with their options."""
    city = commands.add_parser("city", help="городской пакет: проверить, начать новый, загрузить границы и улицы")
    actions = city.add_subparsers(dest="action", metavar="действие", required=True)
    check = actions.add_parser("check", help="проверить пакет целиком")
    check.add_argument("path", nargs="?", default="", metavar="ПАПКА", help="папка или имя пакета (по умолчанию CITY)")
    new = actions.add_parser("new", help="начать пакет нового города")
    new.add_argument("id", metavar="ИМЯ", help="латиницей, например pskov")
    new.add_argument("--title", default="", metavar="НАЗВАНИЕ", help="как город зовут по-русски")
    new.add_argument("--zone", default="Europe/Moscow", metavar="ПОЯС", help="часовой пояс")
    train = actions.add_parser("train", help="пересчитать веса слов после правки examples.csv")
    train.add_argument("path", nargs="?", default="", metavar="ПАПКА", help="папка или имя пакета (по умолчанию CITY)")
    load = actions.add_parser("import", help="загрузить границы территорий или список улиц")
    load.add_argument("kind", choices=("territories", "streets"), metavar="territories|streets")
    load.add_argument("file", type=Path, metavar="ФАЙЛ", help="GeoJSON с границами или CSV с улицами")
    load.add_argument("--city", default="", metavar="ГОРОД", help="пакет (по умолчанию CITY)")
    actions.add_parser("reload", help="работающей программе — перечитать пакет")


async def city(options: argparse.Namespace, settings: Settings) -> int:
    """Carry one of the commands out; gives the exit code. Raises BrokenPack."""
    if options.action == "check":
        return check(folder_of(options.path or settings.city), datetime.now(UTC).date())
    if options.action == "new":
        return new(options.id, options.title, options.zone)
    if options.action == "train":
        return train(folder_of(options.path or settings.city))
    if options.action == "import":
        return take_over(options.kind, options.file, options.city or settings.city, settings)
    return await reload(settings)


def folder_of(path: str) -> Path:
    """The folder of a pack that is given by its path or its name."""
    from storage.pack.layers import CITIES

    return Path(path) if Path(path).is_dir() or "/" in path else CITIES / path


def check(folder: Path, today: Any) -> int:
    """Print everything that has to be mended, or that all is well."""
    from storage.pack.checks import problems
    from storage.pack.layers import gathered
    from storage.pack.lessons import stale
    from storage.pack.reading import Reading

    layers = gathered(folder)
    reading = Reading(layers)
    pack = reading.city()
    advice = [*problems(pack, reading.sources.values(), today), *stale(folder)] if not layers.errors else []
    found = [*layers.errors, *map(layers.located, advice)]
    if pack.id and pack.id != (named := folder.resolve().name):
        found.append(f"city.toml: id «{pack.id}», а папка называется «{named}»; назовите их одинаково")
    for problem in found:
        print(problem)
    if found:
        print(f"Поправить: {len(found)}.")
        return 1
    print(f"Пакет «{pack.name}» в порядке: ситуаций {len(pack.situations)}, районов {len(pack.districts)}.")
    return 0


def new(id: str, title: str, zone: str) -> int:
    """Begin a pack and say what comes next."""
    from storage.pack.layers import CITIES
    from storage.pack.skeleton import new_city

    folder = new_city(CITIES, id, title, zone)
    print(f"Создан пакет {folder}. Он уже работает: CITY={id} make chat")
    print("Дальше впишите своё, как сказано в storage/cities/README.md, и проверьте: python -m bot city check " + id)
    return 0


def train(folder: Path) -> int:
    """Learn a pack's examples anew and keep the weights beside them. Raises BrokenPack."""
    from dialogs.understanding.training import trained
    from storage.pack.lessons import lessons_of
    from storage.pack.weights import EXAMPLES, NAME, digest_of, write_weights

    home, rows = lessons_of(folder)
    if len({row.situation for row in rows}) < FEWEST_SITUATIONS:
        print(f"Учиться не на чем: в {EXAMPLES} нет сообщений хотя бы двух ситуаций.", file=sys.stderr)
        return 1
    print(f"Сообщений и фраз: {len(rows)}. Это займёт около минуты.")
    try:
        weights = trained(rows, digest_of(home / EXAMPLES))
    except ModuleNotFoundError as error:
        print(
            f"Не хватает библиотеки {error.name}. Поставьте: "
            f"{sys.executable} -m pip install --require-hashes -r requirements-training.lock",
            file=sys.stderr,
        )
        return 1
    write_weights(home / NAME, weights)
    print(f"Записано: {home / NAME}, признаков {len(weights.numbers)}, ситуаций {len(weights.situations)}.")
    return 0


def take_over(kind: str, file: Path, name: str, settings: Settings) -> int:
    """Import borders or streets for a city and report what was understood."""
    from storage.imported.files import BrokenImport
    from storage.pack.reading import read_pack

    pack = read_pack(folder_of(name))
    target = settings.imported / pack.id
    try:
        report = (borders if kind == "territories" else streets)(file, pack, target)
    except BrokenImport as error:
        print(*error.errors, sep="\n", file=sys.stderr)
        return 1
    print(*report.lines(), sep="\n")
    print("Работающая программа возьмёт это после «python -m bot city reload» или перезапуска.")
    return 0


def borders(file: Path, pack: City, target: Path) -> Any:
    """Take over the borders of districts and municipalities. Raises BrokenImport."""
    from storage.imported.files import BrokenImport, read_territories, save_territories

    if not pack.districts:
        raise BrokenImport(["В пакете нет районов: сначала опишите их в territories.toml"])
    spots = [district.center for district in pack.districts]
    center = Point(sum(spot.lat for spot in spots) / len(spots), sum(spot.lon for spot in spots) / len(spots))
    reach = max(center.kilometres_to(spot) for spot in spots) + AROUND_KM
    imported = read_territories(file, names_of(pack), center, reach)
    save_territories(target, imported.outlines)
    return without_okrugs(imported.report, pack)


def streets(file: Path, pack: City, target: Path) -> Any:
    """Take over the list of streets. Raises BrokenImport."""
    from storage.imported.files import read_streets, save_streets

    imported = read_streets(file, names_of(pack), pack.name)
    save_streets(target, imported.rows)
    return without_okrugs(imported.report, pack)


def without_okrugs(report: Any, pack: City) -> Any:
    """The report without the municipalities that are missing, if the file names only districts."""
    okrugs = {okrug.full for okrug in pack.okrugs}
    if not okrugs <= set(report.missing):
        return report
    return replace(report, missing=tuple(name for name in report.missing if name not in okrugs))


def names_of(pack: City) -> dict[str, str]:
    """The names territories may have in a file, each with the pack's own."""
    districts = {form: item.name for item in pack.districts for form in (item.name, f"{item.name} район")}
    okrugs = {form: item.full for item in pack.okrugs for form in (item.name, item.full)}
    return {**okrugs, **districts}


async def reload(settings: Settings) -> int:
    """Ask the running program through the database and wait for its answer."""
    from storage import knowledge
    from storage.database import Database, Unavailable

    database = Database(settings.database_url)
    try:
        async with database.begin() as connection:
            request = await knowledge.ask_reload(connection, settings.city, datetime.now(UTC))
        outcome = await answer_to(database, request)
    except Unavailable:
        print("База недоступна. Проверьте DATABASE_URL и что сервер запущен.", file=sys.stderr)
        return 1
    finally:
        await database.close()
    return told(outcome, settings.city)


async def answer_to(database: Any, request: int) -> str | None:
    """What the running program answers, None if nobody does in time."""
    from storage import knowledge

    for _ in range(int(WAIT_SECONDS / LOOK_SECONDS)):
        async with database.read() as connection:
            outcome = await knowledge.reload_outcome(connection, request)
        if outcome is not None:
            return outcome
        await asyncio.sleep(LOOK_SECONDS)
    return None


def told(outcome: str | None, name: str) -> int:
    """Say how it went; gives the exit code."""
    if outcome is None:
        print(
            f"Никто не ответил: программа с городом «{name}» не запущена. Она прочтёт пакет при запуске.",
            file=sys.stderr,
        )
    elif outcome:
        print("В пакете ошибки, работает прежний:", *outcome.splitlines(), sep="\n  ", file=sys.stderr)
    else:
        print("Пакет перечитан.")
    return 0 if outcome == "" else 1


def packed(settings: Settings, name: str = "") -> Any:
    """A city as its pack tells, for words that need no map. Raises BrokenPack."""
    from storage.pack.reading import read_pack

    return read_pack(folder_of(name or settings.city))


def opened(settings: Settings, name: str = "") -> Any:
    """A city with the borders and streets that this installation was given. Raises BrokenPack, BrokenImport."""
    from storage.pack.opening import open_city

    return open_city(folder_of(name or settings.city), settings.imported)
