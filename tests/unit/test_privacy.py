"""What is kept about a person is handed over whole, and after erasing not a word of it is left anywhere."""

import asyncio
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import Boolean, Date, Float, Integer, func, insert, select, update

from bot.app import App, build
from bot.channels.vk_words import said_by
from bot.config import Settings
from dialogs.speech import ARCHIVE, Button, Press, Reply, Said
from notifier.archive import packed
from notifier.papers import Papers
from storage import appeals, calls, knowledge, media, outbox, people, privacy, profiles
from storage.database import Connection
from storage.media import MediaState
from storage.model.appeal import Actor, Appeal, Change, Kind, Status
from storage.model.city import PERSONAL_DATA
from storage.model.person import Person, Profile
from storage.model.territory import Point
from storage.outbox import Draft, Lane
from storage.tables import Moment, metadata
from storage.tables import appeals as appeal_table
from storage.tables import handovers as handover_table
from storage.tables import media as media_table
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


async def test_the_export_names_nobody_else_even_by_a_number_of_ours(connection: Connection) -> None:
    known = await town(connection)
    found = await privacy.export(connection, known.anna.id)
    assert {row["actor_id"] for row in found["history"]} == {known.anna.id, None}
    assert {row["person_id"] for row in found["talks"]} == {known.anna.id, None}


async def test_the_page_shows_drafts_with_their_place_and_answers_and_plays_what_was_said(
    connection: Connection, tmp_path: Path
) -> None:
    anna = await resident(connection)
    place = {"words": "Садовая, 10", "lat": 59.93, "lon": 30.33}
    answers = {"story": "Яма <у> дома", "place": place, "details.size": "по колено", "situation": "ground_collapse"}
    state = {"active": {"dialog": "file_appeal", "answers": answers}, "drafts": []}
    await people.save_conversations(connection, {anna.id: state}, MONDAY)
    sent = [{"kind": kind, "ref": kind, "size": 1} for kind in ("photo", "voice", "photo")]
    photo, voice, _ = await media.add(connection, anna.id, None, "telegram", sent, MONDAY)
    await media.settle(connection, photo, MediaState.STORED, "one.jpg", 1)
    await media.settle(connection, voice, MediaState.STORED, "two.ogg", 1, words="возле нашего дома яма")
    for name in ("one.jpg", "two.ogg"):
        aged(tmp_path / name, timedelta())
    found = await privacy.export(connection, anna.id)
    with ZipFile(BytesIO(packed(found, tmp_path, texts(), LATER))) as archive:
        assert archive.namelist() == ["index.html", "dannye.json", "foto/1.jpg", "golos/2.ogg"]
        page = archive.read("index.html").decode()
    told = ("Яма &lt;у&gt; дома", "Место: Садовая, 10, точка 59.93, 30.33", "Ваш ответ: по колено")
    sent_along = (
        '<img src="foto/1.jpg"',
        '<audio controls src="golos/2.ogg"',
        "«возле нашего дома яма»",
        "не сохранён",
    )
    assert [words for words in told + sent_along if words not in page] == []
    assert "ground_collapse" not in page


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


# the whole proof: a word of theirs in every column, and then in none

