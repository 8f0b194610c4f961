"""What a line in the terminal means: the number of a button, a number itself, or words."""

import itertools
from dataclasses import dataclass, field

import pytest

from bot.channels.terminal import Screen, Terminal
from dialogs.speech import Button, Press
from tests.unit.given import texts


@dataclass
class Paper(Screen):
    """A screen that keeps what is shown on it."""

    shown: list[str] = field(default_factory=list)
    interactive: bool = False
    prompted: bool = False

    def show(self, text: str) -> None:
        """Keep it."""
        self.shown.append(text)


@pytest.fixture
def terminal() -> Terminal:
    """A terminal with two buttons on its screen."""
    numbers = itertools.count(1)
    door = Terminal("анна", texts(), lambda: f"line{next(numbers)}", Paper())
    door.buttons = {"1": Button("Да", "q:abc:yes"), "2": Button("Нет", "q:abc:no")}
    return door


def test_the_number_of_a_button_presses_it(terminal: Terminal) -> None:
    said = terminal.said(" 2 ")
    assert said is not None
    assert (said.press, said.text) == (Press("q:abc:no"), "")


@pytest.mark.parametrize("typed", ["Нет", " нет "])
def test_its_label_presses_it_too(terminal: Terminal, typed: str) -> None:
    said = terminal.said(typed)
    assert said is not None
    assert (said.press, said.text) == (Press("q:abc:no"), "")


def test_the_number_of_a_button_comes_before_a_label(terminal: Terminal) -> None:
    terminal.buttons = {"1": Button("2", "two"), "2": Button("1", "one")}
    said = terminal.said("2")
    assert said is not None
    assert said.press == Press("one")


@pytest.mark.parametrize("typed", ["0", "3", "112", "٣"])
def test_a_number_no_button_has_is_no_answer_and_the_buttons_stay(terminal: Terminal, typed: str) -> None:
    assert terminal.said(typed) is None
    assert isinstance(terminal.screen, Paper)
    assert terminal.screen.shown == [f"Кнопки {typed} здесь нет. Чтобы прислать само число, напишите ={typed}"]
    assert terminal.said("1") is not None


@pytest.mark.parametrize(("typed", "text"), [("=5", "5"), ("5 человек", "5 человек"), ("дом 5", "дом 5")])
def test_words_with_numbers_are_words(terminal: Terminal, typed: str, text: str) -> None:
    said = terminal.said(typed)
    assert said is not None
    assert (said.press, said.text) == (None, text)


def test_without_buttons_a_number_is_what_it_is(terminal: Terminal) -> None:
    terminal.buttons.clear()
    said = terminal.said("112")
    assert said is not None
    assert said.text == "112"
