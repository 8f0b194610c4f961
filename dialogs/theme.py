"""What it is about: from the story to one situation, by as few questions as it takes."""

from collections.abc import Mapping, Sequence
from typing import Any

from dialogs.speech import Said
from dialogs.steps import Accept, Accepted, Ask, Choice, Condition, Rejected, Scene, once
from dialogs.understanding.index import NOTHING_KNOWN, Suggestion, suggest
from dialogs.understanding.problems import Problem, problems_in
from dialogs.understanding.unsure import question_for
from dialogs.understanding.words import words_of
from storage.model.city import City
from storage.model.situation import Distinction, Situation

OTHER = "none"
"""«Другое»; «other» is the id of a situation, «Другой вопрос»"""
TOGETHER = "together"
WORDS_FOR_OTHER = 8.0
"""points with which «Другой вопрос» is meant; with fewer it is only that little was understood"""
LEAST = 0.02
"""confidence below which a situation is not offered"""
NEARBY = ("nearby", "nearby.")
FORGOTTEN = ("situation", "sphere", "group", "situation_any", "land", "okrug", "details.", *NEARBY)
"""answers that no longer hold when the theme changes"""


@once
def problems(scene: Scene) -> Sequence[Problem]:
    """The problems of the story, if it tells of several."""
    return problems_in(scene.answer("story") or "", scene.city)


@once
def chosen_problem(scene: Scene) -> Problem | None:
    """The one of several problems to begin with."""
    answer, found = scene.answer("problem"), problems(scene)
    return found[int(answer)] if isinstance(answer, str) and answer.isdigit() and int(answer) < len(found) else None


@once
def told(scene: Scene) -> str:
    """What the conversation is about: the story, or the part of it that tells of the chosen problem."""
    problem = chosen_problem(scene)
    return problem.text if problem else scene.answer("story") or ""


def left_over(scene: Scene) -> str:
    """What the story tells of other problems, for another appeal; empty if there is but one."""
    chosen = chosen_problem(scene)
    return " ".join(problem.text for problem in problems(scene) if problem is not chosen) if chosen else ""


@once
def suggestions(scene: Scene) -> Sequence[Suggestion]:
    """The likeliest situations; «Другой вопрос» is among them only if words speak for it, none if too little does."""
    found = suggest(told(scene), scene.city)
    first = [item for item in found[:1] if not item.situation.fallback or item.score >= WORDS_FOR_OTHER]
    least = 0.0 if first else NOTHING_KNOWN
    others = (item for item in found[1:] if not item.situation.fallback and item.score > least)
    return (*first, *(item for item in others if item.confidence >= LEAST))


@once
def question(scene: Scene) -> Distinction | None:
    """The one good question, if the words leave open what it is about."""
    return question_for(suggest(told(scene), scene.city), scene.city)


@once
def offered(scene: Scene) -> Sequence[Situation]:
    """The situations to choose from: the suggested ones that the answer to the question leaves, and a chosen one."""
    found = likeliest(scene)
    chosen = scene.city.situations.get(scene.answer("situation") or "")
    return [*found, chosen] if chosen and all(item.id != chosen.id for item in found) else found


def likeliest(scene: Scene) -> Sequence[Situation]:
    """The suggested situations that the answer to the question leaves."""
    found = [item.situation for item in suggestions(scene)]
    if scene.answer("problem") == TOGETHER:
        found += [problem.situation for problem in problems(scene) if problem.situation not in found]
    distinction, answer = question(scene), scene.answer("which")
    if distinction is None or not isinstance(answer, str) or not answer.isdigit():
        return found
    option = distinction.options[min(int(answer), len(distinction.options) - 1)]
    left = [situation for situation in found if situation.id in option.situations]
    known = [scene.city.situations[id] for id in option.situations if id in scene.city.situations]
    return left or known


@once
def settled(scene: Scene) -> Situation | None:
    """The situation of the chosen problem, or the one that the answer to the question leaves alone."""
    if scene.answer("situation") is not None:
        return None
    if problem := chosen_problem(scene):
        return problem.situation
    found = offered(scene)
    answered = isinstance(scene.answer("which"), str) and question(scene) is not None
    return found[0] if answered and len(found) == 1 else None


@once
def situation_of(scene: Scene) -> Situation | None:
    """The situation that was found or chosen, None as long as there is none (or it left the pack)."""
    chosen = scene.answer("situation")
    if chosen is None and (only := settled(scene)):
        return only
    known = scene.city.situations.get(chosen or "") if chosen != OTHER else None
    return known or scene.city.situations.get(scene.answer("situation_any") or "")


def has_problems(scene: Scene) -> bool:
    """Whether the story tells of several problems."""
    return bool(problems(scene))


def is_open(scene: Scene) -> bool:
    """Whether one good question would help."""
    return scene.answer("situation") is None and chosen_problem(scene) is None and question(scene) is not None


def has_offer(scene: Scene) -> bool:
    """Whether there are situations to choose from."""
    return bool(offered(scene)) and settled(scene) is None


