"""Voice messages as sound: decoded block by block; what is no sound is told; no library or model is told in words."""

import io
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy
import pytest
import soundfile

from notifier import hearing
from notifier.hearing import BLOCK_SECONDS, BadSound, NoHearing, Vosk, sound_in

RATE = 48000


def opus(seconds: float, channels: int = 1) -> bytes:
    """A tone as messengers send a voice: Opus in Ogg."""
    times = numpy.arange(int(seconds * RATE)) / RATE
    tone = (numpy.sin(times * 440 * 2 * numpy.pi) * 0.4).astype("float32")
    held = io.BytesIO()
    soundfile.write(held, numpy.stack([tone] * channels, axis=1), RATE, format="OGG", subtype="OPUS")
    return held.getvalue()


@pytest.mark.parametrize("channels", [1, 2])
def test_a_voice_becomes_blocks_of_samples_of_one_channel(channels: int) -> None:
    rate, blocks = sound_in(opus(1.2, channels))
    found = list(blocks)
    assert rate == RATE
    assert max(map(len, found)) == 2 * int(rate * BLOCK_SECONDS)
    assert sum(map(len, found)) / 2 == pytest.approx(1.2 * rate, abs=rate * 0.05)
    samples = numpy.frombuffer(b"".join(found), "int16")
    assert 8000 < abs(samples).max() < 20000


def test_nobody_listens_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "LONGEST_SECONDS", 2)
    rate, blocks = sound_in(opus(4))
    assert sum(map(len, blocks)) / 2 == 2 * rate


@pytest.mark.parametrize("content", [b"", b"OggS", b"OggS" + bytes(500), b"no sound"])
def test_what_is_no_sound_is_bad_sound(content: bytes) -> None:
    with pytest.raises(BadSound):
        list(sound_in(content)[1])


def test_a_sound_that_is_cut_off_ends_where_it_is_cut() -> None:
    whole = opus(3)
    rate, blocks = sound_in(whole[: len(whole) // 2])
    assert 0 < sum(map(len, blocks)) / 2 < 3 * rate


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoHearing, match="нет модели Vosk"):
        Vosk(tmp_path)


def test_missing_libraries_are_told_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "am").mkdir()
    monkeypatch.setitem(sys.modules, "vosk", None)
    with pytest.raises(NoHearing, match=r"requirements-voice\.lock"):
        Vosk(tmp_path)


class Recogniser:
    """Stands in for Vosk's: it ends a sentence with each second block."""

    def __init__(self, model: Any, rate: int) -> None:
        assert model.folder
        assert rate == RATE
        self.blocks = 0

    def AcceptWaveform(self, block: bytes) -> bool:  # noqa: N802 - the name is Vosk's
        """Whether a sentence is complete."""
        assert len(block) % 2 == 0
        self.blocks += 1
        return self.blocks % 2 == 0

    def Result(self) -> str:  # noqa: N802 - the name is Vosk's
        """The sentence."""
        return '{"text": "яма во дворе"}'

    def FinalResult(self) -> str:  # noqa: N802 - the name is Vosk's
        """What came after the last one."""
        return '{"text": ""}'


def test_sentences_are_put_together_and_the_model_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "am").mkdir()
    read: list[str] = []

    def model(folder: str) -> Any:
        read.append(folder)
        return SimpleNamespace(folder=folder)

    given = SimpleNamespace(SetLogLevel=lambda _: None, Model=model, KaldiRecognizer=Recogniser)
    monkeypatch.setitem(sys.modules, "vosk", given)
    hear = Vosk(tmp_path)
    assert read == []
    assert hear(opus(2)) == "яма во дворе яма во дворе"
    hear(opus(1))
    assert read == [str(tmp_path)]
