"""The command line: `python -m bot` runs every channel that has a token, or opens the terminal chat."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot import logs
from bot.city import add_parser as add_city
from bot.city import city, opened, packed
from bot.config import BadConfiguration, Settings, load

if TYPE_CHECKING:
    from bot.app import App

OK, FAILED, MISUSED = 0, 1, 2
RESIDENT = "житель"
SCRIPTS = {
    "find": "найти ситуации для строк со стандартного ввода, ответы — строками JSON",
    "place": "разобрать адреса со стандартного ввода, ответы — строками JSON",
    "accuracy": "измерить, как бот понимает сообщения из файла",
}


def parser() -> argparse.ArgumentParser:
    """The commands with their options."""
    top = argparse.ArgumentParser(prog="python -m bot", description="Чат-бот «Я здесь живу»")
    commands = top.add_subparsers(dest="command", metavar="команда")
    commands.add_parser("run", help="обслуживать мессенджеры, для которых заданы токены")
    chat = commands.add_parser("chat", help="разговор в терминале")
    chat.add_argument("--as", dest="person", default=RESIDENT, metavar="ИМЯ", help="кем быть (по умолчанию житель)")
    commands.add_parser("check", help="проверить настройки, базу, токены и городской пакет")
    commands.add_parser("migrate", help="обновить схему базы")
    keep = commands.add_parser("retention", help="стереть то, чей срок хранения вышел")
    keep.add_argument("--dry-run", action="store_true", help="только посчитать")
    add_city(commands)
    for name, words in SCRIPTS.items():
        script = commands.add_parser(name, help=words)
        script.add_argument("--city", default="", metavar="ГОРОД", help="пакет (по умолчанию CITY)")
        if name == "find":
            script.add_argument("--why", action="store_true", help="добавить, какие признаки и примеры за что говорят")
        if name == "accuracy":
            script.add_argument("file", type=Path, metavar="ФАЙЛ", help="CSV со столбцами text и accept")
    commands.add_parser("dialogs", help="нарисовать разговоры графом Mermaid")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit code."""
    options = parser().parse_args(arguments)
    try:
        settings = load()
    except BadConfiguration as error:
        print(f"Настройки: {error}", file=sys.stderr)
        return MISUSED
    has_token = bool(settings.telegram_token or settings.vk_token)
    command = options.command or ("run" if has_token else "chat")
    person = getattr(options, "person", RESIDENT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(OK))  # until there is something to be finished first
    logs.set_up("ERROR" if command != "run" else settings.log_level)
    if command in SCRIPTS:
        return scripted(options, settings)
    if command == "city":
        return asyncio.run(on_pack(options, settings))
    if command == "retention":
        return asyncio.run(retain(settings, dry=options.dry_run))
    return asyncio.run(start(command, settings, person))


