"""Lists longer than a keyboard: leafing through all pages shows every choice exactly once."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import CHANNELS
from dialogs.controls import BACK, PAGE, paged
from dialogs.speech import Button
from dialogs.steps import Choice
from dialogs.theme import OTHER
from dialogs.where import ONLY_DISTRICT, UNKNOWN
from tests.unit.given import city
from tests.unit.talk import Talk
from tests.unit.town import OF_OKRUG, city_of_okrugs


def leaf(total: int, room: int, page: int) -> list[str]:
    """The values on one page."""
    choices = [Choice(str(number), f"Выбор {number}") for number in range(total)]
    return [
        button.data for button in paged(choices, page, room, lambda name: name, lambda value, text: Button(text, value))
    ]


def leaves(total: int, room: int) -> list[list[str]]:
    """All pages, led from each to the next by «Дальше»."""
    found = [leaf(total, room, 0)]
    while further := f"{PAGE}{len(found)}" in found[-1]:
        assert further
        found.append(leaf(total, room, len(found)))
    return found


@given(st.integers(0, 60), st.integers(3, 20))
def test_every_choice_is_shown_exactly_once(total: int, room: int) -> None:
    shown = [value for page in leaves(total, room) for value in page if not value.startswith(PAGE)]
    assert shown == [str(number) for number in range(total)]


@given(st.integers(0, 60), st.integers(3, 20))
def test_no_page_is_longer_than_its_room_and_none_is_empty(total: int, room: int) -> None:
    pages = leaves(total, room)
    assert all(len(page) <= room for page in pages)
    assert not total or all(any(not value.startswith(PAGE) for value in page) for page in pages)


@given(st.integers(0, 60), st.integers(3, 20))
def test_every_page_but_the_first_leads_back_and_all_but_the_last_lead_on(total: int, room: int) -> None:
    pages = leaves(total, room)
    for number, page in enumerate(pages):
        assert (f"{PAGE}{number - 1}" in page) is (number > 0)
        assert (f"{PAGE}{number + 1}" in page) is (number < len(pages) - 1)


@given(st.integers(0, 60), st.integers(3, 20), st.integers(0, 10**6))
def test_a_page_that_does_not_exist_shows_the_last_one(total: int, room: int, page: int) -> None:
    pages = leaves(total, room)
    assert leaf(total, room, page) == pages[min(page, len(pages) - 1)]


@given(st.integers(0, 20), st.integers(0, 20))
def test_choices_that_fit_are_one_page(total: int, more: int) -> None:
    assert leaf(total, total + more, 0) == [str(number) for number in range(total)]


@given(st.integers(1, 60), st.integers(-3, 2))
def test_even_with_no_room_there_is_a_choice_on_every_page(total: int, room: int) -> None:
    shown = [value for page in leaves(total, room) for value in page if not value.startswith(PAGE)]
    assert shown == [str(number) for number in range(total)]


def shown(talk: Talk) -> list[str]:
    """The choices on the open page."""
    return [value for value in talk.offered if not value.startswith("<")]


def leafed(talk: Talk) -> list[str]:
    """The choices of all pages."""
    found, page = shown(talk), 0
    while f"{PAGE}{page + 1}" in talk.offered:
        page += 1
        talk.chooses(f"{PAGE}{page}")
        found += shown(talk)
    return found


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_district_can_be_found_by_leafing(channel: str) -> None:
    talk = Talk(channel)
    talk.start("file_appeal", {"story": "Яма", "situation": "elevator", "place": ONLY_DISTRICT})
    assert talk.step == "district"
    assert leafed(talk) == [district.id for district in city().districts]


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_situation_can_be_found_by_leafing_through_the_registry(channel: str) -> None:
    talk = Talk(channel)
    talk.start("file_appeal", {"story": "Яма", "situation": OTHER})
    found = []
    for sphere in leafed(talk):
        inside = opened(talk, sphere)
        for group in leafed(inside):
            found += leafed(opened(inside, group))
    assert sorted(found) == sorted(city().situations)


def opened(talk: Talk, value: str) -> Talk:
    """The list behind a choice, whatever page that is on."""
    other = talk.twin()
    while value not in other.offered:
        other.chooses(next(turn for turn in (f"{PAGE}{other.frame.page + 1}", f"{PAGE}0") if turn in other.offered))
    other.chooses(value)
    return other


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_municipality_of_a_district_can_be_found_by_leafing(channel: str) -> None:
    pack = city_of_okrugs()
    inside = {place.id: [okrug.id for okrug in pack.okrugs if okrug.district == place.id] for place in pack.districts}
    several = {district: okrugs for district, okrugs in inside.items() if len(okrugs) > 1}
    assert len(several) > 10
    for district, okrugs in several.items():
        talk = Talk(channel, city=pack)
        answers = {"situation": OF_OKRUG, "place": ONLY_DISTRICT, "district": district}
        talk.start("file_appeal", {"story": "Яма", **answers})
        assert talk.step == "okrug"
        assert leafed(talk) == [*okrugs, UNKNOWN]


def in_the_middle() -> Talk:
    """A talk in VK at the first page of the districts."""
    talk = Talk("vk", city=city_of_okrugs())
    talk.start("file_appeal", {"story": "Яма", "situation": OF_OKRUG, "place": ONLY_DISTRICT})
    assert talk.step == "district"
    return talk


def test_a_page_is_turned_in_the_place_of_the_one_before() -> None:
    talk = in_the_middle()
    talk.presses(talk.offered[f"{PAGE}1"].data)
    assert [reply.replaces for reply in talk.replies] == ["17"]


def test_an_answer_begins_the_next_list_at_its_first_page() -> None:
    talk = in_the_middle()
    talk.chooses(f"{PAGE}1")
    assert talk.frame.page == 1
    sizes = Counter(okrug.district for okrug in city_of_okrugs().okrugs)
    talk.chooses(max(shown(talk), key=lambda district: sizes[district]))
    assert talk.step == "okrug"
    assert f"{PAGE}1" in talk.offered, "this list has one page only and shows nothing"
    assert talk.frame.page == 0
    assert f"{PAGE}0" not in talk.offered


def test_a_list_that_is_asked_again_begins_at_its_first_page() -> None:
    talk = in_the_middle()
    talk.chooses(f"{PAGE}1")
    talk.chooses(shown(talk)[0])
    talk.chooses(BACK)
    assert (talk.step, talk.frame.page) == ("district", 0)
