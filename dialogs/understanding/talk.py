"""What is said to the bot and is no appeal: thanks, a greeting, a question about the bot, a curse."""

from functools import lru_cache

from dialogs.understanding.index import index_of
from dialogs.understanding.signs import Signs
from dialogs.understanding.words import folded, read, readable
from storage.model.city import City

LONGEST = 12
"""words: whoever says more has something to tell"""
TELLING = 5.0
"""points of a situation that outweigh a «спасибо»"""
SHORT = 4
"""words in which a person or an answer is asked for plainly"""
PLAINLY = {"human": 9.0, "test": 9.0}
"""points of a situation that outweigh such short words"""
CYRILLIC_LEAST = 0.5
"""share of letters below which a text is in another language"""
FOREIGN = "foreign"


@lru_cache(maxsize=8)
def talk_of(city: City, only: str = "") -> Signs:
    """The signs of all kinds of talk, or of one of them."""
    signs = Signs(city.concepts)
    for kind, written in city.talk.items():
        for text in written if only in ("", kind) else ():
            signs.add(kind, 1.0, text)
    return signs


def is_foreign(text: str) -> bool:
    """Whether most letters are not Russian, even after slips of the keyboard are mended."""
    letters = [sign for sign in readable(folded(text)) if sign.isalpha()]
    return bool(letters) and sum("а" <= sign <= "я" for sign in letters) / len(letters) < CYRILLIC_LEAST


def talk_in(text: str, city: City) -> str:
    """The kind of talk a short text is, in the pack's order of kinds; empty if it tells of a problem."""
    words = read(text)
    if not words or len(words) > LONGEST:
        return FOREIGN if is_foreign(text) else ""
    if len(words) > SHORT and is_foreign(text):
        return FOREIGN
    said = {hit.sign.situation for hit in talk_of(city).found_in(words)}
    kind = next((kind for kind in city.talk if kind in said), "")
    telling = PLAINLY.get(kind, TELLING) if len(words) <= SHORT else TELLING
    if any(item.score >= telling and not item.situation.fallback for item in index_of(city).asked(text)[:1]):
        return ""
    return kind or (FOREIGN if is_foreign(text) else "")
