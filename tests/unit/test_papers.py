"""Files that are made when a message leaves: whose they are, and what they say."""

import io
import json
import zipfile
from pathlib import Path

import pypdf
import pytest
from PIL import Image

from dialogs.speech import ARCHIVE, LETTER
from notifier.delivery import Document, Rejected, Transient
from notifier.papers import Papers
from storage import appeals, media, profiles
from storage.database import Connection, Database
from storage.media import MediaState
from storage.model.appeal import Appeal
from storage.model.person import Person, Profile
from storage.pack.current import Current
from tests.unit.given import MONDAY, city, texts
from tests.unit.rows import filed, resident

STORED = MediaState.STORED
PHOTO = "a1" * 32 + ".jpg"


def papers(database: Database, folder: Path) -> Papers:
    """What makes them."""
    return Papers(database, folder, Current(city()), texts(), lambda: MONDAY)


async def with_photo(connection: Connection, anna: Person, folder: Path, state: MediaState = STORED) -> Appeal:
    """An appeal of Anna's with a photo."""
    appeal = await filed(connection, anna.id)
    shown = [{"kind": "photo", "ref": "AgAC", "size": 1, "caption": "Провал у парадной"}]
    ids = await media.add(connection, anna.id, appeal.id, "telegram", shown, MONDAY)
    Image.new("RGB", (640, 480), "gray").save(folder / PHOTO)
    await media.settle(connection, ids[0], state, PHOTO if state is MediaState.STORED else "", 100)
    return appeal


def words_of(document: Document) -> str:
    """What a PDF says, hyphenation undone."""
    pages = pypdf.PdfReader(io.BytesIO(document.content)).pages
    text = " ".join(page.extract_text() for page in pages)
    return " ".join(text.replace("\u00ad", "").replace("-\n", "").split())


async def test_the_letter_says_what_the_appeal_says_and_who_signs(database: Database, tmp_path: Path) -> None:
    async with database.begin() as connection:
        anna, boris, clara = [await resident(connection, address) for address in ("1", "2", "3")]
        appeal = await with_photo(connection, anna, tmp_path)
        await profiles.save(connection, anna.id, Profile("Примерова Анна", "Примерная улица, 1"), MONDAY)
        for neighbour in (boris, clara):
            await appeals.join(connection, appeal, neighbour.id, MONDAY)
        await appeals.name_supporter(connection, appeal.id, boris.id, "Примеров Борис")
    made = await papers(database, tmp_path).made(LETTER, appeal.id, anna.id)
    assert made.name == f"obrashchenie-{appeal.number}.pdf"
    told = words_of(made)
    expected = ("Примерова Анна", "Примерная улица, 1", "Примеров Борис", "ещё 1 житель", "Фото 1. Провал у парадной")
    assert [words for words in expected if words not in told.replace("\u00a0", " ")] == []
    assert "подпись" in told


async def test_a_letter_waits_for_its_photos(database: Database, tmp_path: Path) -> None:
    async with database.begin() as connection:
        anna = await resident(connection, "1")
        appeal = await with_photo(connection, anna, tmp_path, MediaState.WAITING)
    with pytest.raises(Transient):
        await papers(database, tmp_path).made(LETTER, appeal.id, anna.id)


async def test_nobody_gets_the_papers_of_somebody_else(database: Database, tmp_path: Path) -> None:
    async with database.begin() as connection:
        anna, boris = [await resident(connection, address) for address in ("1", "2")]
        appeal = await filed(connection, anna.id)
    for kind, id in ((LETTER, appeal.id), (LETTER, 10**9), (ARCHIVE, anna.id)):
        with pytest.raises(Rejected):
            await papers(database, tmp_path).made(kind, id, boris.id)


async def test_the_archive_can_be_read_by_people_and_by_programs_and_holds_the_photos(
    database: Database, tmp_path: Path
) -> None:
    async with database.begin() as connection:
        anna, boris = [await resident(connection, address) for address in ("1001", "2002")]
        appeal = await with_photo(connection, anna, tmp_path)
        await profiles.save(connection, anna.id, Profile("<b>Анна</b> & Ко", ""), MONDAY)
        await profiles.save(connection, boris.id, Profile("Примеров Борис", ""), MONDAY)
    made = await papers(database, tmp_path).made(ARCHIVE, anna.id, anna.id)
    held = zipfile.ZipFile(io.BytesIO(made.content))
    assert held.namelist() == ["index.html", "dannye.json", "foto/1.jpg"]
    page, data = held.read("index.html").decode(), json.loads(held.read("dannye.json"))
    assert "&lt;b&gt;Анна&lt;/b&gt; &amp; Ко" in page
    assert appeal.text in page
    assert '<img src="foto/1.jpg"' in page
    assert "Примеров Борис" not in page + json.dumps(data, ensure_ascii=False)
    assert data["appeals"][0]["text"] == appeal.text
    assert held.read("foto/1.jpg") == (tmp_path / PHOTO).read_bytes()


async def test_the_archive_of_somebody_who_told_nothing_says_so(database: Database, tmp_path: Path) -> None:
    async with database.begin() as connection:
        anna = await resident(connection, "1001")
    made = await papers(database, tmp_path).made(ARCHIVE, anna.id, anna.id)
    page = zipfile.ZipFile(io.BytesIO(made.content)).read("index.html").decode()
    assert "Обращений нет." in page
