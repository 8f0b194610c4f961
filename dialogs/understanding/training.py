"""Learning from examples: the weights of all their words, worked out by logistic regression.

It needs scikit-learn (`requirements-training.lock`), about a minute, and is done when examples were
changed, not when the program starts: `python -m bot city train` keeps the result beside them.
"""

from array import array
from collections.abc import Iterable, Sequence

from dialogs.understanding.features import features
from dialogs.understanding.words import MORPHOLOGY, Spelling, read, typed
from storage.model.situation import Lesson
from storage.model.weights import FINEST, ZERO, Weights

FEWEST = 3
"""examples a feature has to occur in"""
FREEDOM = 10.0
"""how far weights may go to fit the examples: the inverse of the strength of the L2 penalty"""
ROUNDS = 200
STEPS = 127
"""the most that a byte holds on either side of ZERO"""
LEAST = 1e-3
"""log odds that are as good as none"""
SECOND = 0.3
"""what an example counts for a situation that is only acceptable for it"""


def trained(lessons: Sequence[Lesson], made_of: str) -> Weights:
    """The weights that lessons give. Raises ModuleNotFoundError without scikit-learn, ValueError for one situation."""
    import numpy
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    spelling = Spelling({form for lesson in lessons for word in typed(lesson.text) for form in MORPHOLOGY.forms(word)})
    told = [sorted(features(read(lesson.text, spelling))) for lesson in lessons]
    rarity = TfidfVectorizer(analyzer=list, binary=True, min_df=FEWEST, dtype=numpy.float32)
    texts = rarity.fit_transform(told)
    which, whose, counts = zip(*answers(lessons), strict=True)
    learner = LogisticRegression(C=FREEDOM, max_iter=ROUNDS)
    learner.fit(texts[list(which)], whose, sample_weight=counts)
    coefficients, biases = learner.coef_, learner.intercept_
    if len(coefficients) == 1:  # of two classes only the second one is told of: the first is its opposite
        coefficients, biases = numpy.vstack((-coefficients, coefficients)), (-biases[0], biases[0])
    weighed = coefficients.T * rarity.idf_[:, None]
    coarse = numpy.ceil(numpy.log2(numpy.maximum(abs(weighed).max(axis=1), LEAST) / STEPS))
    coarse = numpy.maximum(coarse, coarse.max() - FINEST)
    points = ZERO + numpy.rint(weighed / 2.0 ** coarse[:, None])
    return Weights(
        situations=tuple(map(str, learner.classes_)),
        numbers={str(name): number for number, name in enumerate(rarity.get_feature_names_out())},
        rarity=array("f", rarity.idf_.tolist()),
        doubled=(coarse - coarse.min()).astype("u1").tobytes(),
        points=points.astype("u1").tobytes(),
        step=float(2.0 ** coarse.min()),
        bias=tuple(round(float(bias), 4) for bias in biases),
        made_of=made_of,
    )


def answers(lessons: Sequence[Lesson]) -> Iterable[tuple[int, str, float]]:
    """(number of the lesson, situation, how much it counts) for every acceptable situation."""
    for number, lesson in enumerate(lessons):
        yield number, lesson.situation, 1.0
        for other in lesson.also:
            yield number, other, SECOND
