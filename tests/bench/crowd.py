"""Fills a SQLite database with appeals of many people, in seconds: everything is computed by the database."""

import json
import sqlite3
from pathlib import Path

from dialogs.compose import compose, facts_of
from dialogs.texts.words import Texts
from storage.model.city import City
from tests.bench.ground import CITY
from tests.bench.talk import ADDRESS, LAND, SITUATION, STORY, asked

OWN = 20
"""appeals of the person who looks at theirs, spread over all the time"""
WAITING = 50
"""appeals that wait for a moderator: the latest"""
PER_AUTHOR = 5
LETTERS = 400
"""of each text: so that a million is built in a minute"""
FAST = ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000", "foreign_keys=OFF", "temp_store=MEMORY")
NUMBERS = "WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < :count)"

PERSONS = f"""
{NUMBERS}
INSERT INTO persons (channel, address, role, name, reachable, notices, quiet, created_at)
SELECT CASE WHEN i % 3 THEN 'telegram' ELSE 'vk' END, 1000000 + i, 'resident', '', 1, 1, 1,
       '2026-01-01 00:00:00.000000'
FROM numbers
"""

APPEALS = f"""
{NUMBERS},
dated(i, at, age) AS (SELECT i, strftime('%Y-%m-%d %H:%M:%f000', 1767225600 + i * 28000000.0 / :count, 'unixepoch'),
                             :count - i FROM numbers)
INSERT INTO appeals (author_id, city, situation, body, land, district, place, lat, lon, text, answers, status,
                     created_at, changed_at, moderate_by, due_on, overdue_told, official_number, share_token)
SELECT CASE WHEN i % (:count / :own) = 0 THEN :reader ELSE :first + i % :authors END,
       :city, :situation, :body, :land, NULL, 'Вавиловых, ' || i % 200 || ', у парадной ' || i % 7, NULL, NULL,
       replace(:text, '12', i % 200), :answers,
       CASE WHEN age < :waiting THEN 'submitted' WHEN i % 20 < 12 THEN 'confirmed' WHEN i % 20 < 14 THEN 'rejected'
            WHEN i % 20 < 15 THEN 'withdrawn' WHEN i % 20 < 17 THEN 'answered' WHEN i % 20 < 18 THEN 'in_progress'
            ELSE 'forwarded' END,
       at, at, date(at), CASE WHEN i % 20 >= 17 THEN '2027-01-15' END, 0,
       CASE WHEN i % 20 >= 17 THEN 'ВХ-2026/' || i ELSE '' END, lower(hex(randomblob(8)))
FROM dated
"""

INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN ('appeals', 'events') AND sql > ''"
EVENTS = """
INSERT INTO events (appeal_id, at, kind, actor, actor_id, before, after, words, media, noticed)
SELECT id, created_at, 'moved', 'author', author_id, NULL, 'submitted', '', '[]', 1 FROM appeals
"""


def fill(file: Path, count: int, reader: int, city: City, texts: Texts) -> None:
    """So many appeals with one event each, OWN of them by `reader`; one new author for every PER_AUTHOR of them."""
    situation = city.situation(SITUATION)
    answers = {"story": STORY, "situation": SITUATION, "land": LAND}
    answers |= {f"details.{question.id}": question.choices[0] for question in asked(situation, city)}
    facts = facts_of(
        {**answers, "place": {"words": ADDRESS.format(house=4), "lat": None, "lon": None}}, situation, city
    )
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in FAST:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    known = connection.execute("SELECT max(id) FROM persons").fetchone()[0]
    authors = count // PER_AUTHOR
    connection.execute(PERSONS, {"count": authors})
    values = {
        "count": count, "own": OWN, "waiting": WAITING, "reader": reader, "first": known + 1, "authors": authors,
        "city": CITY, "situation": SITUATION, "body": facts.body.id, "land": LAND,
        "text": compose(facts, texts)[:LETTERS], "answers": json.dumps(answers, ensure_ascii=False),
    }  # fmt: skip
    indexes = connection.execute(INDEXES).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    connection.execute(APPEALS, values)
    connection.execute(EVENTS)
    for _, made in indexes:  # once for all rows is cheaper than row by row
        connection.execute(made)
    connection.execute("COMMIT")
    connection.close()
