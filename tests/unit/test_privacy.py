"""What is kept about a person is handed over whole, and after erasing not a word of it is left anywhere."""

import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.app import App, build
from bot.channels.vk_words import said_by
from bot.config import Settings
from dialogs.speech import Press, Said
from storage import appeals, calls, media, outbox, people, privacy
from storage.database import Connection
from storage.media import MediaState
from storage.model.appeal import Actor, Appeal, Change, Kind, Status
from storage.model.city import PERSONAL_DATA
from storage.model.person import Person
from storage.model.territory import Point
from storage.outbox import Draft, Lane
from storage.tables import appeals as appeal_table
from storage.tables import media as media_table
from storage.tables import metadata
from tests.unit.given import MONDAY, city, texts
from tests.unit.rows import filed, moderator, resident

LATER = MONDAY + timedelta(days=1)
ANNA_ADDRESS, BORIS_ADDRESS = "5550001111", "5550002222"
OF_ANNA = {
    "place": "Вавиловых 4 у второй парадной",
    "text": "провалился асфальт возле моей парадной",
    "story": "рассказ Анны о провале",
    "draft": "черновик Анны о лифте",
    "supplement": "дополнение Анны про трещину",
    "comment": "комментарий Анны к ответу",
    "call": "Анна зовёт человека",
    "answer": "ответ модератора Анне",
    "told": "сообщение бота для Анны",
    "number": "ВХ-2026/118",
    "ref": "AgAC-photo-of-Anna",
    "file": "a1" * 32 + ".jpg",
    "lat": "59.9876",
    "lon": "30.1234",
    "address": ANNA_ADDRESS,
}
"""everything that could lead to Anna; each stands in the database once she has used the bot"""
OF_BORIS = {
    "place": "Невский проспект 100",
    "text": "не горит фонарь у Бориса",
    "supplement": "дополнение Бориса",
    "comment": "комментарий Бориса к ответу",
    "call": "Борис зовёт человека",
    "told": "сообщение бота для Бориса",
    "draft": "черновик Бориса",
    "ref": "AgAC-photo-of-Boris",
    "address": BORIS_ADDRESS,
}
KEPT_BY_OTHERS = {"address", "answer", "told"}
"""what is no answer to «what did I tell you»: said by others, or a message on its way"""


@dataclass
class Town:
    """Two residents and a moderator who have done everything that can be done."""

    anna: Person
    boris: Person
    olga: Person
    appeal: Appeal
    of_boris: Appeal


async def lives(connection: Connection, person: Person, words: dict[str, str]) -> Appeal:
    """Consent, a draft, an appeal with a photo and a supplement, a call, a message on its way."""
    await people.consent(connection, person.id, PERSONAL_DATA, "1", MONDAY)
    draft = {"dialog": "file_appeal", "answers": {"story": words["draft"]}}
    await people.save_conversations(connection, {person.id: {"active": draft, "drafts": [draft]}}, MONDAY)
    point = Point(float(words["lat"]), float(words["lon"])) if "lat" in words else None
    answers = {"story": words.get("story", words["text"]), "place": {"words": words["place"]}}
    appeal = await filed(connection, person.id, text=words["text"], place=words["place"], point=point, answers=answers)
    photo = {"kind": "photo", "ref": words["ref"], "size": 1}
    ids = await media.add(connection, person.id, appeal.id, person.channel, [photo], MONDAY)
    await media.settle(connection, ids[0], MediaState.STORED, words.get("file", "b2" * 32 + ".jpg"), 1)
    added = Change(Kind.SUPPLEMENTED, Actor.AUTHOR, person.id, words["supplement"], media=ids)
    await appeals.apply(connection, appeal, added, MONDAY)
    call = await calls.open_call(connection, person.id, MONDAY)
    await calls.add_words(connection, call, person.id, words["call"], MONDAY)
    await tells(connection, person, words["told"])
    return appeal


async def tells(connection: Connection, person: Person, text: str) -> None:
    """A message on its way to somebody."""
    draft = Draft(person.id, person.channel, person.address, Lane.NOTICE, {"text": text}, 1, MONDAY)
    await outbox.put(connection, [draft], MONDAY)


