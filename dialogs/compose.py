"""The text of an appeal, from the answers and the city pack."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dialogs.places import in_words, is_named, point_of
from dialogs.speech import Json
from dialogs.texts.words import Texts, cut, lowered, plain
from storage.model.city import City
from storage.model.facts import Body
from storage.model.situation import ROLES, Question, Situation
from storage.model.territory import Point

ENDS = (*".!?…",)
NEXT_SENTENCE = re.compile(r"((?<=\w{4})[.!?…]+\s+)([а-яё])")
"""a small letter after a sentence; what is shorter than four letters may be «ул.» or «т. д.»"""
LONGEST_HEADLINE = 90
LONGEST, LONGEST_REPORT = 1800, 700
"""characters of an appeal that is read to its end, and of what goes into the form of a portal"""
FEWEST_REQUESTS = 2
"""so many are kept as long as there is anything else to leave out"""
SHORT_STORY, LESS_STORY = 300, 50
"""characters a story keeps, and those it loses at a time, before the answers on its dates and consequences go"""
LEADING = (
    "у|во?|на|за|ко?|по|со?|от|до|из|под|над|при|перед|между|через|вдоль|близ|около|возле|напротив|рядом|недалеко"
    "|неподалёку|вокруг|внутри|посреди|посередине|слева|справа|позади|сзади|там|здесь|где"
)
"""with these a place begins that is told, not named: «У выхода из метро»"""
NOUNS = (
    "двор|дворик|дом|здание|корпус|подъезд|вход|выход|крыльцо|лестница|лифт|этаж|подвал|чердак|крыша|фасад|торец|стена"
    "|арка|угол|перекрёсток|пересечение|поворот|съезд|остановка|переход|тротуар|дорога|дорожка|тропинка|обочина|газон"
    "|площадка|стоянка|парковка|гаражи?|забор|участок|пустырь|контейнеры|баки|помойка|свалка|люк|колодец|яма|фонарь"
    "|столб|дерево|сквер|парк|сад|лес|берег|пруд|озеро|река|канал|мост|метро|станция|платформа|вокзал|рынок|магазин"
    "|аптека|школа|детсад|поликлиника|больница|кладбище|территория|пляж"
    "|улица|проспект|переулок|площадь|набережная|шоссе|бульвар|аллея|проезд|тупик"
)
"""common nouns with which a place begins: «Двор дома 5»; a street of a bare name begins with none of them"""
BEHIND = "площадка|остановка|переход|подъезд|вход|выход|этаж|часть|стоянка|парковка|дорожка"
"""the same behind one other word: «Детская площадка»"""
ENCLOSURES = re.compile(r"\n\nПриложение: [^\n]*\Z")
COMMON = re.compile(rf"(?:{LEADING}|{NOUNS})\b|[\w-]+ (?:{BEHIND})\b", re.IGNORECASE)
"""what a place begins with that is no name"""


@dataclass(frozen=True)
class Detail:
    """An answer with what introduces it: «Размер: с ладонь»."""

    label: str
    words: str
    role: str = ""

    @property
    def sentence(self) -> str:
        """«Размер: с ладонь.»"""
        return f"{self.label}: {self.words}{'' if self.words.endswith(ENDS) else '.'}"


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
    additions: tuple[str, ...] = ()
    """what was added before it was filed"""

    @property
    def place_label(self) -> str:
        """How the place is introduced."""
        return self.situation.where.label if self.situation.where else "Место"

    @property
    def headline(self) -> str:
        """Kind, theme and place, as far as they fit into the line of a form: «Заявление: уборка снега, Садовая, 10»."""
        kind = self.situation.kind.capitalize()
        theme = kind if self.situation.fallback else f"{kind}: {lowered(self.situation.title)}"
        whole = f"{theme}, {inside(self.place)}"
        return whole if self.place and len(whole) <= LONGEST_HEADLINE else theme


def facts_of(answers: Mapping[str, Json], situation: Situation, city: City) -> Facts:
    """The facts behind the answers of `file_appeal`."""
    land, district, place = answers.get("land"), answers.get("district"), answers.get("place")
    land = land if land in city.lands else None
    here = [inner.id for inner in city.okrugs if inner.district == district]
    okrug = okrug_of(answers.get("okrug"), here)
    body, why = city.body_for(situation, land, district, okrug)
    where = city.district(district)
    told = where is not None and is_named(where, place["words"] if place and place.get("words") else "")
    asked = {f"details.{question.id}": question for question in (*situation.questions, *city.questions_of(situation))}
    said = [(asked[name], str(words)) for name, words in answers.items() if name in asked and words]
    said.sort(key=lambda item: ("", *ROLES).index(item[0].role))
    return Facts(
        situation.at(land),
        body,
        why,
        land,
        district,
        okrug,
        in_words(place, None if told else district, city),
        point_of(place),
        sentence(answers.get("story") or ""),
        tuple(detail(question, words) for question, words in said),
        len(answers.get("photos") or ()),
        tuple(map(sentence, answers.get("additions") or ())),
    )


def unenclosed(text: str) -> str:
    """A text without its last line on enclosures, for where they do not go along."""
    return ENCLOSURES.sub("", text)


def inside(place: str) -> str:
    """A place in the middle of a line: «у выхода из метро», «двор дома 5»; a street's bare name keeps its capital."""
    return lowered(place) if COMMON.match(place) else place


