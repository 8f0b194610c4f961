"""City packs: the real ones read, layers lie over one another, every mistake is told by file, key and remedy."""

import re
import shutil
import socket
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import CHANNELS
from dialogs.file_appeal import LASTING
from dialogs.layout import shortened
from storage.model.city import CONSENTS, City
from storage.model.facts import Open311
from storage.model.situation import Example, UnknownSituation
from storage.pack.layers import CITIES
from storage.pack.reading import read_pack
from storage.pack.table import BrokenPack
from tests.unit.given import city

PACK = CITIES / "saint_petersburg"
SHORTEST_LABEL = min(known.capabilities.label for known in CHANNELS.values())
REGISTRY = {
    "road_pothole", "ground_collapse", "sidewalk_damage", "kerb_access", "road_snow", "traffic_light_sign",
    "traffic_org", "parking", "abandoned_car", "bus", "bus_stop", "metro", "yard_asphalt", "yard_snow", "icicles",
    "litter_yard", "litter_street", "waste_containers", "separate_waste", "illegal_dump", "tree_danger", "green_area",
    "playground", "dog_area", "stray_animals", "graffiti", "illegal_ads", "illegal_trade", "street_light", "manhole",
    "puddle_storm", "digging", "green_plans", "roof_leak", "heating", "hot_water", "cold_water", "sewer", "pipe_leak",
    "elevator", "entrance", "basement_pest", "facade_power", "capital_repair", "housing_bills", "uk_problem",
    "illegal_use_common", "noise", "illegal_construction", "city_objects", "water_body", "air_smell", "accessibility",
    "school_kindergarten", "clinic", "social_support", "svo_credit", "land_garage", "documents_migration", "cemetery",
    "power_outage", "gas_supply", "communications", "unsafe_housing", "sport_culture", "public_order", "other",
}  # fmt: skip
"""the situations of the registry (facts.md, part 5)"""

CITY, SOURCES, BODIES, PLACES = "city.toml", "sources.toml", "bodies.toml", "territories.toml"
LADDERS, YARD, WORDS, EXAMPLES = "ladders.toml", "situations/yard.toml", "words/all.toml", "examples.csv"
CONSENTS_FILE = "consents.toml"
SMALL = {
    CONSENTS_FILE: "\n".join(
        f"""\
[[consent]]
id = "{kind}"
version = "1"
title = "Согласие"
text = "{{operator}} просит."
"""
        for kind in CONSENTS
    ),
    CITY: """\
id = "lukomorye"
name = "Лукоморье"
name_in = "в Лукоморье"
zone = "Europe/Moscow"
holidays = ["01-01", "2027-05-10"]
holidays_source = "указ царя Салтана"
working_weekends = ["2026-11-28"]

[operator]
name = "Кот учёный"
address = "Лукоморье, Зелёный дуб"
contact = "cat@example.org"
moderation_working_days = 1

[learning]
on = true
most = 100

[[portal]]
id = "oak"
name = "Наш дуб"
kind = "report"
listed = true
photo = true
url = "https://example.org/oak"
page = "https://example.org/oak/new?theme={reason}"
note = "нужен снимок"
steps = ["Подойдите к дубу.", "Расскажите коту."]
number = "[0-9]{5}"
example = "12345"
source = "S1"
confidence = "high"

[[general]]
kind = "phone"
value = "112"
note = "экстренные службы"
source = "S1"
confidence = "high"

[[land]]
id = "yard"
label = "Двор"
example = "Дорожка у терема."

[[danger]]
id = "dragon"
when = ["змей* летит"]
title = "Это змей."
say = "Спрячьтесь."

[[danger.number]]
kind = "phone"
value = "8 (800) 333-33-33"
note = "богатыри"
source = "S1"
confidence = "high"
""",
    SOURCES: """\
[[source]]
id = "S1"
url = "https://example.org/contacts"
what = "Телефоны"
checked = 2026-11-01
""",
    BODIES: """\
[[body]]
id = "warden"
name = "Управа {genitive} края"
accusative = "управу {genitive} края"
level = "municipal"
submission = "operator"

[[body.contact]]
kind = "link"
value = "https://example.org/warden"
note = "приёмная"
source = "S1"
confidence = "high"

[[body]]
id = "elders"
name = "Старосты {okrug}"
accusative = "старост {okrug}"
level = "municipal"
submission = "paper"
""",
    PLACES: """\
[[district]]
id = "north"
name = "Северный"
genitive = "Северного"
prepositional = "Северном"
center = [60.0, 30.0]

[[okrug]]
id = "grove"
name = "Дубрава"
full = "муниципальный округ Дубрава"
genitive = "муниципального округа Дубрава"
district = "north"
""",
    LADDERS: """\
[[ladder]]
id = "house"
then = "court"

[[ladder.step]]
words = "Позвоните в управу."
body = "warden"
wait = "3 дня"
source = "S1"
confidence = "high"

[[ladder]]
id = "court"

[[ladder.step]]
words = "Идите в суд."
""",
    YARD: """\
[[service]]
id = "sweeping"
name = "Подметание двора"
body = "warden"

[[situation]]
id = "litter"
sphere = "Двор"
group = "Уборка"
title = "Уборка двора"
hint = "Скорлупа от орехов."
kind = "заявление"
clients = ["citizens"]
start = "Двор не убрали."
result = "Двор чист."
goal = "Во дворе приятно."
curator = "warden"
services = ["sweeping"]
ladder = "house"
season = { from = "10-16", to = "04-15", words = "зимой" }
private = false
fallback = false
portal_reasons = [1]
portal_note = "нужен снимок"
requests = ["убрать скорлупу"]
norms = ["указ о чистоте"]
evidence = ["Снимок двора."]
phrases = ["белка насорила", "скорлупа во дворе"]

[[situation.question]]
id = "since"
text = "Давно?"
choices = ["Да", "Нет"]
label = "Как давно"

[[situation.rule]]
land = ["yard"]
districts = ["north"]
body = "elders"
why = "Двор на севере убирают старосты."
source = "S1"
confidence = "high"

[[situation.rule]]
body = "warden"
why = "Остальное убирает управа."

[situation.term]
words = "три дня"
basis = "указ о чистоте"
source = "S1"
confidence = "high"
""",
    WORDS: """\
[concepts]
shell = ["скорлупа", "шелуха"]
oak = ["дуб"]

[[situation]]
id = "litter"
sure = ["двор @shell"]

[[talk]]
id = "thanks"
signs = ["спасибо"]

[[distinction]]
id = "rubbish"
question = "Где?"
option = [{ label = "Во дворе", situations = ["litter"] }]
""",
    EXAMPLES: "situation,text\nlitter,кот разлил сметану у терема\n",
}
"""an invented city that stands by itself, with one of everything"""


def laid(cities: Path, name: str, files: Mapping[str, str]) -> Path:
    """A pack in a folder of its own; gives the folder."""
    for file, text in files.items():
        (cities / name / file).parent.mkdir(parents=True, exist_ok=True)
        (cities / name / file).write_text(text, "utf-8")
    return cities / name


def errors(pack: Path) -> list[str]:
    """What is wrong with a pack."""
    with pytest.raises(BrokenPack) as broken:
        read_pack(pack)
    assert str(broken.value) == "\n".join(broken.value.errors)
    return broken.value.errors


