"""Where a street stands in a text, found by marks, capitals and prepositions: there is no list to ask."""

from dataclasses import dataclass

from storage.model.places.address_settlement import NOWHERE, is_proper, marked_settlement
from storage.model.places.address_text import AddressText
from storage.model.places.address_words import STREET, Role
from storage.model.places.houses import house_at

MOST_TOKENS = 5
"""of a street's name"""
FEW = 3
"""lower-case words that can be a name when nothing else is there"""
LEADING = frozenset(("на", "по", "у", "возле", "около", "напротив", "вдоль", "адресу", "адрес"))
"""prepositions after which a name is a street's"""


@dataclass(frozen=True, slots=True)
class Named:
    """A street in a text: places of its name, of all that was said of it, and its kind."""

    name: range
    whole: range
    kind: str = ""


def street_in(said: AddressText) -> Named | None:
    """The street a text names, None if it names none."""
    settled = marked_settlement(said)
    return with_kind(said, settled) or before_house(said, settled) or after_preposition(said) or alone(said, settled)


def settlement_in(said: AddressText, street: Named | None) -> range:
    """Places of the settlement: one that is called so, or a name before the street; empty if there is none."""
    marked = marked_settlement(said)
    return marked if marked or street is None else unmarked_settlement(said, street)


def unmarked_settlement(said: AddressText, street: Named) -> range:
    """One or two capitalised words right before the street or alone between commas before it."""
    start = street.whole.start
    part = said.part(start)
    if said.is_story:
        return NOWHERE
    before = range(part.start, start) or (said.part(part.start - 2) if part.start > 1 else NOWHERE)
    fits = 0 < len(before) < FEW and all(is_proper(said, place) for place in before)
    return before if fits else NOWHERE


def with_kind(said: AddressText, settled: range) -> Named | None:
    """The first street whose kind is said: «улица Мира», «Мира ул.», «11 линия»."""
    for place, token in enumerate(said.tokens):
        named = around_kind(said, place, token.key, settled) if token.role is Role.KIND else None
        if named and (not said.is_story or is_written_so(said, named)):
            return named
    return None


def is_written_so(said: AddressText, named: Named) -> bool:
    """Whether a name in a story has a capital or a house: «на улице темно» has neither."""
    words = [said.tokens[place] for place in named.name if said.role(place) is Role.WORD]
    return all(word.is_capital for word in words[:1]) or bool(said.house_after(named.whole.stop))


def around_kind(said: AddressText, place: int, kind: str, settled: range) -> Named | None:
    """The street whose kind stands here; its name follows, stands before, or is the kind itself («Набережная, 5»)."""
    after, before = run_after(said, place + 1, kind, settled), run_before(said, place, settled)
    if not before and kind == STREET and said.role(place - 1) is Role.KIND:
        before = range(place - 1, place)
    if after and (not before or leads(said, after)):
        return Named(after, range(place, after.stop), kind)
    if before:
        last = place
        while said.role(last + 1) is Role.KIND:
            last += 1
        return Named(range(before.start, last), range(before.start, last + 1), said.tokens[last].key)
    itself = range(place, place + 1)
    return Named(itself, itself) if kind != STREET and said.house_after(place + 1) else None


def leads(said: AddressText, run: range) -> bool:
    """Whether what follows a kind is its name, though something stands before it too."""
    is_initials = all(len(said.tokens[place].key) == 1 and said.role(place) is Role.WORD for place in run)
    return not is_initials and not said.tokens[run.start].text[0].islower()


def run_after(said: AddressText, start: int, kind: str, settled: range) -> range:
    """The name behind a kind: «Мира», «8 Марта», «канала Свободы»; a bare number only as «линия 2, д. 5»."""
    end, words = start, 0
    while end < start + MOST_TOKENS and end not in settled:
        role = said.role(end)
        is_other_kind = role is Role.KIND and not words and said.tokens[end].key != STREET
        is_number = role is Role.NUMBER and end == start and said.role(end + 1) in (Role.WORD, Role.ORDINAL)
        if not (role in (Role.WORD, Role.ORDINAL) or is_other_kind or is_number):
            break
        words += role is not Role.KIND
        end += 1
    if words or (end > start and kind == STREET):
        return without_story(said, start, end)
    is_ordinal = said.role(start) is Role.NUMBER and kind != STREET and said.role(start + 1) in (Role.BREAK, Role.HOUSE)
    return range(start, start + 1) if is_ordinal and said.house_after(start + 1) else NOWHERE


