"""From everyday words to situations and dangers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding import Vocabulary, dangers_in, suggest, words_of
from storage.model.city import Danger
from storage.model.situation import Situation
from tests.unit.given import city

DANGEROUS = [
    ("Рядом с домом провалился асфальт", "collapse"),
    ("Провал во дворе, земля ушла вниз", "collapse"),
    ("из-под земли идёт пар из люка", "collapse"),
    ("сильный запах газа в подъезде", "gas"),
    ("Пахнет газом!!!", "gas"),
    ("ПАХНЕТ ГАЗОМ НА КУХНЕ", "gas"),
    ("утечка газа на лестнице", "gas"),
    ("на детской площадке оборванный провод", "wires"),
    ("щиток искрит", "wires"),
    ("ударило током от столба", "wires"),
    ("открытый люк на тротуаре", "manhole"),
    ("люк без крышки у школы", "manhole"),
    ("ребёнок упал в люк", "manhole"),
    ("застряли в лифте, помогите", "lift_trapped"),
    ("сидим в лифте уже час", "lift_trapped"),
    ("прорвало трубу в подвале", "house_accident"),
    ("нас заливают соседи сверху", "house_accident"),
    ("вторые сутки без отопления", "house_accident"),
    ("с крыши падают сосульки", "falling"),
    ("дерево накренилось, вот-вот рухнет", "falling"),
    ("стая собак бросается на людей", "dogs"),
    ("собака покусала ребёнка", "dogs"),
    ("на перекрёстке не работает светофор", "traffic_light"),
    ("муж бьёт меня", "violence"),
    ("я не хочу больше жить", "violence"),
    ("в доме пожар", "emergency"),
    ("горит мусорка во дворе", "emergency"),
    ("взрыв в подъезде", "emergency"),
    ("человеку плохо на остановке", "emergency"),
]
HARMLESS = [
    "яма на дороге",
    "огромная яма у дома, колесо пробил",
    "асфальт раздолбали, никто не чинит",
    "плитка шатается на тротуаре",
    "не вывозят мусор третий день",
    "во дворе не горят фонари",
    "лифт не работает",
    "в подъезде грязь",
    "батареи чуть тёплые",
    "снег не убирают во дворе",
    "брошенная машина без колёс",
    "газон вытоптали",
    "газель стоит во дворе третий год",
    "поставьте светофор у школы",
    "покрасьте люк",
    "сделайте площадку для собак",
    "дерево надо подрезать",
    "домофон сломан",
    "разбито окно на лестнице",
    "квитанция за газ пришла дважды",
    "нужна скамейка у подъезда",
    "",
    "Здравствуйте",
]


@pytest.mark.parametrize(("text", "danger"), DANGEROUS)
def test_words_of_danger_are_noticed_and_the_right_one_is_told(text: str, danger: str) -> None:
    assert [found.id for found in dangers_in(text, city())][:1] == [danger]


@pytest.mark.parametrize("text", HARMLESS)
def test_everyday_trouble_is_no_danger(text: str) -> None:
    assert [found.id for found in dangers_in(text, city())] == []


@pytest.mark.parametrize("danger", city().dangers, ids=lambda danger: danger.id)
def test_every_danger_is_noticed_by_each_of_its_phrases(danger: Danger) -> None:
    for phrase in danger.when:
        assert danger in dangers_in(phrase.replace("*", "ую"), city()), phrase


@pytest.mark.parametrize("danger", city().dangers, ids=lambda danger: danger.id)
def test_every_danger_names_a_number_to_call(danger: Danger) -> None:
    numbers = danger.numbers
    assert numbers
    assert all(number.kind == "phone" and number.confidence != "low" for number in numbers)


def test_the_pack_speaks_of_every_danger_of_the_list() -> None:
    assert {danger for _, danger in DANGEROUS} == {danger.id for danger in city().dangers}


@pytest.mark.parametrize("situation", city().situations.values(), ids=lambda situation: situation.id)
def test_everyday_phrases_of_a_situation_suggest_it_first(situation: Situation) -> None:
    phrases = situation.phrases
    right = [phrase for phrase in phrases if [item.situation for item in suggest(phrase, city())][:1] == [situation]]
    assert len(phrases) >= 5
    assert len(right) >= 0.9 * len(phrases), set(phrases) - set(right)


@pytest.mark.parametrize(
    ("text", "situation"),
    [
        ("Рядом с домом провалился асфальт, яма по колено", "ground_collapse"),
        ("На Ленинском огромные ямы, пробил колесо", "road_pothole"),
        ("по тротуару с коляской не пройти, плитка выбита", "sidewalk_damage"),
        ("Лифт третий день стоит, кнопки не нажимаются", "elevator"),
        ("в парадной не моют полы и воняет", "entrance"),
        ("у дома ржавая машина без колёс", "abandoned_car"),
    ],
)
def test_words_nobody_listed_as_a_phrase_suggest_the_right_situation(text: str, situation: str) -> None:
    assert suggest(text, city())[0].situation.id == situation


@pytest.mark.parametrize("text", ["", "Здравствуйте", "синхрофазотрон", "🙂", "12345"])
def test_words_that_speak_for_nothing_suggest_nothing(text: str) -> None:
    assert suggest(text, city()) == ()


@given(
    st.lists(st.sampled_from([phrase for item in city().situations.values() for phrase in item.phrases]), max_size=4)
)
def test_suggestions_are_few_different_and_best_first(phrases: list[str]) -> None:
    found = suggest(" и ".join(phrases), city())
    confidences = [item.confidence for item in found]
    assert len(found) <= 3
    assert len({item.situation.id for item in found}) == len(found)
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 < confidence <= 1 for confidence in confidences)
    assert sum(confidences) <= 1 + 1e-9
    assert bool(found) is bool(phrases)


@given(st.permutations(["пробил", "колесо", "в", "яме", "на", "дороге"]))
def test_the_order_of_words_does_not_matter(words: list[str]) -> None:
    assert suggest(" ".join(words), city()) == suggest("пробил колесо в яме на дороге", city())


@given(
    st.sampled_from([text for text, _ in DANGEROUS]),
    st.sampled_from(["{0}", "{0}.", "«{0}»", "Ой, {0}, скорее", "{0}\n\n"]),
)
def test_signs_and_case_around_words_do_not_hide_a_danger(text: str, shape: str) -> None:
    expected = [danger.id for danger in dangers_in(text, city())]
    for said in (shape.format(text), shape.format(text).upper(), shape.format(text).replace("е", "ё")):
        assert [danger.id for danger in dangers_in(said, city())] == expected


def test_words_are_small_and_yo_is_ye() -> None:
    assert words_of("Ёлка УПАЛА, №5 (у дома-2)!") == ["елка", "упала", "5", "у", "дома", "2"]
    assert words_of("🙂 … —") == []


@pytest.mark.parametrize(
    ("pattern", "text", "there"),
    [
        ("яма", "большая яма", True), ("яма", "ямал", False), ("ям*", "ямами", True), ("ям*", "упрямый", False),
        ("газ", "газета", False), ("", "яма", False),
    ],
)  # fmt: skip
def test_a_word_occurs_whole_and_a_beginning_with_any_ending(pattern: str, text: str, there: bool) -> None:
    assert (pattern in Vocabulary.of([pattern]).found_in(words_of(text))) is there


def test_a_word_that_few_situations_share_weighs_more() -> None:
    one, two, three = list(city().situations.values())[:3]
    pack = replace(
        city(),
        situations={
            "one": replace(one, id="one", phrases=(), words=("общее",)),
            "two": replace(two, id="two", phrases=(), words=("общее",)),
            "three": replace(three, id="three", phrases=(), words=("редкое",)),
        },
    )
    found = suggest("общее редкое", pack)
    assert [item.situation.id for item in found] == ["three", "one", "two"]
    assert found[0].confidence > found[1].confidence == found[2].confidence
