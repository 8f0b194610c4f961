"""What stands on a person's screen: messages, the buttons under them and the keyboard below the input field."""

from tests.emulators.heard import Heard
from tests.emulators.vk_keyboard import Button, Keyboard
from tests.emulators.vk_world import Message, shown


class Screen:
    """The conversation as the VK app shows it."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.shown: dict[int, Heard] = {}
        self._inline: dict[int, Keyboard] = {}
        self._below: tuple[int, Keyboard] | None = None

    @property
    def keyboard(self) -> tuple[Button, ...]:
        """The buttons below the input field now."""
        return self._below[1].buttons if self._below else ()

    @property
    def buttons(self) -> list[tuple[int | None, Button]]:
        """Buttons that can be pressed now, the newest keyboard first; their message, None: below the input field."""
        keyboards: list[tuple[int, int | None, Keyboard]] = [(cmid, cmid, one) for cmid, one in self._inline.items()]
        if self._below:
            keyboards.append((self._below[0], None, self._below[1]))
        keyboards.sort(key=lambda one: one[0], reverse=True)
        return [(place, button) for _, place, keyboard in keyboards for button in keyboard.buttons]

    def button(self, label: str, message_id: int | None = None) -> tuple[int | None, Button]:
        """The newest button with this label, and its message; raises AssertionError naming what there is."""
        buttons = [one for one in self.buttons if message_id is None or one[0] == message_id]
        for place, button in buttons:
            if button.label == label:
                return place, button
        labels = ", ".join(f"«{button.label}»" for _, button in buttons) or "no button"
        raise AssertionError(f"there is no «{label}» on the screen, there is {labels}")

    def put(self, message: Message) -> None:
        """A message appears, or changes."""
        self._inline.pop(message.cmid, None)
        if keyboard := message.keyboard:
            if keyboard.inline:
                self._inline[message.cmid] = keyboard
            else:
                self._below = (message.cmid, keyboard)
        self.shown[message.cmid] = heard = _heard(message)
        self.heard.append(heard)

    def remove(self, cmid: int) -> None:
        """A message disappears; the keyboard below the input field stays."""
        self.shown.pop(cmid, None)
        self._inline.pop(cmid, None)

    def hide_one_time(self) -> None:
        """The keyboard below was used: if it is for one time, it goes."""
        if self._below and self._below[1].one_time:
            self._below = None


def _heard(message: Message) -> Heard:
    keyboard = message.keyboard
    inline = keyboard.buttons if keyboard and keyboard.inline else ()
    below = keyboard.buttons if keyboard and not keyboard.inline else None
    return Heard(
        text=shown(message.text),
        buttons=tuple(button.label for button in inline),
        urls={button.label: button.link for button in inline + (below or ()) if button.link},
        keyboard=None if below is None else tuple(button.label for button in below),
        photos=tuple(one.data for one in message.files if one.kind == "photo"),
        documents=tuple((one.title, one.data) for one in message.files if one.kind == "doc"),
        edited=bool(message.update_time),
        message_id=message.cmid,
    )
