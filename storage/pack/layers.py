"""The files of a pack laid over those it is based on: what a city says of a thing replaces what its country says.

Every `*.toml` of a folder is read, in whatever files and subfolders the pack is split. Arrays of tables that have an
`id` are merged by it, key by key: within a layer several files may add keys to one table, but not the same key twice;
a key of the city replaces the country's. Everything else (`name`, `operator`, `general`) is replaced whole.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli

from storage.model.situation import Lesson
from storage.model.weights import Weights
from storage.pack.table import BrokenPack, Table
from storage.pack.weights import EXAMPLES, NAME, BrokenWeights, read_weights

CITIES = Path(__file__).parent.parent / "cities"
MERGED = (
    "source",
    "body",
    "service",
    "ladder",
    "situation",
    "district",
    "okrug",
    "land",
    "danger",
    "talk",
    "distinction",
    "question",
    "portal",
    "consent",
)
"""arrays of tables that are merged by id"""

TOLD_OF = re.compile(r"(\w+) «([^»]+)»")


@dataclass
class Entry:
    """A table that several files may add to: its values, and the file of each."""

    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


@dataclass
class Layers:
    """All the tables of a pack by kind and id, and what stands outside of them."""

    errors: list[str]
    entries: dict[str, dict[str, Entry]] = field(default_factory=lambda: {kind: {} for kind in MERGED})
    top: Entry = field(default_factory=Entry)
    concepts: Entry = field(default_factory=Entry)
    """words that mean the same, of this layer"""
    examples: list[tuple[str, str]] = field(default_factory=list)
    """(situation, text) of every `examples.csv` that no weights were made of"""
    weights: Weights | None = None
    """what the examples of a layer and those below it taught"""

    def tables(self, kind: str) -> list[Table]:
        """Everything of one kind, in the order it was first named."""
        return [
            Table(f"{kind} «{id}»", entry.values, self.errors, entry.files) for id, entry in self.entries[kind].items()
        ]

    def where(self, kind: str, id: str, key: str) -> str:
        """Where a key of a table stands: «situations/yard.toml: situation «manhole»»."""
        entry = self.entries[kind].get(id, Entry())
        file = entry.files.get(key) or entry.files.get("id", "")
        return f"{file}: {kind} «{id}»" if file else f"{kind} «{id}»"

    def located(self, problem: str) -> str:
        """A problem «situation «manhole»: …» with the file of the table that it begins with."""
        told = TOLD_OF.match(problem)
        entry = self.entries.get(told[1], {}).get(told[2]) if told else None
        file = entry.files.get("id", "") if entry else ""
        return f"{file}: {problem}" if file else problem

    def lay(self, folder: Path) -> None:
        """Lay a folder over what there is."""
        self.lay_tables(folder)
        self.learn(folder)

    def lay_tables(self, folder: Path) -> None:
        """Its tables only."""
        layer = Layers(self.errors)
        for file in sorted(folder.rglob("*.toml")):
            layer.add(str(file.relative_to(folder)), parsed(file, self.errors))
        for kind, entries in layer.entries.items():
            for id, entry in entries.items():
                over(self.entries[kind].setdefault(id, Entry()), entry)
        shared = self.top.values.get("concepts", {})
        over(self.top, layer.top)
        if isinstance(shared, dict) and isinstance(own := self.top.values.get("concepts", {}), dict):
            self.top.values["concepts"] = shared | own

    def learn(self, folder: Path) -> None:
        """Take the weights of a folder, which hold all examples up to it, or its examples if there are none."""
        if not (folder / NAME).is_file():
            self.examples += [(row.situation, row.text) for row in examples_of(folder / EXAMPLES, self.errors)]
            return
        try:
            self.weights, self.examples = read_weights(folder / NAME), []
        except BrokenWeights:
            self.errors.append(
                f"{folder.name}/{NAME}: файл повреждён; сделайте его заново: python -m bot city train {folder.name}"
            )

    def add(self, file: str, values: Mapping[str, Any]) -> None:
        """Add a file to this layer."""
        for key, value in values.items():
            if key in MERGED and isinstance(value, list):
                self.add_array(file, key, value)
            elif key == "concepts" and isinstance(value, dict) and isinstance(self.top.values.get(key, {}), dict):
                self.add_concepts(file, value)
            else:
                self.put(self.top, "", key, value, file)

    def add_array(self, file: str, kind: str, rows: list[Any]) -> None:
        """Add the tables of one array."""
        seen: set[str] = set()
        for number, row in enumerate(rows, 1):
            id = row.get("id") if isinstance(row, dict) else None
            if not isinstance(id, str) or not id:
                self.errors.append(f"{file}: {kind} № {number}: нет ключа «id»; дайте короткое латинское имя")
                continue
            if id in seen:
                self.errors.append(f"{file}: {kind} «{id}» уже есть в этом файле; id не повторяются")
            seen.add(id)
            entry = self.entries[kind].setdefault(id, Entry())
            for key, value in row.items():
                self.put(entry, f"{kind} «{id}»: ", key, value, file)

    def add_concepts(self, file: str, concepts: Mapping[str, Any]) -> None:
        """Add words that mean the same; a concept stands in one file of a layer."""
        for name, words in concepts.items():
            self.put(self.concepts, "concepts: ", name, words, file)
        self.top.values["concepts"] = self.concepts.values
        self.top.files["concepts"] = file

    def put(self, entry: Entry, where: str, key: str, value: Any, file: str) -> None:
        """Set a key that no other file of this layer has set."""
        other = entry.files.get(key)
        if other and key != "id" and other != file:
            self.errors.append(f"{file}: {where}ключ «{key}» уже задан в {other}; оставьте один")
        entry.values[key] = value
        if key != "id" or not other:
            entry.files[key] = file


def over(below: Entry, above: Entry) -> None:
    """The keys of one entry replace those of another."""
    below.values |= above.values
    below.files |= above.files


def parsed(file: Path, errors: list[str]) -> dict[str, Any]:
    """A TOML file, empty and an error if it cannot be read."""
    try:
        return tomli.loads(file.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        errors.append(f"{file.parent.name}/{file.name}: не в кодировке UTF-8; сохраните файл в ней")
    except tomli.TOMLDecodeError as error:
        errors.append(f"{file.parent.name}/{file.name}: не читается как TOML: {error}; сверьтесь с соседними файлами")
    return {}


def examples_of(file: Path, errors: list[str]) -> list[Lesson]:
    """Example messages, one a row. A file is optional."""
    if not file.is_file():
        return []
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            rows, columns = list(reader), set(reader.fieldnames or ())
    except (UnicodeDecodeError, csv.Error) as error:
        errors.append(f"{file.name}: не читается: {error}; сохраните его как CSV в UTF-8")
        return []
    if not {"situation", "text"} <= columns:
        errors.append(f"{file.name}: нужны столбцы situation и text")
        return []
    empty = [number for number, row in enumerate(rows, 2) if not (row["situation"] and row["text"])]
    errors += [f"{file.name}: строка {number}: нет ситуации или текста; допишите или уберите" for number in empty[:10]]
    told = [row for row in rows if row["situation"] and row["text"]]
    return [
        Lesson(row["situation"], tuple(filter(None, (row.get("also") or "").split(";"))), row["text"]) for row in told
    ]


def gathered(folder: Path) -> Layers:
    """A pack with all it is based on. Raises BrokenPack if there is nothing to read."""
    if not folder.is_dir():
        known = ", ".join(sorted(path.name for path in folder.parent.glob("[!_]*") if path.is_dir()))
        raise BrokenPack([f"{folder}: такого города нет; есть: {known or 'ни одного'}"])
    if not any(folder.rglob("*.toml")):
        raise BrokenPack(
            [f"{folder}: нет ни одного файла .toml; удалите папку и начните с «python -m bot city new {folder.name}»"]
        )
    layers = Layers([])
    for path in reversed(chain(folder, layers.errors)):
        layers.lay(path)
    return layers


def chain(folder: Path, errors: list[str]) -> list[Path]:
    """A folder, the one it is based on, and so on."""
    found = [folder]
    while base := base_of(found[-1]):
        path = next((path for path in (found[-1].parent / base, CITIES / base) if path.is_dir()), None)
        if path is None:
            errors.append(f"city.toml: основы «{base}» нет; исправьте «base»")
            break
        if path in found:
            errors.append(f"city.toml: «base» ходит по кругу: {' → '.join(item.name for item in (*found, path))}")
            break
        found.append(path)
    return found


def base_of(folder: Path) -> str:
    """What a pack is based on, empty if it stands by itself."""
    file = folder / "city.toml"
    values = parsed(file, []) if file.is_file() else {}
    return str(values.get("base", ""))
