"""Files that Telegram keeps, and the temporary links to them."""

from dataclasses import dataclass
from typing import Any

from tests.emulators.telegram_errors import ViolationError

DOWNLOAD_LIMIT = 20 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024

_PREFIXES = {"photo": "AgACAgIAAxk", "document": "BQACAgIAAxk", "sticker": "CAACAgIAAxk", "voice": "AwACAgIAAxk"}
_THUMBNAIL = b"\xff\xd8 a thumbnail, not the photo \xff\xd9"
_EXTENSIONS = {"photo": ".jpg", "sticker": ".webp", "voice": ".oga", "video": ".mp4"}


@dataclass(frozen=True)
class StoredFile:
    """A file of a kind (photo, document, …); `size` in bytes is what Telegram states, `data` may be shorter."""

    number: int
    kind: str
    data: bytes
    name: str
    size: int

    @property
    def file_id(self) -> str:
        """As long as the real ones, which are 70–100 characters."""
        return f"{_PREFIXES.get(self.kind, 'BAACAgIAAxk')}BAAI{self.number:065d}"

    @property
    def path(self) -> str:
        """Where getFile lets a bot fetch it from."""
        extension = _EXTENSIONS.get(self.kind) or "." + (self.name.rpartition(".")[2] or "bin")
        return f"{self.kind}s/file_{self.number}{extension}"

    def reference(self) -> dict[str, Any]:
        """The fields that every file object of the Bot API has."""
        return {"file_id": self.file_id, "file_unique_id": f"AQAD{self.number:011d}", "file_size": self.size}


class Files:
    """All files by id, and by the paths that getFile gave out."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._linked: dict[str, StoredFile] = {}

    def add(self, kind: str, data: bytes, name: str = "", size: int | None = None) -> StoredFile:
        """Keep a file; `size` overrides the stated size."""
        file = StoredFile(len(self._by_id) + 1, kind, data, name, len(data) if size is None else size)
        self._by_id[file.file_id] = file
        return file

    def get(self, file_id: str) -> StoredFile | None:
        """The file, or None if Telegram never gave out this id."""
        return self._by_id.get(file_id)

    def photo_sizes(self, photo: StoredFile) -> list[dict[str, Any]]:
        """The PhotoSize objects of a photo: first a thumbnail, which is another file, then the photo."""
        thumbnail = self.add("photo", _THUMBNAIL).reference() | {"width": 90, "height": 67}
        return [thumbnail, photo.reference() | {"width": 1280, "height": 960}]

    def link(self, file_id: str) -> dict[str, Any]:
        """The answer to getFile; at most 20 MB can be downloaded."""
        file = self._by_id.get(file_id)
        if file is None:
            raise ViolationError("wrong file_id or the file is temporarily unavailable", file_id)
        if file.size > DOWNLOAD_LIMIT:
            raise ViolationError("file is too big", f"{file.size} bytes")
        self._linked[file.path] = file
        return file.reference() | {"file_path": file.path}

    def at(self, path: str) -> StoredFile | None:
        """The file behind a path that getFile gave out."""
        return self._linked.get(path)
