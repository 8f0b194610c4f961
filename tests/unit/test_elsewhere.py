"""Other cities: a pack beside this one tells people who send a place there where they belong."""

from dataclasses import replace
from pathlib import Path

import pytest

from dialogs.places import place
from dialogs.speech import Said
from dialogs.steps import Rejected
from storage.model.city import Elsewhere
from storage.model.territory import Point
from storage.pack.elsewhere import cities_beside
from storage.pack.layers import CITIES
from storage.pack.opening import open_city
from tests.unit.given import city, scene, texts

CENTER = Point(56.01, 92.85)
KRASNOYARSK = Elsewhere("Красноярск", (CENTER,), ("https://t.me/example_bot", "https://vk.me/example"))
DISTRICT = '[[district]]\nid = "a"\ncenter = [57.8, 28.3]\n'


def sent_from(point: Point, *others: Elsewhere) -> Rejected:
    """The answer to a location outside of Saint Petersburg."""
    where = replace(scene(), city=replace(city(), others=others))
    found = place(Said("telegram", "1", "1", location=point), where)
    assert isinstance(found, Rejected)
    return found


def said(refused: Rejected) -> str:
    """What the person is told."""
    return " ".join(texts().say(f"where.place_{refused.reason}", **refused.facts).split())


def test_a_place_in_another_city_is_named_with_the_bots_that_serve_it() -> None:
    assert said(sent_from(CENTER, KRASNOYARSK)) == (
        "Эта точка — Красноярск, а этот бот работает только в Санкт-Петербурге. "
        "Там отвечает другой бот: https://t.me/example_bot, https://vk.me/example. "
        "Если точка не та, отправьте другую или напишите адрес."
    )
    assert "отвечает" not in said(sent_from(CENTER, replace(KRASNOYARSK, bots=())))


def test_a_place_in_no_city_we_know_is_only_far() -> None:
    for others in ((), (KRASNOYARSK,)):
        assert said(sent_from(Point(55.75, 37.62), *others)).startswith("Это место далеко, а мы работаем только")


def test_this_installation_knows_the_cities_whose_packs_it_has(tmp_path: Path) -> None:
    served = open_city(CITIES / "saint_petersburg", tmp_path)
    assert [other.name for other in served.others] == ["Красноярск"]
    assert sent_from(CENTER, *served.others).facts["other"].name == "Красноярск"


def laid(folder: Path, name: str, town: str, places: str) -> None:
    """A pack as far as it is read."""
    (folder / name).mkdir(parents=True)
    (folder / name / "city.toml").write_text(town, "utf-8")
    (folder / name / "territories.toml").write_text(places, "utf-8")


def test_the_name_the_places_and_the_bots_of_a_pack_beside_are_read(tmp_path: Path) -> None:
    for name in ("here", "pskov", "_russia"):
        laid(tmp_path, name, f'name = "{name}"\nbots = ["https://t.me/x"]', DISTRICT)
    assert cities_beside(tmp_path / "here") == (Elsewhere("pskov", (Point(57.8, 28.3),), ("https://t.me/x",)),)


@pytest.mark.parametrize(
    ("town", "places"),
    [
        ('name = "Псков', DISTRICT),
        ("", DISTRICT),
        ('name = "Псков"', '[[district]]\nid = "a"\ncenter = "там"\n'),
        ('name = "Псков"', ""),
        ('name = "Псков"\nbots = 5', DISTRICT),
    ],
)
def test_a_pack_that_cannot_be_read_is_left_out(tmp_path: Path, town: str, places: str) -> None:
    laid(tmp_path, "here", "", "")
    laid(tmp_path, "pskov", town, places)
    assert cities_beside(tmp_path / "here") == ()
