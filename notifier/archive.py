"""Everything about a person in one archive: a page to read, the same as JSON, photos and voice messages."""

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from dialogs.texts.words import Texts, day, plain
from storage.model.numbers import written
from storage.privacy import answers_in, frames_of

PAGE = Path(__file__).with_name("archive.html.j2")
SOUNDS = (".ogg", ".oga")
OWN_WORDS = ("words", "text", "comment", "caption", "name", "reply_to", "missing", "reason", "title", "official_number")
"""answers besides the story and the place that people type"""
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Told:
    """What somebody has told in a dialog that they have not ended."""

    story: str = ""
    place: str = ""
    answers: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be shown."""
        return not (self.story or self.place or self.answers)


def packed(found: Rows, files: Path, texts: Texts, now: datetime) -> bytes:
    """The archive as ZIP; `found` are rows by table, as JSON has them. Files get names of ours."""
    names = named(found.get("files", ()), files)
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", page(found, names, texts, now))
        archive.writestr("dannye.json", json.dumps(found, ensure_ascii=False, indent=2, default=str))
        for file, name in names.items():
            archive.write(files / file, name)
    return held.getvalue()


def named(rows: Sequence[Mapping[str, Any]], files: Path) -> dict[str, str]:
    """The files that we have, with their names in the archive."""
    stored = dict.fromkeys(row["file"] for row in rows if row["file"] and (files / row["file"]).is_file())
    return {
        file: f"{'golos' if file.endswith(SOUNDS) else 'foto'}/{number}{Path(file).suffix}"
        for number, file in enumerate(stored, 1)
    }


def page(found: Rows, names: Mapping[str, str], texts: Texts, now: datetime) -> str:
    """What is kept, to be read by the person themselves; all they wrote is escaped."""

    def when(moment: str) -> str:
        local = datetime.fromisoformat(moment).astimezone(now.tzinfo)
        return f"{day(local)}, {local:%H:%M}"

    def status(word: str) -> str:
        return texts.label(f"status_{word}")

    frames = [frame for row in found.get("conversation", ()) for frame in frames_of(row["state"])]
    return texts.page(
        PAGE.read_text("utf-8"),
        found=found,
        names=names,
        sounds=SOUNDS,
        now=now,
        when=when,
        on=lambda date_: day(date.fromisoformat(date_)),
        status=status,
        number=written,
        waiting=[plain(words) for words in on_their_way(found)],
        drafts=[told for frame in frames if not (told := told_in(answers_in(frame))).is_empty],
    )


def on_their_way(found: Rows) -> Iterator[str]:
    """What the bot has still to say, but for the message that brings the archive."""
    for row in found.get("messages", ()):
        if row["body"].get("text") and not row["body"].get("file"):
            yield row["body"]["text"]


def told_in(answers: Mapping[str, Any]) -> Told:
    """What stands in the answers of a dialog."""
    place = answers.get("place")
    return Told(
        str(answers.get("story") or ""),
        where(place) if isinstance(place, Mapping) else "",
        [words for name, value in answers.items() if name != "place" for words in typed(name, value)],
    )


def where(place: Mapping[str, Any]) -> str:
    """A place in words: the address, the point."""
    point = f"точка {place['lat']}, {place['lon']}" if place.get("lat") is not None else ""
    return ", ".join(filter(None, (str(place.get("words") or ""), point)))


def typed(name: str, value: Any) -> Iterator[str]:
    """What a person typed in an answer and in what it holds."""
    if isinstance(value, str) and value and (name in OWN_WORDS or name.startswith("details.")):
        yield value
    elif isinstance(value, Mapping):
        for inner, part in value.items():
            yield from typed(inner, part)
    elif isinstance(value, list):
        for part in value:
            yield from typed("text" if isinstance(part, str) else name, part)
