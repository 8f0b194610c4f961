"""That the things of a pack name only things that exist, and that ladders lead somewhere."""

from collections import Counter
from collections.abc import Collection, Iterable

from storage.model.city import City


def check_links(city: City, hidden: Collection[str], every: Collection[str], errors: list[str]) -> None:
    """Add an error for every name that leads nowhere, and for names that are given twice.

    `hidden` are situations this city does not have, `every` is all that the pack and its base know.
    """
    for situation in city.situations.values():
        where = f"situation «{situation.id}»"
        known(errors, where, "body", {rule.body for rule in situation.rules}, city.bodies)
        known(errors, where, "curator", {situation.passport.curator} - {""}, city.bodies)
        known(errors, where, "land", {land for rule in situation.rules for land in rule.land}, city.lands)
        districts = {district for rule in situation.rules for district in rule.districts}
        known(errors, where, "districts", districts, {district.id for district in city.districts})
        known(errors, where, "services", situation.services, city.services)
        known(errors, where, "ladder", {situation.ladder} - {""}, city.ladders)
    for service in city.services.values():
        known(errors, f"service «{service.id}»", "body", {service.body}, city.bodies)
    for okrug in city.okrugs:
        known(errors, f"okrug «{okrug.id}»", "district", {okrug.district}, {item.id for item in city.districts})
    known(errors, "city.toml", "hide", hidden, every)
    check_signs(city, errors)
    for distinction in city.distinctions:
        every = {id for option in distinction.options for id in option.situations}
        known(errors, f"distinction «{distinction.id}»", "situations", every - set(hidden), city.situations)
    check_ladders(city, errors)
    unrepeated(errors, "situation", "title", (item.title for item in city.situations.values()))
    unrepeated(errors, "service", "name", (item.name for item in city.services.values()))
    if sum(situation.fallback for situation in city.situations.values()) > 1:
        errors.append("situations: «fallback = true» стоит у нескольких ситуаций; оставьте у одной")


def check_signs(city: City, errors: list[str]) -> None:
    """Signs name known concepts, and concepts hold words, no other concepts."""
    for name, words in city.concepts.items():
        errors += [f"concepts: «{name}»: «{word}» — понятие; впишите его слова" for word in words if "@" in word]
    told = [(f"talk «{kind}»", sign) for kind, signs in city.talk.items() for sign in signs]
    told += [(f"land «{land.id}»", sign) for land in city.lands.values() for sign in land.signs]
    for situation in city.situations.values():
        signs = (sign for several in situation.recognition.signs.values() for sign in several)
        told += [(f"situation «{situation.id}»", sign) for sign in signs]
    for where, sign in told:
        terms = [term.lstrip("-") for term in sign.split()]
        concepts = {part[1:] for term in terms for part in term.split("|") if part.startswith("@")}
        for name in sorted(concepts - city.concepts.keys()):
            errors.append(f"{where}: признак «{sign}»: понятия «{name}» нет; добавьте его в [concepts]")
        if not all(part.strip("@=*_-") for term in terms for part in term.split("|")):
            errors.append(f"{where}: признак «{sign}»: пустое слово; допишите или уберите его")
        if all(term.startswith("-") for term in sign.split()):
            errors.append(f"{where}: признак «{sign}» состоит из одних запретов; добавьте слово")


def check_ladders(city: City, errors: list[str]) -> None:
    """Ladders name known bodies and do not go round in circles."""
    for ladder in city.ladders.values():
        where = f"ladder «{ladder.id}»"
        known(errors, where, "body", {step.body for step in ladder.steps} - {""}, city.bodies)
        known(errors, where, "then", {ladder.then} - {""}, city.ladders)
        path, here = [ladder.id], ladder.then
        while here in city.ladders and here not in path:
            path.append(here)
            here = city.ladders[here].then
        if here == ladder.id:
            errors.append(f"{where}: «then» ходит по кругу: {' → '.join((*path, here))}; уберите один переход")


def known(errors: list[str], where: str, key: str, named: Iterable[str], there: Collection[str]) -> None:
    """Every name is one of those there are."""
    absent = sorted(set(named) - set(there))
    errors += [f"{where}: {key} «{name}» в пакете нет; добавьте или исправьте" for name in absent]


def unrepeated(errors: list[str], kind: str, key: str, names: Iterable[str]) -> None:
    """No name is given twice."""
    for name, count in Counter(names).items():
        if count > 1:
            errors.append(f"{kind}: {key} «{name}» встречается {count} раза; названия не повторяются")
