"""What residents teach: words nobody understood are counted, corrections are kept and forgotten, packs are reloaded."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from storage import knowledge, privacy
from storage.database import Connection, Database
from storage.model.situation import Example
from storage.tables import examples, proposals, unanswered
from tests.unit.given import MONDAY
from tests.unit.rows import resident

LATER = MONDAY + timedelta(hours=1)
CITY, OTHER_CITY = "lukomorye", "buyan"


async def learns(connection: Connection, text: str, situation: str = "litter", **changes: Any) -> None:
    """A correction in Lukomorye that nobody is named for."""
    told: dict[str, Any] = {"city": CITY, "now": MONDAY, "person": None, "most": 100, **changes}
    await knowledge.learn(connection, situation=situation, text=text, **told)


async def listed(connection: Connection, city: str = CITY) -> list[tuple[str, int]]:
    """Words nobody understood, with their counts, in the order moderators see them."""
    return [(row["words"], row["count"]) for row in await knowledge.list_unanswered(connection, city, 100)]


async def known(connection: Connection, city: str = CITY) -> list[tuple[str, str]]:
    """What was learnt: situation and words, the latest first."""
    return [(row["situation"], row["words"]) for row in await knowledge.learnt(connection, city, 100)]


# private parts


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("белка  насорила\n\nу терема", "белка насорила у терема"),
        ("   ", ""),
        ("", ""),
        ("пишите на cat@example.org про орехи", "пишите на про орехи"),
        ("звоните +7 (812) 305-09-09 вечером", "звоните вечером"),
        ("мой номер 89111234567, белка", "мой номер , белка"),
        ("карта 2200 1234 5678 9010 пуста", "карта пуста"),
        ("смотрите https://example.org/foto?id=5 тут", "смотрите тут"),
        ("терем 4, кв. 12, третий этаж", "терем 4, третий этаж"),
        ("терем 4 кв12", "терем 4"),
        ("живу: Квартира 7", "живу:"),
        ("терем 4, 2 этаж, 1998 год", "терем 4, 2 этаж, 1998 год"),
        ("квас 12 бочек", "квас 12 бочек"),
    ],
)
def test_what_may_lead_to_a_person_is_left_out_and_the_rest_stays(text: str, kept: str) -> None:
    assert knowledge.impersonal(text) == kept


@given(st.text(max_size=900))
def test_any_words_become_one_short_line_that_stays_as_it_is(text: str) -> None:
    kept = knowledge.impersonal(text)
    assert len(kept) <= knowledge.LONGEST
    assert "\n" not in kept
    assert "@example.org" not in knowledge.impersonal(f"{text} cat@example.org")


async def test_private_parts_reach_no_table(connection: Connection) -> None:
    anna = await resident(connection)
    text = "белка насорила, звоните +7 911 123-45-67 или cat@example.org, кв. 12"
    await knowledge.note_unanswered(connection, CITY, text, MONDAY)
    await learns(connection, text)
    await knowledge.propose(connection, CITY, "Охрана белки", text, anna.id, MONDAY)
    for table in (unanswered, examples, proposals):
        (words,) = (await connection.execute(select(table.c.words))).scalars()
        assert words.startswith("белка насорила, звоните")
        assert not any(private in words for private in ("911", "@", "12"))


# words nobody understood


async def test_the_same_words_are_counted_once_with_their_first_and_last_day(connection: Connection) -> None:
    for now in (MONDAY, LATER):
        await knowledge.note_unanswered(connection, CITY, "синхрофазотрон  гудит", now)
    await knowledge.note_unanswered(connection, OTHER_CITY, "синхрофазотрон гудит", LATER)
    (row,) = await knowledge.list_unanswered(connection, CITY, 10)
    assert (row["words"], row["count"]) == ("синхрофазотрон гудит", 2)
    assert (row["first_at"], row["last_at"]) == (MONDAY, LATER)
    assert await listed(connection, OTHER_CITY) == [("синхрофазотрон гудит", 1)]


async def test_texts_that_differ_only_in_what_is_private_are_the_same_words(connection: Connection) -> None:
    for flat in (12, 13):
        await knowledge.note_unanswered(connection, CITY, f"гудит в стене, кв. {flat}", MONDAY)
    assert await listed(connection) == [("гудит в стене,", 2)]


@pytest.mark.parametrize("text", ["", " \n ", "+7 911 123-45-67", "cat@example.org"])
async def test_a_text_of_nothing_but_private_parts_is_not_listed(connection: Connection, text: str) -> None:
    await knowledge.note_unanswered(connection, CITY, text, MONDAY)
    assert await listed(connection) == []


async def test_words_that_differ_only_at_the_end_of_a_long_text_are_counted_together(connection: Connection) -> None:
    for end in ("раз", "два"):
        await knowledge.note_unanswered(connection, CITY, "ы" * knowledge.LONGEST + end, MONDAY)
    assert await listed(connection) == [("ы" * knowledge.LONGEST, 2)]


async def test_the_most_frequent_words_come_first_then_the_latest(connection: Connection) -> None:
    for minute, words in enumerate(("позже", "раньше", "часто", "часто", "часто", "раньше", "позже", "однажды")):
        await knowledge.note_unanswered(connection, CITY, words, MONDAY + timedelta(minutes=minute))
    assert await listed(connection) == [("часто", 3), ("позже", 2), ("раньше", 2), ("однажды", 1)]
    page = await knowledge.list_unanswered(connection, CITY, 2, 1)
    assert [row["words"] for row in page] == ["позже", "раньше"]


async def test_words_of_the_same_moment_come_the_last_one_first(connection: Connection) -> None:
    for words in ("первое", "второе", "третье"):
        await knowledge.note_unanswered(connection, CITY, words, MONDAY)
    assert [words for words, _ in await listed(connection)] == ["третье", "второе", "первое"]


async def test_words_are_taken_off_the_list_once(connection: Connection) -> None:
    for words in ("одно", "другое"):
        await knowledge.note_unanswered(connection, CITY, words, MONDAY)
    row = (await knowledge.list_unanswered(connection, CITY, 1))[0]
    assert await knowledge.find_unanswered(connection, row["id"]) == row
    assert await knowledge.drop_unanswered(connection, row["id"]) is True
    assert await knowledge.drop_unanswered(connection, row["id"]) is False
    assert await knowledge.find_unanswered(connection, row["id"]) is None
    assert await listed(connection) == [("одно", 1)]


async def test_words_that_come_again_after_they_were_dropped_are_counted_anew(connection: Connection) -> None:
    for _ in range(2):
        await knowledge.note_unanswered(connection, CITY, "снова", MONDAY)
    await knowledge.drop_unanswered(connection, (await knowledge.list_unanswered(connection, CITY, 1))[0]["id"])
    await knowledge.note_unanswered(connection, CITY, "снова", LATER)
    assert await listed(connection) == [("снова", 1)]


# corrections


async def test_corrections_are_kept_the_latest_first_and_by_city(connection: Connection) -> None:
    await learns(connection, "кот разлил сметану")
    await learns(connection, "змей летит", "dragon", now=LATER)
    await learns(connection, "белка насорила", city=OTHER_CITY)
    assert await known(connection) == [("dragon", "змей летит"), ("litter", "кот разлил сметану")]
    assert await knowledge.count_learnt(connection, CITY) == 2
    assert await knowledge.count_learnt(connection, OTHER_CITY) == 1
    page = await knowledge.learnt(connection, CITY, 1, 1)
    assert [(row["words"], row["created_at"]) for row in page] == [("кот разлил сметану", MONDAY)]


async def test_a_later_correction_of_the_same_words_replaces_the_earlier_one(connection: Connection) -> None:
    anna, boris = await resident(connection), await resident(connection, "1002")
    await learns(connection, "змей летит", "litter", person=anna.id)
    await learns(connection, "змей  летит\n", "dragon", person=boris.id, now=LATER)
    (row,) = await knowledge.learnt(connection, CITY, 10)
    assert (row["situation"], row["words"], row["person_id"]) == ("dragon", "змей летит", boris.id)
    assert row["created_at"] == LATER


async def test_the_same_words_may_mean_something_else_in_another_city(connection: Connection) -> None:
    await learns(connection, "змей летит", "dragon")
    await learns(connection, "змей летит", "kite", city=OTHER_CITY)
    assert await known(connection) == [("dragon", "змей летит")]
    assert await known(connection, OTHER_CITY) == [("kite", "змей летит")]


async def test_of_more_corrections_than_may_be_kept_the_oldest_go(connection: Connection) -> None:
    await learns(connection, "чужое", city=OTHER_CITY)
    for number in range(5):
        await learns(connection, f"слово {number}", most=3)
    assert [words for _, words in await known(connection)] == ["слово 4", "слово 3", "слово 2"]
    assert await known(connection, OTHER_CITY) == [("litter", "чужое")]


async def test_as_many_corrections_as_may_be_kept_are_kept(connection: Connection) -> None:
    for number in range(3):
        await learns(connection, f"слово {number}", most=3)
    assert await knowledge.count_learnt(connection, CITY) == 3


async def test_when_fewer_may_be_kept_than_there_are_the_next_correction_drops_the_oldest(
    connection: Connection,
) -> None:
    for number in range(5):
        await learns(connection, f"слово {number}")
    await learns(connection, "слово 5", most=2)
    assert [words for _, words in await known(connection)] == ["слово 5", "слово 4"]


@pytest.mark.parametrize(("text", "most"), [("", 10), (" ", 10), ("+7 911 123-45-67", 10), ("змей летит", 0)])
async def test_nothing_is_learnt_from_no_words_and_where_nothing_may_be_kept(
    connection: Connection, text: str, most: int
) -> None:
    await learns(connection, text, most=most)
    assert await known(connection) == []


async def test_a_correction_is_forgotten_once(connection: Connection) -> None:
    await learns(connection, "кот разлил сметану")
    await learns(connection, "змей летит", "dragon")
    row = (await knowledge.learnt(connection, CITY, 1))[0]
    assert await knowledge.unlearn(connection, row["id"]) is True
    assert await knowledge.unlearn(connection, row["id"]) is False
    assert await known(connection) == [("litter", "кот разлил сметану")]


async def test_the_index_is_given_the_latest_corrections_as_examples(connection: Connection) -> None:
    assert await knowledge.all_learnt(connection, CITY, 10) == ()
    for number in range(3):
        await learns(connection, f"слово {number}")
    assert await knowledge.all_learnt(connection, CITY, 2) == (
        Example("litter", "слово 2"),
        Example("litter", "слово 1"),
    )


# what belongs to a person


async def test_erasing_a_person_forgets_what_was_learnt_from_them_and_nothing_else(connection: Connection) -> None:
    anna, boris = await resident(connection), await resident(connection, "1002")
    await learns(connection, "слова Анны", person=anna.id)
    await learns(connection, "слова Бориса", person=boris.id)
    await learns(connection, "слова модератора")
    await privacy.erase(connection, anna.id, LATER)
    assert [words for _, words in await known(connection)] == ["слова модератора", "слова Бориса"]


async def test_words_that_somebody_else_said_again_stay_when_the_first_is_erased(connection: Connection) -> None:
    anna, boris = await resident(connection), await resident(connection, "1002")
    for person in (anna, boris):
        await learns(connection, "змей летит", person=person.id)
    await privacy.erase(connection, anna.id, LATER)
    assert await known(connection) == [("litter", "змей летит")]
    await privacy.erase(connection, boris.id, LATER)
    assert await known(connection) == []


async def test_a_proposal_outlives_the_person_who_made_it_without_leading_to_them(connection: Connection) -> None:
    anna = await resident(connection)
    await knowledge.propose(connection, CITY, "Охрана белки", "белку обижают", anna.id, MONDAY)
    await privacy.erase(connection, anna.id, LATER)
    (row,) = await knowledge.proposed(connection, CITY, 10)
    assert (row["title"], row["person_id"]) == ("Охрана белки", None)


async def test_the_export_of_a_person_holds_their_examples_and_proposals_only(connection: Connection) -> None:
    anna, boris = await resident(connection), await resident(connection, "1002")
    for person, name in ((anna, "Анны"), (boris, "Бориса")):
        await learns(connection, f"слова {name}", person=person.id)
        await knowledge.propose(connection, CITY, f"Охрана {name}", f"белка {name}", person.id, MONDAY)
    handed_over = await privacy.export(connection, anna.id)
    assert [row["words"] for row in handed_over["examples"]] == ["слова Анны"]
    assert [(row["title"], row["words"]) for row in handed_over["proposals"]] == [("Охрана Анны", "белка Анны")]
    assert "Бориса" not in json.dumps(handed_over, ensure_ascii=False)


# proposed situations


async def test_proposed_situations_are_kept_the_latest_first_and_by_city(connection: Connection) -> None:
    anna = await resident(connection)
    for title in ("Охрана белки", "Починка дуба", "Кормление кота"):
        await knowledge.propose(connection, CITY, title, f"{title}  везде", anna.id, MONDAY)
    await knowledge.propose(connection, OTHER_CITY, "Постройка моста", "переправа", anna.id, MONDAY)
    found = await knowledge.proposed(connection, CITY, 2)
    assert [(row["title"], row["words"]) for row in found] == [
        ("Кормление кота", "Кормление кота везде"),
        ("Починка дуба", "Починка дуба везде"),
    ]
    assert (found[0]["person_id"], found[0]["created_at"]) == (anna.id, MONDAY)


async def test_a_title_that_is_too_long_for_the_table_is_cut(connection: Connection) -> None:
    anna = await resident(connection)
    await knowledge.propose(connection, CITY, "ы" * 150, "ы" * 500, anna.id, MONDAY)
    (row,) = await knowledge.proposed(connection, CITY, 10)
    assert (len(row["title"]), len(row["words"])) == (100, knowledge.LONGEST)


# requests to read the pack anew


async def test_a_request_waits_until_it_is_answered(connection: Connection) -> None:
    assert await knowledge.waiting_reloads(connection, CITY) is False
    request = await knowledge.ask_reload(connection, CITY, MONDAY)
    assert await knowledge.waiting_reloads(connection, CITY) is True
    assert await knowledge.reload_outcome(connection, request) is None
    await knowledge.finish_reloads(connection, CITY, LATER, "")
    assert await knowledge.waiting_reloads(connection, CITY) is False
    assert await knowledge.reload_outcome(connection, request) == ""


async def test_all_who_asked_get_the_same_answer_and_earlier_answers_stay(connection: Connection) -> None:
    early = await knowledge.ask_reload(connection, CITY, MONDAY)
    await knowledge.finish_reloads(connection, CITY, MONDAY, "")
    late = [await knowledge.ask_reload(connection, CITY, LATER) for _ in range(2)]
    assert len({early, *late}) == 3
    await knowledge.finish_reloads(connection, CITY, LATER, "bodies.toml: нет")
    outcomes = [await knowledge.reload_outcome(connection, request) for request in (early, *late)]
    assert outcomes == ["", "bodies.toml: нет", "bodies.toml: нет"]


async def test_a_request_nobody_made_has_no_answer(connection: Connection) -> None:
    await knowledge.finish_reloads(connection, CITY, LATER, "")
    assert await knowledge.reload_outcome(connection, 12345) is None


async def test_what_one_turn_counts_another_one_goes_on_counting(database: Database) -> None:
    for now in (MONDAY, LATER):
        async with database.begin() as connection:
            await knowledge.note_unanswered(connection, CITY, "синхрофазотрон", now)
    async with database.begin() as connection:
        assert await listed(connection) == [("синхрофазотрон", 2)]


async def test_a_request_is_for_the_program_of_its_city_alone(connection: Connection) -> None:
    request = await knowledge.ask_reload(connection, CITY, MONDAY)
    assert await knowledge.waiting_reloads(connection, OTHER_CITY) is False
    await knowledge.finish_reloads(connection, OTHER_CITY, LATER, "")
    assert await knowledge.reload_outcome(connection, request) is None
