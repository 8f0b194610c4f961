"""Files under the name of their content: nothing from outside gets into a path, and the same photo is kept once."""

import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifier.fetch import store

JPEG, PNG = b"\xff\xd8\xff\xe0 photo", b"\x89PNG\r\n\x1a\n photo"
NAME = re.compile(r"[0-9a-f]{64}\.(jpg|png|webp|pdf|ogg|bin)")


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (JPEG, ".jpg"), (PNG, ".png"), (b"RIFF\x24\x00\x00\x00WEBPVP8 ", ".webp"), (b"%PDF-1.7", ".pdf"), (b"", ".bin"),
        (b"../../etc/passwd", ".bin"), (b"<html>", ".bin"), (b"\xff\xd8", ".bin"), (b"MZ program", ".bin"),
    ],
)  # fmt: skip
def test_a_file_is_named_by_its_content(tmp_path: Path, content: bytes, ending: str) -> None:
    name = store(tmp_path, content)
    assert name == hashlib.sha256(content).hexdigest() + ending
    assert (tmp_path / name).read_bytes() == content


@pytest.mark.parametrize("content", [b"RIFF\x24\x00\x00\x00WAVEfmt ", b"RIFF\x24\x00\x00\x00AVI LIST"])
def test_sound_and_film_are_no_pictures(tmp_path: Path, content: bytes) -> None:
    assert store(tmp_path, content).endswith(".bin")


def test_the_same_content_is_one_file_and_another_one_is_not(tmp_path: Path) -> None:
    names = [store(tmp_path, content) for content in (JPEG, PNG, JPEG, JPEG)]
    assert names[0] == names[2] == names[3] != names[1]
    assert {file.name for file in tmp_path.iterdir()} == set(names)


def test_the_folder_is_made_when_it_is_needed(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "files"
    assert (folder / store(folder, JPEG)).exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200) | st.sampled_from([b"/", b"..", b"\x00", "имя.jpg".encode()]))
def test_whatever_the_content_the_file_stays_in_its_folder(tmp_path: Path, content: bytes) -> None:
    name = store(tmp_path, content)
    assert NAME.fullmatch(name)
    assert (tmp_path / name).resolve().parent == tmp_path.resolve()
    assert (tmp_path / name).read_bytes() == content
    assert all(NAME.fullmatch(file.name) for file in tmp_path.iterdir()), "a half-written file was left"


def test_a_file_that_cannot_be_written_is_not_half_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(file: Path, content: bytes) -> int:
        with file.open("wb") as opened:
            opened.write(content[:1])
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", broken)
    with pytest.raises(OSError, match="no space"):
        store(tmp_path, JPEG)
    assert not any(NAME.fullmatch(file.name) for file in tmp_path.iterdir())
