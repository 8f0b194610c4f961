"""`python -m bot check`: says in words what is misconfigured and how to mend it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.channels import CHANNELS, BadToken
from bot.config import Settings
from storage.model.facts import Open311

EVENTS = {"message_new": "входящее сообщение", "message_event": "действие с сообщением (нажатия кнопок)"}
NOT_FILLED = "не указан"
MARKS = {True: "хорошо", None: "заметка", False: "ОШИБКА"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; None is neither good nor bad, but to be known."""

    good: bool | None
    words: str


async def check(settings: Settings) -> int:
    """Print every finding; gives the exit code: 0 if all is well."""
    bad = 0
    for look in (city, imported, database, admins, telegram, vk):
        async for finding in look(settings):
            print(f"{MARKS[finding.good]}: {finding.words}")
            bad += finding.good is False
    print("Всё в порядке." if not bad else f"Ошибок: {bad}.")
    return 1 if bad else 0


async def city(settings: Settings) -> AsyncIterator[Finding]:
    """The city pack reads, and the operator is named."""
    from storage.pack.layers import CITIES
    from storage.pack.reading import read_pack
    from storage.pack.table import BrokenPack

    try:
        pack = read_pack(CITIES / settings.city)
    except BrokenPack as error:
        for problem in error.errors:
            yield Finding(False, f"городской пакет «{settings.city}»: {problem}")
        return
    yield Finding(True, f"городской пакет: {pack.name}, ситуаций {len(pack.situations)}")
    if pack.open311:
        yield open311(pack.open311, settings)
    if NOT_FILLED in pack.operator.address:
        where = f"storage/cities/{settings.city}/city.toml"
        public = bool(settings.telegram_token or settings.vk_token)
        words = f"оператор персональных данных не указан; заполните [operator] в {where} до запуска для жителей"
        yield Finding(False if public else None, words)


def open311(server: Open311, settings: Settings) -> Finding:
    """The server that appeals are handed over to has a key; some need none."""
    if settings.open311_key:
        return Finding(True, f"обращения передаём по Open311: {server.endpoint}, ключ задан")
    words = "OPEN311_KEY не задан; если сервер требует ключ, получите его и задайте, иначе передавать будут модераторы"
    return Finding(None, f"обращения передаём по Open311: {server.endpoint}, {words}")


async def imported(settings: Settings) -> AsyncIterator[Finding]:
    """What was imported for the city reads, and the geocoder is one we know."""
    from storage.geocoding import UnknownGeocoder, geocoder
    from storage.imported.files import BrokenImport, load_streets, load_territories

    folder = settings.imported / settings.city
    try:
        streets, borders = load_streets(folder), load_territories(folder)
    except BrokenImport as error:
        for problem in error.errors:
            yield Finding(False, problem)
        return
    for known, words in (
        (streets, "улицы: python -m bot city import streets"),
        (borders, "границы: python -m bot city import territories"),
    ):
        if known is None:
            yield Finding(None, f"не загружены {words}; без них район спросим у жителя")
    if settings.geocoder:
        try:
            geocoder(settings.geocoder, settings.geocoder_key, settings.geocoder_url, "", 1.0)
            yield Finding(True, f"адреса ищет {settings.geocoder}")
        except UnknownGeocoder as error:
            yield Finding(False, str(error))


async def database(settings: Settings) -> AsyncIterator[Finding]:
    """The database answers and its schema is the one this version needs."""
    from storage.database import Database, Unavailable
    from storage.migrate import head

    store = Database(settings.database_url)
    try:
        version = await store.version()
    except Unavailable:
        yield Finding(False, "база недоступна; проверьте DATABASE_URL и что сервер запущен")
        return
    finally:
        await store.close()
    if version == head():
        yield Finding(True, f"база отвечает, схема {version}")
    elif version is None:
        yield Finding(False, "база пуста; создайте таблицы: python -m bot migrate")
    else:
        yield Finding(False, f"схема базы {version}, а нужна {head()}; обновите: python -m bot migrate")


async def admins(settings: Settings) -> AsyncIterator[Finding]:
    """Somebody moderates, in a messenger that exists."""
    unknown = sorted({channel for channel, _ in settings.admins} - set(CHANNELS))
    if unknown:
        named = ", ".join(f"«{name}»" for name in unknown)
        yield Finding(False, f"ADMINS: нет мессенджера {named}; можно: {', '.join(CHANNELS)}")
    elif not settings.admins:
        yield Finding(False, "ADMINS пуст: некому принимать обращения; укажите, например, telegram:1001")
    else:
        yield Finding(True, f"модераторов: {len(settings.admins)}")


async def telegram(settings: Settings) -> AsyncIterator[Finding]:
    """Telegram knows the token, and nobody else takes the updates."""
    if not settings.telegram_token:
        yield Finding(None, "Telegram не подключён: TELEGRAM_TOKEN не задан")
        return
    import bot.channels.lazy_aiogram  # noqa: F401 - it has to come before aiogram

    from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError

    from bot.channels.telegram import Telegram

    try:
        door = Telegram(settings.telegram_token, settings.telegram_api, [])
    except BadToken:
        yield Finding(False, "TELEGRAM_TOKEN не похож на токен: он выглядит как 123456:ABC…")
        return
    try:
        me = await door.bot.get_me()
        yield Finding(True, f"Telegram: бот @{me.username}")
        hook = await door.bot.get_webhook_info()
        if hook.url:
            yield Finding(False, "Telegram: включён webhook, опрос работать не будет; снимите его (deleteWebhook)")
    except (TelegramUnauthorizedError, TelegramNotFound):
        yield Finding(False, "Telegram не принял TELEGRAM_TOKEN; возьмите новый у @BotFather")
    except AiogramError as error:
        kind = type(error.__cause__ or error).__name__
        yield Finding(False, f"Telegram недоступен ({kind}); проверьте сеть и TELEGRAM_API")
    finally:
        await door.close()


async def vk(settings: Settings) -> AsyncIterator[Finding]:
    """VK knows the token, and the community sends the events we live on."""
    if not settings.vk_token:
        yield Finding(None, "VK не подключён: VK_TOKEN не задан")
        return
    if not settings.vk_group_id:
        yield Finding(False, "VK_GROUP_ID не задан: укажите номер сообщества")
        return
    from vk_api.exceptions import ApiError, ApiHttpError

    from bot.channels.vk_calls import BROKEN, Calls

    call = Calls(settings.vk_token, settings.vk_api, CHANNELS["vk"].limits.per_second)
    try:
        found = await call("groups.getById", group_id=settings.vk_group_id)
        name = (found["groups"] if isinstance(found, dict) else found)[0]["screen_name"]
        yield Finding(True, f"VK: сообщество vk.com/{name}")
        known = await call("groups.getLongPollSettings", group_id=settings.vk_group_id)
        if not known.get("is_enabled"):
            yield Finding(False, "VK: Long Poll API выключен; включите: Управление → Работа с API → Long Poll API")
        for event, words in EVENTS.items():
            if not known.get("events", {}).get(event):
                yield Finding(False, f"VK: событие «{words}» ({event}) не включено; отметьте его в типах событий")
    except ApiError as error:
        hint = "токен не принят; создайте новый ключ сообщества" if error.code in (5, 27) else "проверьте права ключа"
        yield Finding(False, f"VK ответил ошибкой {error.code}: {hint}")
    except (ApiHttpError, *BROKEN) as error:
        yield Finding(False, f"VK недоступен ({type(error).__name__}); проверьте сеть и VK_API")