async def town(connection: Connection) -> Town:
    """Anna and Boris live, join each other's appeals and judge them; Olga moderates."""
    anna = await resident(connection, ANNA_ADDRESS)
    boris = await resident(connection, BORIS_ADDRESS)
    olga = await moderator(connection)
    appeal, other = await lives(connection, anna, OF_ANNA), await lives(connection, boris, OF_BORIS)
    number = {"official_number": OF_ANNA["number"]}
    await connection.execute(update(appeal_table).where(appeal_table.c.id == appeal.id).values(**number))
    call = await calls.open_call(connection, anna.id, MONDAY)
    await calls.add_words(connection, call, olga.id, OF_ANNA["answer"], MONDAY)
    for person, joined, words in ((anna, other, OF_ANNA), (boris, appeal, OF_BORIS)):
        await appeals.join(connection, joined, person.id, MONDAY)
        said = Change(Kind.VERDICT, Actor.SUPPORTER, person.id)
        about = await appeals.record(connection, joined, said, MONDAY, Status.ANSWERED)
        key = {"appeal_id": joined.id, "person_id": person.id, "round": about}
        await appeals.save_verdict(connection, key, MONDAY, solved=False, score=2, comment=words["comment"])
    found = await appeals.find(connection, appeal.id)
    assert found is not None
    return Town(anna, boris, olga, found, other)


async def cells(connection: Connection) -> dict[str, list[str]]:
    """Every cell of every table as text, by table and column."""
    found: dict[str, list[str]] = {}
    for table in metadata.sorted_tables:
        for row in (await connection.execute(select(table))).mappings():
            for column, value in row.items():
                shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
                found.setdefault(f"{table.name}.{column}", []).append(shown)
    return found


async def leaks(connection: Connection, words: Sequence[str]) -> set[str]:
    """Where any of these words stand."""
    known = await cells(connection)
    return {place for place, values in known.items() if any(word in value for word in words for value in values)}


async def test_before_it_is_erased_everything_is_somewhere(connection: Connection) -> None:
    await town(connection)
    for word in OF_ANNA.values():
        assert await leaks(connection, [word]), word


async def test_after_erasing_no_table_holds_a_word_a_place_or_an_address_of_the_person(connection: Connection) -> None:
    known = await town(connection)
    await privacy.erase(connection, known.anna.id, LATER)
    assert await leaks(connection, list(OF_ANNA.values())) == set()


async def calls_for_help(connection: Connection, person: Person, staff: Person, words: str) -> None:
    """A call whose words are on their way to a moderator."""
    call = await calls.open_call(connection, person.id, MONDAY)
    await calls.add_words(connection, call, person.id, words, MONDAY)
    await tells(connection, staff, texts().say("moderation.call", words=words, call=call))


async def test_words_of_an_erased_person_do_not_stay_on_their_way_to_others(connection: Connection) -> None:
    known = await town(connection)
    supplemented = f"К обращению № {known.appeal.number} автор добавил: {OF_ANNA['supplement']}"
    await tells(connection, known.olga, supplemented)
    await calls_for_help(connection, known.anna, known.olga, OF_ANNA["call"])
    await privacy.erase(connection, known.anna.id, LATER)
    assert await leaks(connection, list(OF_ANNA.values())) == set()


async def test_words_are_recalled_however_they_were_typed(connection: Connection) -> None:
    known = await town(connection)
    await calls_for_help(connection, known.anna, known.olga, "Тайна Анны  \n\n\n\n <срочно> & 'быстро'")
    assert await leaks(connection, ["Тайна Анны"])
    await privacy.erase(connection, known.anna.id, LATER)
    assert await leaks(connection, ["Тайна Анны"]) == set()


@pytest.mark.parametrize("words", ["лифт", "1", "Обращение", "дополнение Бориса"])
async def test_messages_to_others_that_only_use_the_same_words_are_still_sent(
    connection: Connection, words: str
) -> None:
    known = await town(connection)
    added = Change(Kind.SUPPLEMENTED, Actor.AUTHOR, known.anna.id, words)
    await appeals.apply(connection, known.appeal, added, MONDAY)
    await calls_for_help(connection, known.anna, known.olga, words)
    number = known.of_boris.number
    about_boris = [
        f"Обращение № {number} (запуск лифта) прошло проверку и принято.",
        f"К обращению № {number} автор добавил: {OF_BORIS['supplement']}",
    ]
    for text, person in zip(about_boris, (known.boris, known.olga), strict=True):
        await tells(connection, person, text)
    await privacy.erase(connection, known.anna.id, LATER)
    waiting = [body for body in (await cells(connection))["outgoing.body"] if number in body]
    assert len(waiting) == len(about_boris)