def edited(file: str, old: str, new: str) -> dict[str, str]:
    """The small pack with one place changed."""
    assert old in SMALL[file], f"{file} has no {old}"
    return {**SMALL, file: SMALL[file].replace(old, new, 1)}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The small pack as it should be."""
    return laid(tmp_path, "lukomorye", SMALL)


def test_the_small_pack_reads(small: Path) -> None:
    found = read_pack(small)
    assert (found.id, list(found.situations), list(found.bodies)) == ("lukomorye", ["litter"], ["warden", "elders"])
    assert found.examples == (Example("litter", "кот разлил сметану у терема"),)
    assert (found.learns, found.learns_most) == (True, 100)


# mistakes

LITTER = f"{YARD}: situation «litter»"
FIVE_MORE = "".join(f'[[situation.question]]\nid = "q{number}"\ntext = "?"\n' for number in range(5))
MISTAKES = {
    "a missing key": (CITY, 'name_in = "в Лукоморье"', "", CITY, "нет ключа «name_in»; добавьте"),
    "a missing key of a table": (
        BODIES, 'accusative = "управу {genitive} края"', "", f"{BODIES}: body «warden»",
        "нет ключа «accusative»; добавьте",
    ),
    "a missing key of a table in a table": (
        YARD, 'text = "Давно?"', "", f"{LITTER}: question «since»", "нет ключа «text»; добавьте",
    ),
    "a missing table": (CITY, "[operator]", "[operators]", "city.toml", "нет ключа «operator»; добавьте"),
    "an answer in no days": (
        BODIES, 'level = "municipal"',
        'level = "municipal"\nanswer = { days = 0, basis = "указ", source = "S1", confidence = "high" }',
        f"{BODIES}: body «warden»", "«0» — не срок ответа; напишите число дней от 1 до 365",
    ),
    "an answer without its basis": (
        BODIES, 'level = "municipal"', 'level = "municipal"\nanswer = { days = 5, source = "S1", confidence = "high" }',
        f"{BODIES}: body «warden»", "нет ключа «basis»; добавьте",
    ),
    "a missing date": (SOURCES, "checked = 2026-11-01", "", f"{SOURCES}: source «S1»", "«checked»; укажите день"),
    "a missing id": (BODIES, 'id = "warden"', "", f"{BODIES}: body № 1", "нет ключа «id»; дайте"),
    "a missing source of a contact": (
        BODIES, 'source = "S1"', "", f"{BODIES}: body «warden»: contact «https://", "нет ключа «source»; добавьте",
    ),
    "a missing source of a wait": (
        LADDERS, 'source = "S1"', "", f"{LADDERS}: ladder «house»: step «Позвоните", "нет ключа «source»; добавьте",
    ),
    "an id that is a number": (BODIES, '"warden"', "5", f"{BODIES}: body № 1", "нет ключа «id»; дайте"),
    "a date in quotes": (
        SOURCES, "2026-11-01", '"2026-11-01"', f"{SOURCES}: source «S1»", "«checked» должен быть датой",
    ),
    "a number in quotes": (
        CITY, "days = 1", 'days = "1"', f"{CITY}: operator", "«moderation_working_days» должен быть целым числом",
    ),
    "a truth for a number": (CITY, "most = 100", "most = true", f"{CITY}: learning", "«most» должен быть целым числом"),
    "a number for a truth": (YARD, "private = false", "private = 0", LITTER, "«private» должен быть true или false"),
    "a word for a list": (YARD, '["указ о чистоте"]', '"указ о чистоте"', LITTER, "«norms» должен быть списком"),
    "a number among words": (
        YARD, 'phrases = ["', 'phrases = [7, "', LITTER, "в «phrases» вместо строки стоит 7; возьмите его в кавычки",
    ),
    "a blank among words": (
        YARD, 'phrases = ["', 'phrases = [" ", "', LITTER,
        "в «phrases» стоит пустая строка; напишите слова или уберите её",
    ),
    "a word for a table": (
        YARD, '{ from = "10-16", to = "04-15", words = "зимой" }', '"зима"', LITTER, "«season» должен быть таблицей",
    ),
    "words for tables": (
        WORDS, '[{ label = "Во дворе", situations = ["litter"] }]', '["двор"]', f"{WORDS}: distinction «rubbish»",
        "«option» — это таблицы [[option]]",
    ),
    "a ladder that leads to itself": (
        LADDERS, '"court"', '"house"', "ladder «house»", "«then» ходит по кругу: house → house; уберите",
    ),
    "ladders in a circle": (
        LADDERS, 'id = "court"', 'id = "court"\nthen = "house"', "ladder «court»", "court → house → court; уберите",
    ),
    "a phone in words": (CITY, '"112"', '"сто"', f"{CITY}: general «сто»", "не похоже на телефон; оставьте цифры"),
    "a phone of one digit": (CITY, '"112"', '"1"', f"{CITY}: general «1»", "не похоже на телефон; оставьте цифры"),
    "a link without https": (
        BODIES, '"https://', '"http://', f"{BODIES}: body «warden»: contact «http://", "должна начинаться с https://",
    ),
    "a holiday in words": (CITY, '"01-01"', '"1 января"', CITY, "holidays: «1 января» — не день; напишите «05-09»"),
    "a holiday no calendar has": (CITY, '"01-01"', '"02-31"', CITY, "holidays: «02-31» — не день; напишите"),
    "a leap day in a common year": (CITY, '"01-01"', '"2027-02-29"', CITY, "«2027-02-29» — не день; напишите"),
    "a weekend no calendar has": (CITY, "11-28", "11-31", CITY, "working_weekends: «2026-11-31» — не день; напишите"),
    "a season of one year": (YARD, '"10-16"', '"2026-10-16"', f"{LITTER}: season", "«2026-10-16» — не день года"),
    "a season to no day": (YARD, '"04-15"', '"04-31"', f"{LITTER}: season", "«04-31» — не день года; напишите"),
    "a last rule for some land": (
        YARD, "[[situation.rule]]\nbody", '[[situation.rule]]\nland = ["yard"]\nbody', LITTER,
        "последнее правило [[situation.rule]] должно быть без land и districts",
    ),
    "a last rule for some districts": (
        YARD, "[[situation.rule]]\nbody", '[[situation.rule]]\ndistricts = ["north"]\nbody', LITTER,
        "последнее правило [[situation.rule]] должно быть без land и districts",
    ),
    "no requests": (YARD, '["убрать скорлупу"]', "[]", LITTER, "нет «requests»; напишите"),
    "six questions": (
        YARD, "[[situation.rule]]", f"{FIVE_MORE}[[situation.rule]]", LITTER, "вопросов больше 5; оставьте главные",
    ),
    "a zone there is not": (
        CITY, "Europe/Moscow", "Europe/Kitezh", CITY,
        "часовой пояс «Europe/Kitezh» неизвестен; напишите, например, Europe/Moscow",
    ),
    "a zone that is a folder of zones": (CITY, "Europe/Moscow", "Europe", CITY, "пояс «Europe» неизвестен; напишите"),
    "a level there is not": (BODIES, '"municipal"', '"royal"', f"{BODIES}: body «warden»", "«royal»; можно: federal, "),
    "a way to submit there is not": (BODIES, '"operator"', '"owl"', f"{BODIES}: body «warden»", "«owl»; можно: portal"),
    "a portal of another kind": (CITY, '"report"', '"post"', f"{CITY}: portal «oak»", "«post»; можно: report, appeal"),
    "a portal without https": (CITY, '"https://example.org/oak"', '"oak"', f"{CITY}: portal «oak»", "начинаться с "),
    "a page without https": (CITY, '"https://example.org/oak/new', '"oak', f"{CITY}: portal «oak»", "начинаться с "),
    "a page with another place": (CITY, "{reason}", "{reasons}", f"{CITY}: portal «oak»", "подставить только {reason}"),
    "a number that is no expression": (
        CITY, '"[0-9]{5}"', '"[0-9"', f"{CITY}: portal «oak»", "«[0-9» — не регулярное выражение",
    ),
    "an example of another number": (
        CITY, '"12345"', '"123"', f"{CITY}: portal «oak»", "пример номера «123» не подходит под «[0-9]{5}»",
    ),
    "a portal without steps": (
        CITY, '["Подойдите к дубу.", "Расскажите коту."]', "[]", f"{CITY}: portal «oak»", "нет «steps»; напишите",
    ),
    "a portal of a body there is not": (
        BODIES, 'submission = "operator"', 'submission = "operator"\nportals = ["elm"]',
        f"{BODIES}: body «warden»", "portals «elm» в пакете нет; добавьте или исправьте",
    ),
    "a theme of a portal in words": (YARD, "[1]", '["один"]', LITTER, "в «portal_reasons» вместо числа стоит 'один'"),
    "a consent there is not": (
        CONSENTS_FILE, '"offers"', '"dance"', f"{CONSENTS_FILE}: consent «dance»", "«dance»; можно: personal_data",
    ),
    "a place in a consent there is not": (
        CONSENTS_FILE, "{operator}", "{king}", f"{CONSENTS_FILE}: consent «personal_data»", "подставить только {op",
    ),
    "a kind of text there is not": (YARD, '"заявление"', '"ода"', LITTER, "«ода»; можно: заявление, жалоба, предлож"),
    "clients there are not": (YARD, '["citizens"]', '["king"]', LITTER, "клиентов «king» нет; можно: citizens, busin"),
    "a confidence there is not": (
        BODIES, '"high"', '"sure"', f"{BODIES}: body «warden»: contact «https://", "«sure»; можно: high, medium, low",
    ),
    "a kind of contact there is not": (
        BODIES, '"link"', '"owl"', f"{BODIES}: body «warden»: contact «https://", "«owl»; можно: phone, link, address",
    ),
    "a centre of one number": (PLACES, "[60.0, 30.0]", "[60.0]", f"{PLACES}: district «north»", "[широта, долгота]"),
    "a centre in words": (PLACES, "[60.0, 30.0]", '["с", "ю"]', f"{PLACES}: district «north»", "[широта, долгота]"),
    "a centre that is not on Earth": (
        PLACES, "[60.0, 30.0]", "[130.0, 60.0]", f"{PLACES}: district «north»", "«center» не на Земле; сначала широта",
    ),
    "a place in a name there is not": (
        BODIES, "{genitive}", "{dative}", f"{BODIES}: body «warden»", "можно подставить только {genitive} или {okrug}",
    ),
    "a brace in a name": (
        BODIES, "{genitive}", "{", f"{BODIES}: body «warden»", "можно подставить только {genitive} или {okrug}",
    ),
    "a part of a place in a name": (
        BODIES, "{genitive}", "{genitive.x}", f"{BODIES}: body «warden»",
        "можно подставить только {genitive} или {okrug}",
    ),
    "a concept there is not": (
        WORDS, "@shell", "@nut", "situation «litter»",
        "признак «двор @nut»: понятия «nut» нет; добавьте его в [concepts]",
    ),
    "a concept there is not among several": (
        WORDS, "@shell", "снег|@nut", "situation «litter»", "понятия «nut» нет; добавьте его в [concepts]",
    ),
    "a concept there is not that must not be near": (
        WORDS, "@shell", "-снег|@nut", "situation «litter»", "понятия «nut» нет; добавьте его в [concepts]",
    ),
    "a concept there is not in a talk": (
        WORDS, '"спасибо"', '"@nut"', "talk «thanks»", "понятия «nut» нет; добавьте его в [concepts]",
    ),
    "a concept in a concept": (WORDS, '"шелуха"', '"@oak"', "concepts: «shell»", "«@oak» — понятие; впишите его слова"),
    "a sign of nothing but bars": (
        WORDS, "двор @shell", "-снег -лёд", "situation «litter»",
        "признак «-снег -лёд» состоит из одних запретов; добавьте слово",
    ),
    "a sign of nothing": (WORDS, '"двор @shell"', '""', "situation «litter»", "в «sure» стоит пустая строка"),
    "a kind of talk there is not": (WORDS, '"thanks"', '"praise"', f"{WORDS}: talk «praise»", "можно: thanks, gree"),
    "a field for photos that is none": (
        CITY, "[operator]",
        '[open311]\nendpoint = "https://x.example/v2"\npublishes = false\nmedia = "a b"\n[operator]',
        "open311", "«a b» — не имя поля; обычно это «media» или «media[]»",
    ),
    "photos for a server that publishes them": (
        CITY, "[operator]", '[open311]\nendpoint = "https://x.example/v2"\nmedia = "media"\n[operator]',
        "open311", "где заявки видны всем, снимков не показывают",
    ),
    "a bot without an address": (
        CITY, "[operator]", 'bots = ["@bot"]\n[operator]', "city.toml", "ссылка «@bot» должна начинаться с https://",
    ),
    "a place asked for without a name for it": (
        YARD, "[[situation.rule]]", '[situation.where]\ntext = "Где вы живёте?"\n[[situation.rule]]',
        LITTER, "where: нет ключа «label»; добавьте его",
    ),
    "a question twice": (
        YARD, "[[situation.rule]]", '[[situation.question]]\nid = "since"\ntext = "?"\n[[situation.rule]]',
        f"{LITTER}: question «since»", "«since» уже есть; id не повторяются",
    ),
    "a title twice": (
        YARD, "[[situation]]", '[[situation]]\nid = "two"\ntitle = "Уборка двора"\n[[situation]]', "situation",
        "title «Уборка двора» один и тот же; названия не повторяются",
    ),
    "the name of a service twice": (
        YARD, "[[service]]", '[[service]]\nid = "two"\nname = "Подметание двора"\n[[service]]', "service",
        "name «Подметание двора» один и тот же; названия не повторяются",
    ),
    "a second situation for all the rest": (
        YARD, "[[service]]",
        '[[situation]]\nid = "a"\nfallback = true\n[[situation]]\nid = "b"\nfallback = true\n[[service]]',
        "situations", "«fallback = true» стоит у нескольких ситуаций; оставьте у одной",
    ),
    "other columns in the examples": (EXAMPLES, "situation,", "what,", EXAMPLES, "нужны столбцы situation и text"),
    "semicolons in the examples": (
        EXAMPLES, "situation,text\nlitter,", "situation;text\nlitter;", EXAMPLES, "нужны столбцы situation и text",
    ),
}  # fmt: skip
"""the file, what should stand there and what does, the place that is named and what is said of it"""


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_by_place_key_and_remedy(tmp_path: Path, mistake: str) -> None:
    file, old, new, place, told = MISTAKES[mistake]
    found = errors(laid(tmp_path, "lukomorye", edited(file, old, new)))
    begins = (place, f"{file}: {place}") if place else f"{file}: "
    assert any(error.startswith(begins) and told in error for error in found), found


def with_server(endpoint: str, more: str = "") -> dict[str, str]:
    """The small pack with an Open311 server."""
    return edited(CITY, "[operator]", f'[open311]\nendpoint = "{endpoint}"\n{more}\n[operator]')


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://city.example/open311/v2",
        "https://xn--80ak6aa92e.example:8443",
        *(f"http://{host}:8084/v2" for host in ("127.0.0.1", "localhost", "[::1]")),
    ],
)
def test_a_pack_names_the_server_that_takes_requests(tmp_path: Path, endpoint: str) -> None:
    found = read_pack(laid(tmp_path, "lukomorye", with_server(endpoint)))
    assert found.open311 == Open311(endpoint)
    more = 'jurisdiction = "lukomorye.example"\npublishes = false'
    whole = read_pack(laid(tmp_path, "lukomorye", with_server(endpoint, more)))
    assert whole.open311 == Open311(endpoint, "lukomorye.example", publishes=False)


@pytest.mark.parametrize(
    "endpoint",
    [
        *("city.example/v2", "http://city.example/v2", "ftp://city.example", "https://", "https://city.example:port"),
        *(
            "https://me:secret@city.example",
            "https://city.example/?a=1",
            "https://city.example/#v2",
            "https://[",
            "//x",
        ),
        *("https://city.example/ v2", "http://127.0.0.1.example/v2", "file:///v2", "https://city.example/\\u0007"),
    ],
)
def test_a_server_that_is_no_safe_address_is_refused(tmp_path: Path, endpoint: str) -> None:
    (told,) = errors(laid(tmp_path, "lukomorye", with_server(endpoint)))
    assert told.startswith("city.toml: open311: «")
    assert "не адрес сервера; он начинается с https://" in told


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("publishes = 1", "city.toml: open311: «publishes» должен быть true или false"),
        ("jurisdiction = 5", "city.toml: open311: «jurisdiction» должен быть строкой"),
        ('key = "secret"', "city.toml: open311: неизвестный ключ «key»; исправьте или уберите"),
    ],
)
def test_a_mistake_about_a_server_is_told(tmp_path: Path, more: str, told: str) -> None:
    assert errors(laid(tmp_path, "lukomorye", with_server("https://city.example", more))) == [told]


def test_situations_and_bodies_name_their_services(tmp_path: Path) -> None:
    body = edited(BODIES, 'submission = "operator"', 'submission = "open311"\nopen311 = "001"')
    found = read_pack(laid(tmp_path, "lukomorye", {**body, **edited_situation('open311 = "LAMP-2"')}))
    assert (found.bodies["warden"].open311, found.situations["litter"].open311) == ("001", "LAMP-2")
    assert found.bodies["elders"].open311 == ""


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("1", "«open311» должен быть строкой"),
        ('" 001"', "« 001» — не код услуги; напишите его, как на сервере, до 100 знаков"),
        (f'"{"9" * 101}"', "— не код услуги; "),
        ('"0\\u0000"', "— не код услуги; "),
    ],
)
def test_a_code_that_is_none_is_told(tmp_path: Path, code: str, told: str) -> None:
    files = {**SMALL, **edited_situation(f"open311 = {code}")}
    (error,) = errors(laid(tmp_path, "lukomorye", files))
    assert error.startswith(LITTER)
    assert told in error


def edited_situation(line: str) -> dict[str, str]:
    """The file of the small situation with one more line."""
    return {YARD: edited(YARD, "private = false", f"private = false\n{line}")[YARD]}


@pytest.mark.parametrize(
    ("level", "own", "days"),
    [
        ("municipal", "", 30),
        ("federal", "", 30),
        ("private", "", None),
        ("private", 'answer = { days = 10, working = true, basis = "указ", source = "S1", confidence = "low" }', 10),
        ("regional", 'answer = { days = 5, basis = "указ", source = "S1", confidence = "high" }', 5),
    ],
)
def test_authorities_have_the_usual_time_to_answer_and_others_their_own(
    tmp_path: Path, level: str, own: str, days: int | None
) -> None:
    usual = '[answer]\ndays = 30\nbasis = "указ о письмах"\nsource = "S1"\nconfidence = "high"\n'
    files = edited(BODIES, 'level = "municipal"', f'level = "{level}"\n{own}')
    found = read_pack(laid(tmp_path, "lukomorye", {**files, "answer.toml": usual})).bodies["warden"].answer
    assert (found.days if found else None) == days
    assert found is None or found.shown is ("low" not in own)
    assert found is None or found.working is ("working" in own)


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "key"),
    [
        (YARD, '"warden"\nwhy', '"nobody"\nwhy', "situation «litter»", "body"),
        (YARD, 'curator = "warden"', 'curator = "nobody"', "situation «litter»", "curator"),
        (YARD, 'land = ["yard"]', 'land = ["nobody"]', "situation «litter»", "land"),
        (YARD, 'districts = ["north"]', 'districts = ["nobody"]', "situation «litter»", "districts"),
        (YARD, 'services = ["sweeping"]', 'services = ["nobody"]', "situation «litter»", "services"),
        (YARD, 'ladder = "house"', 'ladder = "nobody"', "situation «litter»", "ladder"),
        (YARD, 'двора"\nbody = "warden"', 'двора"\nbody = "nobody"', "service «sweeping»", "body"),
        (PLACES, 'district = "north"', 'district = "nobody"', "okrug «grove»", "district"),
        (LADDERS, 'body = "warden"', 'body = "nobody"', "ladder «house»", "body"),
        (LADDERS, 'then = "court"', 'then = "nobody"', "ladder «house»", "then"),
        (WORDS, 'situations = ["litter"]', 'situations = ["nobody"]', "distinction «rubbish»", "situations"),
        (CITY, "zone =", 'hide = ["nobody"]\nzone =', "city.toml", "hide"),
    ],
)
def test_a_name_that_leads_nowhere_is_told(tmp_path: Path, file: str, old: str, new: str, place: str, key: str) -> None:
    found = errors(laid(tmp_path, "lukomorye", edited(file, old, new)))
    begun = place if place == file else f"{file}: {place}"
    assert found == [f"{begun}: {key} «nobody» в пакете нет; добавьте или исправьте"]


RECEPTION = """
[[body.reception]]
address = "Садовая, 1"
hours = "пн–пт 9–18"
districts = ["north"]
source = "S1"
confidence = "high"

