"""Thirty appeals as residents would get them: each is good by the checklist, and the checklist can tell a bad one."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pypdf
import pytest

from dialogs.compose import LONGEST, LONGEST_REPORT
from dialogs.papers.letter import shown
from tests.letters.made import Made, made, paper
from tests.letters.rubric import CHECKS, Written, in_accusative, lost, score
from tests.letters.samples import SAMPLES
from tests.unit.given import city

LEAST = 9
MOST_PAGES = 3
WORD = re.compile(r"[а-яё]+", re.IGNORECASE)
UNTIDY = re.compile(r" {2}| [,.;:!?]|\.\.|,,|;\.|\n{3}| \n|\n ")
CODE = re.compile(r"None|[{}<>_]|\b(?:unknown|true|false|null)\b")
POTHOLE = {
    "place": "Место: Садовая, 10, у автобусной остановки",
    "story": "Третий день у остановки огромная яма на проезжей части, машины объезжают по встречке.",
    "size": "Размер: больше колеса\n",
    "since": "Как давно: с 21 ноября 2026 года",
    "harm": "Последствия: сосед пробил колесо\n",
    "earlier": "Куда обращались раньше: пока никуда\n",
    "head": "В Комитет по благоустройству Санкт-Петербурга",
    "told_back": "сообщить, кто и к какому дню это сделает",
    "photos": "Приложение: 2 фотографии.",
}
"""what the text of the first sample is made of"""
SPOILED = (
    ("адрес и ориентир", "place", "Место: Садовая"),
    ("адрес и ориентир", "place", "Место: улица Садовая, 10"),
    ("адрес и ориентир", "place", "Место: Дворцовая набережная, 10"),
    ("факт", "size", ""),
    ("факт", "story", "Сделайте что-нибудь."),
    ("дата", "since", "Как давно: давно"),
    ("дата", "since", "Как давно: третий день"),
    ("последствие", "harm", ""),
    ("прежние шаги", "earlier", ""),
    ("просьба", "told_back", "чтобы всё стало хорошо"),
    ("просьба", "told_back", "сделать это скорее"),
    ("просьба", "told_back", "сообщить, кто;\n5) наказать виновных"),
    ("адресат", "head", "В администрацию Невского района Санкт-Петербурга"),
    ("адресат", "head", "Комитет по благоустройству Санкт-Петербурга"),
    ("доказательства", "photos", ""),
    ("норма", "story", "На дороге большая яма, это нарушает статью 12 закона."),
    ("норма", "story", "На дороге большая яма, СанПиН это запрещает."),
    ("тон", "story", "Яма на дороге, СКОЛЬКО МОЖНО это терпеть."),
    ("тон", "story", "Опять яма на дороге, сколько можно терпеть!"),
    ("тон", "story", "Яма на дороге, дорожники идиоты и бездельники."),
    ("тон", "story", "Яма на дороге, живу рядом в кв. 12."),
    ("тон", "story", "Яма на дороге, мой телефон +7 911 000-00-00."),
    ("тон", "story", "Яма на дороге, пишите на primer@example.com."),
)


@pytest.fixture(params=range(1, len(SAMPLES) + 1), ids=[sample.situation for sample in SAMPLES])
def one(request: pytest.FixtureRequest) -> Made:
    """Each of the appeals."""
    return made(request.param)


def judged(one: Made) -> Written:
    """A sample before its judges."""
    return Written(one.facts, one.text)


def test_each_appeal_gets_nearly_every_point_and_reaches_whom_it_has_to(one: Made) -> None:
    assert score(judged(one)) >= LEAST, lost(judged(one))
    assert one.facts.body.id == one.sample.body


def test_each_text_is_short_enough_and_clean(one: Made) -> None:
    assert len(one.text) <= LONGEST
    assert len(one.report) <= LONGEST_REPORT
    for text in (one.text, one.report):
        assert UNTIDY.findall(text) == []
        assert CODE.findall(text) == []
        assert "не знаю" not in text.lower()
        assert all(id not in text for id in {*city().situations, *city().bodies, *city().lands} if "_" in id)
    assert one.text.endswith(".")
    assert one.report.endswith(".")


def test_sentences_begin_and_end_like_sentences(one: Made) -> None:
    story, requests = one.text.split("\n\n")[2], re.findall(r"^\d\) .+$", one.text, re.MULTILINE)
    assert story[0].isupper() or story[0].isdigit()
    assert story[-1] in ".!?…"
    assert [line[-1] for line in requests] == [*";" * (len(requests) - 1), "."]


def test_the_pack_keeps_its_letter_yo(one: Made) -> None:
    told = {word.lower() for word in WORD.findall(f"{one.text} {one.report}")}
    own = {word.lower() for word in WORD.findall(one.facts.story + one.facts.place + str(one.sample.answers))}
    assert told & lost_letters() - own == set()


@cache
def lost_letters() -> frozenset[str]:
    """The words of the pack that have «ё», spelled without it, unless the pack has that word too."""
    every = {word.lower() for words in words_of_pack() for word in WORD.findall(words)}
    return frozenset(word.replace("ё", "е") for word in every if "ё" in word) - every


def words_of_pack() -> Iterator[str]:
    """Everything of the pack that can stand in an appeal."""
    for situation in city().situations.values():
        yield from (situation.title, *situation.requests, *situation.norms)
        yield from (norm.words for norm in situation.norms_by_land)
        for question in city().questions_of(situation):
            yield from (question.label, *question.choices)
    yield from (body.accusative for body in city().bodies.values())


def test_the_paper_says_the_same_on_few_pages(one: Made, tmp_path: Path) -> None:
    pages = pypdf.PdfReader(io.BytesIO(paper(one, tmp_path))).pages
    assert 1 <= len(pages) <= MOST_PAGES
    printed = squeezed(" ".join(page.extract_text() for page in pages))
    lines = one.text.partition("\nПриложение: ")[0].splitlines()
    assert [line for line in (*lines, *one.sample.photos) if squeezed(shown(line)) not in printed] == []


def squeezed(text: str) -> str:
    """The letters, digits and marks of a text alone: a page breaks lines and words."""
    return re.sub(r"[\s\u00ad-]", "", text)


@pytest.mark.parametrize(("point", "part", "instead"), SPOILED)
def test_a_spoiled_text_loses_the_point(point: str, part: str, instead: str) -> None:
    whole = judged(made(1))
    assert lost(whole) == []
    assert POTHOLE[part] in whole.text
    spoiled = replace(whole, text=whole.text.replace(POTHOLE[part], instead))
    assert lost(spoiled) == [point]


def test_every_point_can_be_lost() -> None:
    assert {point for point, _part, _instead in SPOILED} == set(CHECKS)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("администрацию Невского района", True), ("администрация Невского района", False), ("«Ленсвет»", True)],
)
def test_a_name_in_the_nominative_is_noticed(name: str, expected: bool) -> None:
    assert in_accusative(name) is expected


def test_the_thirty_are_of_different_situations() -> None:
    assert len({sample.situation for sample in SAMPLES}) == len(SAMPLES) == 30
