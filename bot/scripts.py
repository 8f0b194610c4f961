"""Commands for scripts: texts or addresses come one a line, answers go out as one line of JSON each."""

import csv
import gc
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from storage.model.city import City

MOST = 5
"""situations in an answer"""


def answer_lines(city: City, answer: Callable[[str, City], Mapping[str, Any]], lines: TextIO, out: TextIO) -> None:
    """Answer each line as soon as it has come."""
    gc.enable()
    for line in lines:
        print(json.dumps(answer(line.rstrip("\r\n"), city), ensure_ascii=False), file=out, flush=True)


def found(text: str, city: City) -> Mapping[str, Any]:
    """`find`: the likeliest situations with their confidence, and the danger the words speak of."""
    from dialogs.understanding.dangers import dangers_in
    from dialogs.understanding.index import suggest

    danger = next(iter(dangers_in(text, city)), None)
    likely = [{"id": item.situation.id, "confidence": round(item.confidence, 3)} for item in suggest(text, city, MOST)]
    return {"text": text, "situations": likely, "emergency": danger.id if danger else None}


def explained(text: str, city: City) -> Mapping[str, Any]:
    """`find --why`: the same with the signs that were found and the points of examples, for those who mend a pack."""
    from dialogs.understanding import index

    answer = dict(found(text, city))
    evidence = index.explained(text, city)
    for item in answer["situations"]:
        if known := evidence.get(item["id"]):
            item["signs"] = {hit.sign.text: round(hit.points, 1) for hit in known.signs}
            item["examples"] = round(known.taught, 1)
    return answer


def placed(text: str, city: City) -> Mapping[str, Any]:
    """`place`: street and house as understood, and the territories it may be in, best first."""
    from dialogs.places import understood

    place = understood(text, city)
    return {"text": text, "street": place.street, "house": place.house, "territories": list(place.territories)}


class Unmeasurable(ValueError):
    """The file cannot be measured on; the words say why."""


def messages(file: Path) -> list[tuple[str, list[str]]]:
    """Texts with their acceptable situations from a CSV with columns «text» and «accept». Raises Unmeasurable."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            header = stream.readline()
            stream.seek(0)
            separator = next((sign for sign in ";\t" if sign in header and "," not in header), ",")
            rows = list(csv.DictReader(stream, delimiter=separator))
    except FileNotFoundError:
        raise Unmeasurable(f"файла {file} нет") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unmeasurable(f"{file} не читается: {error}; сохраните его как CSV в UTF-8") from None
    if not rows or not {"text", "accept"} <= rows[0].keys():
        raise Unmeasurable(f"{file}: нужны столбцы text и accept (ситуации через «;» или «|», лучшая первой)")
    return [(row["text"], [id.strip() for id in re.split("[;|]", row["accept"] or "")]) for row in rows]


def accuracy(city: City, rows: Iterable[tuple[str, list[str]]]) -> list[str]:
    """Lines of a report: top-1, top-3, and which situations were taken for which."""
    from dialogs.understanding.index import suggest

    total = first = among = 0
    unknown: set[str] = set()
    confused: Counter[tuple[str, str]] = Counter()
    for text, accepted in rows:
        likely = [item.situation.id for item in suggest(text, city)] or [""]
        total += 1
        unknown |= set(accepted) - city.situations.keys()
        first += likely[0] in accepted
        among += not set(likely).isdisjoint(accepted)
        if likely[0] not in accepted:
            confused[accepted[0], likely[0]] += 1
    lines = [f"сообщений {total}", f"top-1 {first / total:.3f}", f"top-3 {among / total:.3f}"]
    if unknown:
        lines.append(f"таких ситуаций в пакете нет, и угадать их нельзя: {', '.join(sorted(unknown))}")
    if confused:
        lines.append("ждали → нашли:")
    return lines + [f"  {wanted} → {got or 'ничего'}: {count}" for (wanted, got), count in confused.most_common(20)]
