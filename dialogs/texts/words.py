"""Renders utterances from `ru/*.j2`: one file per conversation, one block per utterance."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, UndefinedError
from jinja2.runtime import Context

FOLDER = Path(__file__).parent / "ru"
MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
TAG = re.compile(r"</?(?:b|i|code)>")
LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)


class UnknownUtterance(LookupError):
    """No template has this utterance: a mistake of ours, which a test finds."""


class Texts:
    """All utterances of one language."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self.environment.filters |= {"count": counted, "day": day, "time": clock, "low": lowered, "cut": cut}
        self.files = {name.removesuffix(".j2") for name in self.environment.list_templates(["j2"])}
        self.read: dict[str, Template] = {}
        self.constant: dict[str, str] = {}
        """what was said without facts: it is the same every time"""

    def template(self, file: str) -> Template | None:
        """One file of utterances, read when it is first needed."""
        if file not in self.read and file in self.files:
            self.read[file] = self.environment.get_template(f"{file}.j2")
        return self.read.get(file)

    def say(self, name: str, /, **facts: Any) -> str:
        """The utterance «file.block» with our markup; what people wrote is escaped. Raises UnknownUtterance."""
        if facts:
            return self.rendered(name, facts)
        if name not in self.constant:
            self.constant[name] = self.rendered(name, facts)
        return self.constant[name]

    def rendered(self, name: str, facts: Mapping[str, Any]) -> str:
        """The words of a block. It is handed no other blocks: none of ours calls another or inherits."""
        file, _, block = name.partition(".")
        template = self.template(file)
        if template is None or block not in template.blocks:
            raise UnknownUtterance(name)
        context = Context(self.environment, {**self.environment.globals, **facts}, template.name, {})
        return tidy("".join(template.blocks[block](context)))

    def label(self, name: str, /, **facts: Any) -> str:
        """The label of a button: plain text, one line."""
        return plain(self.say(f"buttons.{name}", **facts))

    @cached_property
    def labels(self) -> frozenset[str]:
        """Every label that needs no facts, as `same` has it."""
        names = (name.removeprefix("buttons.") for name in self.names() if name.startswith("buttons."))
        return frozenset(same(label) for name in names if (label := self.plain_label(name)))

    def plain_label(self, name: str) -> str:
        """A label that is the same for everybody, empty for one that needs facts."""
        try:
            return self.label(name)
        except UndefinedError:
            return ""

    def page(self, template: str, /, **facts: Any) -> str:
        """A whole page of HTML out of a template, with the same filters; what people wrote is escaped."""
        return self.environment.from_string(template).render(**facts)

    def has(self, name: str) -> bool:
        """Whether there is such an utterance."""
        file, _, block = name.partition(".")
        template = self.template(file)
        return template is not None and block in template.blocks

    def names(self) -> set[str]:
        """All utterances, as «file.block»."""
        found = {file: self.template(file) for file in self.files}
        return {f"{file}.{block}" for file, template in found.items() if template for block in template.blocks}


Say = Callable[..., str]


def same(text: str) -> str:
    """For comparing what was typed with a label."""
    return " ".join(text.casefold().replace("ё", "е").split())


def tidy(text: str) -> str:
    """No spaces at the ends of lines, no more than one empty line."""
    lines = "\n".join(line.strip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines)


def plain(text: str) -> str:
    """The text for those who cannot show markup: links spelled out, nothing escaped."""
    spelled = LINK.sub(lambda link: link[2] if link[1] == link[2] else f"{link[2]}: {link[1]}", text)
    return unescape(TAG.sub("", spelled))


def counted(number: int, one: str, few: str, many: str) -> str:
    """The number with the noun in the right form: «1 сосед», «2 соседа», «5 соседей», «21 сосед»."""
    last, teen = number % 10, number % 100 in range(11, 15)
    word = one if last == 1 and not teen else few if last in (2, 3, 4) and not teen else many
    return f"{number} {word}"


def day(when: date) -> str:
    """«5 декабря 2026 года» in short: «5 декабря 2026»."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def clock(when: datetime) -> str:
    """«5 декабря, 14:05»; the caller brings it into the city's zone."""
    return f"{when.day} {MONTHS[when.month - 1]}, {when:%H:%M}"


def lowered(text: str) -> str:
    """The text as it stands inside a sentence: the first letter small, unless the word is an abbreviation."""
    first = text.split(" ", 1)[0]
    return text if len(first) > 1 and first.isupper() else text[:1].lower() + text[1:]


def cut(text: str, limit: int) -> str:
    """The text, cut with «…» at a word's end."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    return (head.rsplit(" ", 1)[0] if " " in head else head).rstrip(" ,.;:—") + "…"


Facts = Mapping[str, Any]