HOLDS_NOTHING = {
    "doors.channel": "a messenger",
    "doors.cursor": "where reading a messenger goes on",
    "doors.link": "the form of links into a messenger",
    "updates_seen.channel": "a messenger",
    "updates_seen.update_id": "a messenger's count of all updates, which names no chat",
    "persons.channel": "a messenger",
    "persons.role": "one of three words",
    "consents.kind": "one of four words; the record stays by law",
    "consents.version": "of the words of the pack",
    "consents.channel": "a messenger",
    "appeals.city": "an anonymous count",
    "appeals.situation": "an anonymous count",
    "appeals.body": "an anonymous count",
    "appeals.land": "an anonymous count",
    "appeals.district": "an anonymous count",
    "appeals.okrug": "an anonymous count",
    "appeals.status": "an anonymous count",
    "appeals.share_token": "chance",
    "events.kind": "a word of ours",
    "events.actor": "one of four words",
    "events.before": "a status",
    "events.after": "a status",
    "events.media": "numbers of files, which are gone",
    "media.channel": "a messenger",
    "media.kind": "a word of ours",
    "media.state": "a word of ours",
    "media.problem": "a word of ours",
    "outgoing.channel": "a messenger",
    "outgoing.state": "a word of ours",
    "outgoing.problem": "a word of ours",
    "unanswered.city": "of the pack",
    "examples.city": "of the pack",
    "examples.situation": "of the pack",
    "proposals.city": "of the pack",
    "proposals.title": "an administrator's name for a situation of the pack, nobody's once they are erased",
    "reloads.city": "of the pack",
    "reloads.outcome": "what is wrong with the pack",
    "handovers.service": "of the server's list",
    "handovers.state": "a word of ours",
    "handovers.status": "one of two words",
}
"""columns that could hold words, and why none of a resident ever stands in them"""
WORDLESS = (Integer, Boolean, Date, Moment)
"""types of columns that neither words nor points stand in"""
AROUND = ("asked", "answered", "told neighbours", "told moderators", "assigned", "in a dialog", "by a moderator")
"""words that stand in columns of the table above a second time, in rows of others or of nobody"""
COLUMNS = {
    f"{table.name}.{column.name}": column
    for table in metadata.sorted_tables
    for column in table.c
    if not isinstance(column.type, WORDLESS)
}
TRACES = (*(name for name in COLUMNS if name not in HOLDS_NOTHING), *AROUND)
SECRET = {"handovers.token"}
"""between us and a server: nobody is handed that"""
OTHERS = {"in a dialog", "told neighbours", "told moderators", "by a moderator"}
"""what stands in rows of others only"""
UNSEEN = {"appeals.address", "appeals.answers", "media.ref", "media.file", "outgoing.address"}
"""what the page leaves to the JSON: it stands there in other words, or is our own name of something"""


def traces(name: str) -> dict[str, str]:
    """A word for each column that no other column and nobody else has; Latin, so that JSON writes it as it is."""
    start = 59 if name == "anna" else 58
    return {
        trace: f"{start}.{number:02d}7531"
        if trace in COLUMNS and isinstance(COLUMNS[trace].type, Float)
        else f"{name}{number:02d}trace"
        for number, trace in enumerate(TRACES)
    }


async def leaves_traces(connection: Connection, words: dict[str, str], staff: Person, other: Appeal) -> Appeal:
    """Somebody leaves a word in every column: in their own rows, in those of others, and in nobody's."""
    person = await resident(connection, words["persons.address"])
    await people.change(connection, person.id, name=words["persons.name"])
    await people.consent(connection, person.id, PERSONAL_DATA, "1", MONDAY, "telegram")
    profile = Profile(words["profiles.name"], words["profiles.reply_to"])
    await profiles.save(connection, person.id, profile, MONDAY)
    stories = ("conversations.state", "unanswered.words", "proposals.words", "assigned")
    drafts = [{"dialog": "file_appeal", "answers": {"story": words[story]}} for story in stories]
    await people.save_conversations(connection, {person.id: {"active": drafts[0], "drafts": drafts[1:]}}, MONDAY)
    await teaches(connection, words, person, staff)
    appeal = await files_an_appeal(connection, words, person)
    await sends_files(connection, words, person, staff, appeal)
    await meets_others(connection, words, person, other)
    await is_spoken_of(connection, words, person, staff, appeal)
    return appeal


async def teaches(connection: Connection, words: dict[str, str], person: Person, staff: Person) -> None:
    """Words that nobody understood, that were learnt, and that a situation is proposed for."""
    place = city().id
    await knowledge.note_unanswered(connection, place, words["unanswered.words"], MONDAY)
    for learnt, whose in (("examples.words", person.id), ("assigned", None)):
        await knowledge.learn(connection, place, "litter", words[learnt], MONDAY, person=whose, most=100)
    await knowledge.propose(connection, place, "новая тема", words["proposals.words"], staff.id, MONDAY)


