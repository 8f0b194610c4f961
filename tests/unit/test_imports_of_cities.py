"""Borders and streets an operator brings: every export is read or refused with what to mend."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from storage.imported.files import (
    BrokenImport,
    ImportedStreets,
    ImportedTerritories,
    load_streets,
    load_territories,
    read_streets,
    read_territories,
    save_streets,
    save_territories,
)
from storage.imported.names import AcceptedNames, counted, listed
from storage.model.territory import Point

NAMES = {
    "Северный": "Северный",
    "Северный район": "Северный",
    "муниципальный округ Заречье": "Заречье",
    "посёлок Мирный": "Мирный",
}
CENTER = Point(56.0, 44.0)
SQUARE = [[44.0, 56.0], [44.1, 56.0], [44.1, 56.1], [44.0, 56.1], [44.0, 56.0]]
BOWTIE = [[44.0, 56.0], [44.1, 56.1], [44.1, 56.0], [44.0, 56.1], [44.0, 56.0]]
HOLE = [[44.02, 56.02], [44.04, 56.02], [44.04, 56.04], [44.02, 56.04], [44.02, 56.02]]


def feature(name: Any = "Северный", rings: Any = (SQUARE,), kind: str = "Polygon", key: str = "name") -> dict[str, Any]:
    """A feature as map editors export it."""
    return {"type": "Feature", "properties": {key: name}, "geometry": {"type": kind, "coordinates": rings}}


def borders(folder: Path, *features: Any, encoding: str = "utf-8") -> ImportedTerritories:
    """What is read of a file with these features."""
    file = folder / "borders.geojson"
    collection = {"type": "FeatureCollection", "features": list(features)}
    file.write_text(json.dumps(collection, ensure_ascii=False), encoding)
    return read_territories(file, NAMES, CENTER, 30.0)


def streets(folder: Path, text: str, encoding: str = "utf-8", city: str = "") -> ImportedStreets:
    """What is read of a table with this text."""
    file = folder / "streets.csv"
    file.write_bytes(text.encode(encoding))
    return read_streets(file, NAMES, city)


def refusal(folder: Path, text: str | bytes, *, of_streets: bool = False) -> str:
    """Why a file is refused."""
    file = folder / "brought"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BrokenImport) as broken:
        read_streets(file, NAMES) if of_streets else read_territories(file, NAMES, CENTER, 30.0)
    assert "brought" in str(broken.value)
    return str(broken.value)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("Северный", "Северный"), ("северный район", "Северный"), ("Северный р-н", "Северный"),
        ("«Северный»", "Северный"),
        ("район Северный", "Северный"), ("муниципальный округ Заречье", "Заречье"), ("МО Заречье", "Заречье"),
        ("МО «Заречье»", "Заречье"), ("ЗАРЕЧЬЕ", "Заречье"), ("пос. Мирный", "Мирный"), ("поселок Мирный", "Мирный"),
        ("Мирный пос.", "Мирный"), ("Южный", None), ("", None), ("район", None), ("Северный Заречье", None),
    ],
)  # fmt: skip
def test_a_territory_is_known_by_every_form_of_its_name(form: str, name: str | None) -> None:
    assert AcceptedNames(NAMES).find(form) == name


def test_a_name_two_territories_share_is_known_only_with_its_kind() -> None:
    both = AcceptedNames({"Речной район": "Речной", "округ Речной": "Речной округ"})
    assert [both.find(form) for form in ("р-н Речной", "МО Речной")] == ["Речной", "Речной округ"]
    assert both.find("посёлок Речной") is None


@pytest.mark.parametrize("key", ["name", "NAME", "official_name", "name:ru", "Название"])
def test_a_territory_is_named_by_any_usual_property(tmp_path: Path, key: str) -> None:
    assert set(borders(tmp_path, feature("Северный район", key=key)).outlines) == {"Северный"}


def test_holes_and_several_parts_are_kept(tmp_path: Path) -> None:
    far = [[44.2, 56.2], [44.3, 56.2], [44.3, 56.3], [44.2, 56.2]]
    read = borders(tmp_path, feature(rings=[[SQUARE, HOLE], [far]], kind="MultiPolygon"))
    outline = read.outlines["Северный"]
    assert outline.geom_type == "MultiPolygon"
    assert not outline.contains(shapely.Point(44.03, 56.03))
    assert read.report.notes == ()


def test_a_territory_in_two_features_is_added_up(tmp_path: Path) -> None:
    beside = [[x + 0.1, y] for x, y in SQUARE]
    read = borders(tmp_path, feature(), feature("Северный район", [beside]))
    assert read.outlines["Северный"].area == pytest.approx(0.02)
    assert any("2 частей" in note for note in read.report.notes)


def test_a_line_that_crosses_itself_is_mended_and_told(tmp_path: Path) -> None:
    read = borders(tmp_path, feature(rings=[BOWTIE]))
    assert read.outlines["Северный"].is_valid
    assert read.outlines["Северный"].area > 0
    assert any("пересекали" in note for note in read.report.notes)


def test_swapped_coordinates_are_turned_and_told(tmp_path: Path) -> None:
    read = borders(tmp_path, feature(rings=[[[y, x] for x, y in SQUARE]]))
    assert read.outlines["Северный"].equals(shapely.Polygon(SQUARE))
    assert any("широта и долгота" in note for note in read.report.notes)


def test_heights_are_left_out(tmp_path: Path) -> None:
    read = borders(tmp_path, feature(rings=[[[*point, 120.0] for point in SQUARE]]))
    assert not read.outlines["Северный"].has_z


def test_another_encoding_is_read_and_told(tmp_path: Path) -> None:
    for encoding in ("cp1251", "utf-16", "utf-8-sig"):
        read = borders(tmp_path, feature(), encoding=encoding)
        assert set(read.outlines) == {"Северный"}
        assert bool(read.report.notes) is (encoding != "utf-8-sig")


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        (feature(None), "без названия"),
        (feature("  "), "без названия"),
        (feature(rings=[44.0, 56.0], kind="Point"), "без площади"),
        (feature(rings=[[44.0, 56.0], [44.1, 56.1]], kind="LineString"), "без площади"),
        ({"type": "Feature", "properties": None, "geometry": None}, "без площади"),
        ("мусор", "без площади"),
        (feature(rings=[]), "испорчены координаты"),
        (feature(rings="мусор"), "испорчены координаты"),
        (feature(rings=[[[44.0, 56.0], [44.1, 56.0]]]), "испорчены координаты"),
        (feature(rings=[[["x", "y"]] * 4]), "испорчены координаты"),
        (feature(rings=[[[44.0, None]] * 4]), "испорчены координаты"),
        (feature(rings=[[[float("nan"), 56.0], [44.1, 56.0], [44.1, 56.1], [44.0, 56.0]]]), "испорчены координаты"),
        (feature(rings=[[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]]), "вне города"),
        (feature(rings=[[[4e6, 7e6], [4.1e6, 7e6], [4.1e6, 7.1e6], [4e6, 7e6]]]), "вне города"),
    ],
)
def test_an_odd_feature_is_left_out_and_told(tmp_path: Path, odd: Any, told: str) -> None:
    read = borders(tmp_path, feature("МО Заречье"), odd)
    assert set(read.outlines) == {"Заречье"}
    assert any(told in line for line in read.report.lines())


def test_names_on_one_side_only_are_listed(tmp_path: Path) -> None:
    report = borders(tmp_path, feature(), feature("Южный район"), feature("Южный район")).report
    assert (report.count, report.unmatched, report.missing) == (1, ("Южный район",), ("Заречье", "Мирный"))
    assert report.lines() == [
        "borders.geojson: границы есть у 1 территории",
        "В пакете города нет таких территорий, пропущены: «Южный район»",
        "Без границ остались: «Заречье», «Мирный»",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "файл пуст"),
        (" \n ", "файл пуст"),
        ("{", "не читается как GeoJSON"),
        ("[" * 100_000, "не читается как GeoJSON"),
        ("[]", "FeatureCollection"),
        ('{"type": "FeatureCollection"}', "FeatureCollection"),
        ('{"features": []}', "нет границ ни одной территории"),
        (json.dumps({"features": [feature("Южный")]}), "«Южный»"),
        (b"PK\x03\x04", "таблица Excel"),
        (b"\x98\x00\xff", "UTF-8"),
    ],
)
def test_a_file_without_borders_is_refused_with_a_remedy(tmp_path: Path, content: str | bytes, told: str) -> None:
    assert told in refusal(tmp_path, content)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenImport, match="проверьте путь"):
        read_streets(tmp_path / "nowhere.csv", NAMES)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_a_table_is_read_with_any_separator_and_encoding(tmp_path: Path, separator: str, encoding: str) -> None:
    text = "район,город,улица\nСеверный,,Полевая ул.\n".replace(",", separator)
    assert streets(tmp_path, text, encoding).rows == (("Северный", "", "Полевая ул."),)


@pytest.mark.parametrize(
    "header",
    [
        "район,населённый пункт,улица", "District,Settlement,Street", "территория,город,Улица",
        "округ,посёлок,название улицы",
        "territory,locality,STREET", "Район,Нас. пункт,Улица",
    ],
)  # fmt: skip
def test_columns_are_known_by_any_usual_name(tmp_path: Path, header: str) -> None:
    assert streets(tmp_path, f"{header}\nСеверный,Мирный,Полевая ул.\n").rows == (
        ("Северный", "Мирный", "Полевая ул."),
    )


def test_columns_may_stand_in_any_order_among_others(tmp_path: Path) -> None:
    text = "№;улица;код;район\n1;Полевая ул.;77;Северный р-н\n2;Лесная ул.;78;МО Заречье\n"
    assert streets(tmp_path, text).rows == (("Заречье", "", "Лесная ул."), ("Северный", "", "Полевая ул."))


def test_quotes_blank_lines_and_repeats_are_put_in_order(tmp_path: Path) -> None:
    whole = ["", "район,улица", "", 'Северный,"Горка, Полевая ул."', "северный район , Горка,"]
    text = "\r\n".join([*whole, 'Северный,"Горка,  полевая ул."', ",,", ""])
    read = streets(tmp_path, text)
    assert read.rows == (("Северный", "", "Горка"), ("Северный", "", "Горка, Полевая ул."))
    assert read.report.duplicates == 1


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest(tmp_path: Path) -> None:
    rows = 'район;улица\nСеверный;улица Мира\nСеверный;"улица Садовая\nСеверный;улица Ясная\n'
    assert "строка 3: кавычка не закрыта" in refusal(tmp_path, rows, of_streets=True)


def test_the_city_itself_is_no_settlement(tmp_path: Path) -> None:
    text = "район,город,улица\nСеверный,г. Приморск,Полевая ул.\nСеверный,Мирный,Лесная ул.\n"
    rows = streets(tmp_path, text, city="Приморск").rows
    assert rows == (("Северный", "", "Полевая ул."), ("Северный", "Мирный", "Лесная ул."))


def test_lines_that_cannot_be_used_are_told_by_number(tmp_path: Path) -> None:
    odd = "".join(f"Южный,Улица {number}\n" for number in range(12))
    report = streets(tmp_path, f"район,улица\nСеверный,Полевая ул.\n{odd}Северный,\n,Лесная ул.\n").report
    assert [line for line, _ in report.unknown] == list(range(3, 15))
    assert report.skipped == ((15, "нет улицы"), (16, "нет района"))
    lines = report.lines()
    assert lines[0] == "streets.csv: 1 улица"
    assert lines[1].startswith("Таких территорий в пакете нет, строки пропущены: 3 («Южный»), 4 («Южный»)")
    assert lines[1].endswith("12 («Южный») и ещё 2")
    assert lines[2] == "Строки пропущены: 15 («нет улицы»), 16 («нет района»)"
    assert lines[3] == "Без улиц остались: «Заречье», «Мирный»"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "файл пуст"),
        ("район\nСеверный\n", "нет столбца «улица»"),
        ("улица\nПолевая ул.\n", "нет столбца «район»"),
        ("что-то другое\nи ещё\n", "нет столбца «район» и «улица»"),
        ("район,улица\n", "нет ни одной улицы"),
        ("район,улица\nЮжный,Полевая ул.\n", "2 («Южный»)"),
        ('район,улица\nСеверный,"' + "а" * 200_000 + '"\n', "таблица испорчена"),
        (b"PK\x03\x04", "таблица Excel"),
        (b"\x98\x99\x00", "UTF-8"),
    ],
)
def test_a_table_without_streets_is_refused_with_a_remedy(tmp_path: Path, content: str | bytes, told: str) -> None:
    assert told in refusal(tmp_path, content, of_streets=True)


def test_what_was_saved_is_loaded_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "city"
    read = borders(tmp_path, feature("Северный район", [SQUARE, HOLE]), feature("МО Заречье", [BOWTIE]))
    rows = [
        ("Северный", "", "Полевая ул."),
        ("Северный", "Мирный", 'Лесная, "Новая" ул.'),
        ("Северный", "", "Полевая ул."),
    ]
    save_territories(folder, read.outlines)
    save_streets(folder, rows)
    territories, loaded = load_territories(folder), load_streets(folder)
    assert territories is not None
    assert loaded is not None
    assert set(territories.names) == set(read.outlines)
    assert territories.at(Point(56.08, 44.08)).names[-1] == "Северный"
    assert [street.name for street in loaded.streets] == ["Полевая ул.", 'Лесная, "Новая" ул.']
    assert sorted(file.name for file in folder.iterdir()) == ["streets.csv", "territories.geojson"]


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    outlines = borders(tmp_path, feature("МО Заречье"), feature()).outlines
    first = save_territories(tmp_path, outlines).read_bytes()
    assert (
        save_territories(tmp_path, {name: outlines[name] for name in sorted(outlines, reverse=True)}).read_bytes()
        == first
    )
    assert read_territories(tmp_path / "territories.geojson", NAMES, CENTER, 30.0).report.notes == ()


def test_what_was_never_brought_is_none(tmp_path: Path) -> None:
    assert load_territories(tmp_path) is None
    assert load_streets(tmp_path) is None


@pytest.mark.parametrize(
    "content", ["", "{", "{}", '{"features": [{}]}', json.dumps({"features": [feature(rings="?")]})]
)
def test_borders_that_were_spoiled_afterwards_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "territories.geojson").write_text(content, "utf-8")
    with pytest.raises(BrokenImport, match=r"территор|границ|пуст"):
        load_territories(tmp_path)


@pytest.mark.parametrize("content", ["", "a,b,c\n1,2,3\n", "territory,settlement,street\n1,2\n"])
def test_a_list_that_was_spoiled_afterwards_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "streets.csv").write_text(content, "utf-8")
    with pytest.raises(BrokenImport, match=r"улиц|пуст"):
        load_streets(tmp_path)


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_streets(tmp_path, [("Северный", "", "Полевая ул.")])

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="no space"):
        save_streets(tmp_path, [("Северный", "", "Лесная ул.")])
    assert [file.name for file in tmp_path.iterdir()] == ["streets.csv"]
    assert "Полевая" in (tmp_path / "streets.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0 улиц"), (1, "1 улица"), (2, "2 улицы"), (5, "5 улиц"), (11, "11 улиц"), (12, "12 улиц"),
        (21, "21 улица"),
        (24, "24 улицы"), (111, "111 улиц"), (3569, "3569 улиц"),
    ],
)  # fmt: skip
def test_numbers_have_the_right_plural(number: int, words: str) -> None:
    assert counted(number, "улица", "улицы", "улиц") == words


def test_long_lists_are_cut() -> None:
    assert listed("абв") == "«а», «б», «в»"
    assert listed("абвгдежзиклм").endswith("«к» и ещё 2")


@given(st.binary(max_size=300))
def test_any_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "anything"
    file.write_bytes(content)
    for read in (lambda: read_streets(file, NAMES), lambda: read_territories(file, NAMES, CENTER, 30.0)):
        with pytest.raises(BrokenImport):
            read()
