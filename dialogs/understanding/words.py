"""Words as they are compared: in their dictionary form; slips of the keyboard, transliteration and typos are mended."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pymorphy3

WORD = re.compile(r"[a-zа-я0-9]+(?:-[a-zа-я0-9]+)*")
PLAIN_WORD = re.compile(r"[a-zа-я0-9]+")
LATIN, CYRILLIC = re.compile(r"[a-z]"), re.compile(r"[а-я]")
SENTENCE_END = re.compile(r"[.!?…\n]+")
LIKELY = 0.25
"""of the likeliest reading of a word: less likely readings are left aside"""
READINGS = 3
MISSPELT_FROM = 5
"""letters: shorter words are too like one another to be mended"""
SLIPS = 2
"""letters that a typo adds or leaves out, at most"""
ALIKE = 80.0
"""per cent of letters in place for a typo to be mended"""
REMEMBERED = 30_000
"""words whose forms are kept at hand"""
LONGEST = 4000
"""characters of a text that are looked at"""
PLACING = frozenset(
    (
        "около", "возле", "рядом", "напротив", "недалеко", "вблизи", "близ", "неподалеку", "у", "мимо", "между",
        "перед", "вдоль", "от", "до", "к", "за", "после",
    )
)  # fmt: skip
"""words before a landmark: «напротив школы» is not about the school"""
PLACED = 3
"""words after such a word that may be the landmark"""
LAYOUT = dict(zip("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюё", strict=True))
TWINS = str.maketrans("aceopxykmhtb", "асеорхукмнтв")
"""Latin letters that look like Russian ones"""
SOUNDS = (
    ("shch", "щ"), ("sch", "щ"), ("yo", "ё"), ("jo", "ё"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"),
    ("sh", "ш"), ("yu", "ю"), ("ju", "ю"), ("ya", "я"), ("ja", "я"), ("ye", "е"), ("ey", "ей"), ("iy", "ий"),
    ("oy", "ой"), ("ay", "ай"), ("uy", "уй"), ("yy", "ый"), ("a", "а"), ("b", "б"), ("v", "в"), ("w", "в"),
    ("g", "г"), ("d", "д"), ("e", "е"), ("z", "з"), ("i", "и"), ("j", "й"), ("k", "к"), ("l", "л"), ("m", "м"),
    ("n", "н"), ("o", "о"), ("p", "п"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("f", "ф"), ("h", "х"),
    ("c", "ц"), ("y", "ы"), ("x", "кс"), ("q", "к"), ("'", "ь"),
)  # fmt: skip
RUSSIAN_ENOUGH = 0.6
"""share of known words that makes a text in other letters Russian"""


def folded(text: str) -> str:
    """Lower-case, «ё» as «е»."""
    return text.casefold().replace("ё", "е")


def words_of(text: str) -> list[str]:
    """The words, lower-case, «ё» as «е»."""
    return PLAIN_WORD.findall(folded(text))


class Word(NamedTuple):
    """A word of a text: as typed, its dictionary forms, the number of its sentence, whether it names a landmark."""

    typed: str
    forms: tuple[str, ...]
    sentence: int
    landmark: bool


class Morphology:
    """Russian words by the OpenCorpora dictionary; it is loaded when the first word is looked up."""

    def __init__(self) -> None:
        self.looked_up: dict[str, tuple[str, ...]] = {}
        self.guessed: set[str] = set()
        """those of them that the dictionary does not have"""
        self.shared: dict[tuple[str, ...], tuple[str, ...]] = {}
        """each result once: the words of a paradigm have the same"""

    @cached_property
    def analyzer(self) -> "pymorphy3.MorphAnalyzer":
        """The dictionary: about 30 MB, a tenth of a second."""
        import pymorphy3

        return pymorphy3.MorphAnalyzer(lang="ru")

    def forms(self, word: str) -> tuple[str, ...]:
        """The dictionary forms a word may have, likeliest first: «лай» is «лай» and «лаять»."""
        if (known := self.looked_up.get(word)) is None:
            if len(self.looked_up) >= REMEMBERED:
                self.forget()
            known = self.looked_up[word] = self.read(word)
        return known

    def forget(self) -> None:
        """As if no word had been looked up yet."""
        self.looked_up.clear()
        self.guessed.clear()

    def read(self, word: str) -> tuple[str, ...]:
        """The same, asked of the dictionary. Nine words of ten have one form; others are weighed by their readings."""
        dictionary = self.analyzer.dictionary
        normal = dictionary.build_normal_form
        readings = [
            (normal(paradigm, index, spelled), paradigm, index)
            for spelled, known in dictionary.words.similar_items(word, self.analyzer.char_substitutes)
            for paradigm, index in known
        ]
        several = {form for form, _, _ in readings}
        if len(several) == 1:
            forms = tuple(map(folded, several))
        elif several:
            chances = [(form, self.chance(word, paradigm, index)) for form, paradigm, index in readings]
            forms = likely(sorted(chances, key=itemgetter(1), reverse=True))
        else:
            forms = likely([(guess.normal_form, guess.score) for guess in self.analyzer.parse(word)])
            self.guessed.add(word)
        return self.shared.setdefault(forms, forms)

    def chance(self, word: str, paradigm: int, index: int) -> float:
        """How often a word is met as this form of a paradigm, of all its uses; 0 for every form if nobody counted.

        `parse` finds the same, but wraps each reading in three objects: it takes four times as long.
        """
        tag = self.analyzer.dictionary.build_tag_info(paradigm, index)
        return float(self.analyzer.prob_estimator.p_t_given_w.prob(word, tag))

    def knows(self, word: str) -> bool:
        """Whether the dictionary has the word."""
        return bool(self.analyzer.word_is_known(word))


def likely(readings: Sequence[tuple[str, float]]) -> tuple[str, ...]:
    """The dictionary forms of readings that are not much less likely than the first one; each has its chance."""
    enough = LIKELY * readings[0][1]
    return tuple(dict.fromkeys(folded(form) for form, chance in readings if chance >= enough))[:READINGS]


MORPHOLOGY = Morphology()


def forms(word: str) -> tuple[str, ...]:
    """The dictionary forms of a folded word."""
    return MORPHOLOGY.forms(word)


def readable(text: str) -> str:
    """The text in Russian letters: typed in the Latin layout («zvf»), transliterated («yama») or with look-alikes."""
    latin = len(LATIN.findall(text))
    if not latin:
        return text
    if latin <= len(CYRILLIC.findall(text)):
        return " ".join(untwinned(part) for part in text.split(" "))
    best = max((relaid(text), sounded(text)), key=russian)
    return best if russian(best) >= RUSSIAN_ENOUGH else text


def untwinned(part: str) -> str:
    """A word of mixed letters with its Latin look-alikes in Cyrillic."""
    mixed = LATIN.search(part) and CYRILLIC.search(part)
    return part.translate(TWINS) if mixed else part


def relaid(text: str) -> str:
    """What the same keys give in the Russian layout."""
    return "".join(LAYOUT.get(sign, sign) for sign in text)


def sounded(text: str) -> str:
    """Latin letters by their sound."""
    for latin, russian_letter in SOUNDS:
        text = text.replace(latin, russian_letter)
    return text


def russian(text: str) -> float:
    """The share of known words."""
    found = [word for word in WORD.findall(folded(text)) if not word.isdigit()]
    return sum(MORPHOLOGY.knows(word) for word in found) / len(found) if found else 0.0


def typed(text: str) -> list[str]:
    """The words of a text as they are typed, with numbers."""
    return WORD.findall(folded(text))


def read(text: str, vocabulary: "Spelling | None" = None) -> list[Word]:
    """The words of a text; unknown ones that are nearly a word of the vocabulary are taken for it."""
    found: list[Word] = []
    for number, sentence in enumerate(SENTENCE_END.split(readable(folded(text[:LONGEST])))):
        landmarks = 0
        for word in WORD.findall(sentence):
            known = vocabulary.mended(word) if vocabulary else forms(word)
            found.append(Word(word, known, number, landmarks > 0))
            landmarks = PLACED if word in PLACING else landmarks - 1
    return found


class Spelling:
    """Words that matter, by their first letter, so that a typo in one of them can be mended."""

    def __init__(self, known: Iterable[str]) -> None:
        self.alike: dict[tuple[str, int], list[str]] = defaultdict(list)
        """by the first letter and the length of a slip"""
        for word in sorted(set(known)):
            if len(word) >= MISSPELT_FROM and MORPHOLOGY.knows(word):
                for length in range(len(word) - SLIPS, len(word) + SLIPS + 1):
                    self.alike[word[0], length].append(word)
        self.looked_up: dict[str, tuple[str, ...]] = {}
        from rapidfuzz import fuzz, process  # noqa: F401 - read now, so that no text waits for it

    def mended(self, word: str) -> tuple[str, ...]:
        """The dictionary forms of a word, or of the one it is a slip for."""
        if (known := self.looked_up.get(word)) is None:
            if len(self.looked_up) >= REMEMBERED:
                self.looked_up.clear()
            known = forms(word)
            wrong = word in MORPHOLOGY.guessed and len(word) >= MISSPELT_FROM and not word.isdigit()
            known = self.looked_up[word] = self.nearest(known) if wrong else known
        return known

    def nearest(self, guessed: Sequence[str]) -> tuple[str, ...]:
        """The guesses and the word of the vocabulary that one of them is a slip for."""
        from rapidfuzz import fuzz, process

        near: list[str] = list(guessed)
        for guess in guessed:
            among: Collection[str] = self.alike.get((guess[0], len(guess)), ())
            found = process.extractOne(guess, among, scorer=fuzz.ratio, score_cutoff=ALIKE)
            if found:
                near.append(found[0])
        return tuple(dict.fromkeys(near))
