"""«Куда обратиться»: from a phrase and, if it decides, a place to who is responsible; nothing of it is kept."""

from dataclasses import replace

from dialogs.file_appeal import story
from dialogs.speech import Said
from dialogs.steps import Accepted, Ask, Dialog, Rejected, Scene
from dialogs.theme import FORGOTTEN, LEAST, THEME
from dialogs.understanding.index import suggest
from dialogs.understanding.problems import problems_in
from dialogs.where import DISTRICT, LAND, OKRUG, may_need_district, noted_briefly, place_step

SURE = 0.8
"""confidence at which the answer is shown without asking (it is right that often); «Другая тема» stands beside it"""
SURE_ALONE = 0.65
"""the same where nothing else would be offered"""


def phrase(said: Said, scene: Scene) -> Accepted | Rejected:
    """What happened, in the person's own words; the situation too if they leave no doubt."""
    heard = story(said, scene)
    if isinstance(heard, Rejected):
        return heard
    best, *others = (*suggest(heard.value, scene.city), None)
    alone = not any(item and not item.situation.fallback and item.confidence >= LEAST for item in others)
    clear = best is not None and best.confidence >= (SURE_ALONE if alone else SURE) and not best.situation.fallback
    sure = clear and not problems_in(heard.value, scene.city)
    return replace(heard, also={"situation": best.situation.id} if best and sure else {})


find_body = Dialog(
    "find_body",
    outcome="find_body",
    fleeting=True,
    steps=(
        Ask("story", phrase, reasons=("wordless", "long"), forgets=("problem", "which", *FORGOTTEN)),
        *THEME,
        LAND,
        place_step(when=may_need_district, optional=True, note=noted_briefly),
        DISTRICT,
        OKRUG,
    ),
)
