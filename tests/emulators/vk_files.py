"""Photos and documents of the emulated VK: uploading, saving, attaching and downloading them."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import PurePath
from typing import Any, Literal

from tests.emulators.vk_parameters import VkError

Kind = Literal["photo", "doc"]
# VK promises no order of sizes; "w" is the largest, and the only one that keeps every byte.
PHOTO_SIZES = {"s": (75, 50), "w": (2560, 1707), "m": (130, 87), "y": (807, 538), "x": (604, 403), "z": (1080, 720)}
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8")
_DOC_TYPES = {"pdf": 1, "txt": 1, "doc": 1, "docx": 1, "zip": 2, "gif": 3, "jpg": 4, "jpeg": 4, "png": 4}


@dataclass(frozen=True)
class StoredFile:
    """A photo or a document that VK keeps; `size` is what VK claims, in bytes."""

    kind: Kind
    owner_id: int
    id: int
    data: bytes
    title: str
    mime: str
    size: int
    date: int

    @property
    def access_key(self) -> str:
        """Whoever is not the owner has to show this key."""
        return f"{self.id:018x}"


class FileStore:
    """Every file that passed through this VK; `url` is the emulator's address, known once it listens."""

    def __init__(self, group_id: int, clock: Callable[[], float]) -> None:
        self.url = ""
        self._group_id = group_id
        self._clock = clock
        self._ids = count(456239017)
        self._files: dict[int, StoredFile] = {}
        self._upload_urls: dict[str, Kind] = {}
        self._uploads: dict[str, tuple[str, str, bytes]] = {}

    def keep(
        self, kind: Kind, owner_id: int, data: bytes, title: str, mime: str, size: int | None = None
    ) -> StoredFile:
        """Store a file."""
        size = len(data) if size is None else size
        stored = StoredFile(kind, owner_id, next(self._ids), data, title, mime, size, int(self._clock()))
        self._files[stored.id] = stored
        return stored

    def upload_url(self, kind: Kind) -> str:
        """Give out an address to which one may POST a file of this kind."""
        ticket = f"{kind}{next(self._ids)}"
        self._upload_urls[ticket] = kind
        return f"{self.url}/upload/{ticket}"

    def kind_of_upload(self, ticket: str) -> Kind | None:
        """What the address takes; None: it was not given out."""
        return self._upload_urls.get(ticket)

    def receive(self, kind: Kind, filename: str, mime: str, data: bytes) -> dict[str, Any]:
        """What the upload server answers to a file; a photo that is no picture comes back as an empty list."""
        token = f"upload{next(self._ids)}"
        self._uploads[token] = (filename, mime, data)
        if kind == "doc":
            return {"file": token}
        photo = [{"photo": token, "sizes": [], "latitude": 0, "longitude": 0, "kid": "0"}]
        return {"server": 856012, "photo": json.dumps(photo if is_picture(data) else []), "hash": f"hash-{token}"}

    def save_photo(self, photo: str, proof: str) -> StoredFile:
        """Turn an upload into a photo of the community; raises VkError 100."""
        found = re.search(r'"photo": "(upload\d+)"', photo)
        token = found.group(1) if found else ""
        if token not in self._uploads:
            raise VkError(100, "photos_list is invalid")
        if proof != f"hash-{token}":
            raise VkError(100, "hash is invalid")
        filename, mime, data = self._uploads.pop(token)
        return self.keep("photo", -self._group_id, data, filename, mime)

    def save_doc(self, token: str, title: str) -> StoredFile:
        """Turn an upload into a document of the community; raises VkError 100."""
        if token not in self._uploads:
            raise VkError(100, "file is invalid")
        filename, mime, data = self._uploads.pop(token)
        return self.keep("doc", -self._group_id, data, title or filename, mime)

    def attached(self, text: str) -> tuple[StoredFile, ...]:
        """The files that an `attachment` parameter names; raises VkError 100."""
        names = text.split(",") if text else []
        if len(names) > 10:
            raise VkError(100, f"attachment: at most 10, these are {len(names)}")
        return tuple(self._named(name.strip()) for name in names)

    def _named(self, name: str) -> StoredFile:
        match = re.fullmatch(r"(photo|doc)(-?\d+)_(\d+)(?:_(\w+))?", name)
        if not match:
            raise VkError(100, f"attachment {name!r} is not valid")
        kind, owner, number, key = match.groups()
        stored = self._files.get(int(number))
        if stored is None or (stored.kind, stored.owner_id) != (kind, int(owner)):
            raise VkError(100, f"attachment {name!r} does not exist")
        if key != stored.access_key and not (key is None and stored.owner_id == -self._group_id):
            raise VkError(100, f"attachment {name!r} needs the right access_key")
        return stored

    def download(self, number: int, size: str) -> StoredFile | None:
        """The file behind a link; a smaller size of a photo has other bytes than the photo."""
        stored = self._files.get(number)
        if stored is None or stored.kind == "doc" or size == "w":
            return stored
        small = b"\xff\xd8\xff" + f"{size} of {number}".encode() + b"\xff\xd9"
        return StoredFile("photo", stored.owner_id, number, small, stored.title, "image/jpeg", len(small), stored.date)

    def described(self, stored: StoredFile) -> dict[str, Any]:
        """The file as VK describes it in `photo` or `doc` of an attachment."""
        common = {"id": stored.id, "owner_id": stored.owner_id, "date": stored.date, "access_key": stored.access_key}
        return common | (self._photo(stored) if stored.kind == "photo" else self._doc(stored))

    def attachment(self, stored: StoredFile) -> dict[str, Any]:
        """The file as an item of a message's `attachments`."""
        return {"type": stored.kind, stored.kind: self.described(stored)}

    def _photo(self, stored: StoredFile) -> dict[str, Any]:
        sizes = [
            {"type": kind, "width": width, "height": height, "url": f"{self.url}/files/{stored.id}/{kind}"}
            for kind, (width, height) in PHOTO_SIZES.items()
        ]
        return {"album_id": -3, "sizes": sizes, "text": "", "web_view_token": "f00d", "has_tags": False}

    def _doc(self, stored: StoredFile) -> dict[str, Any]:
        extension = PurePath(stored.title).suffix.lstrip(".").lower()
        url = f"{self.url}/files/{stored.id}/doc"
        type_number = _DOC_TYPES.get(extension, 8)
        return {"title": stored.title, "size": stored.size, "ext": extension, "type": type_number, "url": url}


def is_picture(data: bytes) -> bool:
    """JPEG, PNG or GIF by its first bytes, as VK accepts them."""
    return data.startswith(_PICTURES)
