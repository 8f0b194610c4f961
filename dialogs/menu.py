"""The main menu: where everything starts from, always within reach."""

from dialogs.layout import arrange
from dialogs.speech import Button, Capabilities
from dialogs.texts.words import Texts

MENU = ("new", "my", "find", "help")
"""the commands of the menu, in reading order; their labels are typed or pressed"""


def menu(texts: Texts, capabilities: Capabilities) -> tuple[tuple[Button, ...], ...]:
    """The rows of the menu; a press comes back as the label, so that it works below the input field too."""
    return arrange([Button(texts.label(name), f"command:{name}") for name in MENU], capabilities)