async def files_an_appeal(connection: Connection, words: dict[str, str], person: Person) -> Appeal:
    """An appeal with all that can be known of it, added to, corrected, handed over."""
    point = Point(float(words["appeals.lat"]), float(words["appeals.lon"]))
    answers = {"story": words["appeals.answers"]}
    text, place = words["appeals.text"], words["appeals.place"]
    appeal = await filed(connection, person.id, text=text, place=place, point=point, answers=answers)
    more = {"address": words["appeals.address"], "official_number": words["appeals.official_number"]}
    await connection.execute(update(appeal_table).where(appeal_table.c.id == appeal.id).values(**more))
    added = Change(Kind.SUPPLEMENTED, Actor.AUTHOR, person.id, words["events.words"])
    await appeals.apply(connection, appeal, added, MONDAY)
    there = {name: words[f"handovers.{name}"] for name in ("token", "request", "notes")}
    sent = {"appeal_id": appeal.id, "state": "sent", "retry_at": MONDAY, "updated_at": MONDAY}
    await connection.execute(insert(handover_table).values(**sent, **there))
    return appeal


async def sends_files(
    connection: Connection, words: dict[str, str], person: Person, staff: Person, appeal: Appeal
) -> None:
    """A file of a draft that says where it was made and what is said in it; a moderator's photo of the appeal."""
    for whose, about, caption in ((person, None, "media.caption"), (staff, appeal.id, "by a moderator")):
        ref = words["media.ref"] if whose is person else "AgAC"
        sent = {"kind": "photo", "ref": ref, "size": 1, "caption": words[caption]}
        (number,) = await media.add(connection, whose.id, about, "telegram", [sent], MONDAY)
        if whose is person:
            more = {"words": words["media.words"], "lat": float(words["media.lat"]), "lon": float(words["media.lon"])}
            await media.settle(connection, number, MediaState.STORED, words["media.file"], 1, **more)


async def meets_others(connection: Connection, words: dict[str, str], person: Person, other: Appeal) -> None:
    """Joins somebody's appeal under a name and judges what was answered."""
    await appeals.join(connection, other, person.id, MONDAY)
    await appeals.name_supporter(connection, other.id, person.id, words["supporters.name"])
    key = {"appeal_id": other.id, "person_id": person.id, "round": 1}
    await appeals.save_verdict(connection, key, MONDAY, solved=False, score=2, comment=words["verdicts.comment"])


async def is_spoken_of(
    connection: Connection, words: dict[str, str], person: Person, staff: Person, appeal: Appeal
) -> None:
    """A talk with a moderator, and messages on their way to the person, to neighbours and to moderators."""
    call = await calls.open_call(connection, person.id, MONDAY)
    for said, whose in (("call_words.words", person), ("asked", person), ("answered", staff)):
        await calls.add_words(connection, call, whose.id, words[said], MONDAY)
    body = {"text": words["outgoing.body"]}
    own = Draft(person.id, "telegram", words["outgoing.address"], Lane.NOTICE, body, 1, MONDAY)
    await outbox.put(connection, [own], MONDAY)
    neighbour = await resident(connection, f"neighbour of {person.id}")
    link = f"https://vk.com/share.php?url=t.me%2Fbot%3Fstart%3Da{appeal.share_token}&title={words['told neighbours']}"
    passing_on = Reply("Позовите соседей", ((Button("На стену VK", url=link),),))
    await sends(connection, neighbour, passing_on)
    for reply in moderators_see(await listed(connection, words), words, call, appeal):
        await sends(connection, staff, reply)


async def listed(connection: Connection, words: dict[str, str]) -> dict[str, Any]:
    """The row of the words that nobody understood."""
    found = await knowledge.list_unanswered(connection, city().id, 10)
    return dict(next(row for row in found if row["words"] == words["unanswered.words"]))


def moderators_see(row: dict[str, Any], words: dict[str, str], call: int, appeal: Appeal) -> list[Reply]:
    """What moderators are told of what somebody wrote."""
    say, told = texts().say, words["told moderators"]
    proposed = [{"title": "новая тема", "words": words["proposals.words"]}]
    return [
        Reply(say("moderation.call", words=told, call=call, draft=words["conversations.state"])),
        Reply(f"<b>№ {appeal.number} · На проверке</b>\n{told}"),
        Reply(say("teaching.words", row=row), ((Button("Убрать", f"drop_words:{row['id']}"),),)),
        Reply(say("teaching.assigning", row={"words": words["examples.words"]})),
        Reply(say("teaching.learnt", learns=True, count=1, most=2, proposed=proposed)),
    ]


async def sends(connection: Connection, person: Person, reply: Reply) -> None:
    """A message on its way to somebody."""
    draft = Draft(person.id, person.channel, person.address, Lane.REPLY, reply.as_json(), 1, MONDAY)
    await outbox.put(connection, [draft], MONDAY)


