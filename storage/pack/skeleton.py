"""The beginning of a new city: a small pack that reads, passes the check and runs, and says what to fill in."""

import re
from pathlib import Path

from storage.pack.table import BrokenPack
from storage.pack.values import is_zone

ID = re.compile(r"[a-z][a-z0-9_]{1,39}")

CITY = """\
# Город. Всё, чего здесь нет, берётся из общей основы _russia: ситуации, слова, федеральные сроки, органы и лестницы.
id = "{id}"
base = "_russia"
name = "{name}"
name_in = "{name_in}"        # «мы работаем только …»
zone = "{zone}"

# Ситуации основы, которых в городе нет, например hide = ["metro"].
hide = []

# Кто ведёт бота: эти слова видны в согласии на обработку данных. Заполните до запуска для жителей.
[operator]
name = "оператор не указан"
address = "адрес не указан"
contact = "контакт не указан"
moderation_working_days = 1

# Куда обратиться, если ничего другого не подошло: диспетчерская города, его приёмная, портал.
[[general]]
kind = "phone"
value = "112"
note = "экстренные службы, звонок бесплатный"
source = "P13"
confidence = "high"

[[general]]
kind = "link"
value = "https://www.gosuslugi.ru"
note = "официальное обращение через Госуслуги"
source = "A1"
confidence = "high"
"""

BODIES = """\
# Кто отвечает в этом городе: id берутся из основы, своё здесь её заменяет. Пока районов нет, дворами занят весь город.
[[body]]
id = "district_administration"
name = "Администрация города"
accusative = "администрацию города"

# Пример органа с телефоном; каждый контакт опирается на источник из sources.toml.
# [[body]]
# id = "improvement_service"
# name = "Служба благоустройства"
# accusative = "службу благоустройства"
# [[body.contact]]
# kind = "phone"
# value = "+7 (000) 000-00-00"
# note = "диспетчер, круглосуточно"
# source = "S1"
# confidence = "high"
"""

TERRITORIES = """\
# Районы города, если они есть. Границы и улицы загружают командами «city import territories» и «city import streets».
# [[district]]
# id = "severny"
# name = "Северный"
# genitive = "Северного"
# prepositional = "Северном"
# center = [55.00, 37.00]    # широта, долгота
"""

SOURCES = """\
# Откуда взяты сведения этого города; checked — день, когда источник смотрели.
# [[source]]
# id = "S1"
# url = "https://example.org/contacts"
# what = "Телефоны городских служб"
# checked = 2026-01-31
"""


def new_city(cities: Path, id: str, name: str = "", zone: str = "Europe/Moscow") -> Path:
    """Make the folder of a new city. Raises BrokenPack if the id will not do or the city is there already."""
    folder = cities / id
    if not ID.fullmatch(id):
        raise BrokenPack([f"«{id}» не годится: строчные латинские буквы, цифры и «_», начиная с буквы"])
    if not is_zone(zone):
        raise BrokenPack([f"часовой пояс «{zone}» неизвестен; напишите, например, --zone Asia/Yekaterinburg"])
    if folder.exists():
        raise BrokenPack([f"{folder} уже есть; выберите другое имя или правьте его файлы"])
    shown = (name or id.replace("_", " ").title()).replace("\\", "").replace('"', "")
    files = {
        "city.toml": CITY.format(id=id, name=shown, name_in=f"в городе {shown}", zone=zone),
        "bodies.toml": BODIES,
        "territories.toml": TERRITORIES,
        "sources.toml": SOURCES,
    }
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file).write_text(text, "utf-8")
    return folder
