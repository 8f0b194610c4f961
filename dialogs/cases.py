"""Names of streets out of the case in which they stand in a phrase: «на Садовую», «по улице Замшина»."""

import re

from dialogs.understanding.words import MORPHOLOGY

KINDS = {
    "улице": "улица", "улицу": "улица", "проспекту": "проспект", "проспекте": "проспект", "переулку": "переулок",
    "переулке": "переулок", "набережной": "набережная", "набережную": "набережная", "бульвару": "бульвар",
    "бульваре": "бульвар", "площади": "площадь", "проезду": "проезд", "проезде": "проезд", "аллее": "аллея",
    "аллею": "аллея", "шоссе": "шоссе",
}  # fmt: skip
"""kinds of street in the cases that follow «на» and «по», and as they stand in an address"""
NAME = r"[А-ЯЁ][\w-]*"
HOUSE = re.compile(
    r"\bдом(?:а|у|ом|е)?\s+(?:№\s?)?(?P<house>\d+\w*(?:\s?/\s?\d+\w*)?(?:\s(?:корпус|корп\.|к\.?)\s?\d+)?)\s+"
    rf"(?:по|на)\s+(?P<street>(?:(?:{'|'.join(KINDS)})\s+{NAME}(?:\s{NAME})?)|(?:{NAME}\s+(?:{'|'.join(KINDS)})))"
)
OBLIQUE = ("ой", "ей", "ом", "ем", "ому", "ему", "ого", "его")
ACCUSATIVE = ("ую", "юю", "у", "ю")


def nominative(words: str) -> str:
    """A place that was named after «на» as it stands in an address: «Садовую, 5» becomes «Садовая, 5»."""
    name, comma, rest = words.partition(",")
    return " ".join(map(out_of_accusative, name.split())) + comma + rest


def out_of_accusative(word: str) -> str:
    """«Садовую» as «Садовая»; what is no feminine accusative stays."""
    if not word.lower().endswith(ACCUSATIVE):
        return word
    return like(word, inflected(word, "accs", "femn"))


def named(street: str) -> str:
    """The name of a street as it stands in an address: «Садовой» of «на Садовой» as «Садовая»."""
    return " ".join(map(out_of_phrase, street.split()))


def out_of_phrase(word: str) -> str:
    """An adjective after «на», «по» and «у» in its first case; any other word as it stands."""
    for case in ("loct", "datv", "gent") if word.lower().endswith(OBLIQUE) else ():
        if (found := inflected(word, "ADJF", case)) != word.lower():
            return like(word, found)
    return word


def inflected(word: str, *marks: str) -> str:
    """The nominative of a word in that case, by the dictionary; the word itself if it is not in it."""
    for reading in MORPHOLOGY.analyzer.parse(word.lower()):
        if all(mark in reading.tag for mark in marks) and (found := reading.inflect({"sing", "nomn"})):
            return str(found.word)
    return word.lower()


def like(word: str, other: str) -> str:
    """The other word, with a capital letter if the first has one."""
    return other.capitalize() if word[:1].isupper() else other


def address_in(story: str) -> str:
    """«У дома 12 по улице Замшина» as «улица Замшина, 12»; empty if no phrase of this kind stands there."""
    found = HOUSE.search(story)
    if found is None:
        return ""
    first, *others = found["street"].split()
    if first.lower() in KINDS:
        street = " ".join((KINDS[first.lower()], *others))
    else:
        street = f"{named(first)} {KINDS[others[-1].lower()]}"
    return f"{street}, {' '.join(found['house'].split())}"
