"""One search in a text: which runs of words name a street of the list, and what else speaks for it."""

from collections.abc import Iterator

from storage.model.places.address_text import AddressText
from storage.model.places.address_tokens import Token
from storage.model.places.address_words import PLAIN, STREET, Role
from storage.model.places.street_hits import CERTAIN, CITY, POSSIBLE, PROBABLE, Hit
from storage.model.places.street_index import StreetIndex
from storage.model.places.street_names import Likeness, Name, likeness, name_of
from storage.model.places.word_forms import nominative_genders, stem

LONGEST_NAME = 7
"""tokens, with the kind of street"""
MOST_GUESSED = 6
"""unknown words of one text that are looked at as misspellings"""
USUAL = frozenset((STREET, "проспект"))
"""kinds that people leave out most"""


class Search:
    """A text, read once against the list."""

    def __init__(self, index: StreetIndex, text: str) -> None:
        self.index = index
        self.said = AddressText(text)
        self.mentions = list(self._settlements())
        self.settled = {place for _, start, end in self.mentions for place in range(start, end)}
        self.named = set(self._territories())
        self._guesses = dict(self._misspellings())
        self._strangers = [self._is_stranger(token) for token in self.said.tokens]

    def hits(self) -> list[Hit]:
        """What may be meant, best first; of names that overlap only the best, with its homonyms."""
        found = sorted(self._every_hit(), key=lambda hit: hit.rank, reverse=True)
        kept: list[Hit] = []
        for hit in found:
            if hit.evidence and (not kept or self._is_told_too(hit, kept)):
                kept.append(hit)
        return kept

    def _is_told_too(self, hit: Hit, kept: list[Hit]) -> bool:
        """Whether a hit is worth telling beside better ones; the best one's settlement is no street («Мирный, 5»)."""
        is_settlement = kept[0].settled > 0 and self.settled.issuperset(range(hit.start, hit.end))
        return not is_settlement and all(hit.stands_with(other) for other in kept) and hit.is_worth(kept[0])

    def house(self, hit: Hit, best: Hit) -> str:
        """The house of a hit: right behind it; of the best also behind a comma, or one that is called a house."""
        said = self.said
        house = said.house_after(hit.end)
        if house or (hit.start, hit.end) != (best.start, best.end):
            return house
        behind = "" if said.is_story else said.house_after(said.part(hit.start).stop)
        return behind or said.marked_house()

    def _settlements(self) -> Iterator[tuple[str, int, int]]:
        """Settlements the text names: key, first place, place behind."""
        for start, token in enumerate(self.said.tokens):
            is_name = token.role is Role.WORD and (token.is_capital or not self.said.has_capitals)
            if is_name and (found := self.index.settlements.at(self.said.tokens, start)):
                yield found[0], start, found[1]

    def _territories(self) -> Iterator[str]:
        """Keys of territories that are called so: «Южный район», «МО Заречье»."""
        for place, token in enumerate(self.said.tokens):
            if token.role is Role.AREA:
                for start in (*range(max(0, place - 3), place), place + 1):
                    found = (
                        self.index.territories.at(self.said.tokens, start) if start < len(self.said.tokens) else None
                    )
                    if found and (found[1] == place or start > place):
                        yield found[0]

    def _misspellings(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Unknown words that stand where a street's name would, with the stems they may be meant for."""
        looked_at = 0
        for place, token in enumerate(self.said.tokens):
            if token.role is not Role.WORD or place in self.settled or not self._is_near_a_mark(place):
                continue
            if self.said.role(place + 1) is Role.PLACE:
                continue
            for part in token.key.split("-"):
                if stem(part) not in self.index.by_stem and looked_at < MOST_GUESSED:
                    looked_at += 1
                    if guesses := self.index.guesses(part):
                        yield part, guesses

    def _is_near_a_mark(self, place: int) -> bool:
        """Whether the text is short, or a number or a kind of street is near."""
        near = range(place - 3, place + 4)
        return not self.said.is_story or any(self.said.role(at) in (Role.KIND, Role.NUMBER) for at in near)

    def _is_stranger(self, token: Token) -> bool:
        """Whether no street has this word."""
        if token.role is not Role.WORD or token.short or name_of([token]).ordinals:
            return False
        parts = (*token.key.split("-"), token.key.replace("-", ""))
        return not any(stem(part) in self.index.by_stem or part in self._guesses for part in parts)

    def _every_hit(self) -> Iterator[Hit]:
        """Every street any run of tokens may name."""
        for start, end in self._runs():
            spoken = name_of(self.said.tokens[start:end], self._guesses)
            for name in (spoken, spoken.joined()) if len(spoken.words) > 1 else (spoken,):
                for entry in self.index.entries_with(name.words):
                    like = likeness(name, self.index.entries[entry].name)
                    if like and not (name.by_kind and self._is_other_name(start, end, like)):
                        yield self._hit(start, end, entry, like)

    def _runs(self) -> Iterator[tuple[int, int]]:
        """Runs of tokens that could be a name with everything that says its kind."""
        tokens = self.said.tokens
        for start in range(len(tokens)):
            for end in range(start + 1, min(start + LONGEST_NAME, len(tokens)) + 1):
                last = tokens[end - 1]
                if not (last.is_name or last.role is Role.KIND) or self._strangers[end - 1]:
                    break
                if not self._is_cut(start, end) and self._is_promising(start, end):
                    yield start, end

    def _is_promising(self, start: int, end: int) -> bool:
        """Whether anything at all speaks for the run; most runs of a sentence need not be looked up."""
        run = self.said.tokens[start:end]
        if any(token.role is Role.KIND for token in run) or self.said.role(start - 1) is Role.PREPOSITION:
            return True
        several = sum(token.is_capital for token in run if token.is_name) > 1 or "-" in run[0].text
        return several or bool(self.said.house_after(end)) or self._is_alone(start, end)

    def _is_cut(self, start: int, end: int) -> bool:
        """Whether a kind or an initial of the name is left out, or a number in it is rather a house."""
        role = self.said.role
        before, after = role(start - 1), role(end)
        if Role.KIND in (before, after) or Role.AREA in (before, after):
            return True
        is_initialled = before is Role.WORD and len(self.said.tokens[start - 1].key) == 1
        if is_initialled or (role(start) is Role.NUMBER and before is Role.HOUSE):
            return True
        follows_kind = end - start > 1 and role(end - 2) is Role.KIND
        precedes_house = after is Role.HOUSE or (after is Role.BREAK and role(end + 1) in (Role.NUMBER, Role.HOUSE))
        return role(end - 1) is Role.NUMBER and not follows_kind and not precedes_house

    def _is_other_name(self, start: int, end: int, like: Likeness) -> bool:
        """Whether a kind that is a name by itself is only the kind of a stranger: «неведомая набережная»."""
        beside = (place for place in (start - 1, end) if self.said.role(place) is Role.WORD)
        return like.missing > 0 or any(len(self.said.tokens[place].key) > 1 for place in beside)

    def _hit(self, start: int, end: int, entry: int, like: Likeness) -> Hit:
        """The run as a hit on an entry of the list."""
        listed = self.index.entries[entry]
        mentioned = {key for key, first, behind in self.mentions if behind <= start or end <= first}
        here = {self.index.keys_of_territories[name] for name in self.index.streets[listed.street].territories}
        settled = 1 if mentioned & listed.areas or self.named & here else -1 if mentioned else 0
        proper = CITY if not listed.areas else int(listed.is_plain)
        usual, turned = bool(USUAL & listed.name.kinds), self._is_turned(start, end, listed.name)
        return Hit(start, end, entry, like, self._evidence(start, end, like), settled, proper, usual, turned)

    def _is_turned(self, start: int, end: int, listed: Name) -> bool:
        """Whether «-ой» behind a preposition was taken for a masculine name though it is rather a feminine one."""
        if self.said.role(start - 1) is not Role.PREPOSITION:
            return False
        oblique = {stem(token.key) for token in self.said.tokens[start:end] if token.key.endswith("ой")}
        return any(stem(word.key) in oblique and nominative_genders(word.key) == "m" for word in listed.words)

    def _evidence(self, start: int, end: int, like: Likeness) -> int:
        """How much speaks for these words being meant as a street."""
        is_short, is_capital = not self.said.is_story, self._is_capital(start, end)
        kinds = [token.key for token in self.said.tokens[start:end] if token.role is Role.KIND]
        if not is_short and ((like.alike.is_guess and not kinds) or (like.missing and not is_capital)):
            return 0
        is_told = like.kind >= 0 and any(is_capital or is_short or kind not in PLAIN for kind in kinds)
        if is_told or self.said.house_after(end):
            return CERTAIN
        is_led = self.said.role(start - 1) is Role.PREPOSITION
        goes_on = self.said.role(end) is Role.WORD and self.said.tokens[end].is_capital and end not in self.settled
        if (self._is_alone(start, end) and (is_capital or is_short)) or (is_led and is_capital and not goes_on):
            return PROBABLE
        is_whole = is_capital and like.matched > 1 and not like.missing
        return POSSIBLE if (is_led and self.said.role(end) is not Role.WORD) or is_whole else 0

    def _is_capital(self, start: int, end: int) -> bool:
        """Whether every word of a name is written as names are."""
        run = self.said.tokens[start:end]
        return all(token.is_capital for token in run if token.role is Role.WORD and not token.short)

    def _is_alone(self, start: int, end: int) -> bool:
        """Whether nothing but the run, settlements and initials stand between the commas around it."""
        others = set(self.said.part(start)) - set(range(start, end)) - self.settled
        telling = (place for place in others if self.said.role(place) in (Role.WORD, Role.PLACE))
        return all(self.said.tokens[place].short for place in telling)
