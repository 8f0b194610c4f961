"""Files an operator brings: read whatever their encoding, written all at once or not at all."""

import codecs
import os
import tempfile
from pathlib import Path

ARCHIVE = b"PK"
"""how an archive begins, and so does a table of Excel"""
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class BrokenImport(ValueError):
    """A file that was brought cannot be used; `errors` lists what to mend, in plain words."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


def text_of(file: Path) -> tuple[str, list[str]]:
    """The text of a file, with notes where its encoding is not UTF-8. Raises BrokenImport."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BrokenImport([f"{file}: файл не читается ({error.strerror}); проверьте путь и права"]) from error
    if not data.strip():
        raise BrokenImport([f"{file.name}: файл пуст; выгрузите данные заново"])
    if data.startswith(ARCHIVE):
        raise BrokenImport([f"{file.name}: это архив или таблица Excel; сохраните данные как текст: GeoJSON или CSV"])
    return decoded(file.name, data)


def decoded(name: str, data: bytes) -> tuple[str, list[str]]:
    """Bytes as text: UTF-8 with or without a mark, UTF-16 with one, else Windows-1251. Raises BrokenImport."""
    encodings = ["utf-16"] if data.startswith(UTF16) else ["utf-8-sig", "cp1251"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        note = f"{name}: кодировка {encoding}, а не UTF-8; прочитано, но проверьте названия"
        if "\0" not in text:
            return text, [] if encoding == "utf-8-sig" else [note]
    raise BrokenImport([f"{name}: это не текст в UTF-8 или Windows-1251; сохраните файл в UTF-8"])


def replace_file(file: Path, data: bytes) -> Path:
    """Write a file so that others see the old one or the whole new one; makes its folder. Returns the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, written = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(written).chmod(0o644)
        os.replace(written, file)
    except BaseException:
        Path(written).unlink(missing_ok=True)
        raise
    return file
