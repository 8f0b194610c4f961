"""Voice messages: kept beside the appeal that is being written; their words are offered where somebody can listen."""

from collections.abc import Mapping
from typing import Any

from dialogs.file_appeal import MAX_PHOTO_BYTES, stored
from dialogs.speech import Json, Said
from dialogs.steps import Accepted, Rejected

RECORDINGS = "recordings"
"""the answer that holds them; no question asks for it"""
FILES = ("photos", RECORDINGS)
"""the answers of an appeal that are files"""
MAX_RECORDINGS = 5
REASONS = ("too_big", "too_many")
"""why a voice message is not taken"""


def sent_with(answers: Mapping[str, Json]) -> list[dict[str, Any]]:
    """The photos and voice messages of a draft."""
    return [item for name in FILES for item in answers.get(name) or ()]


def recording(said: Said, answers: Mapping[str, Json]) -> Accepted | Rejected:
    """The voice message behind those that came before. The reasons are REASONS."""
    before = answers.get(RECORDINGS) or []
    if said.recording is None:
        raise LookupError("there is no voice message")
    if (said.recording.size or 0) > MAX_PHOTO_BYTES:
        return Rejected("too_big", {"limit": MAX_PHOTO_BYTES // 1024 // 1024})
    if len(before) >= MAX_RECORDINGS:
        return Rejected("too_many", {"limit": MAX_RECORDINGS})
    return Accepted([*before, stored(said.recording)])
