"""That the things of a pack name only things that exist, and that ladders lead somewhere."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from storage.model.city import City
from storage.pack.layers import Layers


def check_links(city: City, hidden: Collection[str], layers: Layers) -> None:
    """Add an error for every name that leads nowhere, and for names that are given twice.

    `hidden` are situations this city does not have; `layers` know where each thing stands.
    """
    errors, where = layers.errors, layers.where
    check_situations(city, layers)
    districts = {district.id for district in city.districts}
    for id, service in city.services.items():
        known(errors, where("service", id, "body"), "body", {service.body}, city.bodies)
    for id, body in city.bodies.items():
        known(errors, where("body", id, "portals"), "portals", body.portals, city.portals)
        seen_in = {district for reception in body.receptions for district in reception.districts}
        known(errors, where("body", id, "reception"), "districts", seen_in, districts)
    for okrug in city.okrugs:
        known(errors, where("okrug", okrug.id, "district"), "district", {okrug.district}, districts)
    known(errors, "city.toml", "hide", hidden, layers.entries["situation"])
    check_signs(city, layers)
    for distinction in city.distinctions:
        every = {id for option in distinction.options for id in option.situations} - set(hidden)
        known(errors, where("distinction", distinction.id, "option"), "situations", every, city.situations)
    check_ladders(city, layers)
    unrepeated(layers, "situation", "title", {id: item.title for id, item in city.situations.items()})
    unrepeated(layers, "service", "name", {id: item.name for id, item in city.services.items()})
    unrepeated(layers, "district", "name", {item.id: item.name for item in city.districts})
    if sum(situation.fallback for situation in city.situations.values()) > 1:
        errors.append("situations: «fallback = true» стоит у нескольких ситуаций; оставьте у одной")


def check_situations(city: City, layers: Layers) -> None:
    """What situations name."""
    districts = {district.id for district in city.districts}
    for id, situation in city.situations.items():
        rules = situation.rules
        named: tuple[tuple[str, str, Collection[str], Collection[str]], ...] = (
            ("rule", "body", {rule.body for rule in rules}, city.bodies),
            ("curator", "curator", {situation.passport.curator} - {""}, city.bodies),
            ("rule", "land", {land for rule in rules for land in rule.land}, city.lands),
            ("norm", "land", {land for norm in situation.norms_by_land for land in norm.land}, city.lands),
            ("term", "land", {land for term in situation.terms_by_land for land in term.land}, city.lands),
            ("rule", "districts", {district for rule in rules for district in rule.districts}, districts),
            ("services", "services", situation.services, city.services),
            ("ladder", "ladder", {situation.ladder} - {""}, city.ladders),
        )
        for part, key, names, there in named:
            known(layers.errors, layers.where("situation", id, part), key, names, there)


def check_signs(city: City, layers: Layers) -> None:
    """Signs name known concepts, and concepts hold words, no other concepts."""
    errors = layers.errors
    for name, words in city.concepts.items():
        errors += [f"concepts: «{name}»: «{word}» — понятие; впишите его слова" for word in words if "@" in word]
    told = [(layers.where("talk", kind, "signs"), sign) for kind, signs in city.talk.items() for sign in signs]
    for land in city.lands.values():
        told += [(layers.where("land", land.id, "signs"), sign) for sign in land.signs]
    for id, situation in city.situations.items():
        for weight, signs in situation.recognition.signs.items():
            told += [(layers.where("situation", id, weight), sign) for sign in signs]
    for where, sign in told:
        terms = [term.lstrip("-") for term in sign.split()]
        concepts = {part[1:] for term in terms for part in term.split("|") if part.startswith("@")}
        for name in sorted(concepts - city.concepts.keys()):
            errors.append(f"{where}: признак «{sign}»: понятия «{name}» нет; добавьте его в [concepts]")
        if not all(part.strip("@=*_-") for term in terms for part in term.split("|")):
            errors.append(f"{where}: признак «{sign}»: пустое слово; допишите или уберите его")
        if all(term.startswith("-") for term in sign.split()):
            errors.append(f"{where}: признак «{sign}» состоит из одних запретов; добавьте слово")


def check_ladders(city: City, layers: Layers) -> None:
    """Ladders name known bodies and do not go round in circles."""
    errors = layers.errors
    for ladder in city.ladders.values():
        where = layers.where("ladder", ladder.id, "then")
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


def unrepeated(layers: Layers, kind: str, key: str, names: Mapping[str, str]) -> None:
    """No name is given twice."""
    for name in (name for name, count in Counter(names.values()).items() if count > 1):
        places = "; ".join(layers.where(kind, id, key) for id in names if names[id] == name)
        layers.errors.append(f"{places}: {key} «{name}» один и тот же; названия не повторяются")
