"""What an appeal says, laid out as a letter on paper."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dialogs.compose import Facts, demands
from dialogs.papers.letter import Annex, Letter
from dialogs.texts.words import Texts, lowered


@dataclass(frozen=True)
class Photo:
    """A photo of an appeal with the words that were sent with it."""

    caption: str
    picture: Path


@dataclass(frozen=True)
class Undersigned:
    """Who signs: the lines at the head, empty for a pen; who of the neighbours wants to be named, and the others."""

    lines: tuple[str, ...] = ()
    supporters: tuple[str, ...] = ()
    unnamed: int = 0


def letter_of(facts: Facts, texts: Texts, number: str, signed: Undersigned, photos: Sequence[Photo]) -> Letter:
    """The letter for a body, to be dated and signed by hand; `number` is ours, «1001-9»."""
    place = f"{facts.place_label}: {facts.place}" if facts.place else ""
    told = "\n".join(filter(None, [place, *(f"{detail.label}: {detail.words}" for detail in facts.details)]))
    return replace(
        letter_of_words((facts.story, told, *facts.additions), number, signed, photos),
        addressee=facts.body.accusative,
        heading=facts.headline,
        demands=demands(facts, texts),
        requests=facts.situation.requests,
    )


def letter_of_words(words: Sequence[str], number: str, signed: Undersigned, photos: Sequence[Photo]) -> Letter:
    """The letter of an appeal of which only the paragraphs are known: its situation left the city pack."""
    annexes = tuple(Annex(title(order, photo), photo.picture) for order, photo in enumerate(photos, 1))
    return Letter(
        addressee="",
        sender=signed.lines,
        heading="",
        paragraphs=tuple(filter(None, words)),
        demands="",
        requests=(),
        enclosures=tuple(f"Фото: {lowered(photo.caption)}" if photo.caption else "Фото" for photo in photos),
        annexes=annexes,
        supporters=signed.supporters,
        supporters_unnamed=signed.unnamed,
        number=number,
        written_on="",
        signed=True,
    )


def title(order: int, photo: Photo) -> str:
    """«Фото 1. Яма у второго подъезда»."""
    return f"Фото {order}. {photo.caption}" if photo.caption else f"Фото {order}"
