"""Ways through the dialogs: stories by what is understood of them, and plausible answers to whatever is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dialogs.controls import DONE, PAGE, SEND
from dialogs.nearby import MINE
from dialogs.registry import DIALOGS
from dialogs.speech import Attachment
from dialogs.theme import OTHER, TOGETHER, groups, question, spheres
from dialogs.where import UNKNOWN
from storage.model.city import City
from tests.unit.given import city, scene
from tests.unit.talk import Talk
from tests.unit.town import OF_DISTRICT, OF_OKRUG, city_of_okrugs

STORY = "Лифт застрял между этажами и не работает"
SEVERAL = "Во дворе не горят фонари. В подъезде не работает лифт."
UNHEARD_OF = "Глокая куздра штеко будланула бокра"
ADDRESS = "Вавиловых, 4, у второй парадной"
PHOTO = Attachment("photo", "AgAC", 1000)


def is_open(story: str) -> bool:
    """Whether the words leave open what it is about, so that a question is asked."""
    return question(scene(answers={"story": story})) is not None


OPEN = next(filter(is_open, ("собаки", "яма", "мусор", "машина", "дерево", "снег")))


@dataclass(frozen=True)
class Way:
    """What somebody says, and presses where the first choice would lead elsewhere, in some city."""

    story: str = STORY
    picks: Mapping[str, str] = field(default_factory=dict)
    city: Callable[[], City] = city
    found: tuple[Mapping[str, Any], ...] = ()
    """what the database says whenever it is asked"""
    typed: tuple[str, ...] = ()
    """steps that are answered in words, though there are choices"""

    def begin(self, dialog: str, channel: str = "telegram") -> Talk:
        """A talk at the first question of a dialog; those that begin with known words know these."""
        talk = Talk(channel, city=self.city(), found=list(self.found))
        asks = any(step.name == "story" for step in talk.engine.dialogs[dialog].steps)
        about = any(step.name == "situation" for step in talk.engine.dialogs[dialog].steps)
        talk.start(dialog, {"story": self.story} if about and not asks else {})
        return talk


def leading(situation: str) -> dict[str, str]:
    """What is pressed in the registry to reach a situation."""
    wanted = city().situations[situation]
    known = scene(answers={"sphere": wanted.sphere})
    sphere = next(choice.value for choice in spheres(known) if choice.stored == wanted.sphere)
    group = next(choice.value for choice in groups(known) if choice.stored == wanted.group)
    return {"situation": OTHER, "sphere": sphere, "group": group, "situation_any": situation}


def to(situation: str, where: Callable[[], City] = city, **picks: str) -> Way:
    """The way to a situation through the registry."""
    return Way(UNHEARD_OF, picks={**leading(situation), **picks}, city=where)


def of_lands() -> str:
    """A situation for which the kind of land decides."""
    return next(situation.id for situation in city().situations.values() if len(situation.lands) > 1)


PLAIN = Way()
THEME_WAYS = {
    "plain": PLAIN,
    "several problems": Way(SEVERAL),
    "one problem after all": Way(SEVERAL, picks={"problem": TOGETHER}),
    "a question": Way(OPEN),
    "no answer fits": Way(OPEN, picks={"which": OTHER}),
    "no offer fits": Way(OPEN, picks={"which": OTHER, "situation": OTHER}),
    "not understood": Way(UNHEARD_OF),
    "registry": to("elevator"),
}
PLACE_WAYS = {
    "land": to(of_lands()),
    "land unknown": to(of_lands(), land=UNKNOWN),
    "district": to(OF_DISTRICT, city_of_okrugs),
    "municipality": to(OF_OKRUG, city_of_okrugs),
    "municipality unknown": to(OF_OKRUG, city_of_okrugs, okrug=UNKNOWN),
}


def city_of_numbers() -> City:
    """The city, with portals whose numbers are known to look alike."""
    portals = city().portals.items()
    return replace(city(), portals={id: replace(one, number="[0-9]{8}", example="12345678") for id, one in portals})


SIMILAR = {
    "id": 1,
    "token": "t",
    "metres": 120.0,
    "status": "accepted",
    "day": "2026-11-05",
    "supporters": 2,
    "own": False,
}
NEARBY = Way(picks={"nearby": MINE}, found=(SIMILAR, {**SIMILAR, "id": 2, "own": True}), typed=("place",))


def ways(dialog: str) -> Mapping[str, Way]:
    """The ways through a dialog."""
    steps = {step.name for known in DIALOGS if known.name == dialog for step in known.steps}
    return {
        "plain": PLAIN,
        **(THEME_WAYS if "situation" in steps else {}),
        **(PLACE_WAYS if "place" in steps else {}),
        **({"another one nearby": NEARBY} if "nearby" in steps else {}),
        **({"an unusual number": Way(city=city_of_numbers)} if "certain" in steps else {}),
    }


PATHS = [(dialog.name, name) for dialog in DIALOGS for name in ways(dialog.name)]
"""every dialog on each of its ways"""
VALUES: Mapping[str, Mapping[str, Any]] = {
    "place": {"text": ADDRESS},
    "photos": {"attachments": (PHOTO,)},
    "additions": {"text": "Яма стала больше"},
    "number": {"text": "1001-9"},
    "official_number": {"text": "ВХ-2026/118"},
    "title": {"text": "Чистка снега на крыше"},
    "due": {"text": "5.12"},
    "district": {"text": "невского района"},
    "filed_on": {"text": "вчера"},
}
OF_COURSE = {"text": "Всё уже починили"}


def pick(talk: Talk, value: str) -> None:
    """A choice, whatever page it is on."""
    while value not in talk.offered:
        talk.chooses(f"{PAGE}{talk.frame.page + 1}")
    talk.chooses(value)


def answer(talk: Talk, way: Way = PLAIN, *, words: bool = False) -> None:
    """A plausible answer to the open question: the first choice, or with `words` what may be said instead."""
    step = talk.step
    choices = [value for value in talk.offered if not value.startswith("<")]
    if SEND in talk.offered:
        talk.chooses(SEND)
    elif step in way.picks:
        pick(talk, way.picks[step])
    elif choices and step not in way.typed and not (words and (step in {"place", "district", "due"} or "." in step)):
        talk.chooses(choices[0])
    else:
        talk.says(**{**VALUES, "story": {"text": way.story}}.get(step, OF_COURSE))
        if DONE in talk.offered and talk.step == step:
            talk.chooses(DONE)


def walk(talk: Talk, way: Way = PLAIN, *, words: bool = False) -> list[str]:
    """Answer everything; gives the steps that were asked."""
    asked = []
    while talk.conversation.active:
        asked.append(talk.step)
        assert len(asked) < 25, f"no end: {asked}"
        answer(talk, way, words=words)
    return asked


def reviewed(talk: Talk, way: Way = PLAIN) -> Talk:
    """The same talk, once only «Отправить» is left."""
    while SEND not in talk.offered:
        answer(talk, way)
    return talk
