"""The text of an appeal, from the answers and the city pack."""

from collections.abc import Mapping
from dataclasses import dataclass

from dialogs.places import in_words, point_of
from dialogs.speech import Json
from dialogs.texts.words import Texts, plain
from storage.model.city import Body, City, Point, Situation


@dataclass(frozen=True)
class Detail:
    """An answer with what introduces it: «Размер: с ладонь»."""

    label: str
    words: str


@dataclass(frozen=True)
class Facts:
    """What an appeal says."""

    situation: Situation
    body: Body
    why: str
    land: str | None
    district: str | None
    place: str
    point: Point | None
    story: str
    details: tuple[Detail, ...]
    photos: int


def facts_of(answers: Mapping[str, Json], situation: Situation, city: City) -> Facts:
    """The facts behind the answers of `file_appeal`."""
    land, district, place = answers.get("land"), answers.get("district"), answers.get("place")
    body, why = city.body_for(situation, land, district)
    labels = {f"details.{question.id}": question.label for question in situation.questions}
    said = [(name, words) for name, words in answers.items() if name in labels and words]
    return Facts(
        situation,
        body,
        why,
        land,
        district,
        in_words(place, district, city),
        point_of(place),
        answers.get("story") or "",
        tuple(Detail(labels[name], words) for name, words in said),
        len(answers.get("photos") or ()),
    )


def compose(facts: Facts, texts: Texts) -> str:
    """The finished text, plain: addressee, what and where, details, requests, attachments."""
    return plain(texts.say("appeal.text", facts=facts))
