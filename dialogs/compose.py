"""The text of an appeal, from the answers and the city pack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialogs.places import in_words, point_of
from dialogs.speech import Json
from dialogs.texts.words import Texts, lowered, plain
from storage.model.city import City
from storage.model.facts import Body
from storage.model.situation import Question, Situation
from storage.model.territory import Point


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
    okrug: str | None
    place: str
    point: Point | None
    story: str
    details: tuple[Detail, ...]
    photos: int


def facts_of(answers: Mapping[str, Json], situation: Situation, city: City) -> Facts:
    """The facts behind the answers of `file_appeal`."""
    land, district, place = answers.get("land"), answers.get("district"), answers.get("place")
    land = land if land in city.lands else None
    here = [inner.id for inner in city.okrugs if inner.district == district]
    okrug = okrug_of(answers.get("okrug"), here)
    body, why = city.body_for(situation, land, district, okrug)
    asked = {f"details.{question.id}": question for question in situation.questions}
    said = [(asked[name], words) for name, words in answers.items() if name in asked and words]
    return Facts(
        situation,
        body,
        why,
        land,
        district,
        okrug,
        in_words(place, district, city),
        point_of(place),
        answers.get("story") or "",
        tuple(detail(question, words) for question, words in said),
        len(answers.get("photos") or ()),
    )


def okrug_of(chosen: Json, here: Sequence[str]) -> str | None:
    """The municipality that was chosen, or the only one of the district."""
    if chosen in here:
        return str(chosen)
    return here[0] if len(here) == 1 else None


def detail(question: Question, words: str) -> Detail:
    """An answer inside a line: our own words begin small there, what people typed stays as it is."""
    return Detail(question.label, lowered(words) if words in question.choices else words)


def compose(facts: Facts, texts: Texts) -> str:
    """The finished text, plain: addressee, what and where, details, requests, attachments."""
    return plain(texts.say("appeal.text", facts=facts))
