"""File an appeal: what happened, which situation, where, a few questions, photos, a last look."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from dialogs.compose import Facts, compose, facts_of
from dialogs.places import place, point_of
from dialogs.speech import Attachment, Json, Said
from dialogs.steps import Accepted, Ask, AskEach, Choice, Dialog, Gather, Part, Rejected, Review, Scene
from dialogs.understanding import suggest, words_of
from storage.model.city import Question, Situation

OTHER = "other"
DISTRICT_NOUN = re.compile(r"^(?:в|во) | район[аеуы]?$")
SHORTEST_STORY, LONGEST_STORY = 3, 1000
LONGEST_ANSWER = 300
MAX_PHOTOS = 10
MAX_PHOTO_BYTES = 20 * 1024 * 1024  # Telegram's getFile gives no more
QUESTIONS_ASKED = 3
IMAGES = ("image/jpeg", "image/png", "image/webp")
ONLY_DISTRICT = {"words": "", "lat": None, "lon": None}


def story(said: Said, _scene: Scene) -> Accepted | Rejected:
    """What happened, in the person's own words; photos that come with it are kept."""
    words = said.text.strip()
    if len(words) > LONGEST_STORY:
        return Rejected("long", {"length": len(words), "limit": LONGEST_STORY})
    if sum(len(word) for word in words_of(words)) < SHORTEST_STORY:
        return Rejected("wordless")
    shown = photos(said, _scene) if said.attachments else None
    return Accepted(words, {"photos": shown.value} if isinstance(shown, Accepted) else {})