def test_an_update_of_vk_is_known_by_no_address() -> None:
    message = {"id": 17, "from_id": 7654321, "peer_id": 7654321, "conversation_message_id": 5, "text": "Яма"}
    said = said_by(message, {})
    assert said is not None
    assert (said.address, said.update) == ("7654321", "m17")


async def test_what_others_told_is_not_touched(connection: Connection) -> None:
    known = await town(connection)
    before = await privacy.export(connection, known.boris.id)
    tables = ("person", "consents", "conversation", "appeals", "joined", "verdicts", "files", "talks")
    await privacy.erase(connection, known.anna.id, LATER)
    after = await privacy.export(connection, known.boris.id)
    assert {name: after[name] for name in tables} == {name: before[name] for name in tables}
    for word in OF_BORIS.values():
        assert await leaks(connection, [word]), word
    assert await people.find(connection, [known.boris.id, known.olga.id]) == [
        replace(known.boris, consented=True, consent_version="1"),
        known.olga,
    ]


async def test_an_erased_appeal_stays_as_a_count_and_keeps_its_status(connection: Connection) -> None:
    known = await town(connection)
    counted = {name: await appeals.counted_by(connection, name) for name in ("status", "situation", "body")}
    await privacy.erase(connection, known.anna.id, LATER)
    assert {name: await appeals.counted_by(connection, name) for name in counted} == counted
    left = await appeals.find(connection, known.appeal.id)
    assert left is not None
    assert (left.author_id, left.text, left.place, left.point, left.official_number) == (None, "", "", None, "")
    assert (left.status, left.district) == (known.appeal.status, known.appeal.district)
    assert [event.words for event in await appeals.history(connection, left.id)] == [""] * 4


async def test_the_record_of_consent_and_of_its_end_stays_and_leads_to_nobody(connection: Connection) -> None:
    known = await town(connection)
    await privacy.erase(connection, known.anna.id, LATER)
    rows = await people.consents_of(connection, known.anna.id)
    assert [(row["given_at"], row["withdrawn_at"]) for row in rows] == [(MONDAY, LATER)]
    (nobody,) = await people.find(connection, [known.anna.id])
    assert (nobody.name, nobody.reachable, nobody.consented) == ("", False, False)
    assert await people.load(connection, [(known.anna.channel, ANNA_ADDRESS)]) == {}


async def test_whoever_comes_back_after_erasing_is_somebody_new(connection: Connection) -> None:
    known = await town(connection)
    await privacy.erase(connection, known.anna.id, LATER)
    again = await resident(connection, ANNA_ADDRESS)
    assert again.id != known.anna.id
    assert await appeals.of_person(connection, again.id, 10) == []
    await privacy.erase(connection, again.id, LATER)
    assert await leaks(connection, list(OF_ANNA.values())) == set()


async def test_erasing_names_the_files_of_the_person(connection: Connection) -> None:
    known = await town(connection)
    assert await media.in_use(connection, [OF_ANNA["file"]]) == {OF_ANNA["file"]}
    assert list(await privacy.erase(connection, known.anna.id, LATER)) == [OF_ANNA["file"]]
    assert await media.in_use(connection, [OF_ANNA["file"]]) == set()


async def test_a_file_somebody_else_sent_too_is_still_used(connection: Connection) -> None:
    known = await town(connection)
    await connection.execute(update(media_table).values(file=OF_ANNA["file"]))
    await privacy.erase(connection, known.anna.id, LATER)
    assert await media.in_use(connection, [OF_ANNA["file"], "other.jpg"]) == {OF_ANNA["file"]}


