"""City packs: the real one reads, every kind of mistake is told by file, key and remedy."""

import re
import shutil
import socket
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import CHANNELS
from storage.model.situation import UnknownSituation
from storage.pack.layers import CITIES
from storage.pack.reading import read_pack
from storage.pack.table import BrokenPack
from tests.unit.given import city

PACK = CITIES / "saint_petersburg"
FILES = ("city.toml", "bodies.toml", "situations.toml", "territories.toml", "sources.toml")
SHORTEST_LABEL = min(known.capabilities.label for known in CHANNELS.values())


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the pack to make mistakes in."""
    return Path(shutil.copytree(PACK, tmp_path / "elsewhere"))


def spoil(pack: Path, file: str, old: str, new: str) -> None:
    """Replace the first thing a pattern finds in a file of the pack."""
    text = (pack / file).read_text("utf-8")
    spoilt, times = re.subn(old, new, text, count=1, flags=re.MULTILINE)
    assert times == 1, f"{file} has no {old}"
    (pack / file).write_text(spoilt, "utf-8")


def errors(pack: Path) -> list[str]:
    """What is wrong with a pack."""
    with pytest.raises(BrokenPack) as broken:
        read_pack(pack)
    assert str(broken.value) == "\n".join(broken.value.errors)
    return broken.value.errors


def twice(table: str, more: str = "") -> str:
    """Two tables with the same id before the first one of the file."""
    one = f'[[{table}]]\nid = "twice"\n{more}\n'
    return f"{one}{one}[[{table}]]"


LAND, DANGER = 'label = "Луг"\nexample = "Трава."', 'when = ["слон*"]\nsay = "Уйдите."'
QUESTION = 'text = "Чей слон?"\nlabel = "Слон"'
MISTAKES = {
    "a missing key": ("city.toml", r"^name_in = .*\n", "", ["name_in", "добавьте"]),
    "a missing key of a table": ("bodies.toml", r"^accusative = .*\n", "", ["body «", "accusative", "добавьте"]),
    "a missing date": ("sources.toml", r"^checked = .*\n", "", ["source «", "checked", "укажите"]),
    "a number in quotes": (
        "city.toml",
        r"^(moderation_working_days) = \d+",
        r'\1 = "1"',
        ["operator", "moderation_working_days", "int"],
    ),
    "a word where a list is wanted": (
        "city.toml",
        r"^working_weekends = .*",
        'working_weekends = "x"',
        ["working_weekends", "list"],
    ),
    "a table where several are wanted": (
        "territories.toml",
        r"(?s)^\[\[district\]\].*",
        '[district]\nid = "x"',
        ["district", "list"],
    ),
    "an unknown body": (
        "situations.toml",
        r'^body = ".*"',
        'body = "nobody"',
        ["situation «", "body «nobody»", "bodies.toml", "добавьте"],
    ),
    "an unknown kind of land": (
        "situations.toml",
        r"^land = \[.*\]",
        'land = ["moon"]',
        ["situation «", "land «moon»", "city.toml", "добавьте"],
    ),
    "an unknown district": (
        "situations.toml",
        r"^(land = \[.*\])",
        r'\1\ndistricts = ["moon"]',
        ["situation «", "districts «moon»", "territories.toml", "добавьте"],
    ),
    "an unknown source": ("bodies.toml", r'^source = ".*"', 'source = "X0"', ["«X0»", "sources.toml", "добавьте"]),
    "a bad phone": ("city.toml", r'^value = "004"', 'value = "ноль-четыре"', ["ноль-четыре", "телефон", "оставьте"]),
    "a link that is not https": ("city.toml", r'^value = "https://', 'value = "http://', ["http://", "https://"]),
    "a double source": ("sources.toml", r"^\[\[source\]\]", twice("source"), ["source «twice»", "не повторяются"]),
    "a double body": ("bodies.toml", r"^\[\[body\]\]", twice("body"), ["body «twice»", "не повторяются"]),
    "a double district": (
        "territories.toml",
        r"^\[\[district\]\]",
        twice("district"),
        ["district «twice»", "не повторяются"],
    ),
    "a double situation": (
        "situations.toml",
        r"^\[\[situation\]\]",
        twice("situation"),
        ["situation «twice»", "не повторяются"],
    ),
    "a double title": (
        "situations.toml",
        r"^\[\[situation\]\]",
        '[[situation]]\nid = "one"\ntitle = "Два слова"\n[[situation]]\nid = "two"\ntitle = "Два слова"\n[[situation]]',
        ["situation «two»", "Два слова", "не повторяются"],
    ),
    "no last rule": (
        "situations.toml",
        r"^\[\[situation\.rule\]\]( *#.*)?\nbody = ",
        '[[situation.rule]]\nland = ["street"]\nbody = ',
        ["situation «", "rule", "без land и districts"],
    ),
    "no requests": ("situations.toml", r"^requests = \[[^\]]*\]", "requests = []", ["requests", "напишите"]),
    "a title of one word": ("situations.toml", r'^title = ".*"', 'title = "Яма"', ["situation «", "Яма", "2–5 слов"]),
    "an unknown key": ("bodies.toml", r"^(accusative = .*)", r'\1\nfax = "1"', ["body «", "«fax»", "уберите"]),
    "an unknown key of a contact": (
        "bodies.toml",
        r"^(note = .*)",
        r'\1\nfax = "1"',
        ["contact «", "«fax»", "уберите"],
    ),
    "an unknown key of the city": ("city.toml", r"^(name_in = .*)", r"\1\nmayor = 1", ["«mayor»", "уберите"]),
    "an unknown zone": (
        "city.toml",
        r'^zone = ".*"',
        'zone = "Europe/Atlantis"',
        ["часовой пояс", "Europe/Atlantis", "Europe/Moscow"],
    ),
    "an unknown level": ("bodies.toml", r'^level = ".*"', 'level = "royal"', ["level", "royal", "federal"]),
    "an unknown way to submit": (
        "bodies.toml",
        r'^submission = ".*"',
        'submission = "pigeon"',
        ["submission", "pigeon", "portal"],
    ),
    "an unknown kind of text": ("situations.toml", r'^kind = ".*"', 'kind = "ода"', ["kind", "ода", "жалоба"]),
    "an unknown confidence": (
        "bodies.toml",
        r'^confidence = ".*"',
        'confidence = "sure"',
        ["confidence", "sure", "high"],
    ),
    "a centre of one number": (
        "territories.toml",
        r"^center = .*",
        "center = [59.9]",
        ["district «", "center", "широта"],
    ),
    "broken TOML": ("situations.toml", r"^\[\[situation\]\]", "[[situation", ["TOML"]),
    "a date in quotes": ("sources.toml", r"^checked = (.*)", r'checked = "\1"', ["source «", "checked", "date"]),
    "a centre in words": (
        "territories.toml",
        r"^center = .*",
        'center = ["север", "юг"]',
        ["district «", "center", "широта"],
    ),
    "words where tables are wanted": (
        "territories.toml",
        r"(?s)^\[\[district\]\].*",
        'district = ["Невский"]',
        ["district"],
    ),
    "a double kind of land": (
        "city.toml",
        r"^\[\[land\]\]",
        twice("land", LAND),
        ["land «twice»", "не повторяются"],
    ),
    "a double danger": (
        "city.toml",
        r"^\[\[danger\]\]",
        twice("danger", DANGER),
        ["danger «twice»", "не повторяются"],
    ),
    "a double question": (
        "situations.toml",
        r"^\[\[situation\.question\]\]",
        twice("situation.question", QUESTION),
        ["question «twice»", "не повторяются"],
    ),
    "an unknown place in a name": ("bodies.toml", r"\{genitive\}", "{dative}", ["body «", "dative"]),
    "a holiday that is no day": ("city.toml", r'"01-01"', '"1 января"', ["holidays", "1 января"]),
    "a holiday no calendar has": ("city.toml", r'"01-01"', '"02-31"', ["holidays", "«02-31» — не день"]),
    "a leap day in a common year": ("city.toml", r'"01-01"', '"2027-02-29"', ["holidays", "«2027-02-29» — не день"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_by_file_key_and_remedy(pack: Path, mistake: str) -> None:
    file, old, new, told = MISTAKES[mistake]
    spoil(pack, file, old, new)
    found = errors(pack)
    assert any(error.startswith(f"{file}: ") and all(word in error for word in told) for error in found), found


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_told_with_its_remedy(pack: Path, file: str) -> None:
    (pack / file).unlink()
    assert f"{file}: файла нет в elsewhere; создайте его" in errors(pack)


@pytest.mark.parametrize("file", FILES)
def test_a_file_in_another_encoding_is_told(pack: Path, file: str) -> None:
    (pack / file).write_bytes('name = "Город"'.encode("cp1251"))
    assert any(error.startswith(f"{file}: не читается") for error in errors(pack))


def test_a_pack_that_is_not_there_names_every_file(tmp_path: Path) -> None:
    found = errors(tmp_path / "nowhere")
    assert {f"{file}: файла нет в nowhere; создайте его" for file in FILES} <= set(found)


def test_all_mistakes_are_told_at_once(pack: Path) -> None:
    spoil(pack, "city.toml", r"^name_in = .*\n", "")
    spoil(pack, "bodies.toml", r'^level = ".*"', 'level = "royal"')
    spoil(pack, "territories.toml", r"^center = .*", "center = []")
    assert [error.partition(":")[0] for error in errors(pack)] == ["territories.toml", "bodies.toml", "city.toml"]


# the real pack


def test_the_pack_reads_without_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("reading a pack opens a connection")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert vars(read_pack(PACK)) == vars(city())


def test_a_copy_of_the_pack_is_the_same_city(pack: Path) -> None:
    assert vars(read_pack(pack)) == vars(city())


def test_every_place_has_a_responsible_body_with_a_whole_name() -> None:
    pack = city()
    for situation in pack.situations.values():
        for land in (None, *pack.lands):
            for district in (None, *pack.districts):
                body, why = pack.body_for(situation, land, district.id if district else None)
                assert "{" not in body.name + body.accusative
                assert why.endswith(".")


def test_every_choice_of_the_pack_fits_a_button_of_every_messenger() -> None:
    pack = city()
    choices = {
        choice for item in pack.situations.values() for question in item.questions for choice in question.choices
    }
    labels = choices | {item.title for item in pack.situations.values()} | {land.label for land in pack.lands.values()}
    labels |= {district.name for district in pack.districts}
    assert {label for label in labels if not 0 < len(label) <= SHORTEST_LABEL} == set()


def test_ids_of_the_pack_fit_a_button_beside_its_token() -> None:
    pack = city()
    ids = [*pack.situations, *pack.lands, *(district.id for district in pack.districts)]
    assert max(len(f"q:abcdef:{id}".encode()) for id in ids) <= 64


def test_a_situation_that_left_the_pack_is_refused_by_name() -> None:
    assert city().situation("elevator").id == "elevator"
    with pytest.raises(UnknownSituation, match="gone"):
        city().situation("gone")


def test_a_name_is_spelled_out_for_its_district() -> None:
    assert city().body("district_administration", "nevsky").name == "Администрация Невского района Санкт-Петербурга"
    assert "вашего района" in city().body("district_administration", None).accusative


def test_the_body_depends_on_the_district_where_its_name_does() -> None:
    pack = city()
    for situation in pack.situations.values():
        for land in (None, *situation.lands):
            names = {pack.body_for(situation, land, district.id)[0].name for district in pack.districts}
            assert situation.depends_on_district(land, pack.bodies) is (len(names) > 1)


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
