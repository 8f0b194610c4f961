"""What a pack should be beyond what it must be to be read: checked by `city check`, not at each start.

Each problem says where and what to do. A pack with problems works, but some resident will meet them.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from storage.model.city import City
from storage.model.facts import Source
from storage.model.situation import Question, Rule, Situation
from storage.pack.naming import misnamed

FRESH = timedelta(days=365)
"""after that a source has to be looked at again"""
FEWEST_PHRASES = 8
LONGEST_LABEL = 40
"""characters of a button (VK)"""
UNKNOWN = "не знаю"
"""the button that every question has"""
QUESTIONS = range(3, 6)


def problems(city: City, sources: Iterable[Source], today: date) -> list[str]:
    """Everything to mend in a pack that reads."""
    of_rules = (*unreachable(city), *unfileable(city), *unsendable(city), *unmatched(city), *unasked(city))
    of_buttons = (*long_labels(city), *doubled_labels(city))
    found = [*stale(sources, today), *unnamed(city), *of_rules, *unbinding(city), *of_buttons, *thin(city)]
    return list(dict.fromkeys(found))


def stale(sources: Iterable[Source], today: date) -> Iterator[str]:
    """Sources that nobody looked at for a year, or that were looked at in the future."""
    for source in sources:
        if source.checked > today:
            yield f"source «{source.id}»: checked = {source.checked} ещё не наступило; исправьте дату"
        elif today - source.checked > FRESH:
            yield f"source «{source.id}»: проверен {source.checked}, больше года назад; проверьте и обновите checked"


def unnamed(city: City) -> Iterator[str]:
    """Titles against the naming rules, and a name that is used on two levels of the registry."""
    for situation in city.situations.values():
        if not situation.fallback:
            for words in misnamed(situation.title):
                yield f"situation «{situation.id}»: название «{situation.title}»: {words}"
    spheres: dict[str, str] = {}
    for situation in city.situations.values():
        if spheres.setdefault(situation.group, situation.sphere) != situation.sphere:
            yield f"situation «{situation.id}»: группа «{situation.group}» уже есть в другой сфере; назовите иначе"
    for name in sorted({item.sphere for item in city.situations.values()} & spheres.keys()):
        yield f"сфера «{name}» названа как группа; назовите их по-разному"


def unreachable(city: City) -> Iterator[str]:
    """Situations whose body nobody can reach in some territory."""
    for situation in city.situations.values():
        for rule in situation.rules:
            body = city.bodies[rule.body]
            if not body.reachable and not city.portals_for(situation, body):
                where = f" ({', '.join((*rule.land, *rule.districts))})" if rule.land or rule.districts else ""
                yield (
                    f"situation «{situation.id}»{where}: к «{body.name}» нет ни одного надёжного пути; "
                    f"добавьте [[body.contact]] с источником в body «{body.id}»"
                )


def unfileable(city: City) -> Iterator[str]:
    """Bodies that are written to on a portal, with no portal for some situation."""
    for situation in city.situations.values():
        for body in {rule.body: city.bodies[rule.body] for rule in situation.rules}.values():
            if body.submission == "portal" and not city.portals_for(situation, body):
                yield (
                    f"situation «{situation.id}»: в «{body.name}» подают через портал, но ни один портал эту ситуацию "
                    f"не принимает; добавьте portals в body «{body.id}»"
                )


def unsendable(city: City) -> Iterator[str]:
    """Bodies that are written to by Open311, with no server, no service for some situation, or all too open."""
    taking = {body.id: body for body in city.bodies.values() if body.submission == "open311"}
    if city.open311 is None:
        for body in taking.values():
            yield f"body «{body.id}»: submission = «open311», а сервера нет; добавьте [open311] в city.toml"
        return
    for situation in city.situations.values():
        for body in {rule.body: taking[rule.body] for rule in situation.rules if rule.body in taking}.values():
            where = f"situation «{situation.id}»: в «{body.name}» передают по Open311"
            if not situation.service_with(body):
                yield f"{where}, но кода услуги нет; добавьте open311 в ситуацию или в body «{body.id}»"
            elif situation.private and city.open311.publishes:
                yield (
                    f"{where}, а сервер всё публикует; личное передаст модератор. "
                    "Если сервер не публикует, напишите publishes = false в [open311]"
                )


def unmatched(city: City) -> Iterator[str]:
    """Rules that never come to their turn."""
    districts = [*(district.id for district in city.districts), None]
    for situation in city.situations.values():
        lands = [*city.lands, None]
        places = [(land, district) for land in lands for district in districts]
        reached = {id(situation.rule_for(*place)) for place in places}
        for number, rule in enumerate(situation.rules, 1):
            if id(rule) not in reached:
                where = f"situation «{situation.id}»: правило № {number} ({told(rule)})"
                yield f"{where} никогда не сработает; поднимите его выше"


def unasked(city: City) -> Iterator[str]:
    """Rules about a single kind of land: nobody is asked which land it is, so they never come to their turn."""
    for situation in city.situations.values():
        if len(situation.lands) == 1:
            where = f"situation «{situation.id}»: в правилах назван только один вид земли «{situation.lands[0]}»"
            yield f"{where}, и бот о нём не спросит; назовите второй или уберите land"


def unbinding(city: City) -> Iterator[str]:
    """Norms and terms for kinds of land that the rules do not tell apart: no appeal ever has them."""
    for situation in city.situations.values():
        offered = situation.lands if len(situation.lands) > 1 else ()
        limited = [(f"норма «{norm.words}»", norm.land) for norm in situation.norms_by_land]
        limited += [(f"срок «{term.words}»", term.land) for term in situation.terms_by_land]
        for what, lands in limited:
            if unreached := [land for land in lands if land not in offered]:
                where = f"situation «{situation.id}»: {what}: land «{', '.join(unreached)}»"
                yield f"{where} в правилах нет, и её не выберут; исправьте или добавьте правило"


def questions_of(city: City) -> Iterator[tuple[str, Question]]:
    """Every question of a pack with where it stands."""
    for question in city.questions:
        yield f"question «{question.id}»", question
    for situation in city.situations.values():
        for question in situation.questions:
            yield f"situation «{situation.id}»: question «{question.id}»", question


def doubled_labels(city: City) -> Iterator[str]:
    """Buttons that the bot adds itself."""
    for where, question in questions_of(city):
        for label in question.choices:
            if label.strip(" .").lower() == UNKNOWN:
                yield f"{where}: кнопку «{label}» бот добавляет сам; уберите её из choices"


def long_labels(city: City) -> Iterator[str]:
    """Buttons that messengers would cut."""
    labels = [(f"land «{land.id}»", land.label) for land in city.lands.values()]
    for where, question in questions_of(city):
        labels += [(where, label) for label in question.choices]
    for distinction in city.distinctions:
        labels += [(f"distinction «{distinction.id}»", option.label) for option in distinction.options]
    for where, label in labels:
        if len(label) > LONGEST_LABEL:
            yield f"{where}: кнопка «{label}» длиннее {LONGEST_LABEL} знаков; сократите"


def told(rule: Rule) -> str:
    """A rule in short."""
    return ", ".join((*rule.land, *rule.districts)) or rule.body


def thin(city: City) -> Iterator[str]:
    """Situations that say too little to be found or to be written about."""
    for situation in city.situations.values():
        where = f"situation «{situation.id}»"
        if (count := len(situation.recognition.phrases)) < FEWEST_PHRASES:
            yield f"{where}: обиходных фраз {count}; напишите не меньше {FEWEST_PHRASES}, как говорят люди"
        if len(situation.questions) not in QUESTIONS:
            yield f"{where}: вопросов {len(situation.questions)}; нужно от 3 до 5"
        yield from incomplete(where, situation)


def incomplete(where: str, situation: Situation) -> Iterator[str]:
    """What the registry wants to know of every situation."""
    passport = situation.passport
    named = {"start": passport.start, "result": passport.result, "goal": passport.goal, "curator": passport.curator}
    for key, value in named.items():
        if not value:
            yield f"{where}: нет «{key}»; без него паспорт ситуации неполон"
    for key, present in (
        ("services", situation.services),
        ("ladder", situation.ladder),
        ("evidence", situation.evidence),
    ):
        if not present:
            yield f"{where}: нет «{key}»; добавьте"
