"""Log lines: one JSON object each, with what helps and without what is secret or personal."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import FOREIGN, FRAMES, JsonLine, set_up

TOKEN, NAME = "123456:AAH-secret", "Анна Каренина"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What our logging writes; the logging of the tests is put back afterwards."""
    root, written = logging.getLogger(), io.StringIO()
    before = (root.handlers[:], root.level, {name: logging.getLogger(name).level for name in FOREIGN})
    root.handlers = []
    set_up("INFO", written)
    yield written
    root.handlers, level, levels = before[0], before[1], before[2]
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


def line_of(message: str, *arguments: Any, **more: Any) -> dict[str, Any]:
    """One line as a reader of logs gets it."""
    extra = more.pop("extra", {})
    record = logging.getLogger("handlers.desk").makeRecord(
        "handlers.desk", logging.ERROR, __file__, 1, message, arguments, more.get("exc_info"), extra=extra
    )
    written = JsonLine().format(record)
    assert "\n" not in written
    assert "\r" not in written
    read: dict[str, Any] = json.loads(written)
    return read


def failing(depth: int = 0) -> None:
    """Fail as a foreign library does: with a message that quotes a request and a person."""
    if depth:
        failing(depth - 1)
    try:
        raise ConnectionError(f"POST https://api.telegram.org/bot{TOKEN}/sendMessage: «{NAME}»")
    except ConnectionError as error:
        raise ValueError(f"cannot tell {NAME} with {TOKEN}") from error


def test_an_exception_shows_neither_its_words_nor_those_of_its_cause() -> None:
    try:
        failing()
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    line = line_of("turn failed", extra={"update": "17"}, exc_info=info)
    shown = json.dumps(line, ensure_ascii=False)
    assert TOKEN not in shown
    assert NAME not in shown
    assert (line["error"], line["cause"], line["update"]) == ("ValueError", "ConnectionError", "17")


def test_an_exception_shows_where_it_happened_innermost_last_and_not_too_deep() -> None:
    try:
        failing(20)
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    where = line_of("turn failed", exc_info=info)["where"]
    assert len(where) == FRAMES
    assert all(re.fullmatch(r".+test_logs\.py:\d+", place) for place in where)
    assert line_of("fine").keys().isdisjoint({"error", "where", "cause"})


def test_a_line_has_its_moment_level_event_source_and_extra_fields() -> None:
    line = line_of("turn failed", extra={"channel": "vk", "turns": 3, "retry_in": 0.5, "found": None})
    assert STAMP.fullmatch(line.pop("at"))
    assert line == {
        "level": "error", "event": "turn failed", "from": "handlers.desk",
        "channel": "vk", "turns": 3, "retry_in": 0.5, "found": None,
    }  # fmt: skip


def test_arguments_of_a_message_are_never_filled_in() -> None:
    assert NAME not in json.dumps(line_of("said by %s", NAME), ensure_ascii=False)


@given(st.text('аб\n\r\t"\\\u2028{}<>\x00', max_size=40))
def test_whatever_is_in_a_field_a_line_stays_one_line_of_json(words: str) -> None:
    assert line_of("event", extra={"words": words})["words"] == words


def test_what_json_does_not_know_is_written_as_text() -> None:
    assert line_of("event", extra={"thing": {1, 2}.__class__})["thing"] == "<class 'set'>"


def test_our_lines_are_written_from_the_level_on(stream: io.StringIO) -> None:
    ours = logging.getLogger("notifier.relay")
    ours.debug("not this")
    ours.info("sent", extra={"outgoing": 7})
    ours.warning("not delivered")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["event"], line["level"]) for line in lines] == [("sent", "info"), ("not delivered", "warning")]


@pytest.mark.parametrize("library", FOREIGN)
def test_libraries_stay_silent(stream: io.StringIO, library: str) -> None:
    logging.getLogger(f"{library}.inside").error("POST /bot%s", TOKEN)
    assert stream.getvalue() == ""


def test_a_real_failure_is_one_line_without_its_words(stream: io.StringIO) -> None:
    try:
        failing()
    except ValueError:
        logging.getLogger("handlers.desk").exception("turn failed", extra={"channel": "vk"})
    assert stream.getvalue().count("\n") == 1
    assert NAME not in stream.getvalue()
    assert TOKEN not in stream.getvalue()
    assert json.loads(stream.getvalue())["error"] == "ValueError"