@dataclass
class Lives:
    """Anna and Boris who lived the same way, each with words of their own."""

    anna: int
    of_anna: dict[str, str]
    of_boris: dict[str, str]


async def two_lives(connection: Connection) -> Lives:
    """Both leave their traces; a moderator is choosing themes for what they told."""
    staff, vera = await moderator(connection), await resident(connection, "vera")
    other, of_anna, of_boris = await filed(connection, vera.id), traces("anna"), traces("boris")
    theirs = [(words, await leaves_traces(connection, words, staff, other)) for words in (of_anna, of_boris)]
    dialogs = [
        {"dialog": "correct_theme", "answers": {"appeal": appeal.id, "story": words["in a dialog"]}}
        for words, appeal in theirs
    ]
    await people.save_conversations(connection, {staff.id: {"active": dialogs[0], "drafts": dialogs[1:]}}, MONDAY)
    anna = theirs[0][1].author_id
    assert anna is not None
    return Lives(anna, of_anna, of_boris)


async def standing(connection: Connection, words: dict[str, str]) -> dict[str, set[str]]:
    """In which columns each word stands."""
    return {trace: await leaks(connection, [word]) for trace, word in words.items()}


async def counts(connection: Connection) -> list[tuple[Any, ...]]:
    """How many appeals there are by situation, body, status and district."""
    by = [appeal_table.c[name] for name in ("situation", "body", "status", "district")]
    found = await connection.execute(select(*by, func.count()).group_by(*by).order_by(*by))
    return [tuple(row) for row in found]


def on_disk(folder: Path, words: Iterable[str]) -> set[str]:
    """Which of these words stand in the name or in a byte of any file, the database's own among them."""
    held = [file.name.encode() + file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    return {word for word in words if any(word.encode() in content for content in held)}


async def test_a_life_leaves_a_word_in_every_column_that_can_hold_one(connection: Connection) -> None:
    known = await two_lives(connection)
    places = await standing(connection, known.of_anna)
    assert {trace for trace in COLUMNS.keys() & places.keys() if trace not in places[trace]} == set()
    assert {trace for trace in AROUND if not places[trace]} == set()
    assert set(HOLDS_NOTHING) <= set(COLUMNS)


async def test_after_erasing_no_column_and_no_byte_on_the_disk_holds_a_word_of_the_person(
    database_url: str, tmp_path: Path
) -> None:
    app = program(database_url, tmp_path)
    async with app.database.begin() as connection:
        known = await two_lives(connection)
        before, counted = await standing(connection, known.of_boris), await counts(connection)
    for words in (known.of_anna, known.of_boris):
        aged(tmp_path / "files" / words["media.file"], timedelta()).write_text(words["media.file"])
    assert on_disk(tmp_path, [known.of_anna["media.file"]])
    async with app.database.begin() as connection:
        unneeded = await privacy.erase(connection, known.anna, LATER)
    await app.schedule.discard(unneeded)
    async with app.database.read() as connection:
        assert await leaks(connection, list(known.of_anna.values())) == set()
        assert await standing(connection, known.of_boris) == before
        assert await counts(connection) == counted
    await app.database.close()
    assert on_disk(tmp_path, known.of_anna.values()) == set()
    assert on_disk(tmp_path, [known.of_boris["media.file"]])


async def test_the_archive_holds_every_word_of_the_person_and_its_page_tells_them(
    database_url: str, tmp_path: Path
) -> None:
    app = program(database_url, tmp_path)
    async with app.database.begin() as connection:
        known = await two_lives(connection)
    papers = Papers(app.database, tmp_path / "files", app.house.current, texts(), lambda: LATER)
    made = await papers.made(ARCHIVE, known.anna, known.anna)
    await app.database.close()
    with ZipFile(BytesIO(made.content)) as archive:
        data, page = (archive.read(name).decode() for name in ("dannye.json", "index.html"))
    own = set(TRACES) - SECRET - OTHERS - {"assigned"}
    assert {trace for trace in own if known.of_anna[trace] not in data} == set()
    assert {trace for trace in own - UNSEEN if known.of_anna[trace] not in page} == set()
    others = {known.of_anna[trace] for trace in SECRET | OTHERS} | set(known.of_boris.values())
    assert {word for word in others if word in data + page} == set()
