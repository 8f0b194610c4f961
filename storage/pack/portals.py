"""The portals of a pack: sites on which residents file themselves."""

import re
from datetime import date

from storage.model.facts import APPEAL, REPORT, Contact, Portal, Source
from storage.pack.table import Table
from storage.pack.values import Sources, answer, cited, confidence


def portal(table: Table, sources: Sources) -> Portal:
    """One portal."""
    source = cited(table, sources) or Source("", "", "", date.min)
    way = Contact("link", table.take("url", str), table.take("note", str), source, confidence(table))
    if not way.value.startswith("https://"):
        table.error("url", f"ссылка «{way.value}» должна начинаться с https://")
    found = Portal(
        id=table.take("id", str),
        name=table.take("name", str),
        kind=table.one_of("kind", (REPORT, APPEAL)),
        way=way,
        steps=table.words("steps"),
        page=page(table),
        number=pattern(table),
        example=table.take("example", str, ""),
        photo=table.take("photo", bool, False),
        listed=table.take("listed", bool, False),
        answer=answer(table.table("answer"), sources) if "answer" in table.values else None,
    )
    table.finish()
    check(table, found)
    return found


def page(table: Table) -> str:
    """Where filing begins."""
    found: str = table.take("page", str, "")
    if found and not found.startswith("https://"):
        table.error("page", f"ссылка «{found}» должна начинаться с https://")
    if set(found.replace("{reason}", "")) & set("{}"):
        table.error("page", f"в «{found}» можно подставить только {{reason}}")
        return ""
    return found


def pattern(table: Table) -> str:
    """What its numbers look like."""
    found: str = table.take("number", str, "")
    try:
        re.compile(found)
    except re.error as error:
        table.error("number", f"«{found}» — не регулярное выражение: {error}; например, «[0-9]{{6,9}}»")
        return ""
    return found


def check(table: Table, found: Portal) -> None:
    """Without what residents would not know what to do there."""
    if not found.steps:
        table.error("steps", "нет «steps»; напишите по шагам, что делать на портале")
    if found.number and not re.fullmatch(found.number, found.example):
        table.error(
            "example", f"пример номера «{found.example}» не подходит под «{found.number}»; исправьте одно из них"
        )
