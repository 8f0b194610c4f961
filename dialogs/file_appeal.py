"""File an appeal: what happened, which situation, where, a few questions, photos, a last look."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from dialogs import since
from dialogs.advice import MENDS, advice_for
from dialogs.compose import Facts, compose, facts_of
from dialogs.days import Impossible
from dialogs.nearby import NEARBY
from dialogs.speech import Attachment, Json, Said
from dialogs.steps import EDITED, Accepted, Ask, AskEach, Choice, Dialog, Gather, Part, Rejected, Review, Scene
from dialogs.theme import THEME, chosen_problem, has_offer, settled, situation_of, told
from dialogs.understanding.dangers import dangers_in
from dialogs.understanding.words import Word, read, words_of
from dialogs.where import DISTRICT, LAND, OKRUG, UNKNOWN, needs_land, place_step, renamed
from storage.model.situation import Question

SHORTEST_STORY, LONGEST_STORY = 3, 1000
LONGEST_ANSWER = 300
LASTING = "Как давно"
"""the label of questions that ask since when; others ask for a single day"""
LONGEST_LABEL = 40
HEARD = "heard"
FEWEST_WORDS = 2
BETWEEN = 3
"""words that may stand between those of a choice"""
"""words of a choice that have to stand in the story, unless it is a single one"""
DENIALS = ("не", "нет", "без", "ни")
THEMES = ("тему", "тема")
MAX_PHOTOS = 10
LONGEST_CAPTION = 200
PHOTO_REASONS = ("unclear", "too_big", "format")
MAX_PHOTO_BYTES = 20 * 1024 * 1024  # Telegram's getFile gives no more
IMAGES = ("image/jpeg", "image/png", "image/webp")


def story(said: Said, scene: Scene) -> Accepted | Rejected:
    """What happened, in the person's own words; photos that come with it are kept."""
    words = said.text.strip()
    if len(words) > LONGEST_STORY:
        return Rejected("long", {"length": len(words), "limit": LONGEST_STORY})
    if sum(len(word) for word in words_of(words)) < SHORTEST_STORY:
        return Rejected("wordless")
    shown = photos(replace(said, text=""), scene) if said.attachments else None
    before = scene.answer("photos") or ()
    return Accepted(words, {"photos": [*before, *shown.value][:MAX_PHOTOS]} if isinstance(shown, Accepted) else {})


