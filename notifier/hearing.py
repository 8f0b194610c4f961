"""What is said in a voice message, recognised on this machine by a model of Vosk: nothing leaves it.

The libraries come with `requirements-voice.lock`, the model is a folder that the operator unpacks.
"""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Hear = Callable[[bytes], str]
"""the words in a recording, empty if there are none. Raises BadSound"""
LONGEST_SECONDS = 180
"""what comes after that is not listened to"""
BLOCK_SECONDS = 0.5


class BadSound(ValueError):
    """The recording cannot be decoded."""


class NoHearing(Exception):
    """Voice messages cannot be recognised here; the words say why and what to do."""


def sound_in(content: bytes) -> tuple[int, Iterator[bytes]]:
    """Samples a second, and blocks of 16-bit mono samples. Raises BadSound, also while the blocks are read."""
    import soundfile

    try:
        sound = soundfile.SoundFile(io.BytesIO(content))
    except (soundfile.LibsndfileError, RuntimeError, ValueError) as error:
        raise BadSound(str(error)) from error
    rate = int(sound.samplerate)

    def blocks() -> Iterator[bytes]:
        try:
            left = LONGEST_SECONDS * rate
            while left > 0 and len(block := sound.read(min(int(rate * BLOCK_SECONDS), left), "int16", always_2d=True)):
                left -= len(block)
                yield block[:, 0].tobytes()
        except (soundfile.LibsndfileError, RuntimeError) as error:
            raise BadSound(str(error)) from error

    return rate, blocks()


class Vosk:
    """Listens with one model, which is read when the first recording comes. Raises NoHearing."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "am").is_dir():
            raise NoHearing(f"VOICE_MODEL: в папке {folder} нет модели Vosk (в ней должна быть папка am)")
        try:
            import soundfile  # noqa: F401
            import vosk
        except (ImportError, OSError) as error:
            raise NoHearing(
                "VOICE_MODEL: нет библиотек для распознавания речи. Поставьте их: "
                ".venv/bin/python -m pip install --require-hashes -r requirements-voice.lock"
            ) from error
        vosk.SetLogLevel(-1)
        self.folder, self.model = folder, None

    def __call__(self, content: bytes) -> str:
        """The words in a recording. Raises BadSound."""
        import vosk

        rate, blocks = sound_in(content)
        if self.model is None:
            self.model = vosk.Model(str(self.folder))
        recognizer: Any = vosk.KaldiRecognizer(self.model, rate)
        heard = [json.loads(recognizer.Result())["text"] for block in blocks if recognizer.AcceptWaveform(block)]
        heard.append(json.loads(recognizer.FinalResult())["text"])
        return " ".join(" ".join(heard).split())