def photos(said: Said, _scene: Scene) -> Accepted | Rejected:
    """Photos, or images sent as files."""
    images = [item for item in said.attachments if item.kind == "photo" or item.mime in IMAGES]
    if not images:
        return Rejected("unclear")
    if any((item.size or 0) > MAX_PHOTO_BYTES for item in images):
        return Rejected("too_big", {"limit": MAX_PHOTO_BYTES // 1024 // 1024})
    return Accepted([stored(item) for item in images])


def stored(item: Attachment) -> dict[str, Json]:
    """An attachment as it is kept in a draft."""
    return {"kind": item.kind, "ref": item.ref, "size": item.size}


def situation_of(scene: Scene) -> Situation | None:
    """The situation that was chosen, None as long as there is none (or it left the pack)."""
    chosen = scene.city.situations.get(scene.answer("situation") or "")
    return chosen or scene.city.situations.get(scene.answer("situation_any") or "")


def has_suggestions(scene: Scene) -> bool:
    """Whether the story's words speak for any situation."""
    return bool(suggest(scene.answer("story") or "", scene.city))


def wants_list(scene: Scene) -> bool:
    """Whether the whole list of situations has to be shown."""
    chosen = scene.answer("situation")
    return chosen == OTHER or (chosen not in scene.city.situations and not has_suggestions(scene))


def likely_situations(scene: Scene) -> Sequence[Choice]:
    """The three likeliest and «Другое»."""
    found = [suggestion.situation for suggestion in suggest(scene.answer("story") or "", scene.city)]
    other = Choice(OTHER, scene.texts.label("other"))
    return [*(Choice(situation.id, situation.title) for situation in found), other]


def all_situations(scene: Scene) -> Sequence[Choice]:
    """Every situation of the pack."""
    return [Choice(situation.id, situation.title) for situation in scene.city.situations.values()]


def about_situations(scene: Scene) -> Mapping[str, Any]:
    """The suggested situations with a line on each."""
    return {"situations": [item.situation for item in suggest(scene.answer("story") or "", scene.city)]}


def needs_land(scene: Scene) -> bool:
    """Whether the kind of land decides who is responsible."""
    situation = situation_of(scene)
    return situation is not None and len(situation.lands) > 1


def lands_of(scene: Scene) -> tuple[str, ...]:
    """The kinds of land that the situation tells apart."""
    situation = situation_of(scene)
    return situation.lands if situation else ()


def lands(scene: Scene) -> Sequence[Choice]:
    """The kinds of land that the situation tells apart."""
    situation = situation_of(scene)
    known = [scene.city.lands[id] for id in situation.lands] if situation else []
    return [Choice(land.id, land.label) for land in known]


def about_lands(scene: Scene) -> Mapping[str, Any]:
    """The kinds of land with an example each."""
    situation = situation_of(scene)
    return {"lands": [scene.city.lands[id] for id in situation.lands] if situation else []}


def only_district(scene: Scene) -> Sequence[Choice]:
    """For those who know no address: the district."""
    return (Choice("district", scene.texts.label("district"), ONLY_DISTRICT),)


def needs_district(scene: Scene) -> bool:
    """Whether the district is needed: to name the body, or because nothing else is known of the place."""
    situation, where = situation_of(scene), scene.answer("place")
    if situation is None or where is None:
        return False
    return where == ONLY_DISTRICT or situation.depends_on_district(scene.answer("land"), scene.city.bodies)


def districts(scene: Scene) -> Sequence[Choice]:
    """All districts, the nearest first when the point is known."""
    near = scene.city.districts_near(point_of(scene.answer("place")))
    return [Choice(district.id, district.name) for district in near]


def district(said: Said, scene: Scene) -> Accepted | Rejected:
    """The name of a district, typed in any of its forms."""
    typed = DISTRICT_NOUN.sub("", " ".join(words_of(said.text)))
    for known in scene.city.districts:
        if typed and typed in {" ".join(words_of(form)) for form in (known.name, known.genitive, known.prepositional)}:
            return Accepted(known.id)
    return Rejected("unclear")


def details(scene: Scene) -> Sequence[Ask]:
    """The first questions of the situation."""
    situation = situation_of(scene)
    return [detail(question) for question in situation.questions[:QUESTIONS_ASKED]] if situation else []


@lru_cache(maxsize=1024)
def detail(question: Question) -> Ask:
    """One question of the situation; «Пропустить» is always there."""

    def choices(_scene: Scene) -> Sequence[Choice]:
        return [Choice(str(number), label, label) for number, label in enumerate(question.choices)]

    def tell(_scene: Scene) -> Mapping[str, Any]:
        return {"question": question.text}

    return Ask(
        f"details.{question.id}", answer, choices, tell=tell, optional=True, text="details", reasons=("unclear", "long")
    )


def answer(said: Said, _scene: Scene) -> Accepted | Rejected:
    """A short answer in words."""
    words = " ".join(said.text.split())
    if len(words) > LONGEST_ANSWER:
        return Rejected("long", {"limit": LONGEST_ANSWER})
    return Accepted(words) if words_of(words) else Rejected("unclear")


def about_photos(scene: Scene) -> Mapping[str, Any]:
    """What a good photo shows, and how many there are already."""
    situation = situation_of(scene)
    evidence, count = situation.evidence if situation else (), len(scene.answer("photos") or ())
    return {"evidence": evidence, "count": count, "limit": MAX_PHOTOS}


def preview(scene: Scene) -> Mapping[str, Any]:
    """The finished text and what goes with it."""
    facts = appeal_facts(scene)
    return {"text": compose(facts, scene.texts), "facts": facts}


def appeal_facts(scene: Scene) -> Facts:
    """The facts of the appeal; the situation is chosen by now."""
    situation = situation_of(scene)
    if situation is None:
        raise LookupError("the situation left the city pack while the draft waited")
    return facts_of(scene.answers, situation, scene.city)


def has_details(scene: Scene) -> bool:
    """Whether the situation asks anything."""
    return bool(details(scene))


file_appeal = Dialog(
    "file_appeal",
    outcome="file_appeal",
    keep=True,
    numbered=True,
    foreseen=lambda scene: situation_of(scene) is not None,
    steps=(
        Ask("story", story, reasons=("wordless", "long")),
        Ask(
            "situation",
            choices=likely_situations,
            when=has_suggestions,
            tell=about_situations,
            forgets=("situation_any", "land", "details."),
            renews=OTHER,
            valid=lambda scene: scene.answer("situation") == OTHER or situation_of(scene) is not None,
        ),
        Ask(
            "situation_any",
            choices=all_situations,
            when=wants_list,
            human=True,
            forgets=("land", "details."),
            valid=lambda scene: situation_of(scene) is not None,
        ),
        Ask(
            "land",
            choices=lands,
            when=needs_land,
            tell=about_lands,
            valid=lambda scene: scene.answer("land") in lands_of(scene),
        ),
        Ask(
            "place",
            place,
            only_district,
            location=True,
            forgets=("district",),
            reasons=("unclear", "empty", "long", "far"),
        ),
        Ask(
            "district",
            district,
            districts,
            when=needs_district,
            valid=lambda scene: scene.city.district(scene.answer("district")) is not None,
            reasons=("unclear",),
        ),
        AskEach("details", details, sample=detail(Question("sample", ""))),
        Gather("photos", photos, optional=True, tell=about_photos, limit=MAX_PHOTOS, reasons=("unclear", "too_big")),
        Review(
            "preview",
            parts=(
                Part("story"),
                Part("situation", when=has_suggestions),
                Part("situation_any", when=lambda scene: not has_suggestions(scene)),
                Part("place"),
                Part("details", when=has_details),
                Part("photos"),
            ),
            tell=preview,
        ),
    ),
)
