"""A city's list of streets from a CSV file, whatever table it was saved from."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from storage.imported.names import LISTED, AcceptedNames, counted, listed, parts_of
from storage.imported.reading import BrokenImport, text_of

Row = tuple[str, str, str]
"""territory, settlement («» in the city itself), street"""
SEPARATORS = (";", ",", "\t", "|")
COLUMNS = {
    "territory": "territory district район территория округ муниципальный_округ административный_район мо",
    "settlement": "settlement town населенный_пункт нас_пункт город поселок locality",
    "street": "street улица название_улицы наименование_улицы улицы наименование название",
}
"""column → how its header may be spelled, blanks as «_»"""
TITLES = {"territory": "район", "street": "улица"}
"""columns that have to be there, as the operator is told"""


@dataclass(frozen=True)
class StreetsReport:
    """What became of a list of streets; lines are numbered from 1."""

    file: str
    count: int
    """different streets"""
    duplicates: int
    unknown: tuple[tuple[int, str], ...]
    """lines with a territory that the pack does not have"""
    skipped: tuple[tuple[int, str], ...]
    """lines that are not whole, and why"""
    missing: tuple[str, ...]
    """territories of the pack without a street"""
    notes: tuple[str, ...]

    def lines(self) -> list[str]:
        """The report for a terminal, in Russian."""
        found = [f"{self.file}: {counted(self.count, 'улица', 'улицы', 'улиц')}"]
        if self.duplicates:
            found.append(f"Повторы сложены: {counted(self.duplicates, 'строка', 'строки', 'строк')}")
        found += numbered("Таких территорий в пакете нет, строки пропущены", self.unknown)
        found += numbered("Строки пропущены", self.skipped)
        if self.missing:
            found.append(f"Без улиц остались: {listed(self.missing)}")
        return [*found, *self.notes]


@dataclass(frozen=True)
class ImportedStreets:
    """Rows of a street list with the pack's names of territories, and what to tell the operator."""

    rows: tuple[Row, ...]
    report: StreetsReport


def numbered(title: str, lines: Sequence[tuple[int, str]]) -> list[str]:
    """The first lines of many: «…: 3 («Северный»), 7 («Южный») и ещё 5»."""
    shown = ", ".join(f"{number} («{what}»)" for number, what in lines[:LISTED])
    more = f" и ещё {len(lines) - LISTED}" if len(lines) > LISTED else ""
    return [f"{title}: {shown}{more}"] if lines else []


def read_streets(file: Path, names: Mapping[str, str], city: str = "") -> ImportedStreets:
    """Read rows of territory, settlement and street from a table with a header, in any order of columns.

    `names` maps accepted forms to the pack's names; a settlement that is the city itself is left out.
    Raises BrokenImport if the file is empty, has no such columns or no street of the city.
    """
    text, notes = text_of(file)
    separator, header, columns = header_of(file.name, text)
    reading = Reading(AcceptedNames(names), city, columns)
    try:
        for line, cells in rows_of(text, separator):
            if line > header:
                reading.take(line, cells)
    except csv.Error as error:
        raise BrokenImport(
            [f"{file.name}: таблица испорчена ({error}); проверьте кавычки и сохраните CSV заново"]
        ) from error
    return reading.finish(file.name, notes)


def rows_of(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with its last line in the file."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    begun = 1
    for cells in reader:
        if any("\n" in cell for cell in cells):
            raise csv.Error(f"строка {begun}: кавычка не закрыта")
        begun = reader.line_num + 1
        tidy = [" ".join(cell.split()) for cell in cells]
        if any(tidy):
            yield reader.line_num, tidy


def header_of(name: str, text: str) -> tuple[str, int, dict[str, list[int]]]:
    """The separator that makes sense of the first row, its line, and the places of columns. Raises BrokenImport."""
    best: tuple[str, int, dict[str, list[int]]] = ("", 0, {})
    for separator in SEPARATORS:
        try:
            line, cells = next(rows_of(text, separator))
        except (StopIteration, csv.Error):
            continue
        columns = columns_of(cells)
        if len(columns) > len(best[2]):
            best = separator, line, columns
    if absent := [title for column, title in TITLES.items() if column not in best[2]]:
        missing = " и ".join(f"«{title}»" for title in absent)
        raise BrokenImport([f"{name}: в первой строке нет столбца {missing}; нужны столбцы «район» и «улица»"])
    return best


def columns_of(cells: list[str]) -> dict[str, list[int]]:
    """Which columns a header has, and where; a table may have several that hold territories."""
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        spelled = cell.lower().replace("ё", "е").replace(".", "").replace(" ", "_")
        for column, spellings in COLUMNS.items():
            if spelled in spellings.split():
                found.setdefault(column, []).append(place)
    return found


class Reading:
    """One pass over the rows of a file."""

    def __init__(self, names: AcceptedNames, city: str, columns: dict[str, list[int]]) -> None:
        self.names, self.city, self.columns = names, parts_of(city)[0], columns
        self.width = 1 + max(place for places in columns.values() for place in places)
        self.rows: dict[Row, Row] = {}
        self.duplicates = 0
        self.unknown: list[tuple[int, str]] = []
        self.skipped: list[tuple[int, str]] = []

    def take(self, line: int, cells: list[str]) -> None:
        """One row."""
        cells += [""] * (self.width - len(cells))
        spelled = [cells[place] for place in self.columns["territory"] if cells[place]]
        street = cells[self.columns["street"][0]]
        territory = next((name for name in map(self.names.find, spelled) if name), None)
        if not spelled or not street:
            self.skipped.append((line, "нет улицы" if spelled else "нет района"))
        elif territory is None:
            self.unknown.append((line, spelled[0]))
        else:
            self.keep((territory, self.settlement(cells), street))

    def settlement(self, cells: list[str]) -> str:
        """The settlement of a row; «» for the city itself."""
        name = next((cells[place] for place in self.columns.get("settlement", ()) if cells[place]), "")
        return "" if self.city and parts_of(name)[0] == self.city else name

    def keep(self, row: Row) -> None:
        """A row, once."""
        territory, settlement, street = (cell.lower().replace("ё", "е") for cell in row)
        self.duplicates += (same := (territory, settlement, street)) in self.rows
        self.rows.setdefault(same, row)

    def finish(self, file: str, notes: list[str]) -> ImportedStreets:
        """Everything that was read. Raises BrokenImport if that is nothing."""
        rows = tuple(sorted(self.rows.values()))
        present = {row[0] for row in rows}
        missing = tuple(name for name in self.names.names if name not in present)
        unknown, skipped = tuple(self.unknown), tuple(self.skipped)
        report = StreetsReport(file, len(rows), self.duplicates, unknown, skipped, missing, tuple(notes))
        if not rows:
            why = numbered("Таких территорий в пакете нет", unknown) + numbered("Строки не целы", skipped)
            raise BrokenImport(
                [f"{file}: нет ни одной улицы территорий города; проверьте столбец «район»", *why, *notes]
            )
        return ImportedStreets(rows, report)
