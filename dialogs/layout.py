"""Buttons into rows that fit the messenger."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dialogs.speech import Button, Capabilities

OPENED, CLOSED = "<code>", "</code>"
LONGEST_ENTITY = 8
"""characters of an escaped sign, «&quot;» and the like"""


def shortened(label: str, limit: int) -> str:
    """The label, cut with «…» if it is too long."""
    return label if len(label) <= limit else label[: limit - 1].rstrip() + "…"


def fitted(button: Button, limit: int) -> Button:
    """The button with a label that is not too long."""
    return button if len(button.label) <= limit else replace(button, label=shortened(button.label, limit))


def arrange(buttons: Sequence[Button], capabilities: Capabilities) -> tuple[tuple[Button, ...], ...]:
    """Rows in the same order: long labels alone, short ones in pairs; wider when the rows would not suffice.

    A location button stands alone (VK demands it). What does not fit at all is left out from the end, so callers keep
    within `capabilities.buttons`.
    """
    fitting = [fitted(button, capabilities.label) for button in buttons[: capabilities.buttons]]
    for across in range(2, 6):
        rows = in_rows(fitting, across, capabilities.wide)
        if len(rows) <= capabilities.rows:
            return rows
    dense = in_rows(fitting, 5, capabilities.label)
    return dense[: capabilities.rows]


def in_rows(buttons: Sequence[Button], across: int, wide: int) -> tuple[tuple[Button, ...], ...]:
    """Rows of up to `across` buttons; when more than two stand in a row, their length no longer matters."""
    rows: list[list[Button]] = []
    for button in buttons:
        row = rows[-1] if rows else []
        short = across > 2 or all(len(other.label) <= wide for other in (*row, button))
        alone = button.kind or any(other.kind for other in row)
        if row and len(row) < across and short and not alone:
            row.append(button)
        else:
            rows.append([button])
    return tuple(tuple(row) for row in rows)


def parts(text: str, limit: int) -> list[str]:
    """The text in pieces of at most `limit` characters, cut at line ends.

    Of our markup only `<code>` spans lines: it is closed at the end of a piece and opened again in the next.
    """
    room = limit - len(OPENED + CLOSED) if OPENED in text else limit
    return list(reopened(split(text, room)))


def reopened(pieces: Sequence[str]) -> Iterator[str]:
    """Each piece with its own `<code>`."""
    inside = False
    for piece in pieces:
        begun = OPENED + piece if inside else piece
        inside = begun.count(OPENED) > begun.count(CLOSED)
        yield begun + CLOSED if inside else begun


def split(text: str, limit: int) -> list[str]:
    """The text in pieces of at most `limit` characters, cut at line ends."""
    pieces: list[str] = [""]
    for line in text.split("\n"):
        for piece in chunks(line, limit):
            joined = f"{pieces[-1]}\n{piece}" if pieces[-1] else piece
            if len(joined) <= limit:
                pieces[-1] = joined
            else:
                pieces.append(piece)
    return pieces


def chunks(line: str, limit: int) -> Iterator[str]:
    """A line in pieces of at most `limit` characters; «&lt;» and «<code>» stay whole."""
    while len(line) > limit:
        cut = min(before(line, limit, "&", ";"), before(line, limit, "<", ">"))
        yield line[:cut]
        line = line[cut:]
    yield line


def before(line: str, limit: int, first: str, last: str) -> int:
    """Where to cut so that what runs from one sign to another stays whole: at `limit` or a little before."""
    opened = line.rfind(first, max(limit - LONGEST_ENTITY, 0), limit)
    return opened if opened > 0 and last not in line[opened:limit] else limit
