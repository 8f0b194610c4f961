"""The index of a city: all its signs and examples, worked out once; ranks situations for a text.

The score of a situation is the sum of its signs found in the text, each further one counting less (several signs often
tell the same), minus what speaks against it, plus what examples taught of its words: the pack's by weights that were
worked out once, a city's own and its corrections when the index is built. Confidence is each score's share after `exp`,
so that a lead of a few points is a clear answer and a tie is a half.
"""

import gc
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from threading import Lock

from dialogs.understanding.examples import Examples
from dialogs.understanding.features import WHOLE, features, tells
from dialogs.understanding.signs import Hit, Signs
from dialogs.understanding.words import Spelling, Word, folded, read, words_of
from storage.model.city import City
from storage.model.situation import Situation

WEIGHTS = {"sure": 6.0, "strong": 3.0, "fair": 1.3, "slight": 0.4, "against": -1.0}
EACH_FURTHER = 0.85
"""what the next weaker sign counts, of the one before"""
SAME_WORDS = 0.05
"""what a sign counts that is found by words that told of the situation already"""
WEIGHED = 5.0
"""points of a log odd of the pack's weights"""
HEARSAY = 1.0
"""log odds that words reach by chance: only what is beyond speaks for a situation"""
UNWEIGHED = 3.0
"""what points count of a situation that the weights know nothing of, beside others that have theirs"""
TAUGHT = 0.8
"""what a point of other examples counts beside a point of signs"""
LEARNT = 3
"""phrases of the pack that one correction is worth"""
CORRECTED = 10.0
"""points by which the very words of a correction lead"""
NOTHING_KNOWN = 2.5
"""points of «Другой вопрос» when no words speak for it"""
LEAD = 3.0
"""points of a lead that make a situation e times as likely, in a story"""
BRIEF = 2.0
"""telling words with which the lead has to be twice as long: «нет света» may be of the street or of the flat"""
MOST = 8
"""situations that are told of a text"""
REMEMBERED = 512
"""texts whose answer is remembered: a dialog asks for the same text often"""


@dataclass(frozen=True)
class Suggestion:
    """A situation and how likely it is (0–1; all situations together make 1)."""

    situation: Situation
    confidence: float
    score: float
    """points, to be compared with those of other texts"""


@dataclass(frozen=True)
class Evidence:
    """Why a situation has its score: the signs found with their points, and the points that examples give."""

    signs: tuple[Hit, ...]
    taught: float


