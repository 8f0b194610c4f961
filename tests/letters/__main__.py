"""`python -m tests.letters [folder]` writes each sample as text and as PDF, and prints how good they are."""

import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.letters.made import Made, everything, paper
from tests.letters.rubric import Written, lost, score

FOLDER = "letters"
HEADINGS = ("№", "ситуация", "оценка", "обращение, знаков", "на портал, знаков", "PDF, мс", "чего нет")


def main(arguments: Sequence[str]) -> int:
    """Write the folder, print the table."""
    folder = Path(arguments[0] if arguments else FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as drawings:
        spent = [written(one, folder, Path(drawings)) for one in everything()]
    rows = [HEADINGS, *(row(one, time) for one, time in zip(everything(), spent, strict=True))]
    sys.stdout.write("\n".join([*aligned(rows), "", summary(spent), f"Папка: {folder}", ""]))
    return 0


def summary(spent: Sequence[float]) -> str:
    """The scores and the milliseconds of all."""
    scores = [score(Written(one.facts, one.text)) for one in everything()]
    times = f"медиана {median(spent):.0f} мс, наибольшее {max(spent):.0f} мс"
    return f"Оценка: наименьшая {min(scores)}, средняя {mean(scores):.2f}. PDF: {times}."


def written(one: Made, folder: Path, drawings: Path) -> float:
    """Writes a sample into the folder; milliseconds that its PDF took."""
    start = perf_counter()
    content = paper(one, drawings)
    spent = (perf_counter() - start) * 1000
    path = folder / f"{one.order:02}-{one.sample.situation}"
    path.with_suffix(".pdf").write_bytes(content)
    path.with_suffix(".txt").write_text(f"{one.text}\n\n\nСообщение для портала\n\n{one.report}\n", encoding="utf-8")
    return spent


def row(one: Made, spent: float) -> tuple[str, ...]:
    """A line of the table."""
    judged = Written(one.facts, one.text)
    told = (one.order, one.sample.situation, score(judged), len(one.text), len(one.report), round(spent))
    return (*map(str, told), ", ".join(lost(judged)))


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns of one width."""
    widths = [max(len(line[column]) for line in rows) for column in range(len(HEADINGS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in rows]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
