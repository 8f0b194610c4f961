"""Structured log lines, one JSON object each. What people write and what is secret never gets into them.

The message of a foreign exception may quote a request with a token or a person's words, so of an exception only its
type and the places in the code are written, never its message.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
FRAMES = 6
"""innermost places in the code that are written"""
FOREIGN = (
    "aiogram",
    "aiohttp",
    "vk_api",
    "urllib3",
    "apscheduler",
    "sqlalchemy",
    "alembic",
    "asyncio",
    "aiosqlite",
    "PIL",
)
ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class JsonLine(logging.Formatter):
    """One record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "at": at,
            "level": record.levelname.lower(),
            "event": record.msg,
            "from": record.name,
        }
        line |= {key: value for key, value in vars(record).items() if key not in STANDARD}
        if record.exc_info and record.exc_info[0]:
            line |= places(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def places(info: ErrorInfo) -> dict[str, object]:
    """The type of an exception, of what caused it, and where it happened."""
    kind, error, trace = info
    frames = traceback.extract_tb(trace)[-FRAMES:]
    found: dict[str, object] = {
        "error": kind.__name__ if kind else "",
        "where": [f"{frame.filename.rsplit('site-packages/')[-1]}:{frame.lineno}" for frame in frames],
    }
    cause = error.__cause__ if error else None
    return {**found, "cause": type(cause).__name__} if cause else found


def set_up(level: str, stream: TextIO = sys.stderr) -> None:
    """Our own lines go to `stream`; libraries stay silent, because their lines quote requests."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in FOREIGN:
        logging.getLogger(name).setLevel(logging.CRITICAL)