def scripted(options: argparse.Namespace, settings: Settings) -> int:
    """`find`, `place` and `accuracy`; whoever reads their lines may stop when they have enough."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    from bot import scripts
    from storage.imported.files import BrokenImport
    from storage.pack.table import BrokenPack

    try:
        city = (opened if options.command == "place" else packed)(settings, options.city)
        if options.command == "accuracy":
            print(*scripts.accuracy(city, scripts.messages(options.file)), sep="\n")
        else:
            answer = scripts.placed
            if options.command == "find":
                answer = scripts.explained if options.why else scripts.found
            scripts.answer_lines(city, answer, sys.stdin, sys.stdout)
    except (BrokenPack, BrokenImport) as error:
        print(*error.errors, sep="\n", file=sys.stderr)
        return FAILED
    except scripts.Unmeasurable as error:
        print(error, file=sys.stderr)
        return FAILED
    return OK


async def on_pack(options: argparse.Namespace, settings: Settings) -> int:
    """`city …`."""
    from storage.pack.table import BrokenPack

    try:
        return await city(options, settings)
    except BrokenPack as error:
        print(*error.errors, sep="\n", file=sys.stderr)
        return FAILED


async def start(command: str, settings: Settings, person: str) -> int:
    """Carry a command out."""
    from storage.imported.files import BrokenImport
    from storage.pack.table import BrokenPack

    try:
        if command == "check":
            from bot.check import check

            return await check(settings)
        if command == "dialogs":
            from dialogs.drawing import draw
            from dialogs.registry import DIALOGS

            print(draw(DIALOGS))
            return OK
        if command == "migrate":
            return await only_migrate(settings)
        return await serve(settings, person if command == "chat" else "")
    except (BrokenPack, BrokenImport) as error:
        print(f"Городской пакет «{settings.city}» не читается:", *error.errors, sep="\n  ", file=sys.stderr)
        return FAILED


async def retain(settings: Settings, *, dry: bool) -> int:
    """`retention`: erase what is over its time, or only count it."""
    from bot.app import build
    from storage.database import Unavailable
    from storage.imported.files import BrokenImport
    from storage.migrate import migrate
    from storage.pack.table import BrokenPack

    try:
        app = build(settings)
    except (BrokenPack, BrokenImport) as error:
        print(f"Городской пакет «{settings.city}» не читается:", *error.errors, sep="\n  ", file=sys.stderr)
        return FAILED
    try:
        await migrate(app.database)
        found = await app.keeper.expired()
        if not dry:
            found, files = await app.keeper.erase()
            await app.schedule.discard(files)
    except Unavailable:
        print("База недоступна. Проверьте DATABASE_URL и что сервер запущен.", file=sys.stderr)
        return FAILED
    finally:
        await app.database.close()
    print("Вышел срок хранения:" if dry else "Стёрли то, чей срок вышел:")
    print(f"  разговоров с черновиками: {found.drafts}\n  закрытых обращений: {found.appeals}")
    print(f"  разговоров с человеком: {found.talks}\n  файлов без обращения: {found.photos}")
    print(f"  жителей, отозвавших согласие: {found.people}")
    return OK


async def only_migrate(settings: Settings) -> int:
    """`migrate`."""
    from storage.database import Database, Unavailable
    from storage.migrate import head, migrate

    database = Database(settings.database_url)
    try:
        changed = await migrate(database)
    except Unavailable:
        print("База недоступна. Проверьте DATABASE_URL и что сервер запущен.", file=sys.stderr)
        return FAILED
    finally:
        await database.close()
    print(f"Схема базы {'обновлена до' if changed else 'уже'} {head()}")
    return OK


async def serve(settings: Settings, person: str) -> int:
    """`run`, or `chat` as `person`."""
    from bot.app import build
    from bot.channels import BadToken
    from notifier.hearing import NoHearing, Vosk
    from storage.lock import Lock, Taken

    if not person and not (settings.telegram_token or settings.vk_token):
        print("Нет ни TELEGRAM_TOKEN, ни VK_TOKEN. Без них работает только «python -m bot chat».", file=sys.stderr)
        return MISUSED
    try:
        hear = Vosk(Path(settings.voice_model)) if settings.voice_model else None
    except NoHearing as error:
        print(error, file=sys.stderr)
        return MISUSED
    app = build(settings, hear=hear)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await unless(stop, app.prepare())
    if stop.is_set():
        await app.database.close()
        return OK
    lock = Lock(app.database, f"terminal {person}" if person else "run")
    try:
        await lock.take()
        add_doors(app, person)
    except Taken:
        print("С этой базой уже работает такая же программа. Остановите её или выберите другое имя.", file=sys.stderr)
        return FAILED
    except BadToken:
        print("TELEGRAM_TOKEN не похож на токен: он выглядит как 123456:ABC… Проверьте его.", file=sys.stderr)
        return MISUSED
    if not person:
        await unless(stop, app.renewal.begin())  # the messengers keep meanwhile what is said to them
    await app.run(stop)
    await lock.release()
    await app.database.close()
    return OK


def add_doors(app: "App", person: str) -> None:
    """The terminal for `person`, or every messenger that has a token. Raises BadToken."""
    from bot.app import add_messengers, new_update_id

    if person:
        from bot.channels.terminal import Terminal

        app.add(Terminal(person, app.house.texts, new_update_id), addresses=[person], poll_seconds=0.3)
    else:
        add_messengers(app)


async def unless(stop: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Do the work, unless it is time to stop first."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
        return
    await working
