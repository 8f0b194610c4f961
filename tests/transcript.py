"""Conversations as transcripts: who says what, and word for word what everybody is told then.

    Анна: Рядом с домом провалился асфальт
      > Это может быть опасно. … 112 …
      > Согласие на обработку … [Даю согласие на обработку данных] [Не даю согласия]
    Анна: [Даю согласие на обработку данных]

`Анна:` says words, `[…]` presses a button, `{photo}`, `{location 59.93, 30.36}`, `{link a1b2}`, `{sticker}`, `{voice}`
do what they say, `{album 3}` or `{album 3 with a caption}` sends several photos at once, `{11 days}` after a dash lets
time pass. Lines with `>` are what the speaker is told then, `Ольга >` what somebody else is; further lines belong to
them. `…` stands for anything, `{number}` for a number of an appeal, always the same one, `{token}` for the payload of
its link. Everything that is said must be expected: too many messages fail like too few; a line with `?>` may be
missing, where messengers differ. Labels of buttons may be listed at the end in `[]`; those listed must be there, in
that order.
"""

import asyncio
import re
from dataclasses import dataclass, field
from textwrap import dedent

from tests.emulators.heard import Heard
from tests.world import PHOTO, Player, World

LINE = re.compile(r"^(?P<name>[А-ЯЁ][а-яё]+)?\s*(?P<mark>:|\?>|>)\s?(?P<rest>.*)$")
TIME = re.compile(r"^— (\d+) (days|hours|minutes)$")
VARIABLES = {"number": r"\d{4,}-\d", "token": r"a[0-9a-f]{12}"}


@dataclass
class Expected:
    """One message somebody is told."""

    name: str
    pattern: str
    line: int
    optional: bool = False


@dataclass
class Move:
    """What somebody does, and what follows."""

    name: str
    does: str
    line: int
    expected: list[Expected] = field(default_factory=list)


def parse(story: str) -> list[Move]:
    """The moves of a transcript. Raises ValueError with the line it cannot read."""
    moves: list[Move] = []
    last: Expected | None = None
    for number, raw in enumerate(dedent(story).split("\n"), 1):
        line = raw.strip()
        if not line:
            last = None
            continue
        if time := TIME.match(line):
            moves.append(Move("", f"{time[1]} {time[2]}", number))
            last = None
        elif (match := LINE.match(line)) and match["mark"] == ":" and match["name"] and not raw.startswith(" "):
            moves.append(Move(match["name"], match["rest"], number))
            last = None
        elif match and match["mark"] in (">", "?>"):
            last = Expected(match["name"] or moves[-1].name, match["rest"], number, match["mark"] == "?>")
            moves[-1].expected.append(last)
        elif last:
            last.pattern += f" {line}"
        else:
            raise ValueError(f"line {number}: {line}")
    return moves


async def perform(world: World, story: str, known: dict[str, str] | None = None) -> dict[str, str]:
    """Play a story; gives the variables it met, to be known in the next one."""
    known = dict(known or {})
    for move in parse(story):
        await act(world, move, known)
        await world.settle()
        compare(world, move, known)
    return known


async def act(world: World, move: Move, known: dict[str, str]) -> None:
    """Do what a move says."""
    if not move.name:
        amount, unit = move.does.split()
        await world.passes(**{unit: float(amount)})
        return
    person = world.people[move.name]
    does = re.sub(r"\{(number|token)\}", lambda match: known[match[1]], move.does)
    if does.startswith("[") and does.endswith("]"):
        await person.presses(does[1:-1])
    elif does.startswith("{"):
        verb, _, argument = does[1:-1].partition(" ")
        if verb == "photo":
            await person.sends_photo(PHOTO)
        elif verb == "album":
            await send_album(person, *argument.partition(" ")[::2])
        elif verb == "location":
            lat, lon = argument.split(",")
            await person.sends_location(float(lat), float(lon))
        elif verb == "link":
            await person.opens(argument)
        elif verb == "again":
            await person.presses_again()  # type: ignore[attr-defined] # only where buttons are pressed
        else:
            await getattr(person, f"sends_{verb}")()
    else:
        await person.says(does)


async def send_album(person: Player, count: str, caption: str) -> None:
    """Send photos as one group; the caption stands under the first one. At a terminal they are typed one by one."""
    for number in range(int(count)):
        await person.sends_photo(PHOTO, "" if number else caption, "album")
    await asyncio.sleep(0)  # an album is on its way in VK as soon as no more photos follow


def compare(world: World, move: Move, known: dict[str, str]) -> None:
    """Everybody was told exactly what the story says."""
    for name in world.people:
        expected = [item for item in move.expected if item.name == name]
        heard = world.unread(name)
        shown = "\n".join(f"      {name} > {shape(item)}" for item in heard)
        about = f"line {move.line}, after «{move.name}: {move.does}», {name} was told:\n{shown}"
        for wanted in expected:
            match = re.fullmatch(regex(wanted.pattern, known), shape(heard[0])) if heard else None
            if match:
                known |= match.groupdict()
                heard.pop(0)
            assert match or wanted.optional, f"line {wanted.line} expects «{wanted.pattern}»; {about}"
        assert not heard, f"{len(heard)} messages nobody expects; {about}"


def shape(heard: Heard) -> str:
    """A message as one line: its words, then its buttons."""
    buttons = [f"[{label}]" for label in (*heard.buttons, *(heard.keyboard or ()))]
    files = [*["(фото)"] * len(heard.photos), *(f"(файл: {name})" for name, _ in heard.documents)]
    return " ".join(" ".join([heard.text, *files, *buttons]).split())


def regex(pattern: str, known: dict[str, str]) -> str:
    """A pattern as a regular expression; listed buttons need not be all."""
    words = re.sub(r"\s*…\s*", "…", " ".join(pattern.split()))
    parts = []
    for part in re.split(r"(…|\{number\}|\{token\}|\] \[|\]$)", words):
        name = part.strip("{}")
        if part == "…":
            parts.append(".*?")
        elif name in VARIABLES and part.startswith("{"):
            seen = name in known or any(f"?P<{name}>" in made for made in parts)
            group = f"(?P<{name}>{VARIABLES[name]})"
            parts.append(re.escape(known[name]) if name in known else f"(?P={name})" if seen else group)
        elif part == "] [":
            parts.append(r"\] (?:\[[^\]]*\] )*?\[")
        elif part == "]":
            parts.append(r"\](?: \[[^\]]*\])*")
        else:
            parts.append(re.escape(part))
    tail = "" if "[" in words else r"(?: \[[^\]]*\])*"
    return "".join(parts) + tail
