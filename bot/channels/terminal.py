"""The terminal: a messenger for trying things out and for a moderator without one; several may share a database."""

import asyncio
import contextlib
import itertools
import sys
import threading
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

from bot.channels import CHANNELS, Take
from dialogs.places import coordinates
from dialogs.speech import Attachment, Button, Press, Said
from dialogs.texts.words import Texts, plain, same
from notifier.delivery import Document, Parcel, Rejected, TooBig

IMAGES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
SOUNDS = (".ogg", ".oga")
MAX_FILE_BYTES = 20 * 1024 * 1024
PROMPT = "> "


class Screen:
    """Where lines are printed while somebody types: what was typed so far stays after what is printed."""

    def __init__(self) -> None:
        self.interactive = sys.stdin.isatty() and sys.stdout.isatty()
        self.prompted = False

    def show(self, text: str) -> None:
        """Print above the line that is being typed."""
        if not (self.interactive and self.prompted):
            print(text, flush=True)
            return
        import readline

        typed = readline.get_line_buffer()
        sys.stdout.write(f"\r\033[K{text}\n{PROMPT}{typed}")
        sys.stdout.flush()

    def lines(self, give: Callable[[str | None], None]) -> None:
        """Read lines for ever, in a thread; None at the end of input."""
        self.prompted = True
        with contextlib.suppress(EOFError, KeyboardInterrupt, OSError):
            while True:
                give(input(PROMPT if self.interactive else ""))
        give(None)


class Terminal:
    """The door to one terminal, used by one person."""

    name = "terminal"
    limits = CHANNELS["terminal"].limits
    resends: frozenset[str] = frozenset()

    def __init__(self, person: str, texts: Texts, new_id: Callable[[], str], screen: Screen | None = None) -> None:
        self.person, self.texts, self.new_id = person, texts, new_id
        self.screen = screen or Screen()
        self.link = ""
        self.buttons: dict[str, Button] = {}
        self.untaken = 0
        """lines that were typed and are not taken yet"""

    async def open(self) -> None:
        """Say how this works."""
        if self.screen.interactive:
            import readline  # noqa: F401 - gives `input` its editing
        self.screen.show(plain(self.texts.say("terminal.banner", person=self.person)))

    async def close(self) -> None:
        """Nothing is held."""

    async def listen(self, take: Take) -> None:
        """Each line is something said, until the input ends."""
        loop = asyncio.get_running_loop()
        typed: asyncio.Queue[str | None] = asyncio.Queue()

        def give(line: str | None) -> None:
            self.untaken += 1
            with contextlib.suppress(RuntimeError):  # the loop is closed when the program ends
                loop.call_soon_threadsafe(typed.put_nowait, line)

        threading.Thread(target=self.screen.lines, args=(give,), daemon=True).start()
        while (line := await typed.get()) is not None:
            if said := self.said(line):
                await take(said)
            self.untaken -= 1

    def said(self, line: str) -> Said | None:
        """What a line says: the number or the label of a button, a path of a picture, coordinates, or words."""
        text = line.strip()
        said = Said(self.name, self.person, self.new_id(), self.person)
        labelled = (button for button in self.buttons.values() if same(button.label) == same(text))
        button = self.buttons.get(text) or next(labelled, None)
        if button and button.url:
            self.screen.show(button.url)
            return None
        if not button and self.buttons and text.isdecimal():
            self.screen.show(plain(self.texts.say("terminal.no_button", number=text)))
            return None
        if is_path(text) and not Path(text).expanduser().is_file():
            self.screen.show(plain(self.texts.say("terminal.no_file", path=text)))
            return None
        self.buttons.clear()
        if button:
            return replace(said, press=Press(button.data))
        if text.startswith("="):
            return replace(said, text=text[1:])
        if picture := self.picture(text):
            return replace(said, attachments=(picture,))
        if recording := self.recording(text):
            return replace(said, recording=recording, other="voice")
        if text.startswith("/start"):
            return replace(said, link=text.removeprefix("/start").strip())
        if point := coordinates(text):
            return replace(said, location=point)
        return replace(said, text=text) if text else None

    @staticmethod
    def picture(text: str) -> Attachment | None:
        """The picture a path names."""
        if path := named(text, IMAGES):
            mime = IMAGES[path.suffix.lower()]
            return Attachment("document", str(path), path.stat().st_size, path.name, mime)
        return None

    @staticmethod
    def recording(text: str) -> Attachment | None:
        """The voice message a path names."""
        path = named(text, SOUNDS)
        return Attachment("voice", str(path), path.stat().st_size, path.name) if path else None

    async def deliver(self, parcel: Parcel) -> None:
        """Print one message with its buttons numbered."""
        lines = ["", plain(parcel.reply.text)]
        lines += [f"  (фото: {photo.path})" for photo in parcel.photos if photo.path]
        for document in (*filter(None, [parcel.document]), *parcel.recordings):
            lines.append(f"  (файл: {self.keep(document)})")
        numbers = itertools.count(len(self.buttons) + 1)
        for button in itertools.chain.from_iterable(parcel.reply.rows):
            number = next(numbers)
            self.buttons[str(number)] = button
            lines.append(f"  {number}. {button.label}")
        self.screen.show("\n".join(lines))

    def keep(self, document: Document) -> Path:
        """A file that was sent here, in the folder `data` beside the database."""
        path = Path("data") / f"{self.person}-{document.name}".replace("/", "_")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(document.content)
        return path

    async def fetch(self, ref: str) -> bytes:
        """The content of a picture. Raises Rejected, TooBig."""
        path = Path(ref)
        try:
            if path.stat().st_size > MAX_FILE_BYTES:
                raise TooBig
            return path.read_bytes()
        except OSError as error:
            raise Rejected("no_file") from error


def named(text: str, endings: Collection[str]) -> Path | None:
    """The file of such an ending that a path names, typed or dropped onto the window (some put quotes around it)."""
    path = Path(text.strip("'\"")).expanduser()
    with contextlib.suppress(OSError, ValueError):
        if path.suffix.lower() in endings and path.is_file():
            return path.resolve()
    return None


def is_path(text: str) -> bool:
    """Whether this leads to a picture or a recording, be it there or not."""
    return text.startswith(("/", "~", "./")) and Path(text).suffix.lower() in (*IMAGES, *SOUNDS)