[[body.reception]]
address = "Садовая, 2"
source = "S1"
confidence = "low"
districts = []

[[body.contact]]
"""


def test_a_body_receives_people_of_each_district_where_the_pack_says_so(tmp_path: Path) -> None:
    warden = read_pack(laid(tmp_path, "lukomorye", edited(BODIES, "[[body.contact]]", RECEPTION))).bodies["warden"]
    north = warden.reception("north")
    assert north is not None
    assert (north.address, north.hours, north.booking) == ("Садовая, 1", "пн–пт 9–18", "")
    assert warden.reception("south") is warden.reception(None) is None, "what is not sure is not shown"


def test_a_reception_for_a_district_there_is_not_is_told(tmp_path: Path) -> None:
    found = errors(laid(tmp_path, "lukomorye", edited(BODIES, "[[body.contact]]", RECEPTION.replace("north", "moat"))))
    assert found == [f"{BODIES}: body «warden»: districts «moat» в пакете нет; добавьте или исправьте"]


NORM = '[[situation.norm]]\nland = ["yard"]\nwords = "указа о дворах"\n\n[situation.term]'
TERM = '[[situation.term]]\nwords = "день"\nsource = "S1"\nconfidence = "high"\n'
QUARTER = TERM.replace("\n", '\nland = ["yard"]\n', 1)


def test_a_norm_and_a_term_may_hold_for_some_kinds_of_land_only(tmp_path: Path) -> None:
    files = edited(YARD, "[situation.term]", NORM)
    files[YARD] = files[YARD].replace("[situation.term]", f"{QUARTER}\n[[situation.term]]")
    litter = read_pack(laid(tmp_path, "lukomorye", files)).situations["litter"]
    assert litter.norms == ("указ о чистоте",)
    assert [(norm.words, norm.land) for norm in litter.norms_by_land] == [("указа о дворах", ("yard",))]
    assert litter.at("yard").norms == ("указ о чистоте", "указа о дворах")
    assert litter.at("street").norms == litter.at(None).norms == ("указ о чистоте",)
    terms = {land: litter.at(land).term for land in ("yard", "street", None)}
    assert [term and term.words for term in terms.values()] == ["день", "три дня", "три дня"]


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (NORM.replace("yard", "moat"), f"{LITTER}: land «moat» в пакете нет; добавьте или исправьте"),
        (NORM.replace('land = ["yard"]', ""), "нет «land»; норму для любой земли впишите в «norms»"),
        (f"{QUARTER.replace('yard', 'moat')}\n[[situation.term]]", f"{LITTER}: land «moat» в пакете нет"),
        (f"{TERM}\n[[situation.term]]", f"{LITTER}: сроков без «land» несколько; оставьте один"),
    ],
)
def test_a_norm_or_a_term_for_no_kind_of_land_is_told(tmp_path: Path, new: str, told: str) -> None:
    found = errors(laid(tmp_path, "lukomorye", edited(YARD, "[situation.term]", new)))
    assert len(found) == 1
    assert told in found[0]


def test_what_to_prepare_besides_photos_is_read(tmp_path: Path) -> None:
    files = edited(YARD, "phrases = [", 'prepare = ["Номер заявки."]\nphrases = [')
    litter = read_pack(laid(tmp_path, "lukomorye", files)).situations["litter"]
    assert (litter.evidence, litter.prepare) == (("Снимок двора.",), ("Номер заявки.",))


@pytest.mark.parametrize(
    ("file", "fact", "place"),
    [
        (CITY, 'note = "экстренные службы"\n', f"{CITY}: general «112»"),
        (CITY, 'note = "богатыри"\n', f"{CITY}: danger «dragon»: number «8 (800) 333-33-33»"),
        (CITY, 'example = "12345"\n', f"{CITY}: portal «oak»"),
        (BODIES, 'note = "приёмная"\n', f"{BODIES}: body «warden»: contact «https://example.org/warden»"),
        (LADDERS, 'wait = "3 дня"\n', f"{LADDERS}: ladder «house»: step «Позвоните в управу.»"),
        (YARD, 'basis = "указ о чистоте"\n', f"{LITTER}: term"),
        (YARD, 'why = "Двор на севере убирают старосты."\n', f"{LITTER}: rule «elders»"),
    ],
)
def test_a_fact_with_a_source_there_is_not_is_told(tmp_path: Path, file: str, fact: str, place: str) -> None:
    found = errors(laid(tmp_path, "lukomorye", edited(file, f'{fact}source = "S1"', f'{fact}source = "X0"')))
    assert found == [f"{place}: источника «X0» нет в sources.toml; добавьте его"]


def test_an_example_of_a_situation_there_is_not_is_told_with_its_words(tmp_path: Path) -> None:
    found = errors(laid(tmp_path, "lukomorye", edited(EXAMPLES, "litter,", "flood,")))
    words = "кот разлил сметану у терема"
    assert found == [f"examples.csv: ситуации «flood» в пакете нет; исправьте строку «{words}»"]


@pytest.mark.parametrize(
    ("file", "before", "place"),
    [
        (CITY, "zone =", CITY),
        (CITY, "contact =", f"{CITY}: operator"),
        (CITY, "most =", f"{CITY}: learning"),
        (CITY, "url =", f"{CITY}: portal «oak»"),
        (CITY, "value =", f"{CITY}: general «112»"),
        (CITY, "label =", f"{CITY}: land «yard»"),
        (CITY, "say =", f"{CITY}: danger «dragon»"),
        (SOURCES, "what =", f"{SOURCES}: source «S1»"),
        (BODIES, "level =", f"{BODIES}: body «warden»"),
        (BODIES, "note =", f"{BODIES}: body «warden»: contact «https://example.org/warden»"),
        (PLACES, "center =", f"{PLACES}: district «north»"),
        (PLACES, "full =", f"{PLACES}: okrug «grove»"),
        (LADDERS, "then =", f"{LADDERS}: ladder «house»"),
        (LADDERS, "wait =", f"{LADDERS}: ladder «house»: step «Позвоните в управу.»"),
        (YARD, 'name = "Подметание', f"{YARD}: service «sweeping»"),
        (YARD, "hint =", LITTER),
        (YARD, "choices =", f"{LITTER}: question «since»"),
        (YARD, "why =", f"{LITTER}: rule «elders»"),
        (YARD, "basis =", f"{LITTER}: term"),
        (WORDS, "signs =", f"{WORDS}: talk «thanks»"),
        (WORDS, "question =", f"{WORDS}: distinction «rubbish»"),
    ],
)
def test_a_key_nobody_reads_is_told(tmp_path: Path, file: str, before: str, place: str) -> None:
    found = errors(laid(tmp_path, "lukomorye", edited(file, before, f"fax = 1\n{before}")))
    assert found == [f"{place}: неизвестный ключ «fax»; исправьте или уберите"]


KINDS = {
    "source": SOURCES, "body": BODIES, "service": YARD, "ladder": LADDERS, "situation": YARD, "district": PLACES,
    "okrug": PLACES, "land": CITY, "danger": CITY, "talk": WORDS, "distinction": WORDS,
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_that_stands_twice_in_a_file_is_told(tmp_path: Path, kind: str) -> None:
    file, one = KINDS[kind], f'[[{kind}]]\nid = "twice"\n'
    found = errors(laid(tmp_path, "lukomorye", {**SMALL, file: f"{SMALL[file]}\n{one}{one}"}))
    assert f"{file}: {kind} «twice» уже есть в этом файле; id не повторяются" in found


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('[[body]]\nid = "warden"\nname = "Управа"\n', "body «warden»: ключ «name» уже задан в bodies.toml"),
        ('[[situation]]\nid = "litter"\nsure = []\n', "situation «litter»: ключ «sure» уже задан в words/all.toml"),
        ('name = "Буян"\n', "z.toml: ключ «name» уже задан в city.toml"),
        ('[operator]\nname = "Кот"\n', "ключ «operator» уже задан в city.toml"),
        ('[[general]]\nkind = "phone"\n', "ключ «general» уже задан в city.toml"),
        ('[concepts]\nshell = ["шелуха"]\n', "concepts: ключ «shell» уже задан в words/all.toml"),
    ],
)  # fmt: skip
def test_a_key_that_two_files_of_a_layer_set_is_told_with_both(tmp_path: Path, more: str, told: str) -> None:
    found = errors(laid(tmp_path, "lukomorye", {**SMALL, "z.toml": more}))
    assert any(error.startswith("z.toml: ") and error.endswith(f"{told}; оставьте один") for error in found), found


def test_concepts_that_are_no_table_are_told_like_any_key_that_stands_twice(tmp_path: Path) -> None:
    found = errors(laid(tmp_path, "lukomorye", {**SMALL, "a.toml": 'concepts = "скорлупа"\n'}))
    assert any("ключ «concepts» уже задан в a.toml; оставьте один" in error for error in found), found


def test_several_files_may_add_keys_to_one_table(tmp_path: Path) -> None:
    more = '[[situation]]\nid = "litter"\nfair = ["шелуха"]\n'
    found = read_pack(laid(tmp_path, "lukomorye", {**SMALL, "words/more.toml": more}))
    signs = found.situations["litter"].recognition.signs
    assert (signs["sure"], signs["fair"]) == (("двор @shell",), ("шелуха",))


def test_a_pack_may_be_split_into_files_as_one_likes(tmp_path: Path, small: Path) -> None:
    whole = "\n".join(SMALL[file] for file in (CITY, CONSENTS_FILE, SOURCES, BODIES, PLACES, LADDERS, YARD))
    one = {"city.toml": whole, "deep/down/words.toml": SMALL[WORDS], EXAMPLES: SMALL[EXAMPLES]}
    assert vars(read_pack(laid(tmp_path, "heap", one))) == vars(read_pack(small))


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    found = errors(laid(tmp_path, "lukomorye", edited(YARD, "[[situation]]", "[[situation")))
    assert any("yard.toml: не читается как TOML" in error and "line 6" in error for error in found), found


@pytest.mark.parametrize("file", [CITY, BODIES, YARD])
def test_a_file_in_another_encoding_is_told_with_its_remedy(small: Path, file: str) -> None:
    (small / file).write_bytes(SMALL[file].encode("cp1251"))
    name = Path(file).name
    assert any(error.endswith(f"{name}: не в кодировке UTF-8; сохраните файл в ней") for error in errors(small))


def test_examples_in_another_encoding_are_told_with_their_remedy(small: Path) -> None:
    (small / EXAMPLES).write_bytes(SMALL[EXAMPLES].encode("cp1251"))
    (told,) = errors(small)
    assert told.startswith("examples.csv: не читается: ")
    assert told.endswith("; сохраните его как CSV в UTF-8")


@pytest.mark.parametrize("file", SMALL)
def test_a_file_with_the_mark_that_windows_puts_before_utf_8_is_read_too(small: Path, file: str) -> None:
    before = vars(read_pack(small))
    (small / file).write_text(SMALL[file], "utf-8-sig")
    assert vars(read_pack(small)) == before


def test_examples_may_be_left_out(small: Path) -> None:
    (small / EXAMPLES).unlink()
    assert read_pack(small).examples == ()


def test_a_pack_that_is_not_there_names_those_there_are(small: Path) -> None:
    (small.parent / "_country").mkdir()
    nowhere = small.parent / "nowhere"
    assert errors(nowhere) == [f"{nowhere}: такого города нет; есть: lukomorye"]
    assert errors(small / "no" / "city") == [f"{small / 'no' / 'city'}: такого города нет; есть: ни одного"]


def test_an_empty_folder_is_told_with_the_command_that_fills_it(tmp_path: Path) -> None:
    (tmp_path / "buyan").mkdir()
    (told,) = errors(tmp_path / "buyan")
    assert (
        told
        == f"{tmp_path / 'buyan'}: нет ни одного файла .toml; удалите папку и начните с «python -m bot city new buyan»"
    )


def test_an_unknown_base_is_told(tmp_path: Path) -> None:
    found = errors(laid(tmp_path, "lukomorye", edited(CITY, "id =", 'base = "_kingdom"\nid =')))
    assert found == ["city.toml: основы «_kingdom» нет; исправьте «base»"]


def test_a_base_in_a_circle_is_told_with_the_way_round(tmp_path: Path) -> None:
    laid(tmp_path, "buyan", {CITY: 'base = "lukomorye"\n'})
    found = errors(laid(tmp_path, "lukomorye", edited(CITY, "id =", 'base = "buyan"\nid =')))
    assert found == ["city.toml: «base» ходит по кругу: lukomorye → buyan → lukomorye"]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    spoilt = {
        **edited(CITY, 'name_in = "в Лукоморье"\n', ""),
        BODIES: SMALL[BODIES].replace('"municipal"', '"royal"', 1),
        PLACES: SMALL[PLACES].replace("[60.0, 30.0]", "[]"),
        YARD: SMALL[YARD].replace('ladder = "house"', 'ladder = "rope"'),
    }
    found = errors(laid(tmp_path, "lukomorye", spoilt))
    assert {error.partition(":")[0] for error in found} == {CITY, BODIES, PLACES, YARD}


def is_refused(pack: Path, file: str, text: str) -> bool:
    """Whether a pack is refused with words if a file says this; any other error than BrokenPack fails the test."""
    (pack / file).write_text(text, "utf-8")
    try:
        read_pack(pack)
    except BrokenPack as broken:
        return bool(broken.errors) and all(": " in error for error in broken.errors)
    return False


@pytest.mark.parametrize("file", [file for file in SMALL if file != EXAMPLES])
def test_a_pack_without_any_one_of_its_lines_is_read_or_refused(small: Path, file: str) -> None:
    lines = SMALL[file].splitlines()
    texts = ["\n".join((*lines[:number], *lines[number + 1 :])) for number in range(len(lines))]
    refused = [is_refused(small, file, text) for text in texts]
    assert any(refused)


@pytest.mark.parametrize("value", ['""', '"слово"', "-1", "true", '["слово"]', "[{}]", "{}", "2026-11-21"])
@pytest.mark.parametrize("file", [file for file in SMALL if file != EXAMPLES])
def test_a_pack_with_any_value_exchanged_for_another_is_read_or_refused(small: Path, file: str, value: str) -> None:
    lines = SMALL[file].splitlines()
    keys = {number: line.partition(" = ")[0] for number, line in enumerate(lines) if " = " in line}
    texts = ["\n".join((*lines[:at], f"{key} = {value}", *lines[at + 1 :])) for at, key in keys.items()]
    refused = [is_refused(small, file, text) for text in texts]
    assert any(refused)


# layers

OWN = """\
id = "buyan"
name = "Буян"
name_in = "на Буяне"
zone = "Asia/Omsk"
base = "_country"
"""


def over(cities: Path, files: Mapping[str, str], top: str = "") -> City:
    """The city of Buyan with the small pack for its country; `top` goes on in its `city.toml`."""
    laid(cities, "_country", SMALL)
    return read_pack(laid(cities, "buyan", {CITY: OWN + top, **files}))


def test_a_city_with_nothing_of_its_own_is_its_country(tmp_path: Path, small: Path) -> None:
    found, country = vars(over(tmp_path, {})), vars(read_pack(small))
    assert {key for key in found if found[key] != country[key]} == {"id", "name", "name_in", "zone", "zone_name"}
    assert (found["id"], found["name_in"], found["zone_name"]) == ("buyan", "на Буяне", "Asia/Omsk")


def test_a_key_of_the_city_replaces_the_countrys_and_the_others_stay(tmp_path: Path) -> None:
    found = over(tmp_path, {"own.toml": '[[body]]\nid = "warden"\nname = "Дума"\naccusative = "думу"\n'})
    country = read_pack(tmp_path / "_country").bodies["warden"]
    assert found.bodies["warden"] == replace(country, name="Дума", accusative="думу")
    assert list(found.bodies) == ["warden", "elders"]


def test_lists_and_tables_of_the_city_replace_the_countrys_whole(tmp_path: Path) -> None:
    number = 'kind = "phone"\nvalue = "101"\nnote = "водяной"\nsource = "S1"\nconfidence = "high"\n'
    own = f"""
