"""What examples teach, held against the definition of the weights; forms of words, against the dictionary itself."""

from itertools import pairwise
from math import isclose, log

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.understanding.examples import RARE, Examples
from dialogs.understanding.words import LIKELY, MORPHOLOGY, READINGS, folded, read
from storage.pack.layers import CITIES
from storage.pack.lessons import lessons_of
from tests.bench.ground import CITY

WORDS = ("яма", "фонарь", "лифт", "не", "12", "и", "горит")
"""words that mean something, a denial, a number and one that means nothing"""
TAUGHT = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join),
        st.integers(min_value=1, max_value=3),
    ),
    max_size=12,
)


def told(text: str) -> set[tuple[str, ...]]:
    """The words and pairs of a text that count: a number parts neighbours, a denial counts only with its neighbour."""
    words = [word.forms[0] for word in read(text) if word.typed != "и"]
    alone = {(word,) for word in words if word != "не" and not word.isdigit()}
    return alone | {(a, b) for a, b in pairwise(words) if not a.isdigit() and (b,) in alone}


def weight(what: tuple[str, ...], situation: str, taught: list[tuple[str, str, int]]) -> float:
    """How much a word or a pair speaks for a situation, straight from the definition."""
    worth = {one: sum(count for other, _, count in taught if one == other) for one, _, _ in taught}
    often = {one: sum(n for other, text, n in taught if one == other and what in told(text)) for one in worth}
    everywhere = sum(often.values())
    if not often.get(situation) or (len(what) > 1 and everywhere < 2):
        return 0.0
    here = often[situation] / (worth[situation] + 2)
    elsewhere = (everywhere - often[situation] + 0.5) / (sum(worth.values()) - worth[situation] + 1)
    share = often[situation] / (often[situation] + RARE)
    return max(log(here / elsewhere), 0.0) * share


@given(taught=TAUGHT, asked=st.lists(st.sampled_from((*WORDS, "сосулька")), max_size=6).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_weights_of_words_are_those_of_the_definition(taught: list[tuple[str, str, int]], asked: str) -> None:
    """Whatever was taught, in whatever order and how often, a text scores the sum of the weights of its words."""
    scores = Examples(taught).scores(read(asked))
    for situation in "abc":
        expected = sum(weight(what, situation, taught) for what in told(asked))
        assert isclose(scores.get(situation, 0.0), expected, rel_tol=1e-5, abs_tol=1e-6), (situation, expected, scores)


def test_a_text_of_several_lines_is_one_example() -> None:
    """Its line ends part no words, and the next example begins where it begins."""
    lines, line = ([("a", text, 1), ("b", "лифт стоит", 1)] for text in ("яма\nфонарь\n\n", "яма фонарь"))
    asked = read("яма фонарь лифт стоит")
    assert Examples(lines).scores(asked) == Examples(line).scores(asked) != {}


def test_nothing_is_learnt_of_empty_texts() -> None:
    """An example may be a dot or nothing at all."""
    for taught in ([], [("a", "", 1)], [("a", "…", 1), ("b", "и", 2)]):
        assert Examples(taught).scores(read("яма")) == {}


def test_forms_are_those_of_the_dictionary_program() -> None:
    """The quick way finds for every word of the examples what `parse` finds, in its order."""
    for word in sorted({word.typed for lesson in lessons_of(CITIES / CITY)[1][::6] for word in read(lesson.text)}):
        readings = MORPHOLOGY.analyzer.parse(word)
        enough = LIKELY * readings[0].score
        expected = dict.fromkeys(folded(one.normal_form) for one in readings if one.score >= enough)
        assert MORPHOLOGY.forms(word) == tuple(expected)[:READINGS], word
