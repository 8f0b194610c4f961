"""Leads each sample through the real conversation and makes the texts and the paper that the resident would get."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from PIL import Image

from dialogs.compose import Facts, compose, report
from dialogs.controls import DONE, ENOUGH, MEND, SEND, SKIP
from dialogs.file_appeal import appeal_facts
from dialogs.papers.letter import render
from dialogs.papers.sheet import Photo, Undersigned, letter_of
from dialogs.speech import Attachment, Json
from dialogs.steps import Scene
from dialogs.theme import OTHER
from dialogs.where import UNKNOWN
from storage.model.numbers import written
from tests.letters.samples import SAMPLES, Sample
from tests.unit.given import city, texts
from tests.unit.talk import Talk

SIGNED = Undersigned(("Примерова Анна Ивановна", "Санкт-Петербург, Примерная улица, 1"))
SIZE = (960, 720)
MOST_STEPS = 30


@dataclass(frozen=True)
class Made:
    """What came of a sample, `order` counted from 1: facts, the whole text, the paragraph for a portal, photos."""

    order: int
    sample: Sample
    facts: Facts
    text: str
    report: str
    photos: Sequence[Mapping[str, Json]]


@cache
def made(order: int) -> Made:
    """The appeal of a resident, who sends it after taking every advice; `order` is counted from 1."""
    sample = SAMPLES[order - 1]
    scene = filed(sample)
    facts = appeal_facts(scene)
    photos = scene.answer("photos") or ()
    return Made(order, sample, facts, compose(facts, texts()), report(facts, texts()), photos)


def everything() -> list[Made]:
    """All of the samples, in their order."""
    return [made(order) for order, _sample in enumerate(SAMPLES, 1)]


def filed(sample: Sample) -> Scene:
    """The conversation of a sample from its first word to «Отправить»: the scene with what was answered."""
    talk, left = Talk(), dict(sample.answers)
    talk.start("file_appeal")
    for _ in range(MOST_STEPS):
        if talk.conversation.active:
            answer(talk, sample, left)
    assert len(talk.ended) == 1, f"{sample.situation}: asked {talk.step}, {talk.text}"
    answers = talk.ended[0].answers
    unasked = [name for name in left if not answers.get(f"details.{name}")]
    assert not unasked, f"{sample.situation}: nobody asked for {', '.join(unasked)}, and the story does not tell it"
    return replace(talk.scene, answers=answers)


def answer(talk: Talk, sample: Sample, left: dict[str, str]) -> None:
    """What the resident says to the open question."""
    if talk.step.startswith("details."):
        detailed(talk, left)
    else:
        STEPS[talk.step](talk, sample)


def detailed(talk: Talk, left: dict[str, str]) -> None:
    """An answer about details, «Пропустить», or «Хватит вопросов» once there is nothing more to say."""
    words = left.pop(talk.step.removeprefix("details."), "")
    if words:
        talk.says(words)
    else:
        talk.chooses(SKIP if left or ENOUGH not in talk.offered else ENOUGH)


def situated(talk: Talk, sample: Sample) -> None:
    """The situation among those that are offered, or its name once the list is open."""
    if sample.situation in talk.offered:
        talk.chooses(sample.situation)
    elif OTHER in talk.offered:
        talk.chooses(OTHER)
    else:
        talk.says(city().situations[sample.situation].title)


def landed(talk: Talk, sample: Sample) -> None:
    """The kind of land, «Не знаю» if the sample has none."""
    talk.chooses(sample.land or UNKNOWN)


def in_okrug(talk: Talk, sample: Sample) -> None:
    """The municipality by its name, or «Не знаю»."""
    talk.says(sample.okrug or talk.offered[UNKNOWN].label)


def pictured(talk: Talk, sample: Sample) -> None:
    """Every photo with its words, then «Готово»; «Пропустить» if there is none."""
    for order, caption in enumerate(sample.photos):
        talk.says(caption, attachments=(Attachment("photo", f"example-{order}", 1000),))
    talk.chooses(DONE if sample.photos else SKIP)


def advised(talk: Talk, _sample: Sample) -> None:
    """Every advice that one tap follows, then «Отправить»."""
    mend = next((value for value in talk.offered if value.startswith(MEND)), None)
    talk.chooses(mend or SEND)


STEPS: Mapping[str, Callable[[Talk, Sample], None]] = {
    "story": lambda talk, sample: talk.says(sample.story),
    "situation": situated,
    "sphere": situated,
    "land": landed,
    "place": lambda talk, sample: talk.says(sample.place),
    "district": lambda talk, sample: talk.says(sample.district),
    "okrug": in_okrug,
    "photos": pictured,
    "preview": advised,
}
"""what is said at each step that is no question about details"""


def paper(one: Made, folder: Path) -> bytes:
    """The letter as PDF, with its photos; those are drawn into the folder."""
    return render(letter_of(one.facts, texts(), written(one.order), SIGNED, photographed(one.photos, folder)))


def photographed(photos: Sequence[Mapping[str, Json]], folder: Path) -> list[Photo]:
    """A picture in place of each photo that was sent, with the words that are kept of it."""
    return [Photo(photo.get("caption") or "", drawn(order, folder)) for order, photo in enumerate(photos)]


def drawn(order: int, folder: Path) -> Path:
    """A plain picture of a photo's size."""
    picture = folder / f"photo-{order}.jpg"
    if not picture.exists():
        Image.linear_gradient("L").rotate(90 * order).resize(SIZE).save(picture, "JPEG")
    return picture