async def test_the_export_holds_all_that_a_person_told_and_nothing_of_others(connection: Connection) -> None:
    known = await town(connection)
    handed_over = json.dumps(await privacy.export(connection, known.anna.id), ensure_ascii=False)
    missing = {name for name, word in OF_ANNA.items() if word not in handed_over} - KEPT_BY_OTHERS
    assert missing == set()
    assert ANNA_ADDRESS in handed_over
    assert {name for name, word in OF_BORIS.items() if word in handed_over} == set()


async def test_the_export_holds_what_was_told_to_a_person_too(connection: Connection) -> None:
    known = await town(connection)
    handed_over = json.dumps(await privacy.export(connection, known.anna.id), ensure_ascii=False)
    assert {name for name in KEPT_BY_OTHERS if OF_ANNA[name] not in handed_over} == set()


async def test_somebody_who_told_nothing_has_a_short_export(connection: Connection) -> None:
    anna = await resident(connection)
    found = await privacy.export(connection, anna.id)
    assert {name for name, rows in found.items() if rows} == {"person"}
    json.dumps(found)


# the files themselves


def program(url: str, folder: Path) -> App:
    """The program without messengers, with its files in a folder."""
    settings = Settings(
        city="saint_petersburg",
        database_url=url,
        files=folder / "files",
        admins=frozenset(),
        telegram_api="",
        vk_api="",
        vk_group_id=0,
        log_level="INFO",
    )
    return build(settings, clock=lambda: LATER, city=city())


async def erases(app: App, address: str) -> str:
    """Somebody asks for everything to be erased, and means it; gives the last word."""
    working = asyncio.create_task(app.desk.run())
    try:
        await app.desk.take(Said("telegram", address, "u1", press=Press("erase_me")))
        await app.desk.take(Said("telegram", address, "u2", text=texts().label("yes")))
        await app.desk.take(Said("telegram", BORIS_ADDRESS, "u3"))  # taken when all of the turn before is done
    finally:
        working.cancel()
    async with app.database.begin() as connection:
        told = await outbox.due(connection, "telegram", [Lane.REPLY], LATER, 10, [address])
    return str(told[-1].body["text"])


@pytest.mark.parametrize("shared", [False, True], ids=["own photo", "photo that a neighbour sent too"])
async def test_the_photos_of_an_erased_person_leave_the_disk(sqlite_url: str, tmp_path: Path, shared: bool) -> None:
    app = program(sqlite_url, tmp_path)
    async with app.database.begin() as connection:
        await town(connection)
        if shared:
            await connection.execute(update(media_table).values(file=OF_ANNA["file"]))
    photo = aged(tmp_path / "files" / OF_ANNA["file"], timedelta())
    try:
        assert await erases(app, ANNA_ADDRESS) == texts().say("privacy.erased")
    finally:
        await app.database.close()
    assert photo.exists() is shared


def aged(file: Path, age: timedelta) -> Path:
    """A file of ours that was written so long before now."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"\xff\xd8\xff")
    written = (LATER - age).timestamp()
    os.utime(file, (written, written))
    return file


async def tidied(app: App) -> None:
    """Carry out the hourly work."""
    try:
        await app.schedule.tidy()
    finally:
        await app.database.close()


async def test_a_photo_nothing_refers_to_leaves_the_disk_once_it_cannot_be_a_new_one(
    sqlite_url: str, tmp_path: Path
) -> None:
    app = program(sqlite_url, tmp_path)
    async with app.database.begin() as connection:
        await town(connection)
    files = tmp_path / "files"
    orphan = aged(files / f"{'c3' * 32}.jpg", timedelta(hours=2))
    young = aged(files / f"{'d4' * 32}.jpg", timedelta(minutes=10))
    used = aged(files / OF_ANNA["file"], timedelta(days=9))
    await tidied(app)
    assert [file.exists() for file in (orphan, young, used)] == [False, True, True]


async def test_files_that_are_not_ours_are_never_deleted(sqlite_url: str, tmp_path: Path) -> None:
    app = program(sqlite_url, tmp_path)
    foreign = [aged(tmp_path / "files" / name, timedelta(days=9)) for name in ("README.md", "photo.jpg", "x/y.jpg")]
    await tidied(app)
    assert [file.exists() for file in foreign] == [True] * 3
