"""The ten points of a good appeal, each a question that a text can fail."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dialogs.advice import CONTACTS, FLAT
from dialogs.compose import Facts
from dialogs.texts.words import MONTHS
from dialogs.understanding.talk import talk_of
from dialogs.understanding.words import MORPHOLOGY, read, words_of
from storage.model.city import SUGGESTION
from storage.model.situation import Situation
from tests.unit.given import city

MOST_REQUESTS = 4
FEWEST_WORDS = 4
"""of a story that tells a fact"""
VERB_WITHIN = 3
"""words of a request: «до ремонта сделать …»"""
MONTH = "|".join((*MONTHS, "январь", "февраль", "март", "апрель", "май", "июнь",
                  "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"))  # fmt: skip
DATE = re.compile(rf"\b\d{{1,2}} (?:{MONTH})\b|\b(?:{MONTH}|зимы|весны|лета|осени) (?:19|20)\d\d|\b\d{{1,2}}\.\d\d\b")
POINT = "точка на карте"
LANDMARK = re.compile(
    r"\b(?:(?:у|за|от|между|рядом с) \w|около|возле|напротив|угол|торец|вход|во? двор[еау]|двор\b|дорожк|переход"
    r"|площадк|вестибюл|подъезд|парадн|этаж|подвал|стояк|поликлиник|магазин|школ|остановк)",
    re.IGNORECASE,
)
HARM = re.compile(
    r"упал|пада|опасн|страшно|боимся|бо[яи]тся|пострада|разби|ранил|поврежд|отвал|испорт|опозда|болеет|спотык"
    r"|не пройти|не проехать|не спим|нечем дышать|\bдет(?:и|ей|ям)\b|пожил"
)
UNHARMED = ("нет", "пока н", "никому", "никуда", "все проезжают")
"""how answers begin that tell of no harm"""
TURNED = re.compile(r"обраща(?:л|ем)|звонил|\bписал|жаловал|заявк", re.IGNORECASE)
REQUEST = re.compile(r"^\d\) (.+)[;.]$", re.MULTILINE)
ANSWERS = ("сообщить", "назвать", "ответить", "объяснить", "составить", "сказать", "указать", "прислать")
"""what leaves something to be checked"""
PROOF = re.compile(
    r"№ ?\d|(?:номера?|заявка|КУСП|борт) ?\d|\d ?(?:°|градус)|\bакт\w* от|протокол|квитанц|чек\w*\b", re.I
)
NORM = re.compile(
    r"ГОСТ|СанПиН|СНиП|\bФЗ\b|Правил\b|\bст(?:ать[а-я]+|\.) ?\d|\bп(?:ункт[а-я]*|\.) ?\d"
    r"|(?:закон|постановлени|приказ)[а-я]* [^.\n]{0,60}№"
)
LOUD = re.compile(r"\b[А-ЯЁ]{6,}\b|\b[А-ЯЁ]{3,} [А-ЯЁ]{3,}\b")


@dataclass(frozen=True)
class Written:
    """An appeal to be judged: what it is made of, and its text."""

    facts: Facts
    text: str

    @property
    def told(self) -> str:
        """What stands between the heading and the requests: the resident's own."""
        return "\n\n".join(self.text.partition("\nПрошу")[0].split("\n\n")[2:])

    @property
    def situation(self) -> Situation:
        """The situation as the pack has it."""
        return city().situations[self.facts.situation.id]

    @property
    def story(self) -> str:
        """What happened, in the resident's words."""
        return self.told.partition("\n")[0]

    def said(self, *roles: str) -> list[str]:
        """The answers of these roles that stand in the text."""
        found = [detail for detail in self.facts.details if detail.role in roles]
        return [detail.words for detail in found if f"{detail.label}: {detail.words}" in self.told]

    def asks(self, role: str) -> bool:
        """Whether the resident is asked for such an answer."""
        return any(question.role == role for question in city().questions_of(self.situation))


Check = Callable[[Written], bool]


