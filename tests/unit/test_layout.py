"""Buttons into rows and long texts into messages: within every limit, and nothing lost on the way."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import CHANNELS
from dialogs.layout import arrange, parts, shortened
from dialogs.menu import MENU, menu
from dialogs.speech import Button, Capabilities
from dialogs.texts.words import plain, tidy
from tests.unit.given import capabilities, texts

LABELS = st.text("абвгде ёж№1", min_size=1, max_size=100)
BUTTONS = st.lists(st.builds(Button, LABELS, st.just("q:1:x"), kind=st.sampled_from(["", "", "", "", "location"])))
PLAIN_BUTTONS = st.lists(st.builds(Button, LABELS, st.just("q:1:x")))
MESSENGERS = st.sampled_from([known.capabilities for known in CHANNELS.values()])
ANY_MESSENGER = st.builds(
    Capabilities,
    buttons=st.integers(1, 30),
    rows=st.integers(1, 12),
    label=st.integers(2, 60),
    text=st.just(4000),
    location=st.sampled_from(["inline", "keyboard", ""]),
    markup=st.booleans(),
    editing=st.booleans(),
    wide=st.integers(0, 40),
)
WIDEST_ROW = 5
"""VK takes no more buttons in a row (dev.vk.com/ru/api/bots/development/keyboard)"""
LINES = st.lists(st.text("абв <>&", max_size=30), max_size=8).map("\n".join)


@given(BUTTONS, MESSENGERS | ANY_MESSENGER)
def test_rows_keep_within_every_limit_of_a_messenger(buttons: list[Button], limits: Capabilities) -> None:
    rows = arrange(buttons, limits)
    assert len(rows) <= limits.rows
    assert sum(map(len, rows)) <= limits.buttons
    assert all(1 <= len(row) <= WIDEST_ROW for row in rows)
    assert all(0 < len(button.label) <= limits.label for row in rows for button in row)


@given(BUTTONS, MESSENGERS | ANY_MESSENGER)
def test_buttons_keep_their_order_and_their_data(buttons: list[Button], limits: Capabilities) -> None:
    shown = [button for row in arrange(buttons, limits) for button in row]
    expected = [replace(button, label=shortened(button.label, limits.label)) for button in buttons]
    assert shown == expected[: len(shown)]


@given(BUTTONS, MESSENGERS | ANY_MESSENGER)
def test_a_location_button_stands_alone(buttons: list[Button], limits: Capabilities) -> None:
    for row in arrange(buttons, limits):
        assert len(row) == 1 or not any(button.kind for button in row)


@given(PLAIN_BUTTONS, MESSENGERS, st.booleans())
def test_no_button_is_left_out_as_long_as_the_messenger_has_room(
    buttons: list[Button], limits: Capabilities, place: bool
) -> None:
    asking = [Button("Где", kind="location")] if place else []
    offered = [*asking, *buttons][: limits.buttons]
    assert sum(map(len, arrange(offered, limits))) == len(offered)


@pytest.mark.parametrize("channel", CHANNELS)
def test_short_labels_stand_in_pairs_and_long_ones_alone_where_there_is_room(channel: str) -> None:
    limits = capabilities(channel)
    short, long = Button("я" * limits.wide or "я", "1"), Button("я" * (limits.wide + 1), "2")
    assert len(arrange([short, short], limits)) == (1 if limits.wide else 2)
    assert len(arrange([short, long], limits)) == 2


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_menu_is_whole_in_every_messenger(channel: str) -> None:
    shown = [button for row in menu(texts(), capabilities(channel)) for button in row]
    assert [button.data for button in shown] == [f"command:{name}" for name in MENU]
    assert [button.label for button in shown] == [texts().label(name) for name in MENU]


@given(st.text("абв ", max_size=80), st.integers(min_value=1, max_value=60))
def test_a_shortened_label_fits_and_begins_like_the_whole_one(label: str, limit: int) -> None:
    short = shortened(label, limit)
    assert len(short) <= limit
    assert label.startswith(short.removesuffix("…"))
    assert (short == label) is (len(label) <= limit)


@given(LINES, st.integers(min_value=1, max_value=40))
def test_parts_keep_within_the_limit_and_lose_nothing_but_line_breaks(text: str, limit: int) -> None:
    pieces = parts(text, limit)
    assert all(len(piece) <= limit for piece in pieces)
    assert "".join(pieces).replace("\n", "") == text.replace("\n", "")


@given(LINES, st.integers(min_value=1, max_value=40))
def test_a_text_that_fits_is_one_part(text: str, limit: int) -> None:
    fits = len(text.lstrip("\n")) <= limit
    assert not fits or parts(text, limit) == [text.lstrip("\n")]


@given(st.lists(st.text("абв", max_size=9), max_size=9).map("\n".join).map(tidy).filter(bool), st.integers(1, 12))
def test_no_part_of_what_is_said_is_empty(text: str, limit: int) -> None:
    assert all(piece.strip() for piece in parts(text, limit))


@given(st.lists(st.sampled_from(["<b>Яма</b>", "во дворе", "", "<i>Шаг 2</i> из 6"]), max_size=9).map("\n".join))
def test_markup_that_does_not_span_lines_is_never_cut(text: str) -> None:
    for piece in parts(text, 17):
        assert piece.count("<b>") == piece.count("</b>")
        assert piece.count("<i>") == piece.count("</i>")


@given(st.lists(st.text("аб ", min_size=1, max_size=30), min_size=1, max_size=9).map("\n".join), st.integers(20, 60))
def test_what_is_to_be_copied_spans_lines_and_each_part_of_it_can_be_copied(text: str, limit: int) -> None:
    pieces = parts(f"<b>Вот</b>\n<code>{text}</code>", limit)
    assert all(len(piece) <= limit for piece in pieces)
    assert all(piece.count("<code>") == piece.count("</code>") for piece in pieces)
    assert plain("".join(pieces)).replace("\n", "") == f"Вот{text}".replace("\n", "")


def test_a_line_longer_than_a_message_is_cut_between_the_signs_people_wrote() -> None:
    words = "а" + "<" * 1499
    said = texts().say("human.answer", words=words)
    pieces = [plain(piece) for piece in parts(said, capabilities("telegram").text)]
    assert "".join(pieces).endswith(words)
