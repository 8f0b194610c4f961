"""A typed address → its pieces, each with its role; letters that only look Russian become Russian."""

import re
from typing import NamedTuple

from storage.model.places.address_words import KIND_OF, ROLE_OF, TOWNS, Role
from storage.model.places.houses import without_flats
from storage.model.places.word_forms import genders

LONGEST = 1000
"""characters that are read; an address is not looked for beyond them"""
INDEX_DIGITS = 6
LOOKALIKES = str.maketrans("ABCEHKMOPTXYaceopxyk", "АВСЕНКМОРТХУасеорхук")
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | {"\u00a0": " ", "\t": " ", "\r": "\n"})
LATIN = re.compile(r"[^\W\d_]*[A-Za-z][^\W\d_]*")
LOOKS_RUSSIAN = re.compile(r"[ABCEHKMOPTXYaceopxykА-Яа-яЁё]+")
BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
TOKEN = re.compile(
    r"(?P<ordinal>\d{1,3}(?:\s?-\s?(?i:ая|ья|я|ый|ий|ой|й|ого|его|го|ому|му|ом|м|ое|ее|е|ую|ью|ю|ых|их)|"
    r"(?i:ая|ья|я|ый|ий|ой|й|ого|го|ую|ью))(?![^\W_]))"
    r"|(?P<number>\d+)|(?P<place>(?i:н\.\s?п\.))|(?P<word>[^\W\d_]+(?:-[^\W\d_]+)*)(?P<dot>\.?)"
    r"|(?P<mark>[№#])|(?P<break>[,;\n!?:|…]+)"
)
SHORT_PLACE, LONGEST_SHORT = 3, 4
"""letters of the longest short form of a place, «гор.», and of any word, «акад.»"""
SENTENCE_END = re.compile(r"(?<=\.)\s+[А-ЯЁ]")
AFTER_LETTER = re.compile(r"\.?\s*(?:(?P<digit>[\d№])|(?P<letter>[^\W\d_]))")


class Token(NamedTuple):
    """One piece of a text: `text` as typed, `key` for comparing, `start` and `end` in the text that was cleaned."""

    role: Role
    text: str
    key: str
    start: int
    end: int
    short: bool = False
    """may be short for a longer word: «М.», «кап.»"""

    @property
    def is_capital(self) -> bool:
        """Whether it is written as a name is."""
        return self.text[:1].isupper()

    @property
    def is_name(self) -> bool:
        """Whether it can be a part of a street's name."""
        return self.role in NAMING


NAMING = frozenset((Role.WORD, Role.ORDINAL, Role.NUMBER))


def folded(text: str) -> str:
    """Lower case, «ё» as «е»: the form words are compared in."""
    return text.lower().replace("ё", "е")


def russian(text: str) -> str:
    """The text with Latin letters made Russian in words that mix both or could be either: «Ленинa», «12A», «4k2»."""
    return LATIN.sub(lambda word: word[0].translate(LOOKALIKES) if LOOKS_RUSSIAN.fullmatch(word[0]) else word[0], text)


def without_asides(text: str) -> tuple[str, list[str]]:
    """The text without brackets, and what stood in them; a mark, «Мира (ул.)», loses only its brackets."""
    asides: list[str] = []

    def unwrapped(brackets: re.Match[str]) -> str:
        inside = brackets[1].strip(" .")
        if ROLE_OF.get(folded(inside)) in (Role.KIND, Role.PLACE, Role.AREA):
            return f" {inside} "
        asides.append(inside)
        return " "

    return BRACKETS.sub(unwrapped, text), asides


def cleaned(text: str) -> str:
    """The text to cut into tokens: no flats, no telephones, what stands in brackets moved behind the rest."""
    rest, asides = without_asides(without_flats(russian(text[:LONGEST].translate(DASHES))))
    return ", ".join([rest, *asides])


def tokens_of(text: str) -> list[Token]:
    """The pieces of a cleaned text."""
    found: list[Token] = []
    for match in TOKEN.finditer(text):
        found.append(token(match, found[-1] if found else None))
        if (
            found[-1].role is Role.WORD
            and len(found[-1].key) > LONGEST_SHORT
            and SENTENCE_END.match(text, found[-1].end)
        ):
            found.append(Token(Role.BREAK, ".", ".", found[-1].end, found[-1].end))
    return found


def token(match: re.Match[str], previous: Token | None) -> Token:
    """One piece; single letters depend on what stands around them."""
    group, written = match.lastgroup or "", match[0]
    if group == "number":
        return Token(number_role(match), written, written.lstrip("0") or "0", *match.span())
    if group == "ordinal":
        return Token(Role.ORDINAL, written, re.match(r"0*(\d+)", written)[1], *match.span())  # type: ignore[index]
    if group in ("word", "dot"):
        return word(match, previous)
    role = {"place": Role.PLACE, "mark": Role.HOUSE}.get(group, Role.BREAK)
    return Token(role, written, written, *match.span())


def number_role(match: re.Match[str]) -> Role:
    """Up to four digits can be a house or a part of a name, six alone are a post index, others belong to no address."""
    digits = len(match[0])
    is_fraction = match.string[max(0, match.start() - 1) : match.start()] == "."
    return Role.INDEX if digits == INDEX_DIGITS and not is_fraction else Role.NUMBER if digits < 5 else Role.NOISE


def word(match: re.Match[str], previous: Token | None) -> Token:
    """A word with its role."""
    text = match["word"]
    key, dotted = folded(text), bool(match["dot"])
    role = letter_role(match, key, previous) if len(key) == 1 else ROLE_OF.get(key, Role.WORD)
    if (
        role is Role.PLACE
        and previous
        and previous.is_capital
        and genders(previous.key)
        and (key in TOWNS or (text.istitle() and len(key) > SHORT_PLACE))
    ):
        role = Role.WORD
    return Token(
        role,
        text,
        KIND_OF[key] if role is Role.KIND else key,
        *match.span(),
        len(key) == 1 or (dotted and len(key) <= LONGEST_SHORT),
    )


def letter_role(match: re.Match[str], key: str, previous: Token | None) -> Role:
    """A single letter: «д. 5» is a house, «г. Ижевск» a town, «ш.» a road, «М. Горького» an initial."""
    after = AFTER_LETTER.match(match.string, match.start() + 1)
    is_initial = match["word"].isupper() and bool(match["dot"])
    if is_initial and previous is not None and len(previous.key) == 1 and previous.role is Role.WORD:
        return Role.WORD
    if after and after["digit"]:
        return Role.HOUSE if key == "д" else Role.NOISE if key in "кс" else ROLE_OF.get(key, Role.WORD)
    if key in "гп":
        named = previous is not None and previous.role in (Role.KIND, Role.NUMBER)
        return Role.WORD if named or (is_initial and not after) else Role.PLACE
    if is_initial and after:
        return Role.WORD
    return Role.PLACE if key == "с" and match["dot"] else ROLE_OF.get(key, Role.WORD)