[[danger]]
id = "dragon"
[[danger.number]]
{number}
[[situation]]
id = "litter"
requests = ["подмести"]
[[situation.rule]]
body = "elders"
why = "На Буяне убирают старосты."
"""
    found = over(tmp_path, {"own.toml": own})
    country = read_pack(tmp_path / "_country")
    before, litter = country.situations["litter"], found.situations["litter"]
    assert [rule.why for rule in litter.rules] == ["На Буяне убирают старосты."]
    assert litter == replace(before, rules=litter.rules, requests=("подмести",))
    assert [contact.value for contact in found.dangers[0].numbers] == ["101"]
    assert found.dangers[0] == replace(country.dangers[0], numbers=found.dangers[0].numbers)


def test_the_general_ways_of_the_city_replace_the_countrys(tmp_path: Path) -> None:
    way = '[[general]]\nkind = "phone"\nvalue = "004"\nnote = "дуб"\nsource = "S1"\nconfidence = "high"\n'
    assert [contact.value for contact in over(tmp_path, {}, way).general] == ["004"]


def test_what_only_the_city_has_stands_after_what_the_country_has(tmp_path: Path) -> None:
    own = f"""
[[body]]
id = "swan"
name = "Царевна Лебедь"
accusative = "царевну Лебедь"
level = "regional"
submission = "portal"
{SMALL[YARD].partition("[[situation]]")[2].join(("[[situation]]", "")).replace("litter", "squirrel")}
"""
    found = over(tmp_path, {"own.toml": own.replace("Уборка двора", "Охрана белки")})
    assert (list(found.bodies), list(found.situations)) == (["warden", "elders", "swan"], ["litter", "squirrel"])


def test_phrases_of_also_stand_beside_the_shared_ones(tmp_path: Path) -> None:
    found = over(tmp_path, {"own.toml": '[[situation]]\nid = "litter"\nalso = ["изумруды"]\n'})
    assert found.situations["litter"].recognition.phrases == ("белка насорила", "скорлупа во дворе", "изумруды")


def test_phrases_of_the_city_replace_the_shared_ones(tmp_path: Path) -> None:
    found = over(tmp_path, {"own.toml": '[[situation]]\nid = "litter"\nphrases = ["изумруды под ногами"]\n'})
    assert found.situations["litter"].recognition.phrases == ("изумруды под ногами",)


def test_a_hidden_situation_is_gone_with_its_examples_and_nothing_misses_it(tmp_path: Path) -> None:
    found = over(tmp_path, {}, 'hide = ["litter"]\n')
    assert (dict(found.situations), found.examples) == ({}, ())
    assert [item.id for item in found.distinctions] == ["rubbish"]


def test_examples_of_the_city_stand_beside_the_countrys(tmp_path: Path) -> None:
    found = over(tmp_path, {EXAMPLES: "situation,text\nlitter,белка грызёт орехи\n"})
    assert [example.text for example in found.examples] == ["кот разлил сметану у терема", "белка грызёт орехи"]


def test_concepts_of_the_city_are_added_and_replace_those_of_the_same_name(tmp_path: Path) -> None:
    found = over(tmp_path, {"own.toml": '[concepts]\nshell = ["изумруд"]\nsea = ["море"]\n'})
    assert found.concepts == {"shell": ("изумруд",), "oak": ("дуб",), "sea": ("море",)}


def test_concepts_may_stand_in_several_files_of_a_layer(tmp_path: Path) -> None:
    found = read_pack(laid(tmp_path, "lukomorye", {**SMALL, "words/more.toml": '[concepts]\nsea = ["море"]\n'}))
    assert found.concepts == {"shell": ("скорлупа", "шелуха"), "oak": ("дуб",), "sea": ("море",)}


def test_a_base_may_have_a_base(tmp_path: Path) -> None:
    over(tmp_path, {"own.toml": '[[body]]\nid = "warden"\nname = "Дума"\naccusative = "думу"\n'})
    town = laid(
        tmp_path, "quay", {CITY: 'base = "buyan"\nid = "quay"\n[[body]]\nid = "warden"\naccusative = "пристань"\n'}
    )
    found = read_pack(town)
    assert (found.id, found.name, found.operator.name) == ("quay", "Буян", "Кот учёный")
    assert (found.bodies["warden"].name, found.bodies["warden"].accusative) == ("Дума", "пристань")


def test_a_base_is_found_among_the_cities_of_the_program_too(tmp_path: Path) -> None:
    assert (
        "elevator" in read_pack(laid(tmp_path, "buyan", {CITY: OWN.replace("_country", "saint_petersburg")})).situations
    )


@pytest.mark.parametrize(
    ("own", "place"),
    [('level = "royal"', "own.toml: body «warden»"), ('name = "Дума"', "bodies.toml: body «warden»")],
    ids=["of the city", "of the country"],
)
def test_a_mistake_is_told_by_the_file_of_the_layer_that_made_it(tmp_path: Path, own: str, place: str) -> None:
    laid(tmp_path, "_country", edited(BODIES, '"municipal"', '"noble"'))
    found = errors(laid(tmp_path, "buyan", {CITY: OWN, "own.toml": f'[[body]]\nid = "warden"\n{own}\n'}))
    assert any(error.startswith(f"{place}: «level» = ") for error in found), found


# ladders


def test_steps_of_a_ladder_go_on_with_those_it_leads_to(small: Path) -> None:
    found = read_pack(small)
    steps = found.steps(found.situations["litter"])
    told = [(step.words, step.body, step.wait) for step in steps]
    assert told == [("Позвоните в управу.", "warden", "3 дня"), ("Идите в суд.", "", "")]


def test_a_situation_without_a_ladder_has_no_steps(tmp_path: Path) -> None:
    found = read_pack(laid(tmp_path, "lukomorye", edited(YARD, 'ladder = "house"\n', "")))
    assert found.steps(found.situations["litter"]) == ()


def test_a_wait_we_are_not_sure_of_is_not_told(tmp_path: Path) -> None:
    found = read_pack(laid(tmp_path, "lukomorye", edited(LADDERS, '"high"', '"low"')))
    assert [step.wait for step in found.ladders["house"].steps] == [""]


# the real packs


@cache
def krasnoyarsk() -> City:
    """Krasnoyarsk as its pack has it."""
    return read_pack(CITIES / "krasnoyarsk")


BOTH = pytest.mark.parametrize("pack", [city(), krasnoyarsk()], ids=lambda pack: pack.id)


def test_saint_petersburg_has_the_whole_registry_its_districts_and_its_okrugs() -> None:
    pack = city()
    assert (pack.id, len(pack.districts), len(pack.okrugs)) == ("saint_petersburg", 18, 111)
    assert len(REGISTRY) == 67
    assert set(pack.situations) == set(REGISTRY)
    assert {okrug.district for okrug in pack.okrugs} == {district.id for district in pack.districts}


def test_krasnoyarsk_has_seven_districts_and_no_metro() -> None:
    pack = krasnoyarsk()
    assert (pack.id, pack.zone_name, len(pack.districts), pack.okrugs) == ("krasnoyarsk", "Asia/Krasnoyarsk", 7, ())
    assert set(pack.situations) == set(REGISTRY) - {"metro"}
    assert "metro" not in {example.situation for example in pack.examples}


def test_two_cities_share_what_their_country_says_and_name_their_own_bodies() -> None:
    ours, theirs = city(), krasnoyarsk()
    assert ours.concepts == theirs.concepts
    assert ours.situations["elevator"].title == theirs.situations["elevator"].title
    assert "Красноярск" in theirs.bodies["city_administration"].name
    assert "Красноярск" not in " ".join(body.name for body in ours.bodies.values())
    assert "Петербург" not in " ".join(body.name for body in theirs.bodies.values())


def test_a_pack_reads_without_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("reading a pack opens a connection")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert vars(read_pack(PACK)) == vars(city())


def test_a_copy_of_a_pack_is_the_same_city(tmp_path: Path) -> None:
    assert vars(read_pack(shutil.copytree(PACK, tmp_path / "elsewhere"))) == vars(city())


@BOTH
def test_every_place_has_a_responsible_body_with_a_whole_name(pack: City) -> None:
    for situation in pack.situations.values():
        for land in (None, *pack.lands):
            for district in (None, *pack.districts):
                body, why = pack.body_for(situation, land, district.id if district else None)
                assert body.name
                assert "{" not in body.name + body.accusative
                assert why.endswith(".")


@BOTH
def test_every_body_has_a_whole_name_in_every_municipality(pack: City) -> None:
    for id in pack.bodies:
        for okrug in (None, *pack.okrugs):
            body = pack.body(id, okrug.district if okrug else None, okrug.id if okrug else None)
            assert "{" not in body.name + body.accusative


@BOTH
def test_every_situation_says_where_to_go_when_nothing_happens(pack: City) -> None:
    for situation in pack.situations.values():
        steps = pack.steps(situation)
        ladder = pack.ladders[situation.ladder]
        assert steps[: len(ladder.steps)] == ladder.steps
        assert ladder.steps
        if ladder.then:
            assert steps[len(ladder.steps) :][: len(pack.ladders[ladder.then].steps)] == pack.ladders[ladder.then].steps
        assert all(not step.body or "{" not in pack.body(step.body, None).name for step in steps)


@BOTH
def test_every_choice_of_the_pack_fits_a_button_of_every_messenger(pack: City) -> None:
    labels = {choice for item in pack.situations.values() for each in item.questions for choice in each.choices}
    labels |= {land.label for land in pack.lands.values()} | {district.name for district in pack.districts}
    labels |= {option.label for distinction in pack.distinctions for option in distinction.options}
    labels |= {name for item in pack.situations.values() for name in (item.sphere, item.group)}
    assert {label for label in labels if not 0 < len(label) <= SHORTEST_LABEL} == set()


@BOTH
def test_names_that_are_cut_for_a_button_are_still_told_apart(pack: City) -> None:
    for names in ([item.title for item in pack.situations.values()], [okrug.full for okrug in pack.okrugs]):
        assert len({shortened(name, SHORTEST_LABEL) for name in names}) == len(names)


@BOTH
def test_ids_of_the_pack_fit_a_button_beside_its_token(pack: City) -> None:
    ids = {*pack.situations, *pack.lands, *(place.id for place in pack.districts), *(place.id for place in pack.okrugs)}
    assert max(len(f"q:abcdef:{id}".encode()) for id in ids) <= 64


FOR_STREETS, FOR_HOUSES = "ГОСТ Р 50597", ("№ 170", "№ 416", "№ 354", "№ 491")
KEEPERS_OF_STREETS = {"improvement_service", "road_repair"}


@pytest.mark.parametrize("pack", [city(), krasnoyarsk()], ids=lambda pack: pack.id)
def test_norms_and_terms_bind_who_answers_for_that_kind_of_land(pack: City) -> None:
    for situation in pack.situations.values():
        for land in (*situation.lands, None) if situation.lands else ():
            here, body = situation.at(land), situation.rule_for(land, None).body
            told = [*here.norms, *([here.term.basis] if here.term else [])]
            for words in told:
                if FOR_STREETS in words:
                    assert (land, body in KEEPERS_OF_STREETS) == ("street", True), situation.id
                if any(number in words for number in FOR_HOUSES):
                    assert body == "managing_organization", (situation.id, land)


@pytest.mark.parametrize(
    ("situation", "land", "body"),
    [
        ("kerb_access", "street", "road_repair"),
        ("puddle_storm", "street", "water_utility"),
        ("traffic_org", "street", "traffic_service"),
        ("parking", "yard_quarter", "district_administration"),
        ("graffiti", "yard_quarter", "district_administration"),
    ],
)
def test_the_kind_of_land_of_the_last_body_is_offered_too(situation: str, land: str, body: str) -> None:
    asked = city().situations[situation]
    assert land in asked.lands
    assert asked.rule_for(land, None).body == asked.rule_for(None, None).body == body
    assert asked.rule_for(None, None).why != asked.rule_for(land, None).why


WRITTEN_DOWN = re.compile(r"Номер|Записи|Дат[аы]|День|Дни|Место и|Название|Бортовой|Кадастровый|Число|Примерн|Сколько")


@pytest.mark.parametrize("pack", [city(), krasnoyarsk()], ids=lambda pack: pack.id)
def test_what_is_no_photo_stands_among_what_else_to_prepare(pack: City) -> None:
    for situation in pack.situations.values():
        assert [line for line in situation.evidence if WRITTEN_DOWN.match(line)] == []
        assert set(situation.evidence) & set(situation.prepare) == set()
    assert "Номер и время заявки в аварийной службе." in pack.situations["heating"].prepare
    assert any("часы" in line for line in pack.situations["illegal_trade"].prepare)


VAGUE = re.compile(r"назад|[Бб]ольше|[Кк]ажды|постоянно|[Вв]ыходны|[Нн]есколько")


def test_where_a_single_day_is_asked_the_buttons_are_days_or_clear_spans() -> None:
    for situation in city().situations.values():
        for question in situation.questions:
            if question.role == "since" and question.label != LASTING:
                assert [choice for choice in question.choices if VAGUE.search(choice)] == [], situation.id


def test_trade_is_asked_for_its_days_and_since_when() -> None:
    asked = {question.id: question.role for question in city().questions_of(city().situations["illegal_trade"])}
    assert (asked["when"], asked["usual_since"]) == ("", "since")


def test_questions_ask_nothing_that_was_asked_before_and_nothing_that_does_not_fit() -> None:
    for situation in city().situations.values():
        for question in situation.questions:
            assert not question.text.startswith("Что случилось?")
            assert "в каком это районе" not in question.text
    (request,) = (question for question in city().situations["yard_snow"].questions if question.role == "earlier")
    assert "управляющ" not in f"{request.text} {request.label} {' '.join(request.choices)}"


def test_the_shared_question_about_harm_offers_only_what_fits_everything() -> None:
    shared = next(question for question in city().questions if question.role == "harm")
    assert not any("пройти" in choice for choice in shared.choices)
    for id in ("heating", "elevator", "cold_water", "power_outage", "gas_supply"):
        (harm,) = (asked for asked in city().questions_of(city().situations[id]) if asked.role == "harm")
        assert set(harm.choices) & set(shared.choices) == set()
        assert not any("проехать" in choice for choice in harm.choices)
    (harm,) = (asked for asked in city().questions_of(city().situations["yard_snow"]) if asked.role == "harm")
    assert "Трудно пройти или проехать" in harm.choices


def test_a_situation_that_left_the_pack_is_refused_by_name() -> None:
    assert city().situation("elevator").id == "elevator"
    with pytest.raises(UnknownSituation, match="gone"):
        city().situation("gone")


def test_a_name_is_spelled_out_for_its_district_and_its_municipality() -> None:
    assert city().body("district_administration", "nevsky").name == "Администрация Невского района Санкт-Петербурга"
    assert "вашего района" in city().body("district_administration", None).accusative
    for okrug in city().okrugs:
        assert city().body("municipality", okrug.district, okrug.id).name.endswith(okrug.genitive)


@pytest.mark.parametrize(
    ("land", "district", "okrug", "name", "why"),
    [
        ("yard", "north", "grove", "Старосты муниципального округа Дубрава", "Двор на севере убирают старосты."),
        ("yard", "north", None, "Старосты муниципального образования", "Двор на севере убирают старосты."),
        ("street", "north", "grove", "Управа Северного края", "Остальное убирает управа."),
        ("yard", None, None, "Управа вашего края", "Остальное убирает управа."),
    ],
)
def test_the_first_rule_that_covers_a_place_names_the_body(
    small: Path, land: str, district: str | None, okrug: str | None, name: str, why: str
) -> None:
    found = read_pack(small)
    body, reason = found.body_for(found.situations["litter"], land, district, okrug)
    assert (body.name, reason) == (name, why)


@BOTH
def test_the_body_depends_on_the_district_where_its_name_does(pack: City) -> None:
    for situation in pack.situations.values():
        for land in (None, *situation.lands):
            names = {pack.body_for(situation, land, district.id)[0].name for district in pack.districts}
            if len(names) > 1:
                assert situation.depends_on_district(land, pack.bodies), (situation.id, land)


# working days


@pytest.mark.parametrize(
    ("day", "count", "later"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 1, date(2026, 11, 24)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (date(2026, 11, 29), 1, date(2026, 11, 30)),
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (date(2026, 12, 31), 1, date(2027, 1, 11)),
        (date(2027, 1, 4), 1, date(2027, 1, 11)),
        (date(2026, 11, 3), 1, date(2026, 11, 5)),
        (date(2026, 6, 11), 1, date(2026, 6, 15)),
        (date(2026, 4, 30), 2, date(2026, 5, 5)),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(day: date, count: int, later: date) -> None:
    assert city().working_day_after(day, count) == later


def test_a_weekend_that_is_worked_counts_and_a_day_off_of_one_year_does_not() -> None:
    pack = replace(city(), working=frozenset({"2026-11-28"}), holidays=frozenset({"2026-11-30"}))
    assert pack.working_day_after(date(2026, 11, 27), 1) == date(2026, 11, 28)
    assert pack.working_day_after(date(2026, 11, 28), 1) == date(2026, 12, 1)
    assert pack.is_working(date(2027, 11, 30))


def test_a_holiday_that_is_worked_is_a_working_day() -> None:
    pack = replace(city(), working=frozenset({"2026-11-04"}))
    assert pack.is_working(date(2026, 11, 4))
    assert not pack.is_working(date(2027, 11, 4))


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(1, 40))
def test_between_two_days_lie_as_many_working_days_as_were_asked_for(day: date, count: int) -> None:
    later = city().working_day_after(day, count)
    between = [day + timedelta(days=number) for number in range(1, (later - day).days + 1)]
    assert sum(map(city().is_working, between)) == count
    assert city().is_working(later)
