"""What people write instead of pressing: «исправь адрес на …», «верни как было», «убери 2», «3 первым»."""

import re
from dataclasses import dataclass

from dialogs.speech import Json

CHANGE = re.compile(
    r"(?:исправ|измени|поменя|замени)(?:ть|ь|й|те|ьте|йте)? (?P<part>[а-яё]+)(?:(?: на|:) ?(?P<value>.+))?",
    re.IGNORECASE,
)
REMOVE = re.compile(
    r"(?:убери(?:те)?|убрать|удали(?:те|ть)?)(?: фото| снимок)? ?(?:№ ?)?(?P<number>\d{1,2})", re.IGNORECASE
)
MOVE = re.compile(
    r"(?:фото |снимок )?(?:№ ?)?(?P<number>\d{1,2}) (?:перв\w+|на место (?P<place>\d{1,2}))", re.IGNORECASE
)
UNDO = re.compile(
    r"(?:верн(?:и|ите|уть)|отмен(?:и|ите|ить))(?: (?:всё|все))?"
    r"(?: (?:как было|обратно|назад|последнее(?: изменение)?|изменение|правку))[.!]?",
    re.IGNORECASE,
)
ENOUGH = re.compile(r"(?:всё,? )?(?:хватит|достаточно)(?: вопросов)?[.!]*", re.IGNORECASE)


@dataclass(frozen=True)
class Change:
    """A part that is to be changed, as people call it, and the words for it, if they are said already."""

    part: str
    value: str


@dataclass(frozen=True)
class Arranged:
    """A collection in its new order, and whether something left it; None for `things` if there is no such number."""

    things: list[Json] | None
    removed: bool


def enough(text: str) -> bool:
    """Whether no more questions are wanted."""
    return ENOUGH.fullmatch(" ".join(text.split())) is not None


def undoes(text: str) -> bool:
    """Whether the last change is to be taken back."""
    return UNDO.fullmatch(" ".join(text.split())) is not None


def change(text: str) -> Change | None:
    """«Исправь адрес на Садовую, 5»; None if it is not that."""
    asked = CHANGE.fullmatch(" ".join(text.split()))
    return Change(asked["part"].lower(), asked["value"] or "") if asked else None


def arranged(collected: list[Json], text: str) -> Arranged | None:
    """One thing of the collection goes, or changes its place; None if that is not wanted."""
    words = " ".join(text.split())
    if asked := REMOVE.fullmatch(words):
        place, removed = 1, True
    elif asked := MOVE.fullmatch(words):
        place, removed = int(asked["place"] or 1), False
    if not asked or not collected:
        return None
    number = int(asked["number"])
    if not (1 <= number <= len(collected) and 1 <= place <= len(collected)):
        return Arranged(None, removed)
    others = [*collected[: number - 1], *collected[number:]]
    return Arranged(others if removed else [*others[: place - 1], collected[number - 1], *others[place - 1 :]], removed)
