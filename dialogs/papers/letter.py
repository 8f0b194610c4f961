"""An appeal as a letter on paper: A4, PDF, photos as annexes. `sheet.typ` lays out what is gathered here."""

import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unicodedata import category, normalize

from dialogs.texts.words import MONTHS, counted

TEMPLATE = Path(__file__).with_name("sheet.typ")
SHOWN = re.compile("[ -~¡-\u00ac\u00ae-ſΑ-ΡΣ-ώЀ-џҐ-ӄӐ-ӹ\u0301‐-‧‰′″‹›⁄⁰⁴-₎€₽№™Ω⅓-ↄ←-↙−∅√∞≈≠≤≥①-⑳■□○●]")
"""what the bundled fonts have in both faces that are used; a test asks them for each"""
UNSHOWN = "□"
DROPPED = ("Cc", "Cf", "Cs", "Me", "Mn", "Sk", "So")
"""what is left out if it cannot be shown: controls, bidi overrides, halves of characters, lone accents, emoji"""
LONGEST_SIDE = 1280  # px: 200 to an inch across the page
JPEG_QUALITY = 88
RUNS_REMEMBERED = 10
UNTITLED = "Обращение"
UNOPENED = "Фото не открылось"
ORIGIN = "Подготовлено ботом «Я здесь живу»"
ANNEXED = "Приложение к обращению"
NUMBERED = re.compile(r"фото\s*№?\s*\d", re.IGNORECASE)
PREPOSITIONS = ("в", "во")
ENDS = (*".;!?…",)
UNITS = "|".join(("мм?", "см", "км", "кг", "г", "год[а-я]?", "лет", "час[а-я]*", "мин", "руб", *MONTHS))
MEASURE = re.compile(rf"(?<=\d) (?=\d|(?:{UNITS})\b)| (?=—)", re.IGNORECASE)
SHORT = re.compile(r"(?<![\w\u00a0-])(№|[а-яё]{1,2}\.?|корп\.|стр\.) (?=\S)", re.IGNORECASE)
"""spaces at which Russian does not break a line: «№ 5», «д. 10», «в доме», «80 см», «3 ноября», before a dash"""


@dataclass(frozen=True)
class Annex:
    """A photo that we stored, a JPEG, with its title: «Фото 1. Яма у второго подъезда» (a missing number is added)."""

    title: str
    picture: Path


@dataclass(frozen=True)
class Letter:
    """What a written appeal has to say (59-ФЗ ст. 7 ч. 1); sender, date and signature may be left to a pen.

    `addressee` is an accusative, «администрацию района», or ready-made, «В администрацию района»; `sender` is lines:
    the name, the address for the answer; `written_on` is a date in words; `supporters` agreed to be named.
    """

    addressee: str
    sender: tuple[str, ...]
    heading: str
    paragraphs: tuple[str, ...]
    demands: str
    requests: tuple[str, ...]
    enclosures: tuple[str, ...]
    annexes: tuple[Annex, ...]
    supporters: tuple[str, ...]
    supporters_unnamed: int
    number: str
    written_on: str
    signed: bool