class Index:
    """Everything by which texts are understood in one city. Raises KeyError for a sign with an unknown concept."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.signs = Signs(city.concepts)
        self.weights = city.weights
        for situation in city.situations.values():
            share = self.share(situation.id)
            for name, written in situation.recognition.signs.items():
                for text in written:
                    self.signs.add(situation.id, WEIGHTS[name] * share, text)
        self.examples = Examples(self.taught())
        self.spelling = Spelling((*self.signs.patterns.by_form, *self.examples.numbers, *self.weighed_words()))
        self.corrected = {folded(example.text): example.situation for example in city.learnt}
        self.asked = lru_cache(maxsize=REMEMBERED)(self.best)

    def share(self, situation: str) -> float:
        """What a point of signs or of the city's own examples counts."""
        return UNWEIGHED if self.weights and situation not in self.weights.situations else 1.0

    def weighed_words(self) -> Iterable[str]:
        """Words that the weights know."""
        return (name[len(WHOLE) :] for name in self.weights.numbers if name.startswith(WHOLE)) if self.weights else ()

    def taught(self) -> Iterable[tuple[str, str, int]]:
        """Everyday phrasings of the pack and what was learnt in this city, nothing if the weights hold all of it."""
        own = list(self.own())
        known: Collection[str] = self.weights.situations if self.weights else ()
        if not own and all(id in known for id in self.city.situations):
            return
        for situation in self.city.situations.values():
            for phrase in (*situation.recognition.phrases, situation.title):
                yield situation.id, phrase, 1
        yield from own

    def own(self) -> Iterable[tuple[str, str, int]]:
        """Examples that no weights were made of, and corrections."""
        for example in self.city.examples:
            yield example.situation, example.text, 1
        for example in self.city.learnt:
            if example.situation in self.city.situations:
                yield example.situation, example.text, LEARNT

    def evidence(self, words: Sequence[Word]) -> dict[str, Evidence]:
        """What speaks for and against each situation."""
        signs: dict[str, list[Hit]] = defaultdict(list)
        for found in self.signs.found_in(words):
            signs[found.sign.situation].append(found)
        taught = self.taught_by(words)
        known = (id for id in self.city.situations if id in signs or id in taught)
        return {id: Evidence(tuple(signs.get(id, ())), taught.get(id, 0.0)) for id in known}

    def taught_by(self, words: Sequence[Word]) -> dict[str, float]:
        """The points that examples give."""
        found = {id: TAUGHT * self.share(id) * points for id, points in self.examples.scores(words).items()}
        for id, odds in (self.weights.scores(features(words)) if self.weights else {}).items():
            if odds > HEARSAY:
                found[id] = found.get(id, 0.0) + WEIGHED * (odds - HEARSAY)
        return found

    def scores(self, text: str) -> dict[str, float]:
        """The points of every situation that any word speaks for."""
        found = {id: points(evidence) for id, evidence in self.evidence(read(text, self.spelling)).items()}
        if (certain := self.corrected.get(folded(text.strip()), "")) in self.city.situations:
            found[certain] = max(found.values(), default=0.0) + CORRECTED
        if fallback := self.city.fallback:
            found[fallback.id] = max(found.get(fallback.id, 0.0), NOTHING_KNOWN)
        return {id: score for id, score in found.items() if score > 0}

    def best(self, text: str) -> tuple[Suggestion, ...]:
        """The few likeliest situations."""
        return self.ranked(text)[:MOST]

    def ranked(self, text: str) -> tuple[Suggestion, ...]:
        """Situations that the words speak for, best first."""
        scores = self.scores(text)
        best, lead = max(scores.values(), default=0.0), LEAD * (1 + BRIEF / max(telling_words(text), 1))
        shares = {id: exp((score - best) / lead) for id, score in scores.items()}
        whole = sum(shares.values())
        order = sorted(scores, key=lambda id: -scores[id])
        return tuple(Suggestion(self.city.situations[id], shares[id] / whole, scores[id]) for id in order)


def telling_words(text: str) -> int:
    """How many different words of a text may mean something."""
    return sum(tells(word) and not word.isdigit() for word in set(words_of(text)))


def points(evidence: Evidence) -> float:
    """The score: each further sign counts less, for and against alike."""
    if not evidence.signs:
        return evidence.taught
    speaking = fading([hit for hit in evidence.signs if hit.points > 0])
    against = fading([hit for hit in evidence.signs if hit.points < 0])
    return speaking + against + evidence.taught


def fading(hits: Sequence[Hit]) -> float:
    """A sum in which each weaker sign counts less than the one before, and one by the same words hardly at all."""
    told: set[str] = set()
    total, share = 0.0, 1.0
    for found in sorted(hits, key=lambda hit: -abs(hit.points)):
        new = max(len(found.words - told) / len(found.words), SAME_WORDS)
        total += found.points * share * new
        told |= found.words
        share *= EACH_FURTHER if new > SAME_WORDS else 1.0
    return total


BUILDING = Lock()


def index_of(city: City) -> Index:
    """The index of a city, built when it is first needed."""
    with BUILDING:  # a second thread waits for the first one's instead of building its own
        return built(city)


@lru_cache(maxsize=4)
def built(city: City) -> Index:
    """The index, remembered for the cities in use."""
    collecting = gc.isenabled()
    gc.disable()  # a hundred thousand small objects that all stay: looking through them again and again is waste
    try:
        return Index(city)
    finally:
        if collecting:
            gc.enable()


def suggest(text: str, city: City, limit: int = 3) -> Sequence[Suggestion]:
    """The likeliest situations, best first; «Другой вопрос» stands there too when little speaks for the others."""
    return index_of(city).asked(text)[:limit]


def explained(text: str, city: City) -> Mapping[str, Evidence]:
    """Why each situation has its score, for those who mend a pack."""
    index = index_of(city)
    return index.evidence(read(text, index.spelling))
