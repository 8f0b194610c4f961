"""The address that a story names, «у дома 12 по улице Замшина» and «Есенина 12», to be confirmed by one tap."""

import re
from collections.abc import Iterator
from functools import lru_cache

from dialogs.cases import address_in, named
from dialogs.places import typed
from dialogs.understanding.words import MORPHOLOGY
from storage.model.city import City
from storage.model.places.address import Address, parse_address

KIND = re.compile(
    r"\b(?:улица|ул|проспект|просп|пр-т|пр|переулок|пер|набережная|наб|шоссе|бульвар|б-р|площадь|пл|проезд|аллея)\b",
    re.IGNORECASE,
)
"""kinds of street as they stand in an address; in another case the name would be in that case, too"""
KIND_ALONE = re.compile(r"(?:улиц|проспект|переул|набережн|шоссе|бульвар|площад|проезд|алле)\w*", re.IGNORECASE)
"""a kind of street without a name: «на проспекте у дома 12»"""
CLAUSE = re.compile(r"(?<=[^.\s][.!?…;])\s+|\n+")
"""where a sentence ends: an address often is one by itself"""
NUMBERED = re.compile(r"\d{1,2}-?(?:я|й|ая|ый|ой)\b", re.IGNORECASE)
"""«10-я Советская»: the only digits that begin the name of a street"""
LAST_WORDS = re.compile(r"(?:^|\s)(?P<street>[а-яё-]+)\s+(?P<house>\d{1,3}[а-я]?(?:/\d+)?(?: ?к ?\d+)?)\s*[.!]*$")
"""«лифт не пашет есенина 12»"""
BEFORE_STREET = r"(?:на|по|у|с|со|вдоль|около|возле|от|до)\s+(?:(?:ул|набережн|площад|алле)[а-яё]*\.?\s+)?"
FEMININE = ("улица", "набережная", "площадь", "аллея", "линия", "дорога")
NAMES = ("Surn", "Name", "Patr", "Geox")
"""what OpenCorpora calls names of people and places"""


@lru_cache(maxsize=64)
def address_of(story: str, city: City) -> str:
    """Street and house, with the settlement if it is said; empty unless they can be said as they stand."""
    if phrase := address_in(story):
        return looked_up(phrase, city) or phrase
    for read in readings(story):
        words = said(read, city, oblique=is_oblique(read, story))
        if city.streets is not None:
            if found := looked_up(words, city):
                return found
        elif not read.kind or KIND.search(story):
            return words
    return ""


def readings(story: str) -> Iterator[Address]:
    """The addresses in a story: in all of it, in its sentences from the last one on, and in its last words."""
    clauses = [clause for clause in CLAUSE.split(story) if clause.strip()]
    for clause in (story, *reversed(clauses)):
        if is_address(read := parse_address(clause), clause):
            yield read
    if (last := LAST_WORDS.search(story)) and is_a_name(last["street"]):
        alone = f"{last['street'].capitalize()}, {last['house']}"
        if is_address(read := parse_address(alone), alone):
            yield read


def is_address(read: Address, clause: str) -> bool:
    """Whether this is a street with a house, and no «автобус 93» or «возле школы 225»."""
    if not (read.street and read.house) or KIND_ALONE.fullmatch(read.street):
        return False
    if any(sign.isdigit() for sign in read.street) and not NUMBERED.match(read.street):
        return False
    if read.kind or any(sign in read.street for sign in ".:"):
        return bool(read.kind)
    first, *others = read.street.split()
    small = [first] if clause.strip().startswith(first) and is_subject(first) else []
    return not any(is_thing(word) for word in (*small, *filter(str.islower, (first, *others))))


def is_thing(word: str) -> bool:
    """Whether a word is a common noun or a verb first of all."""
    tag = MORPHOLOGY.analyzer.parse(word.lower())[0].tag
    return ("NOUN" in tag or "VERB" in tag) and not any(mark in tag for mark in NAMES)


def is_subject(word: str) -> bool:
    """Whether a noun is in its first case: streets are called «Энергетиков», «Победы»."""
    return "nomn" in MORPHOLOGY.analyzer.parse(word.lower())[0].tag


def is_a_name(word: str) -> bool:
    """Whether a word in small letters may be the name of a street: «есенина», «наличная»."""
    for reading in MORPHOLOGY.analyzer.parse(word):
        if any(mark in reading.tag for mark in NAMES) or {"ADJF", "femn", "sing", "nomn"} in reading.tag:
            return MORPHOLOGY.knows(word)
    return False


def is_oblique(read: Address, story: str) -> bool:
    """Whether the name of the street stands in a case of a phrase: «на Садовой», but not «по адресу Лесной 61»."""
    if read.kind and read.kind not in FEMININE:
        return False  # «Лесной проспект» is no «Лесная»
    return re.search(rf"(?<!\w){BEFORE_STREET}{re.escape(read.street)}", story) is not None


def said(read: Address, city: City, *, oblique: bool) -> str:
    """An address as it is offered: the name of the street in its first case, without capitals all over."""
    name = named(read.street) if oblique else read.street
    street = " ".join(word.capitalize() if word.isupper() else word for word in name.split())
    settlement = "" if read.settlement.lower() in ("", city.name.lower()) else f"{read.settlement}, "
    return f"{settlement}{read.kind} {street}, {read.house}".replace(",  ", ", ").strip()


def looked_up(words: str, city: City) -> str:
    """The address as the list of streets has it; empty if it is not there."""
    known = typed(words, city).value
    return f"{known['street']}, {known['house']}" if known.get("street") and known.get("house") else ""
