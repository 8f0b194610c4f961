"""Everything about a person in one archive: a page to read, the same as JSON, and the photos."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from dialogs.texts.words import Texts, clock

PAGE = Path(__file__).with_name("archive.html.j2")
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def packed(found: Rows, files: Path, texts: Texts, now: datetime) -> bytes:
    """The archive as ZIP; `found` are rows by table, as JSON has them. Photos get names of ours."""
    photos = kept(found.get("files", ()), files)
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", page(found, list(photos), texts, now))
        archive.writestr("dannye.json", json.dumps(found, ensure_ascii=False, indent=2, default=str))
        for name, path in photos.items():
            archive.write(path, name)
    return held.getvalue()


def kept(rows: Sequence[Mapping[str, Any]], files: Path) -> dict[str, Path]:
    """The photos that we have, by their names in the archive."""
    stored = [files / row["file"] for row in rows if row["file"]]
    there = [path for path in dict.fromkeys(stored) if path.is_file()]
    return {f"foto/{number}{path.suffix}": path for number, path in enumerate(there, 1)}


def page(found: Rows, photos: Sequence[str], texts: Texts, now: datetime) -> str:
    """What is kept, to be read by the person themselves; all they wrote is escaped."""

    def when(moment: str) -> str:
        return clock(datetime.fromisoformat(moment).astimezone(now.tzinfo))

    def status(word: str) -> str:
        return texts.label(f"status_{word}")

    return texts.page(PAGE.read_text("utf-8"), found=found, photos=photos, now=now, when=when, status=status)
