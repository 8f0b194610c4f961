"""Russian word forms without a dictionary: the part of a name that no case changes, and the gender endings show."""

from functools import lru_cache

ADJECTIVE = {
    "ая": "f", "яя": "f", "ую": "f", "юю": "f", "ей": "f", "ой": "mf", "ый": "m", "ий": "m", "ое": "n", "ее": "n",
    "ого": "mn", "его": "mn", "ому": "mn", "ему": "mn", "ом": "mn", "ем": "mn", "ым": "mnp", "им": "mnp", "ые": "p",
    "ие": "p", "ых": "p", "их": "p", "ыми": "p", "ими": "p",
}  # fmt: skip
"""ending of an adjective → the genders (m, f, n) or the plural (p) it can stand for, in any case"""
NOUN = ("ами", "ями", "ах", "ях", "ам", "ям", "а", "я", "у", "ю", "е", "ы", "и", "о", "ь")
ENDINGS = tuple(sorted((*ADJECTIVE, *NOUN), key=len, reverse=True))
SHORTEST_STEM = 3
"""letters; a shorter rest says too little"""


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A lower-case word without its case ending: «ленская», «ленской» → «ленск»; «апраксина» → «апраксин»."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=20_000)
def genders(word: str) -> str:
    """Genders that an adjective's ending allows, e.g. «mn» for «ленского»; empty for what is no adjective."""
    return ADJECTIVE.get(word[-3:]) or ADJECTIVE.get(word[-2:], "")


def nominative_genders(word: str) -> str:
    """The same for a word in the nominative, where «Большой» is masculine and not «у Большой»."""
    found = genders(word)
    return "m" if found == "mf" else found


def can_be(spoken: str, listed: str) -> bool:
    """Whether a spoken word can be a case of a listed one: the same stem and no other gender."""
    return stem(spoken) == stem(listed) and genders_agree(spoken, listed)


def genders_agree(spoken: str, listed: str) -> bool:
    """Whether the ending of a spoken word, in any case, does not contradict a listed one's."""
    mine, its = genders(spoken), nominative_genders(listed)
    return not mine or not its or bool(set(mine) & set(its))
