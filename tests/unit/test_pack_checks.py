"""What `city check` finds in a pack that reads, the naming rules, and a new city that has nothing to mend."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.model.city import City, Operator
from storage.model.facts import Body, Confidence, Contact, Open311, Portal, Source
from storage.model.situation import Norm, Passport, Question, Recognition, Rule, Service, Situation, Term
from storage.model.territory import District, Land, Point
from storage.pack.checks import problems
from storage.pack.layers import CITIES, gathered
from storage.pack.naming import misnamed
from storage.pack.reading import Reading, read_pack
from storage.pack.skeleton import new_city
from storage.pack.table import BrokenPack

TODAY = date(2026, 11, 21)
SOURCE = Source("S1", "https://example.org/contacts", "Телефоны", TODAY)
WAY = Contact("link", "https://example.org/warden", "приёмная", SOURCE, Confidence.HIGH)
WARDEN = Body("warden", "Управа", "управу", "municipal", "operator", (WAY,))
ELDERS = Body("elders", "Старосты", "старост", "municipal", "paper", (WAY,))
LITTER = Situation(
    id="litter",
    sphere="Двор",
    group="Чистота",
    title="Уборка скорлупы",
    hint="Скорлупа от орехов.",
    kind="заявление",
    requests=("убрать скорлупу",),
    norms=("указ о чистоте",),
    evidence=("Снимок двора.",),
    questions=tuple(Question(id, f"{id}?") for id in ("since", "where", "who")),
    rules=(
        Rule("elders", "Двор убирают старосты.", ("yard",)),
        Rule("warden", "Улицу убирает управа.", ("street",)),
        Rule("warden", "Остальное убирает управа."),
    ),
    term=Term("три дня", "указ о чистоте", SOURCE, Confidence.HIGH),
    recognition=Recognition(tuple(f"белка насорила {number}" for number in range(8)), {"sure": ("двор @shell",)}),
    passport=Passport(start="Двор не убрали.", result="Двор чист.", goal="Во дворе приятно.", curator="warden"),
    services=("sweeping",),
    ladder="house",
)


def town(*situations: Situation, **changes: Any) -> City:
    """An invented city that has nothing to mend, or one with these situations and changes."""
    whole = City(
        id="lukomorye",
        name="Лукоморье",
        name_in="в Лукоморье",
        zone=UTC,
        zone_name="UTC",
        operator=Operator("Кот учёный", "Зелёный дуб", "cat@example.org", 1),
        general=(WAY,),
        districts=(District("north", "Северный", "Северного", "Северном", Point(60.0, 30.0)),),
        bodies={body.id: body for body in (WARDEN, ELDERS)},
        situations={situation.id: situation for situation in situations or (LITTER,)},
        lands={id: Land(id, id, "Дорожка у терема.") for id in ("yard", "street")},
        dangers=(),
        holidays=frozenset(),
        services={"sweeping": Service("sweeping", "Подметание двора", "warden")},
        concepts={"shell": ("скорлупа", "шелуха")},
    )
    return replace(whole, **changes)


def found_in(*situations: Situation, **changes: Any) -> list[str]:
    """The problems of an invented city."""
    return problems(town(*situations, **changes), [SOURCE], TODAY)


def test_a_whole_pack_has_no_problems() -> None:
    assert found_in() == []


# sources


@pytest.mark.parametrize(
    ("checked", "told"),
    [
        (TODAY, ""),
        (TODAY - timedelta(days=365), ""),
        (
            TODAY - timedelta(days=366),
            "source «S1»: проверен 2025-11-20, больше года назад; проверьте и обновите checked",
        ),
        (TODAY + timedelta(days=1), "source «S1»: checked = 2026-11-22 ещё не наступило; исправьте дату"),
    ],
)
def test_a_source_nobody_looked_at_for_a_year_or_yet_is_told(checked: date, told: str) -> None:
    assert problems(town(), [replace(SOURCE, checked=checked)], TODAY) == ([told] if told else [])


# names


def test_a_title_against_the_rules_is_told_with_the_situation() -> None:
    found = found_in(replace(LITTER, title="Скорлупа"))
    assert found[0] == "situation «litter»: название «Скорлупа»: слов 1; нужно от двух до пяти"
    assert len(found) == 2


def test_the_situation_for_whatever_fits_no_other_may_be_called_as_one_likes() -> None:
    assert found_in(replace(LITTER, title="Другое", fallback=True)) == []


def test_a_group_in_two_spheres_is_told() -> None:
    other = replace(LITTER, id="nuts", title="Уборка орехов", sphere="Лес")
    told = "situation «nuts»: группа «Чистота» уже есть в другой сфере; назовите иначе"
    assert found_in(LITTER, other) == [told]
    assert found_in(LITTER, replace(other, group="Орехи")) == []


def test_a_sphere_called_like_a_group_is_told() -> None:
    found = found_in(replace(LITTER, group="Двор"))
    assert found == ["сфера «Двор» названа как группа; назовите их по-разному"]


@pytest.mark.parametrize(
    "title",
    [
        "Устранение ямы на дороге",
        "Уборка снега во дворе",
        "Ремонт тротуара",
        "Запуск лифта",
        "Вывоз мусора с площадки",
        "Контроль капитального ремонта",
        "Работа управляющей организации",
        "Помощь с бездомными животными",
        "Упорядочение парковки во дворе",
    ],
)
def test_a_good_title_is_let_be(title: str) -> None:
    assert list(misnamed(title)) == []


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("", "слов 0; нужно от двух до пяти"),
        ("Ремонт", "слов 1; нужно от двух до пяти"),
        ("Ремонт очень старой и кривой дороги", "слов 6; нужно от двух до пяти"),
        ("Яма посреди дороги", "начните с отглагольного существительного: «Ремонт…», «Уборка…», «Устранение…»"),
        ("Отремонтировать дорогу", "начните с отглагольного существительного: «Ремонт…», «Уборка…», «Устранение…»"),
        ("Ремонт дома по ЖКХ", "сокращение «ЖКХ»; напишите полностью"),
        ("Ремонт дороги на ул. Садовой", "сокращение «ул.»; напишите полностью"),
        ("Уборка двора и помойка", "просторечие «помойка»; найдите обычное слово"),
        ("Ремонт лифта для инвалидов", "«инвалидов» называет группу людей; назовите дело, а не того, кому оно нужно"),
        ("Помощь пенсионерам", "«пенсионерам» называет группу людей; назовите дело, а не того, кому оно нужно"),
        ("Поддержка молодёжи", "«молодёжи» называет группу людей; назовите дело, а не того, кому оно нужно"),
    ],
)
def test_a_title_against_a_rule_is_told_with_its_remedy(title: str, told: str) -> None:
    assert list(misnamed(title)) == [told]


def test_every_rule_that_a_title_breaks_is_told() -> None:
    assert len(list(misnamed("Новая помойка УК для студентов и ветеранов города"))) == 6


# bodies


def test_a_body_nobody_can_reach_is_told_with_what_to_add() -> None:
    told = (
        "situation «litter» (yard): к «Старосты» нет ни одного надёжного пути; "
        "добавьте [[body.contact]] с источником в body «elders»"
    )
    unsure = replace(WAY, confidence=Confidence.LOW)
    for ways in ((), (unsure,)):
        assert found_in(bodies={"warden": WARDEN, "elders": replace(ELDERS, contacts=ways)}) == [told]


def test_a_body_that_is_another_one_for_everybody_is_reached_by_what_says_where_to_find_it() -> None:
    elders = replace(ELDERS, contacts=(), find="контакты старост висят на дубе")
    assert found_in(bodies={"warden": WARDEN, "elders": elders}) == []


OAK = Portal("oak", "Наш дуб", "report", WAY, ("Подойдите к дубу.",), listed=True)


def test_a_body_is_reached_by_a_portal_that_takes_the_situation_too() -> None:
    bodies = {"warden": WARDEN, "elders": replace(ELDERS, contacts=())}
    oak = {"oak": OAK}
    assert found_in(replace(LITTER, portal=True), bodies=bodies, portals=oak) == []
    assert len(found_in(replace(LITTER, portal=True), bodies=bodies)) == 1
    assert len(found_in(LITTER, bodies=bodies, portals=oak)) == 1


def test_a_body_that_is_written_to_on_a_portal_needs_one_for_every_situation() -> None:
    bodies = {"warden": WARDEN, "elders": replace(ELDERS, submission="portal")}
    told = (
        "situation «litter»: в «Старосты» подают через портал, но ни один портал эту ситуацию не принимает; "
        "добавьте portals в body «elders»"
    )
    assert found_in(bodies=bodies, portals={"oak": OAK}) == [told]
    assert found_in(replace(LITTER, portal=True), bodies=bodies, portals={"oak": OAK}) == []
    usual = {"warden": WARDEN, "elders": replace(ELDERS, submission="portal", portals=("oak",))}
    assert found_in(bodies=usual, portals={"oak": replace(OAK, listed=False)}) == []


SERVER = Open311("https://city.example/v2")
TAKING = {"warden": WARDEN, "elders": replace(ELDERS, submission="open311")}


def test_a_body_that_is_written_to_by_open311_needs_a_server() -> None:
    told = "body «elders»: submission = «open311», а сервера нет; добавьте [open311] в city.toml"
    assert found_in(bodies=TAKING) == [told]
    assert found_in(open311=SERVER) == []


def test_a_body_that_is_written_to_by_open311_needs_a_service_for_every_situation() -> None:
    told = (
        "situation «litter»: в «Старосты» передают по Open311, но кода услуги нет; "
        "добавьте open311 в ситуацию или в body «elders»"
    )
    assert found_in(bodies=TAKING, open311=SERVER) == [told]
    assert found_in(replace(LITTER, open311="001"), bodies=TAKING, open311=SERVER) == []
    usual = {**TAKING, "elders": replace(TAKING["elders"], open311="002")}
    assert found_in(bodies=usual, open311=SERVER) == []
    assert LITTER.service_with(usual["elders"]) == "002"
    assert replace(LITTER, open311="001").service_with(usual["elders"]) == "001"


def test_what_is_private_is_not_handed_over_to_where_everybody_reads_it() -> None:
    private = replace(LITTER, open311="001", private=True)
    (told,) = found_in(private, bodies=TAKING, open311=SERVER)
    assert told.startswith("situation «litter»: в «Старосты» передают по Open311, а сервер всё публикует; личное ")
    assert found_in(private, bodies=TAKING, open311=replace(SERVER, publishes=False)) == []


# rules


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ([("elders", (), ()), ("warden", (), ())], "№ 2 (warden)"),
        ([("elders", ("yard",), ()), ("warden", ("yard",), ("north",)), ("warden", (), ())], "№ 2 (yard, north)"),
        ([("elders", (), ("north",)), ("warden", ("yard",), ("north",)), ("warden", (), ())], "№ 2 (yard, north)"),
        ([("elders", ("yard",), ("north",)), ("warden", ("yard",), ()), ("warden", (), ())], ""),
        ([("elders", ("yard",), ()), ("warden", ("street", "yard"), ()), ("warden", (), ())], ""),
        ([("elders", ("yard", "street"), ()), ("warden", ("street",), ()), ("warden", (), ())], "№ 2 (street)"),
    ],
)
def test_a_rule_that_never_comes_to_its_turn_is_told(
    rules: Sequence[tuple[str, tuple[str, ...], tuple[str, ...]]], told: str
) -> None:
    written = tuple(Rule(body, ".", land, districts) for body, land, districts in rules)
    line = f"situation «litter»: правило {told} никогда не сработает; поднимите его выше"
    found = [problem for problem in found_in(replace(LITTER, rules=written)) if "не сработает" in problem]
    assert found == ([line] if told else [])


def test_a_rule_about_the_only_kind_of_land_that_is_named_is_told() -> None:
    told = (
        "situation «litter»: в правилах назван только один вид земли «yard», и бот о нём не спросит; "
        "назовите второй или уберите land"
    )
    assert found_in(replace(LITTER, rules=(LITTER.rules[0], LITTER.rules[2]))) == [told]
    assert found_in(replace(LITTER, rules=LITTER.rules[2:])) == []


def test_a_norm_or_a_term_for_a_kind_of_land_that_nobody_chooses_is_told() -> None:
    norm, term = Norm("указа о лесах", ("yard", "wood")), Term("день", "-", SOURCE, Confidence.HIGH, ("wood",))
    told = "land «wood» в правилах нет, и её не выберут; исправьте или добавьте правило"
    assert found_in(replace(LITTER, norms_by_land=(norm,), terms_by_land=(term,))) == [
        f"situation «litter»: норма «указа о лесах»: {told}",
        f"situation «litter»: срок «день»: {told}",
    ]
    assert found_in(replace(LITTER, norms_by_land=(replace(norm, land=("yard", "street")),))) == []
    alone = found_in(replace(LITTER, rules=LITTER.rules[2:], norms_by_land=(replace(norm, land=("yard",)),)))
    assert alone == [f"situation «litter»: норма «указа о лесах»: {told.replace('wood', 'yard')}"]


@pytest.mark.parametrize("label", ["Не знаю", "не знаю.", "Не знаю "])
def test_a_button_that_the_bot_adds_itself_is_told(label: str) -> None:
    asked = replace(LITTER.questions[0], choices=("Сегодня", label))
    told = f"question «since»: кнопку «{label}» бот добавляет сам; уберите её из choices"
    assert found_in(replace(LITTER, questions=(asked, *LITTER.questions[1:]))) == [f"situation «litter»: {told}"]
    assert found_in(questions=(asked,)) == [told]
    seen = replace(asked, choices=("Не видно", "Не знаю точно"))
    assert found_in(replace(LITTER, questions=(seen, *LITTER.questions[1:]))) == []


# what is said of a situation


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"recognition": Recognition(("белка",) * 7)},
         "обиходных фраз 7; напишите не меньше 8, как говорят люди"),
        ({"questions": LITTER.questions[:2]}, "вопросов 2; нужно от 3 до 5"),
        ({"questions": LITTER.questions * 2}, "вопросов 6; нужно от 3 до 5"),
        ({"passport": replace(LITTER.passport, start="")}, "нет «start»; без него паспорт ситуации неполон"),
        ({"passport": replace(LITTER.passport, result="")}, "нет «result»; без него паспорт ситуации неполон"),
        ({"passport": replace(LITTER.passport, goal="")}, "нет «goal»; без него паспорт ситуации неполон"),
        ({"passport": replace(LITTER.passport, curator="")}, "нет «curator»; без него паспорт ситуации неполон"),
        ({"services": ()}, "нет «services»; добавьте"),
        ({"ladder": ""}, "нет «ladder»; добавьте"),
        ({"evidence": ()}, "нет «evidence»; добавьте"),
    ],
)  # fmt: skip
def test_a_situation_that_says_too_little_is_told(change: dict[str, Any], told: str) -> None:
    assert found_in(replace(LITTER, **change)) == [f"situation «litter»: {told}"]


def test_the_same_problem_is_told_once() -> None:
    bodies = {"warden": WARDEN, "elders": replace(ELDERS, contacts=())}
    assert len(found_in(replace(LITTER, rules=LITTER.rules[:1] + LITTER.rules), bodies=bodies)) == 1


# the real packs and a new one


def problems_of(folder: Path) -> list[str]:
    """The problems of a pack in a folder."""
    return problems(read_pack(folder), Reading(gathered(folder)).sources.values(), TODAY)


@pytest.mark.parametrize("id", ["saint_petersburg", "krasnoyarsk"])
def test_the_real_packs_have_no_problems(id: str) -> None:
    assert problems_of(CITIES / id) == []


def test_sources_of_the_real_packs_will_have_to_be_looked_at_again() -> None:
    city, sources = read_pack(CITIES / "krasnoyarsk"), Reading(gathered(CITIES / "krasnoyarsk")).sources
    found = problems(city, sources.values(), TODAY + timedelta(days=366))
    assert len(found) == len(sources) > 50
    assert all("больше года назад" in problem for problem in found)


def test_a_new_city_reads_and_has_no_problems(tmp_path: Path) -> None:
    folder = new_city(tmp_path / "cities", "buyan", "Буян", "Asia/Omsk")
    assert folder == tmp_path / "cities" / "buyan"
    city = read_pack(folder)
    assert (city.id, city.name, city.name_in, city.zone_name) == ("buyan", "Буян", "в городе Буян", "Asia/Omsk")
    assert (city.districts, city.okrugs, set(city.portals)) == ((), (), {"solving_together", "gosuslugi"})
    assert set(city.situations) == set(read_pack(CITIES / "saint_petersburg").situations)
    assert problems_of(folder) == []


def test_a_new_city_names_a_body_for_everything_before_it_has_districts(tmp_path: Path) -> None:
    city = read_pack(new_city(tmp_path, "buyan"))
    for situation in city.situations.values():
        for land in (None, *city.lands):
            body, _ = city.body_for(situation, land, None)
            assert "{" not in body.name + body.accusative
            assert "вашего" not in body.name


def test_what_a_new_city_leaves_as_an_example_reads_when_it_is_no_comment_any_more(tmp_path: Path) -> None:
    folder = new_city(tmp_path, "buyan")
    for file, first in (("bodies.toml", "# [[body]]"), ("territories.toml", "# [[d"), ("sources.toml", "# [[s")):
        text = (folder / file).read_text("utf-8")
        before, example = text[: text.index(first)], text[text.index(first) :]
        (folder / file).write_text(before + re.sub("^# ", "", example, flags=re.MULTILINE), "utf-8")
    city = read_pack(folder)
    assert [district.name for district in city.districts] == ["Северный"]
    assert city.bodies["improvement_service"].contacts[0].source.id == "S1"


@pytest.mark.parametrize(
    ("id", "name", "shown"),
    [
        ("buyan", "", "Buyan"),
        ("veliky_ustyug", "", "Veliky Ustyug"),
        ("buyan", 'Остров "Буян"', "Остров Буян"),
        ("buyan", "Буян\\", "Буян"),
        ("buyan", "{id} Буян", "{id} Буян"),
    ],
)
def test_a_new_city_is_called_as_it_is_told_or_by_its_id(tmp_path: Path, id: str, name: str, shown: str) -> None:
    assert read_pack(new_city(tmp_path, id, name)).name == shown


@pytest.mark.parametrize(
    "id", ["", "b", "Buyan", "буян", "1buyan", "_russia", "bu-yan", "bu yan", "../buyan", "buyan/", "buyan\n", "b" * 41]
)
def test_an_id_that_will_not_do_is_refused_with_what_would(tmp_path: Path, id: str) -> None:
    with pytest.raises(BrokenPack) as refused:
        new_city(tmp_path / "cities", id)
    assert refused.value.errors == [f"«{id}» не годится: строчные латинские буквы, цифры и «_», начиная с буквы"]
    assert not (tmp_path / "cities").exists()


def test_the_longest_and_the_shortest_id_will_do(tmp_path: Path) -> None:
    for id in ("b2", "b" * 40):
        assert read_pack(new_city(tmp_path, id)).id == id


def test_a_folder_that_is_there_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "buyan").mkdir()
    with pytest.raises(BrokenPack) as refused:
        new_city(tmp_path, "buyan")
    assert refused.value.errors == [f"{tmp_path / 'buyan'} уже есть; выберите другое имя или правьте его файлы"]
    assert list((tmp_path / "buyan").iterdir()) == []


@pytest.mark.parametrize(("letters", "cut"), [(40, False), (41, True)])
def test_a_button_that_would_be_cut_is_told(letters: int, cut: bool) -> None:
    label = "д" * letters
    lands = {**town().lands, "street": Land("street", label, "Дорожка.")}
    asked = replace(LITTER, questions=(*LITTER.questions[:2], Question("who", "Кто?", (label,))))
    expected = [
        f"land «street»: кнопка «{label}» длиннее 40 знаков; сократите",
        f"situation «litter»: question «who»: кнопка «{label}» длиннее 40 знаков; сократите",
    ]
    assert found_in(asked, lands=lands) == (expected if cut else [])
