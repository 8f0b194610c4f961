"""A person at a terminal of their own: what they type goes in, what is printed becomes messages again."""

import re
from collections.abc import Callable
from pathlib import Path

from bot.channels.terminal import Screen, Terminal
from dialogs.texts.words import Texts
from tests.emulators.heard import Heard

PICTURE = re.compile(r"^  \(фото: (.*)\)$")
KEPT = re.compile(r"^  \(файл: (.*)\)$")
NUMBERED = re.compile(r"^  (\d+)\. (.*)$")


class Window(Screen):
    """What stands in for keyboard and screen."""

    def __init__(self) -> None:
        super().__init__()
        self.interactive = False
        self.printed: list[str] = []
        self.give: Callable[[str | None], None] = lambda _line: None

    def show(self, text: str) -> None:
        """Keep what is printed."""
        self.printed.append(text)

    def lines(self, give: Callable[[str | None], None]) -> None:
        """Lines come when the test types them."""
        self.give = give


class TerminalPerson:
    """One person at one terminal, with the same verbs as in the messengers."""

    def __init__(self, name: str, folder: Path) -> None:
        self.id, self.name, self.folder = name, name, folder
        self.window = Window()
        self.last = ""

    def channel(self, texts: Texts, new_id: Callable[[], str]) -> Terminal:
        """The door this person sits at."""
        self.door = Terminal(self.name, texts, new_id, self.window)
        return self.door

    @property
    def idle(self) -> bool:
        """Whether every typed line was taken."""
        return self.door.untaken == 0

    @property
    def heard(self) -> list[Heard]:
        """What was printed, without the banner."""
        return [self.parse(text) for text in self.window.printed[1:] if text.startswith("\n")]

    @staticmethod
    def parse(text: str) -> Heard:
        """A printed message."""
        lines = text.strip("\n").split("\n")
        buttons = [match[2] for line in lines if (match := NUMBERED.match(line))]
        words = [line for line in lines if not (NUMBERED.match(line) or PICTURE.match(line) or KEPT.match(line))]
        pictures = tuple(Path(match[1]).read_bytes() for line in lines if (match := PICTURE.match(line)))
        kept = [Path(match[1]) for line in lines if (match := KEPT.match(line))]
        files = tuple((path.name, path.read_bytes()) for path in kept)
        return Heard("\n".join(words), tuple(buttons), photos=pictures, documents=files)

    async def says(self, text: str) -> None:
        """Type a line; a bare number so that it is no button's."""
        await self.types(f"={text}" if text.strip().isdecimal() else text)

    async def types(self, text: str) -> None:
        """Type a line as it is."""
        self.last = text
        self.window.give(text)

    async def opens(self, payload: str = "") -> None:
        """Type what a link stands for."""
        await self.says(f"/start {payload}".strip())

    async def presses(self, label: str) -> None:
        """Type the number of the newest button with this label."""
        for text in reversed(self.window.printed):
            for line in text.split("\n"):
                if (match := NUMBERED.match(line)) and match[2] == label:
                    await self.types(match[1])
                    return
        raise AssertionError(f"no button «{label}» on the screen of {self.name}")

    async def sends_photo(self, data: bytes, caption: str = "", group: str | None = None) -> None:  # noqa: ARG002 - the verbs of all messengers
        """Type the path of a picture."""
        path = self.folder / f"photo{len(list(self.folder.iterdir()))}.jpg"
        path.write_bytes(data)
        await self.says(str(path))

    async def sends_voice(self, data: bytes = b"voice") -> None:
        """Type the path of a recording."""
        path = self.folder / f"voice{len(list(self.folder.iterdir()))}.ogg"
        path.write_bytes(data)
        await self.says(str(path))

    async def sends_location(self, latitude: float, longitude: float) -> None:
        """Type coordinates."""
        await self.says(f"{latitude}, {longitude}")