def photos(said: Said, _scene: Scene) -> Accepted | Rejected:
    """Photos, or images sent as files."""
    images = [item for item in said.attachments if item.kind == "photo" or item.mime in IMAGES]
    if not images:
        return Rejected("format" if said.attachments else "unclear")
    if any((item.size or 0) > MAX_PHOTO_BYTES for item in images):
        return Rejected("too_big", {"limit": MAX_PHOTO_BYTES // 1024 // 1024})
    caption = " ".join(said.text.split())[:LONGEST_CAPTION]
    return Accepted([stored(item, caption if number == 0 else "") for number, item in enumerate(images)])


def stored(item: Attachment, caption: str = "") -> dict[str, Json]:
    """An attachment as it is kept in a draft, with the words that were sent with it."""
    return {"kind": item.kind, "ref": item.ref, "size": item.size, **({"caption": caption} if caption else {})}


def details(scene: Scene) -> Sequence[Ask]:
    """What is asked about the situation."""
    situation = situation_of(scene)
    return [detail(question) for question in scene.city.questions_of(situation)] if situation else []


@lru_cache(maxsize=1024)
def detail(question: Question) -> Ask:
    """One question of the situation; «Не знаю» and «Пропустить» are always there."""
    is_time, moment = question.role == "since", question.label != LASTING
    accept = answer if not is_time else at_what_time if moment else since_when

    def choices(scene: Scene) -> Sequence[Choice]:
        heard = heard_time(scene) if is_time and not moment else None
        first = [Choice(HEARD, shortened(heard), heard)] if heard else []
        offered = [
            Choice(str(number), label, dated(label, scene, moment=moment) if is_time else label)
            for number, label in enumerate(question.choices)
        ]
        unknown = scene.texts.label("unknown")
        last = [] if unknown in question.choices else [Choice(UNKNOWN, unknown, "")]
        return [*first, *offered, *last]

    def tell(_scene: Scene) -> Mapping[str, Any]:
        return {"question": question.text}

    return Ask(
        f"details.{question.id}",
        accept,
        choices,
        tell=tell,
        optional=True,
        text="details",
        group="details",
        reasons=("unclear", "long", "impossible"),
        known=None if is_time else lambda scene: said_choice(question, scene),
        taken=lambda value, _scene: {"question": question, "value": value},
    )


def said_choice(question: Question, scene: Scene) -> str | None:
    """The choice that the story has already made, word for word in any form; not while the answers are changed."""
    if EDITED in scene.answers:
        return None
    story = read(told(scene))
    said = [choice for choice in question.choices if is_said(choice, story)]
    return said[0] if len(said) == 1 else None


def is_said(choice: str, story: Sequence[Word]) -> bool:
    """Whether all words of a choice that mean something stand in the story, denied in both or in neither."""
    words = read(choice)
    wanted = [word for word in words if len(word.typed) > SHORTEST_STORY]
    places = [next((at for at, word in enumerate(story) if set(word.forms) & set(want.forms)), None) for want in wanted]
    found = [at for at in places if at is not None]
    if len(wanted) < min(len(words), FEWEST_WORDS) or not wanted or len(found) < len(wanted):
        return False
    if max(found) - min(found) > len(wanted) + BETWEEN:
        return False
    denied = any(word.typed in DENIALS for word in words)
    denials = any(at and story[at - 1].typed in DENIALS for at in found)
    return denied == denials


def answer(said: Said, _scene: Scene) -> Accepted | Rejected:
    """A short answer in words."""
    words = " ".join(said.text.split())
    if len(words) > LONGEST_ANSWER:
        return Rejected("long", {"limit": LONGEST_ANSWER})
    return Accepted(words) if words_of(words) else Rejected("unclear")


def since_when(said: Said, scene: Scene) -> Accepted | Rejected:
    """The same for «Как давно?»: a day is told with its date. Reasons: unclear, long, impossible."""
    return at_time(said, scene, moment=False)


def at_what_time(said: Said, scene: Scene) -> Accepted | Rejected:
    """The same for «Когда это было?»."""
    return at_time(said, scene, moment=True)


def at_time(said: Said, scene: Scene, *, moment: bool) -> Accepted | Rejected:
    """An answer with a time in it. Reasons: unclear, long, impossible."""
    heard = answer(said, scene)
    if isinstance(heard, Rejected):
        return heard
    try:
        return Accepted(dated(str(heard.value), scene, moment=moment))
    except Impossible:
        return Rejected("impossible")


def dated(words: str, scene: Scene, *, moment: bool = False) -> str:
    """Words about time with the date they mean in its place; `moment` if a single day was asked. Raises Impossible."""
    return since.placed(words, scene.now.local.date(), moment=moment) or words


def heard_time(scene: Scene) -> str | None:
    """Since when it is so, if the story says it: the date alone, for the words stand in the story."""
    when = since.heard(told(scene), scene.now.local.date())
    return when.rpartition(", ")[2] if when else None


def shortened(when: str) -> str:
    """A time as the label of a button."""
    label = when if len(when) <= LONGEST_LABEL else when.rpartition(", ")[2]
    return label[:1].upper() + label[1:]


def about_photos(scene: Scene) -> Mapping[str, Any]:
    """What a good photo shows, and how many there are already."""
    situation = situation_of(scene)
    evidence, count = situation.evidence if situation else (), len(scene.answer("photos") or ())
    return {"evidence": evidence, "count": count, "limit": MAX_PHOTOS}


def preview(scene: Scene) -> Mapping[str, Any]:
    """The finished text and what goes with it."""
    facts = appeal_facts(scene)
    told_of = dangers_in(scene.answer("story") or "", scene.city)[:1]
    calls = [number.value for danger in told_of for number in danger.numbers if number.shown]
    known = {"facts": facts, "advice": advice_for(scene), "calls": calls, "keeps": scene.city.retention.draft_days}
    return {"text": compose(facts, scene.texts), **known}


def appeal_facts(scene: Scene) -> Facts:
    """The facts of the appeal; the situation is chosen by now."""
    situation = situation_of(scene)
    if situation is None:
        raise LookupError("the situation left the city pack while the draft waited")
    return facts_of(completed(scene), situation, scene.city)


def completed(scene: Scene) -> dict[str, Json]:
    """The answers with the chosen problem for the story, and with the time it tells of if that question was skipped."""
    answers = {**scene.answers, "story": told(scene)}
    situation = situation_of(scene)
    asked = scene.city.questions_of(situation) if situation else ()
    since_when = (question for question in asked if question.role == "since" and question.label == LASTING)
    name = next((f"details.{question.id}" for question in since_when), "")
    if name and answers.get(name) is None and (when := heard_time(scene)):
        answers[name] = when
    return answers


def has_details(scene: Scene) -> bool:
    """Whether the situation asks anything."""
    return bool(details(scene))


def asks_since(scene: Scene) -> bool:
    """Whether the situation asks for a time."""
    return bool(since_step(scene))


def since_step(scene: Scene) -> str:
    """The question for a time, empty if there is none."""
    situation = situation_of(scene)
    asked = scene.city.questions_of(situation) if situation else ()
    return next((f"details.{question.id}" for question in asked if question.role == "since"), "")


file_appeal = Dialog(
    "file_appeal",
    outcome="file_appeal",
    keep=True,
    numbered=True,
    foreseen=lambda scene: situation_of(scene) is not None,
    steps=(
        Ask("story", story, reasons=("wordless", "long"), forgets=("problem", "which")),
        *THEME,
        LAND,
        place_step(),
        DISTRICT,
        OKRUG,
        NEARBY,
        AskEach("details", details, sample=detail(Question("sample", ""))),
        Gather("photos", photos, optional=True, tell=about_photos, limit=MAX_PHOTOS, reasons=PHOTO_REASONS),
        Review(
            "preview",
            parts=(
                Part("story", words=("описание", "текст", "рассказ")),
                Part("problem", lambda scene: settled(scene) is not None and chosen_problem(scene) is not None, THEMES),
                Part("which", lambda scene: settled(scene) is not None and chosen_problem(scene) is None, THEMES),
                Part("situation", has_offer, THEMES),
                Part("sphere", lambda scene: not has_offer(scene) and settled(scene) is None, THEMES),
                Part("land", needs_land),
                Part("place", words=("адрес", "место", "дом", "улицу"), reads=renamed),
                Part("details", has_details, ("ответы", "ответ")),
                Part("since", asks_since, ("дату", "день", "время", "срок"), at=since_step, button=False),
                Part("photos", words=("фото", "фотографии", "фотографию", "снимок", "снимки")),
            ),
            tell=preview,
            mends=MENDS,
        ),
    ),
)