def has_place(written: Written) -> bool:
    """An address with a number, and a landmark; or a point on the map."""
    label = f"{written.facts.place_label}: "
    named = next((line.removeprefix(label) for line in written.told.splitlines() if line.startswith(label)), "")
    return POINT in named or (any(sign.isdigit() for sign in named) and LANDMARK.search(named) is not None)


def has_fact(written: Written) -> bool:
    """What happened in a few words, and one observation besides."""
    return len(words_of(written.story)) >= FEWEST_WORDS and bool(written.said(""))


def has_date(written: Written) -> bool:
    """A real date or the month of a period, not only of an earlier step if it was asked for; a suggestion has none."""
    if written.situation.kind == SUGGESTION:
        return True
    roles = ("", "since", "harm") if written.asks("since") else ("", "harm", "earlier")
    return any(map(DATE.search, (written.story, *written.said(*roles))))


def has_consequence(written: Written) -> bool:
    """Whom or what it harms; of what is private nobody is asked."""
    harmed = [words for words in written.said("harm") if not words.lower().startswith(UNHARMED)]
    seen = " ".join((written.story, *written.said("", "since"))).lower()
    return written.situation.private or bool(harmed) or HARM.search(seen) is not None


def has_earlier_steps(written: Written) -> bool:
    """Where they turned before, or that they did not."""
    return bool(written.said("earlier")) or TURNED.search(written.story) is not None


def has_requests(written: Written) -> bool:
    """One to four actions with a verb, one of them an answer that can be checked."""
    asked = [words_of(request) for request in REQUEST.findall(written.text)]
    told_back = any(verb in request for request in asked for verb in ANSWERS)
    return 1 <= len(asked) <= MOST_REQUESTS and told_back and all(map(is_order, asked))


def is_order(request: list[str]) -> bool:
    """Whether a request begins with what is to be done."""
    return any("INFN" in MORPHOLOGY.analyzer.parse(word)[0].tag for word in request[:VERB_WITHIN])


def has_addressee(written: Written) -> bool:
    """The body that the pack's rule names for this land and district, in the accusative."""
    facts = written.facts
    body, _why = city().body_for(written.situation, facts.land, facts.district, facts.okrug)
    return written.text.partition("\n")[0] == f"В {body.accusative}" and in_accusative(body.accusative)


def in_accusative(name: str) -> bool:
    """Whether a name stands in the accusative, with the place filled in; a name in quotes has no cases."""
    if name.startswith("«"):
        return True
    return "вашего" not in name and any("accs" in one.tag for one in MORPHOLOGY.analyzer.parse(words_of(name)[0]))


def has_evidence(written: Written) -> bool:
    """Photos, or the number of a report, a measured value, a document; or the situation needs none."""
    shown = written.facts.photos > 0 and "\nПриложение: " in written.text
    return shown or not written.situation.evidence or PROOF.search(written.told) is not None


def has_known_norms(written: Written) -> bool:
    """No norms but those that bind on this kind of land."""
    text = written.text
    for known in (*written.facts.situation.norms, *written.situation.requests):
        text = text.replace(known, "")
    return NORM.search(text) is None


def has_good_tone(written: Written) -> bool:
    """No shouting, no insults, no flats, telephones or addresses of mail."""
    rude = bool(talk_of(city(), "insult").found_in(read(written.told)))
    unwanted = (LOUD, FLAT, CONTACTS)
    return not rude and "!" not in written.text and not any(mark.search(written.told) for mark in unwanted)


CHECKS: Mapping[str, Check] = {
    "адрес и ориентир": has_place,
    "факт": has_fact,
    "дата": has_date,
    "последствие": has_consequence,
    "прежние шаги": has_earlier_steps,
    "просьба": has_requests,
    "адресат": has_addressee,
    "доказательства": has_evidence,
    "норма": has_known_norms,
    "тон": has_good_tone,
}


def lost(written: Written) -> list[str]:
    """The points that a text does not get."""
    return [name for name, check in CHECKS.items() if not check(written)]


def score(written: Written) -> int:
    """From 0 to 10."""
    return len(CHECKS) - len(lost(written))
