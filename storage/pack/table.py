"""One TOML table that is being read: says what is missing instead of raising at the first thing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

EMPTY: dict[Any, Any] = {str: "", int: 0, bool: False, list: [], dict: {}, date: date.min}
"""what stands in for a value that is missing or wrong, so that reading goes on"""
KINDS = {str: "строкой", int: "целым числом", bool: "true или false", list: "списком", dict: "таблицей", date: "датой"}
T = TypeVar("T")


class BrokenPack(ValueError):
    """The pack cannot be used; `errors` lists everything to mend."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass
class Table:
    """Values with the place they stand at; `files` names the file of each key where several files add to one table."""

    where: str
    values: Mapping[str, Any]
    errors: list[str]
    files: Mapping[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    home: str = ""
    """the file of keys whose file is not known"""

    def at(self, key: str) -> str:
        """Where a key stands: «yard.toml: situation «manhole»»."""
        file = self.files.get(key) or self.home or next(iter(self.files.values()), "")
        return ": ".join(part for part in (file, self.where) if part)

    def error(self, key: str, words: str) -> None:
        """Something about a key has to be mended."""
        self.errors.append(f"{self.at(key)}: {words}")

    def take(self, key: str, kind: type[T], default: T | None = None) -> Any:
        """The value of a key of the wanted type; an error and an empty value if it is missing or of another type."""
        self.used.add(key)
        if key not in self.values:
            if default is None:
                self.error(key, f"нет ключа «{key}»; добавьте его")
            return EMPTY[kind] if default is None else default
        value = self.values[key]
        stray = (kind is int and isinstance(value, bool)) or (kind is date and isinstance(value, datetime))
        if not isinstance(value, kind) or stray:
            self.error(key, f"«{key}» должен быть {KINDS[kind]}")
            return EMPTY[kind] if default is None else default
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """A list of strings, none of them blank; may be left out."""
        found = self.take(key, list, [])
        for item in found:
            if not isinstance(item, str):
                self.error(key, f"в «{key}» вместо строки стоит {item!r}; возьмите его в кавычки")
            elif not item.strip():
                self.error(key, f"в «{key}» стоит пустая строка; напишите слова или уберите её")
        return tuple(item for item in found if isinstance(item, str) and item.strip())

    def tables(self, key: str, name: str = "id") -> Iterator["Table"]:
        """The tables of an array of tables, each named by its `name` key in errors."""
        named: set[str] = set()
        for number, values in enumerate(self.take(key, list, []), 1):
            if not isinstance(values, dict):
                self.error(key, f"«{key}» — это таблицы [[{key}]]")
                continue
            table = Table(f"{self.at(key)}: {key} «{values.get(name, number)}»", values, self.errors)
            if name == "id" and (id := str(values.get("id", ""))) in named:
                self.errors.append(f"{table.where}: «{id}» уже есть; id не повторяются")
            named.add(str(values.get(name, "")))
            yield table

    def table(self, key: str) -> "Table":
        """A table inside this one."""
        return Table(f"{self.at(key)}: {key}", self.take(key, dict), self.errors)

    def one_of(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """A word out of a fixed list; the first one and an error if it is another."""
        word: str = self.take(key, str, default)
        if word in allowed:
            return word
        self.error(key, f"«{key}» = «{word}»; можно: {', '.join(allowed)}")
        return allowed[0]

    def finish(self) -> None:
        """Complain about keys nobody reads: they are mostly misspelt."""
        for key in sorted(self.values.keys() - self.used):
            self.error(key, f"неизвестный ключ «{key}»; исправьте или уберите")