def sentence(words: str) -> str:
    """A telling in sentences: each begins with a capital letter, the last ends with a mark; the words are as told."""
    told = NEXT_SENTENCE.sub(lambda match: match[1] + match[2].upper(), words.strip())
    return f"{told[:1].upper()}{told[1:]}{'' if told[-1:] in ENDS else '.'}" if told else ""


def okrug_of(chosen: Json, here: Sequence[str]) -> str | None:
    """The municipality that was chosen, or the only one of the district."""
    if chosen in here:
        return str(chosen)
    return here[0] if len(here) == 1 else None


def detail(question: Question, words: str) -> Detail:
    """An answer inside a line: our own words begin small there, what people typed stays as it is."""
    return Detail(question.label, lowered(words) if words in question.choices else words, question.role)


def compose(facts: Facts, texts: Texts) -> str:
    """The finished text, plain: addressee, what and where, since when, whom it harms, earlier steps, requests.

    Of what makes it longer than LONGEST the least needed is left out first.
    """
    return fitted("appeal.text", LONGEST, facts, texts)


def report(facts: Facts, texts: Texts) -> str:
    """The same in one paragraph of LONGEST_REPORT characters, for the form of a portal, which asks the rest itself."""
    return fitted("appeal.report", LONGEST_REPORT, facts, texts)


def fitted(block: str, limit: int, facts: Facts, texts: Texts) -> str:
    """A text that is no longer than `limit`."""
    while len(text := plain(texts.say(block, facts=facts, demands=demands(facts, texts)))) > limit:
        if (less := shorter(facts)) is None:
            break
        facts = less
    return cut(text, limit - 1)


def demands(facts: Facts, texts: Texts) -> str:
    """What the requests begin with: «Прошу проверить соблюдение … и:»."""
    return plain(texts.say("appeal.demands", facts=facts))


def shorter(facts: Facts) -> Facts | None:
    """Less an answer that no appeal needs, else a request, a piece of the story, any answer; None if all is needed."""
    usual = [detail for detail in facts.details if not detail.role]
    requests = len(facts.situation.requests)
    if usual:
        return less_said(facts, usual[-1])
    if requests > FEWEST_REQUESTS:
        return less_asked(facts)
    if len(facts.story) > SHORT_STORY:
        return replace(facts, story=cut(facts.story, max(len(facts.story) - LESS_STORY, SHORT_STORY - 1)))
    if facts.details:
        return less_said(facts, facts.details[-1])
    return less_asked(facts) if requests > 1 else None


def less_said(facts: Facts, gone: Detail) -> Facts:
    """Without one answer."""
    return replace(facts, details=tuple(detail for detail in facts.details if detail is not gone))


def less_asked(facts: Facts) -> Facts:
    """Without the last request."""
    return replace(facts, situation=replace(facts.situation, requests=facts.situation.requests[:-1]))