def render(letter: Letter) -> bytes:
    """The letter as PDF, the same bytes for the same letter. A photo that does not open is said so in its place."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copyfile(TEMPLATE, folder / TEMPLATE.name)
        sides = [prepared(annex.picture, folder / f"{index}.jpg") for index, annex in enumerate(letter.annexes)]
        paper = compiled(folder, contents(letter, sides))
    if any(sides):
        forget()
    return paper


def prepared(picture: Path, copy: Path) -> int:
    """Copies a picture for print to where the template may read; its longest side in pixels, 0 if it does not open."""
    from PIL import Image

    try:
        with Image.open(picture, formats=("JPEG",)) as opened:
            opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=1.0)
            opened.convert("RGB").save(copy, "JPEG", quality=JPEG_QUALITY)
            return max(opened.size)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return 0


def compiled(folder: Path, words: Mapping[str, Any]) -> bytes:
    """The template of the folder with these words; it can read nothing outside of the folder."""
    import typst

    inputs = {"letter": json.dumps(words)}
    return typst.compile(folder / TEMPLATE.name, root=folder, sys_inputs=inputs, ignore_system_fonts=True)


def forget() -> None:
    """Has typst drop the pixels of the photos: it keeps, 4 MB for each, what was not used in the last ten runs."""
    import typst

    compiler = typst.Compiler(ignore_system_fonts=True)
    for _ in range(RUNS_REMEMBERED):
        compiler.compile(b" ", format="pdf")


def contents(letter: Letter, sides: Sequence[int]) -> Mapping[str, Any]:
    """Every word of the letter as it will be shown; `sides` are the longest sides of its photos, in pixels."""
    number = f" № {words}" if (words := shown(letter.number)) else ""
    return {
        "addressee": shown(addressed(letter.addressee)),
        "sender": each_shown(letter.sender),
        "heading": shown(letter.heading) or UNTITLED,
        "story": [lines for paragraph in letter.paragraphs if (lines := each_shown(paragraph.splitlines()))],
        "lists": [lines for lines in (demanded(letter), each_shown([supported(letter)]), enclosed(letter)) if lines],
        "signed": letter.signed,
        "written_on": shown(letter.written_on),
        "origin": f"{ORIGIN},{number}" if number else ORIGIN,
        "annexed": f"{ANNEXED}{number}",
        "unopened": UNOPENED,
        "annexes": [annexed(index, annex.title, sides[index]) for index, annex in enumerate(letter.annexes)],
    }


def addressed(body: str) -> str:
    """«В администрацию района», whether or not the preposition is there."""
    first = body.lower().split()[:1]
    return f"В {body}" if first and first[0] not in PREPOSITIONS else body


def demanded(letter: Letter) -> list[str]:
    """The requests, numbered «1)», after what introduces them."""
    requests = each_shown(letter.requests)
    ends = [";"] * (len(requests) - 1) + ["."]
    closed = [words if words.endswith(ENDS) else f"{words}{end}" for words, end in zip(requests, ends, strict=False)]
    return each_shown([letter.demands]) + numbered(closed, ")")


def supported(letter: Letter) -> str:
    """Who supports it: «Обращение поддержали: Анна Белова, Пётр Волков и ещё 3 жителя.»; empty if nobody."""
    names = each_shown(letter.supporters)
    unnamed = letter.supporters_unnamed + len(letter.supporters) - len(names)
    others = counted(unnamed, "житель", "жителя", "жителей")
    if not names:
        verb = "поддержал" if others.endswith("житель") else "поддержали"
        return f"Обращение {verb} {others}." if unnamed > 0 else ""
    verb = "поддерживает" if len(names) == 1 and unnamed <= 0 else "поддержали:"
    joint = "; " if any("," in name for name in names) else ", "
    rest = f" и ещё {others}" if unnamed > 0 else ""
    return f"Обращение {verb} {joint.join(names)}{rest}".rstrip(".") + "."


def enclosed(letter: Letter) -> list[str]:
    """The enclosures, numbered «1.», after their heading."""
    enclosures = numbered(each_shown(letter.enclosures), ".")
    return ["Приложение:" if len(enclosures) == 1 else "Приложения:", *enclosures] if enclosures else []


def numbered(items: Sequence[str], mark: str) -> list[str]:
    """Items with their numbers, which stay on one line with the first word."""
    return [f"{number}{mark}\u00a0{words}" for number, words in enumerate(items, 1)]


def annexed(index: int, title: str, side: int) -> Mapping[str, Any]:
    """A photo for the template: its file beside it, its numbered title, its longest side in pixels."""
    title = shown(title)
    known = title if NUMBERED.match(title) else f"Фото {index + 1}. {title}".removesuffix(". ")
    return {"file": f"{index}.jpg", "title": known, "side": side}


def each_shown(lines: Iterable[str]) -> list[str]:
    """The lines of which something can be shown."""
    return [words for words in map(shown, lines) if words]


def shown(text: str) -> str:
    """The text in one line, made of characters that the fonts have; nothing in it changes how the rest is read."""
    printed = "".join(map(printable, normalize("NFC", text)))
    single = re.sub("([ \u0301])\\1+", r"\1", printed).strip()
    return SHORT.sub("\\1\u00a0", MEASURE.sub("\u00a0", single))


def printable(character: str) -> str:
    """The character, its plain form («m2» for «㎡»), a space for any space, nothing or UNSHOWN."""
    if SHOWN.fullmatch(character):
        return character
    plain = " " if character.isspace() else normalize("NFKC", character)
    if plain != character and all(SHOWN.fullmatch(letter) for letter in plain):
        return plain
    return "" if category(character) in DROPPED else UNSHOWN
