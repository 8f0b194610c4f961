"""Advice before an appeal is sent: what keeps it from being read with good will, and how one tap mends it.

It never blocks: whoever wants to send the text as it is does so.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dialogs import since
from dialogs.days import Impossible
from dialogs.speech import Json
from dialogs.steps import Condition, Mend, Scene
from dialogs.theme import TOGETHER, situation_of, told
from dialogs.understanding.dangers import dangers_in
from dialogs.understanding.talk import talk_of
from dialogs.understanding.words import MORPHOLOGY, read

LOUD = 0.6
"""share of capital letters from which a text is shouted"""
FEWEST_LETTERS = 12
PROPER = ("Name", "Surn", "Patr", "Geox", "Orgn")
"""what OpenCorpora calls names of people, places and organisations"""
PEOPLE = ("Name", "Surn", "Patr")
"""what it calls names of people"""
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
FLAT = re.compile(
    r",?\s*\b(?:(?:моя|наша|номер|из|(?:(?:я|мы)\s+)?жив[уё]\w*\s+в|в|над|под)\s+(?:моей\s+|нашей\s+)?)?"
    r"(?:кв|квартир[аеуы]|к-ра)\.?\s*(?:№\s*)?\d{1,4}\b",
    re.IGNORECASE,
)
CONTACTS = re.compile(
    r"(?:[,;(]?\s*\b(?:(?:мой|моя|наш|наша)\s+)?(?:тел(?:\.|ефон\w*)?|моб(?:\.|ильн\w+)?|почта|e-?mail|звоните|пишите)"
    r"(?:\s+(?:мне|нам|по|на|номер\w*|телефон\w*))*\s*[:.—–-]?\s*)?"
    r"(?:(?:\+7|\b[78])[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}\b"  # a mobile or a long-distance number
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)\)?",
    re.IGNORECASE,
)
NAME = r"[А-ЯЁ][а-яё]+"
OTHERS = re.compile(
    rf"\b(?:{NAME}\s+)?{NAME}\s+{NAME}(?:ович|евич|ич|овн|евн|ичн|иничн)(?:а|у|ем|ой|е|ы)?\b"
    rf"|\b{NAME}\s+[А-ЯЁ]\.\s?[А-ЯЁ]\."
)
"""people with their patronymic or initials: «Иванов Пётр Ильич», «Петрова А. И.»"""
LANDMARK = re.compile(
    r"\b(?:у|около|возле|напротив|рядом со?|перед|между|на углу|перекр[её]ст\w+|пересечени\w+|остановк\w+|метро"
    r"|станци\w+|вход\w*|выход\w*)\s+\S",
    re.IGNORECASE,
)
"""words by which a place is found without a number"""
PICTURE = re.compile(r"\b(?:фото|сн[яи]м|снимок|снимк)", re.IGNORECASE)
"""how the pack names a photo among the evidence"""
Change = Callable[[str, Scene], str]


@dataclass(frozen=True)
class Advice:
    """One piece of advice, the block «advice.name»; `change` mends a text, without it a part has to be changed."""

    name: str
    applies: Condition
    change: Change | None = None
    everywhere: bool = True
    """whether it looks at the answers and the place, too, and not at the story only"""


def story_of(scene: Scene) -> str:
    """What the resident told."""
    return scene.answer("story") or ""


def answers_of(scene: Scene) -> dict[str, str]:
    """What was answered about the situation, in words."""
    return {name: said for name, said in scene.answers.items() if name.startswith("details.") and isinstance(said, str)}


def words_of_place(scene: Scene) -> str:
    """The place in the resident's own words."""
    where = scene.answer("place")
    return where.get("words") or "" if isinstance(where, Mapping) else ""


def words_of(scene: Scene) -> tuple[str, ...]:
    """All that the resident wrote: the story, the answers, the place."""
    return (story_of(scene), *answers_of(scene).values(), words_of_place(scene))


def is_loud(scene: Scene) -> bool:
    """Whether the story is written in capital letters."""
    letters = [sign for sign in story_of(scene) if sign.isalpha()]
    return len(letters) >= FEWEST_LETTERS and sum(sign.isupper() for sign in letters) / len(letters) >= LOUD


def quietly(text: str, _scene: Scene) -> str:
    """The text in small letters; sentences and names begin with a capital one."""
    small = WORD.sub(lambda match: named(match[0].lower()), text)
    return re.sub(r"(^|[.!?…]\s+)(\w)", lambda match: match[1] + match[2].upper(), small)


def named(word: str) -> str:
    """A word, with a capital letter if it names somebody or some place."""
    is_name = MORPHOLOGY.knows(word) and any(mark in MORPHOLOGY.analyzer.parse(word)[0].tag for mark in PROPER)
    return word.capitalize() if is_name else word


def rude_words(text: str, scene: Scene) -> set[str]:
    """The words of a text that the pack calls insults."""
    words = read(text)
    forms = {form for hit in talk_of(scene.city, "insult").found_in(words) for form in hit.words}
    return {word.typed for word in words if word.forms[0] in forms}


def is_rude(scene: Scene) -> bool:
    """Whether the story, an answer or the place has insults."""
    return any(rude_words(words, scene) for words in words_of(scene))


def politely(text: str, scene: Scene) -> str:
    """The text without insults."""
    rude = rude_words(text, scene)
    left = WORD.sub(lambda match: "" if match[0].lower().replace("ё", "е") in rude else match[0], text)
    return tidied(left)