def without_story(said: AddressText, start: int, end: int) -> range:
    """A name without the words of a sentence behind it: «Ленской уже месяц» → «Ленской»."""
    follows = next((place for place in range(end, len(said.tokens)) if said.role(place) is not Role.BREAK), end)
    is_closed = said.role(follows) in (Role.NUMBER, Role.HOUSE) or (
        end == len(said.tokens) and said.part(end - 1).start >= start - 1
    )
    if is_closed and end - start <= FEW + 1:
        return range(start, end)
    words = [place for place in range(start, end) if said.role(place) is Role.WORD]
    small = [place for place in words[1:] if not said.tokens[place].is_capital]
    return range(start, small[0] if small else end)


def run_before(said: AddressText, end: int, settled: range) -> range:
    """The name in front of a place: capitalised words and numbers; small ones only if nothing else stands there."""
    start = end
    while (
        start > end - MOST_TOKENS
        and start - 1 not in settled
        and said.role(start - 1) in (Role.WORD, Role.ORDINAL, Role.NUMBER)
    ):
        if said.role(start - 1) is Role.NUMBER and said.role(start - 2) is Role.HOUSE:
            break
        start -= 1
    words = [place for place in range(start, end) if said.role(place) is Role.WORD]
    small = [place for place in words if not (said.tokens[place].is_capital or said.tokens[place].short)]
    is_whole = said.role(start - 1) is Role.BREAK or (start and said.tokens[start - 1].key in LEADING)
    if not small or (is_whole and len(words) <= FEW and (not said.has_capitals or small[-1] == words[-1])):
        return range(start, end)
    return NOWHERE if small[-1] == words[-1] else range(small[-1] + 1, end)


def before_house(said: AddressText, settled: range) -> Named | None:
    """The name in front of the first number that can be a house: «Мира 5», «Мира, д. 5»."""
    for place, token in enumerate(said.tokens):
        if token.role is not Role.NUMBER or not house_at(said.text, token.start)[0]:
            continue
        end = place
        while end and said.role(end - 1) in (Role.BREAK, Role.HOUSE):
            end -= 1
        run = run_before(said, end, settled)
        if (
            run
            and any(len(said.tokens[at].key) > 1 for at in run if said.role(at) is Role.WORD)
            and owns(said, run, end, place)
        ):
            return Named(run, run)
    return None


def owns(said: AddressText, run: range, end: int, number: int) -> bool:
    """Whether the number is the house of the name before it; in a story a preposition or commas have to say so."""
    is_capital = said.tokens[run[-1]].is_capital
    if not said.is_story:
        return is_capital or said.role(end) is not Role.HOUSE
    before = said.tokens[run.start - 1].key if run.start else ""
    is_apart = said.role(run.start - 1) is Role.BREAK and said.role(number + 1) is not Role.WORD
    return before in LEADING or (is_apart and is_capital)


def after_preposition(said: AddressText) -> Named | None:
    """Capitalised words after «на», «по», «у»: «темно на Ленской»."""
    for place, token in enumerate(said.tokens):
        if token.key in LEADING and is_proper(said, place + 1) and said.has_capitals:
            run = run_after(said, place + 1, "", NOWHERE)
            return Named(run, run) if run else None
    return None


def alone(said: AddressText, settled: range) -> Named | None:
    """The last part of a short text, if it is nothing but words."""
    if not said.tokens or said.words > FEW:
        return None
    part = said.part(len(said.tokens) - 1)
    is_name = part and all(said.role(place) in (Role.WORD, Role.ORDINAL) and place not in settled for place in part)
    return Named(part, part) if is_name else None