def wants_list(scene: Scene) -> bool:
    """Whether the registry has to be shown: nothing was understood, or nothing offered fits."""
    chosen = scene.answer("situation")
    if chosen == OTHER:
        return True
    return chosen not in scene.city.situations and not offered(scene)


def which_problem(scene: Scene) -> Sequence[Choice]:
    """The problems, and «Это одна проблема»."""
    each = [Choice(str(number), item.situation.title) for number, item in enumerate(problems(scene))]
    return [*each, Choice(TOGETHER, scene.texts.label("together"))]


def about_problems(scene: Scene) -> Mapping[str, Any]:
    """Each problem with what was said of it."""
    return {"problems": problems(scene)}


def answers_to_question(scene: Scene) -> Sequence[Choice]:
    """The answers to the one good question, and «Другое»."""
    distinction = question(scene)
    options = distinction.options if distinction else ()
    each = [Choice(str(number), option.label) for number, option in enumerate(options)]
    return [*each, Choice(OTHER, scene.texts.label("other"), {"any": True})]


def about_question(scene: Scene) -> Mapping[str, Any]:
    """The one good question."""
    distinction = question(scene)
    return {"question": distinction.question if distinction else ""}


def likely(scene: Scene) -> Sequence[Choice]:
    """The offered situations and «Другое»."""
    other = Choice(OTHER, scene.texts.label("other"))
    return [*(Choice(situation.id, situation.title) for situation in offered(scene)), other]


def about_situations(scene: Scene) -> Mapping[str, Any]:
    """The offered situations with a line on each."""
    return {"situations": offered(scene)}


def spheres(scene: Scene) -> Sequence[Choice]:
    """The first level of the registry."""
    names = dict.fromkeys(situation.sphere for situation in scene.city.situations.values())
    return [Choice(str(number), name, name) for number, name in enumerate(names)]


def groups(scene: Scene) -> Sequence[Choice]:
    """The second level, of the chosen sphere."""
    sphere = scene.answer("sphere")
    names = dict.fromkeys(item.group for item in scene.city.situations.values() if item.sphere == sphere)
    return [Choice(str(number), name, name) for number, name in enumerate(names)]


def of_group(scene: Scene) -> Sequence[Choice]:
    """The situations of the chosen group."""
    group = scene.answer("group")
    return [Choice(item.id, item.title) for item in scene.city.situations.values() if item.group == group]


def titled(text: str, city: City) -> Situation | None:
    """The situation whose name was typed."""
    wanted = words_of(text)
    return next((item for item in city.situations.values() if wanted and words_of(item.title) == wanted), None)


def by_title(level: str) -> Accept:
    """The name of a situation, typed instead of pressed: all levels are known then. Reasons: unclear."""

    def accept(said: Said, scene: Scene) -> Accepted | Rejected:
        if (item := titled(said.text, scene.city)) is None:
            return Rejected("unclear")
        known = {"sphere": item.sphere, "group": item.group, "situation_any": item.id}
        return Accepted(known[level], known)

    return accept


def about_list(scene: Scene) -> Mapping[str, Any]:
    """Whether anything was understood, and the city's general ways if not."""
    known = suggestions(scene) or any(scene.answer(step) for step in ("sphere", "words", "appeal"))
    return {"understood": bool(known), "general": scene.city.general}


def is_level(step: str) -> Condition:
    """Whether the stored name of a level is still in the registry."""
    levels = {"sphere": spheres, "group": groups}

    def valid(scene: Scene) -> bool:
        return any(choice.stored == scene.answer(step) for choice in levels[step](scene))

    return valid


THEME = (
    Ask(
        "problem",
        choices=which_problem,
        when=has_problems,
        tell=about_problems,
        text="theme.problem",
        forgets=("which", *FORGOTTEN),
    ),
    Ask(
        "which",
        choices=answers_to_question,
        when=is_open,
        tell=about_question,
        text="theme.which",
        forgets=FORGOTTEN,
    ),
    Ask(
        "situation",
        choices=likely,
        when=has_offer,
        tell=about_situations,
        text="theme.situation",
        forgets=FORGOTTEN[1:],
        renews=OTHER,
        valid=lambda scene: scene.answer("situation") == OTHER or situation_of(scene) is not None,
    ),
    Ask(
        "sphere",
        by_title("sphere"),
        choices=spheres,
        when=wants_list,
        tell=about_list,
        human=True,
        text="theme.sphere",
        forgets=("group", "situation_any", "land", "okrug", "details.", *NEARBY),
        valid=is_level("sphere"),
        reasons=("unclear",),
    ),
    Ask(
        "group",
        by_title("group"),
        choices=groups,
        when=wants_list,
        human=True,
        text="theme.group",
        forgets=("situation_any", "land", "okrug", "details.", *NEARBY),
        valid=is_level("group"),
    ),
    Ask(
        "situation_any",
        by_title("situation_any"),
        choices=of_group,
        when=wants_list,
        human=True,
        text="theme.situation_any",
        forgets=("land", "okrug", "details.", *NEARBY),
        valid=lambda scene: situation_of(scene) is not None,
    ),
)
"""the steps that lead from the story to a situation"""