def tidied(text: str) -> str:
    """No gaps where something was taken out."""
    closed = re.sub(r"\s+([,.!?…;:])", r"\1", " ".join(text.split()))
    return re.sub(r"([.!?…,;:])(?:\s*[,;:])+", r"\1", closed).lstrip(" ,;:.!?…").rstrip(" ,;:")


def impersonal(text: str) -> str:
    """A text for everybody's eyes: without flats, phones, addresses of mail and people."""
    return "\n".join(map(impersonal_line, text.split("\n")))


def impersonal_line(line: str) -> str:
    """One line of it; a line that names nothing of the kind stays as it is."""
    left = line
    for pattern in (FLAT, CONTACTS, OTHERS):
        left = pattern.sub("", left)
    return line if left == line else tidied(left)


def impersonal_place(place: str) -> str:
    """A place as neighbours see it: without flats, phones and people."""
    first, *others = impersonal(place).split(",")
    return ",".join([first, *(part for part in others if not is_person(part))]).strip(" ,")


def is_person(words: str) -> bool:
    """Whether words are the name of somebody and nothing else."""
    found = WORD.findall(words)
    tags = [MORPHOLOGY.analyzer.parse(word.lower())[0].tag for word in found]
    return bool(found) and all(any(mark in tag for mark in PEOPLE) for tag in tags) and words.strip()[:1].isupper()


def without(pattern: re.Pattern[str]) -> Change:
    """Takes out what the pattern finds."""
    return lambda text, _scene: tidied(pattern.sub("", text))


def says(pattern: re.Pattern[str]) -> Condition:
    """Whether the story, an answer or the place has such a thing."""
    return lambda scene: any(map(pattern.search, words_of(scene)))


def tells_flat(scene: Scene) -> bool:
    """Whether the number of a flat is told where it does not matter."""
    situation = situation_of(scene)
    return not (situation and situation.flat) and says(FLAT)(scene)


def is_several(scene: Scene) -> bool:
    """Whether the story tells of several problems and goes as one appeal."""
    return bool(scene.answer("problem") == TOGETHER)


def is_danger(scene: Scene) -> bool:
    """Whether the story tells of a danger that an appeal is too slow for."""
    return bool(dangers_in(story_of(scene), scene.city))


def is_undated(scene: Scene) -> bool:
    """Whether a date is wanted and neither the answers nor the story tell one."""
    situation = situation_of(scene)
    asked = scene.city.questions_of(situation) if situation else ()
    wanted = [f"details.{question.id}" for question in asked if question.role == "since"]
    if not wanted or any(scene.answer(name) for name in wanted):
        return False
    try:
        return since.placed(told(scene), scene.now.local.date()) is None
    except Impossible:
        return True


def is_vague(scene: Scene) -> bool:
    """Whether nobody could find the place: a district alone, or words without a number or a landmark.

    What is private is not about a place, and the district is enough.
    """
    where, situation = scene.answer("place"), situation_of(scene)
    if situation and situation.private:
        return False
    if not isinstance(where, Mapping) or where.get("lat") is not None:
        return False
    words = where.get("words") or ""
    return not (any(sign.isdigit() for sign in words) or where.get("house") or LANDMARK.search(words))


def is_unproved(scene: Scene) -> bool:
    """Whether a portal wants a photo, the situation can be photographed, and there is none."""
    situation = situation_of(scene)
    if situation is None or scene.answer("photos"):
        return False
    seen = any(PICTURE.search(words) for words in situation.evidence)
    return seen and any(portal.photo for portal in scene.city.reports_of(situation))


def is_out_of_season(scene: Scene) -> bool:
    """Whether this is not dealt with at this time of the year."""
    situation = situation_of(scene)
    return bool(situation and situation.season and not situation.season.holds(scene.now.local.date()))


ADVICE = (
    Advice("danger", is_danger),
    Advice("loud", is_loud, quietly, everywhere=False),  # capitals in «ЖКС № 2» and «Белы Куна» are meant
    Advice("rude", is_rude, politely),
    Advice("contacts", says(CONTACTS), without(CONTACTS)),
    Advice("flat", tells_flat, without(FLAT)),
    Advice("names", says(OTHERS), without(OTHERS)),
    Advice("several", is_several),
    Advice("vague", is_vague),
    Advice("undated", is_undated),
    Advice("unproved", is_unproved),
    Advice("season", is_out_of_season),
)
"""in the order in which it is told"""


def advice_for(scene: Scene) -> Sequence[str]:
    """The names of what is advised."""
    return [advice.name for advice in ADVICE if advice.applies(scene)]


def mend_of(advice: Advice, change: Change) -> Mend:
    """One tap that changes the words which the advice looks at."""

    def mended(scene: Scene) -> Mapping[str, Json]:
        told = {"story": story_of(scene), **(answers_of(scene) if advice.everywhere else {})}
        changed: dict[str, Json] = {name: change(words, scene) or words for name, words in told.items()}
        where = scene.answer("place")
        if advice.everywhere and isinstance(where, Mapping) and where.get("words"):
            changed["place"] = {**where, "words": change(where["words"], scene) or where["words"]}
        return changed

    return Mend(advice.name, advice.applies, mended)


MENDS = tuple(mend_of(advice, advice.change) for advice in ADVICE if advice.change)
