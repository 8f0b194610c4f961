"""From everyday words to situations and dangers: words, signs, examples, their ranking, talk, several problems."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.theme import situation_of, which_problem
from dialogs.understanding.dangers import Vocabulary, dangers_in
from dialogs.understanding.index import (
    EACH_FURTHER,
    LEARNT,
    NOTHING_KNOWN,
    WEIGHTS,
    Index,
    Suggestion,
    explained,
    index_of,
    suggest,
)
from dialogs.understanding.problems import problems_in
from dialogs.understanding.signs import LANDMARK
from dialogs.understanding.talk import talk_in
from dialogs.understanding.unsure import CLEAR as SURE_ENOUGH
from dialogs.understanding.unsure import POSSIBLE, question_for
from dialogs.understanding.words import LONGEST, Spelling, folded, forms, read, readable, words_of
from storage.model.city import City, Danger
from storage.model.situation import Distinction, Example, Option, Recognition, Situation
from tests.unit.given import city, scene

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
CLEAR = [
    ("Проезжая часть проспекта в выбоинах, погнула диск на колесе", "road_pothole"),
    ("Возле арки асфальт ушёл вниз и дыра растёт с каждым дождём", "ground_collapse"),
    ("Тротуарная плитка вздыбилась, бабушка споткнулась", "sidewalk_damage"),
    ("Бордюр у зебры высокий, с коляской не заехать", "kerb_access"),
    ("Трассу замело, снегоуборочных машин не видно", "road_snow"),
    ("Светофор у рынка мигает жёлтым вторую неделю", "traffic_light_sign"),
    ("Сделайте лежачий полицейский возле нашей гимназии", "traffic_org"),
    ("Соседи паркуют машины на газоне, парковка забита", "parking"),
    ("Ржавая «Волга» без номеров гниёт у гаражей лет пять", "abandoned_car"),
    ("Автобус 15 ходит раз в час, а водитель хамит", "bus"),
    ("На остановке выбили стекло и сломали скамейку", "bus_stop"),
    ("В метро не работает эскалатор", "metro"),
    ("Во дворе разбит асфальт, одни ямы между домами", "yard_asphalt"),
    ("Двор по колено в снегу, дворника не было с пятницы", "yard_snow"),
    ("С карниза свисают огромные сосульки", "icicles"),
    ("Весь двор в окурках и пакетах, никто не метёт", "litter_yard"),
    ("Контейнеры переполнены, мусоровоз не приезжал неделю", "waste_containers"),
    ("Хотим раздельный сбор: куда сдавать пластик и стекло", "separate_waste"),
    ("В лесу у станции свалка строительного мусора", "illegal_dump"),
    ("Сухой тополь наклонился над детской горкой", "tree_danger"),
    ("Трава на газоне выше колена, её не косят", "green_area"),
    ("На детской площадке сломаны качели", "playground"),
    ("Нет места выгуливать собак, сделайте огороженную площадку", "dog_area"),
    ("Стая бродячих псов живёт у школы", "stray_animals"),
    ("Весь фасад изрисован граффити", "graffiti"),
    ("У метро незаконно торгуют овощами с ящиков, лоток на проходе", "illegal_trade"),
    ("На нашей улице не горит ни один фонарь", "street_light"),
    ("У подъезда открытый люк без крышки", "manhole"),
    ("После ливня стоит огромная лужа, ливнёвка забита", "puddle_storm"),
    ("Выкопали траншею под трубы и бросили, асфальт не вернули", "digging"),
    ("Крыша протекает, на потолке мокрое пятно", "roof_leak"),
    ("Батареи ледяные, в комнате четырнадцать градусов", "heating"),
    ("Из горячего крана течёт холодная вода", "hot_water"),
    ("Из крана не идёт холодная вода, весь дом сидит без неё", "cold_water"),
    ("Канализация забилась, нечистоты в подвале", "sewer"),
    ("Труба в подвале капает, стояк прогнил", "pipe_leak"),
    ("Лифт застревает и не закрывает двери", "elevator"),
    ("В парадной не моют лестницу, плафоны разбиты", "entrance"),
    ("Из подвала лезут крысы и тараканы", "basement_pest"),
    ("В квитанции за отопление сумма вдвое больше прежней", "housing_bills"),
    ("Управляющая компания третий месяц не отвечает на заявления", "uk_problem"),
    ("Соседи сверху ночью громко включают музыку", "noise"),
    ("Рядом с домом незаконно строят высотку без разрешения", "illegal_construction"),
    ("Не могу записаться к врачу, талонов нет", "clinic"),
    ("Ребёнку не дали место в детском саду", "school_kindergarten"),
    ("Вчера весь дом остался без электричества", "power_outage"),
    ("Интернет пропадает, провайдер не чинит", "communications"),
    ("Могила деда заросла, на кладбище поваленные кресты", "cemetery"),
    ("С завода тянет едким дымом, дышать нечем", "air_smell"),
    ("Речка вся в масляных пятнах и пене", "water_body"),
]
"""sentences that leave nothing open, none of them in the pack"""
UNKNOWN = ["", "синхрофазотрон", "🙂", "12345", "\n\n…", "Қайырлы таң"]


def town(concepts: Mapping[str, Iterable[str]] | None = None, /, **known: Recognition) -> City:
    """A city that knows only these situations."""
    pattern = city().situations["elevator"]
    situations = {id: replace(pattern, id=id, title="", recognition=known[id]) for id in known}
    empty: dict[str, Any] = {"weights": None, "examples": (), "distinctions": (), "talk": {}, "learnt": ()}
    several = {name: tuple(words) for name, words in (concepts or {}).items()}
    return replace(city(), situations=situations, concepts=several, **empty)


def points(text: str, known: City) -> dict[str, float]:
    """The points of every situation that words speak for; the index is thrown away, unlike that of a city in use."""
    return {item.situation.id: item.score for item in Index(known).ranked(text)}


def ids(suggestions: Iterable[Suggestion]) -> list[str]:
    """The situations suggested, best first."""
    return [item.situation.id for item in suggestions]


# dangers


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


@given(
    st.sampled_from([text for text, _ in DANGEROUS]),
    st.sampled_from(["{0}", "{0}.", "«{0}»", "Ой, {0}, скорее", "{0}\n\n"]),
)
def test_signs_and_case_around_words_do_not_hide_a_danger(text: str, shape: str) -> None:
    expected = [danger.id for danger in dangers_in(text, city())]
    for said in (shape.format(text), shape.format(text).upper(), shape.format(text).replace("е", "ё")):
        assert [danger.id for danger in dangers_in(said, city())] == expected


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("gf[ytn ufpjv", "gas"),
        ("pahnet gazom na kuhne", "gas"),
        ("d ljvt gj;fh", "emergency"),
        ("пoжap в доме", "emergency"),
    ],
)
def test_slips_of_the_keyboard_do_not_hide_a_danger(text: str, danger: str) -> None:
    assert [found.id for found in dangers_in(text, city())] == [danger]


@pytest.mark.parametrize(
    ("pattern", "text", "there"),
    [
        ("яма", "большая яма", True), ("яма", "ямал", False), ("ям*", "ямами", True), ("ям*", "упрямый", False),
        ("газ", "газета", False), ("", "яма", False),
    ],
)  # fmt: skip
def test_a_word_occurs_whole_and_a_beginning_with_any_ending(pattern: str, text: str, there: bool) -> None:
    assert (pattern in Vocabulary.of([pattern]).found_in(words_of(text))) is there


# words


def test_words_are_small_and_yo_is_ye() -> None:
    assert words_of("Ёлка УПАЛА, №5 (у дома-2)!") == ["елка", "упала", "5", "у", "дома", "2"]
    assert words_of("🙂 … —") == []


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("ямами", "яма"), ("фонарей", "фонарь"), ("течет", "течь"), ("сломаны", "сломать"), ("большую", "большой"),
        ("елки", "елка"), ("людей", "человек"), ("5", "5"), ("wifi", "wifi"),
    ],
)  # fmt: skip
def test_a_word_is_known_by_its_dictionary_form(word: str, form: str) -> None:
    assert form in forms(word)


def test_a_word_that_may_be_two_has_both_forms_and_never_many() -> None:
    assert {"мыло", "мыть"} <= set(forms("мыла"))
    assert all(0 < len(forms(word)) <= 3 for word in ("мыла", "стали", "при", "пила", "ъъъ", "х"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zvf yf ljhjut", "яма на дороге"),
        ("D gjl]tplt uhzpm", "в подъезде грязь"),
        ("Kban cnjbn", "лифт стоит"),
        ("yama na doroge", "яма на дороге"),
        ("Ne rabotaet lift v dome", "не работает лифт в доме"),
        ("garazh zanyali", "гараж заняли"),
        ("ямa на дoроге", "яма на дороге"),  # with a Latin a and o
        ("CНEГ во двopе", "снег во дворе"),  # with a Latin C, E, o and p
        ("не работает Wi-Fi дома", "не работает wi-fi дома"),
        ("сломался мой iPhone", "сломался мой iphone"),
        ("Good morning my friend", "good morning my friend"),
        ("Яма на дороге", "яма на дороге"),
        ("112", "112"),
        ("", ""),
    ],
)
def test_slips_of_the_keyboard_are_read_as_they_were_meant(typed: str, meant: str) -> None:
    assert readable(folded(typed)) == meant


@pytest.mark.parametrize(
    ("text", "landmarks"),
    [
        ("Напротив школы", ["школы"]),
        ("Школа закрыта", []),
        ("от моста до реки", ["моста", "до", "реки"]),
        ("рядом с большой школой дыра", ["с", "большой", "школой"]),
        ("У дома. Яма", ["дома"]),
        ("яма напротив", []),
    ],
)
def test_words_after_a_word_of_place_name_a_landmark(text: str, landmarks: list[str]) -> None:
    assert [word.typed for word in read(text) if word.landmark] == landmarks


def test_each_word_knows_its_sentence_and_words_with_a_hyphen_are_one() -> None:
    words = [(word.typed, word.sentence) for word in read("Кто-нибудь, помогите! Яма…\nУже год")]
    assert words == [("кто-нибудь", 0), ("помогите", 0), ("яма", 1), ("уже", 2), ("год", 2)]


def test_of_a_very_long_text_only_the_beginning_is_read() -> None:
    assert len(read("яма " * LONGEST)) == LONGEST // len("яма ")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("контенер", "контейнер"),
        ("контейнерр", "контейнер"),
        ("отоплене", "отопление"),
        ("падъезд", "подъезд"),
        ("контейнер", "контейнер"),
        ("одопление", "отопление"),
        ("атопление", "атопление"),
        ("контракт", "контракт"),
        ("контрабас", "контрабас"),
        ("лфит", "лфит"),
        ("12345678", "12345678"),
    ],
)
def test_a_typo_is_mended_in_a_long_word_that_no_dictionary_has(typed: str, meant: str) -> None:
    spelling = Spelling(["контейнер", "отопление", "подъезд", "лифт", "12345679"])
    assert spelling.mended(typed)[-1] == meant


@pytest.mark.parametrize(
    ("typed", "situation"),
    [("кантейнеры переполненны, не вывозят", "waste_containers"), ("Светофорр не работаит", "traffic_light_sign")],
)
def test_a_text_with_typos_is_understood(typed: str, situation: str) -> None:
    assert ids(suggest(typed, city()))[0] == situation


# signs

CONCEPTS = {"двор": ("двор", "дворик", "под_окнами"), "снег": ("снег", "сугроб*")}


def weight(sign: str, text: str) -> float:
    """What a sign counts in a text, as a share of its weight."""
    found = points(text, town(CONCEPTS, litter=Recognition((), {"sure": (sign,)})))
    return found.get("litter", 0.0) / WEIGHTS["sure"]


@pytest.mark.parametrize(
    ("sign", "text", "there"),
    [
        # a word in any form
        ("яма", "Кругом ямы!", True), ("яма", "город Ямал", False), ("ёлка", "елки", True), ("ЯМА", "яма", True),
        # one of several
        ("люк|колодец", "открыт колодец", True), ("люк|колодец", "открыт люк", True), ("люк|колодец", "открыт", False),
        # side by side
        ("детская_площадка", "на детской площадке", True), ("детская_площадка", "площадка детская", False),
        ("детская_площадка", "детская большая площадка", False), ("детская_площадка", "детская", False),
        # denied: one word may stand between
        ("не_вывозят", "мусор не вывозят", True), ("не_вывозят", "не всегда вывозят", True),
        ("не_вывозят", "не всегда вовремя вывозят", False), ("не_вывозят", "вывозят", False),
        # concepts
        ("@двор", "в нашем дворике", True), ("@двор", "прямо под окнами", True), ("@двор", "на улице", False),
        ("@двор @снег", "сугробы во дворе", True), ("улица|@двор", "улицы", True), ("улица|@двор", "двор", True),
        # beginnings
        ("собак*", "собаками", True), ("собак*", "собака", True), ("собак*", "соба", False),
        # that form only
        ("=коты", "коты", True), ("=коты", "КОТЫ", True), ("=коты", "кот", False),
        # not near
        ("снег -крыша", "снег на улице", True), ("снег -крыша", "на крыше снег", False),
        ("снег -крыша", "Снег. На крыше", True), ("снег -крыша|карниз", "снег с карниза", False),
        ("снег -@двор", "снег во дворе", False), ("снег -@двор", "снег", True), ("снег -крыш*", "снег с крыши", False),
        # close together, in any order, in one sentence
        ("снег лопата", "лопата и снег", True), ("снег лопата", "снег", False), ("снег лопата", "Снег. Лопата", False),
        ("снег лопата", "снег раз два три четыре пять шесть лопата", True),
        ("снег лопата", "снег раз два три четыре пять шесть семь лопата", False),
        ("снег снег", "снег", False), ("снег снег", "снег и снова снег", True),
        ("не_горит фонарь @двор", "фонарь во дворе не горит", True),
    ],
)  # fmt: skip
def test_a_sign_occurs_where_its_words_mean_it(sign: str, text: str, there: bool) -> None:
    assert weight(sign, text) == pytest.approx(1.0 if there else 0.0)


@pytest.mark.parametrize(
    ("sign", "text", "counts"),
    [
        ("школа", "напротив школы дыра", LANDMARK),
        ("школа", "школа напротив", 1.0),
        ("школа", "Возле школы. Школа закрыта", 1.0),
        ("школа|дыра", "напротив школы", LANDMARK),
        ("школа дыра", "напротив школы дыра", 1.0),
    ],
)
def test_a_sign_that_only_names_a_landmark_counts_little(sign: str, text: str, counts: float) -> None:
    assert weight(sign, text) == pytest.approx(counts)


def test_a_sign_speaks_for_its_own_situation_only() -> None:
    known = town(hole=Recognition((), {"sure": ("яма дорога",)}), snow=Recognition((), {"fair": ("снег", "дорога")}))
    assert points("яма на дороге", known) == {"hole": WEIGHTS["sure"], "snow": WEIGHTS["fair"]}
    assert points("сугроб", known) == {}


def test_a_concept_there_is_not_is_refused() -> None:
    with pytest.raises(KeyError, match="река"):
        Index(town(CONCEPTS, litter=Recognition((), {"sure": ("@река",)})))


# examples

TAUGHT_BY = {
    "snow": Recognition(("сугроб у арки", "сугроб во дворе", "двор не чистят")),
    "light": Recognition(("фонарь во дворе", "фонарь не горит", "лампа не горит")),
}


def taught(text: str) -> dict[str, float]:
    """For each situation how much the examples make words speak for it."""
    return points(text, town(**TAUGHT_BY))


def test_a_word_speaks_for_the_situation_whose_examples_have_it() -> None:
    assert taught("сугроб") == taught("много сугробов") == {"snow": pytest.approx(taught("сугроб")["snow"])}
    assert taught("синхрофазотрон") == {}


@pytest.mark.parametrize(
    ("situation", "more", "less"),
    [
        ("snow", "сугроб", "арка"),  # seen more often
        ("snow", "сугроб", "двор"),  # seen nowhere else
        ("light", "не горит", "горит не"),  # neighbours as they were seen twice
        ("light", "не горит", "не 5 горит"),
    ],
)
def test_words_weigh_by_how_often_and_how_exclusively_they_are_seen(situation: str, more: str, less: str) -> None:
    assert taught(more)[situation] > taught(less).get(situation, 0.0)


def test_neighbours_that_were_seen_once_weigh_no_more_than_apart() -> None:
    assert taught("не чистят") == taught("чистят не")


def test_small_words_and_numbers_speak_for_nothing() -> None:
    known = town(snow=Recognition(("у нас во дворе 15 и на 5",)), light=Recognition(("фонарь",)))
    assert points("у нас на 15 и 5", known) == {}
    assert points("двор", known).keys() == {"snow"}


def test_a_word_of_more_examples_weighs_more() -> None:
    once, thrice = (
        points("каток", town(**TAUGHT_BY, ice=Recognition(tuple(f"каток {day}" for day in range(count)))))["ice"]
        for count in (1, 3)
    )
    assert thrice > once > 0


# the index


@pytest.mark.parametrize(("text", "situation"), CLEAR)
def test_a_clear_sentence_suggests_its_situation_first(text: str, situation: str) -> None:
    found = suggest(text, city())
    assert ids(found)[0] == situation
    assert found[0].confidence > 0.5


def test_no_clear_sentence_is_known_to_the_pack_by_heart() -> None:
    listed = {phrase for item in city().situations.values() for phrase in item.recognition.phrases}
    known = {folded(text) for text in (*listed, *(example.text for example in city().examples))}
    assert {text for text, _ in CLEAR if folded(text) in known} == set()
    assert len({situation for _, situation in CLEAR}) == len(CLEAR) >= 30


@pytest.mark.parametrize("situation", city().situations.values(), ids=lambda situation: situation.id)
def test_the_title_of_a_situation_suggests_it_first_and_its_phrases_suggest_it(situation: Situation) -> None:
    phrases = situation.recognition.phrases
    missed = [phrase for phrase in phrases if situation.id not in ids(suggest(phrase, city()))]
    assert len(phrases) >= 8
    assert len(missed) <= 0.1 * len(phrases), missed
    assert ids(suggest(situation.title, city()))[0] == situation.id


@pytest.mark.parametrize("text", UNKNOWN)
def test_words_that_speak_for_nothing_give_the_fallback(text: str) -> None:
    found = suggest(text, city())
    assert found[0].situation is city().fallback
    assert found[0].score == NOTHING_KNOWN


def test_a_pack_without_a_fallback_suggests_nothing_for_unknown_words() -> None:
    assert points("синхрофазотрон", town(hole=Recognition(("яма",)))) == {}


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("яма", WEIGHTS["sure"]),
        ("яма на дороге", WEIGHTS["sure"] + WEIGHTS["fair"] * EACH_FURTHER),
        ("дорога", WEIGHTS["fair"]),
        ("дорога и колесо", WEIGHTS["fair"] + WEIGHTS["slight"] * EACH_FURTHER),
        ("яма в снегу", WEIGHTS["sure"] + WEIGHTS["against"]),
        ("яма в снегу и во льду", WEIGHTS["sure"] + WEIGHTS["against"] * (1 + EACH_FURTHER)),
        ("колесо в снегу", 0.0),
        ("напротив ямы", WEIGHTS["sure"] * LANDMARK),
    ],
)
def test_each_further_sign_counts_less_and_signs_against_are_taken_off(text: str, score: float) -> None:
    signs = {"sure": ("яма",), "fair": ("дорога",), "slight": ("колесо",), "against": ("снег", "лёд")}
    assert points(text, town(hole=Recognition((), signs))) == ({"hole": pytest.approx(score)} if score else {})


def test_points_of_examples_count_beside_those_of_signs() -> None:
    phrases, snow = ("яма", "яма на дороге"), Recognition(("сугроб",))
    both = town(hole=Recognition(phrases, {"sure": ("яма",)}), snow=snow)
    alone = points("яма", town(hole=Recognition(phrases), snow=snow))["hole"]
    assert points("яма", both)["hole"] == pytest.approx(WEIGHTS["sure"] + alone)
    assert explained("яма", both)["hole"].taught == pytest.approx(alone)


def test_two_situations_that_words_speak_for_alike_are_equally_likely() -> None:
    known = town(one=Recognition((), {"sure": ("яма",)}), two=Recognition((), {"sure": ("яма",)}))
    assert [item.confidence for item in Index(known).ranked("яма")] == [pytest.approx(0.5)] * 2


def test_a_lead_makes_a_situation_likelier() -> None:
    known = town(one=Recognition((), {"slight": ("яма",)}), two=Recognition((), {"sure": ("яма",)}))
    found = Index(known).ranked("Посреди нашей улицы Садовой глубокая яма, машины объезжают её по встречной полосе")
    assert ids(found) == ["two", "one"]
    assert found[0].confidence > 0.75


def test_the_same_lead_is_less_sure_in_a_word_or_two() -> None:
    known = town(one=Recognition((), {"slight": ("яма",)}), two=Recognition((), {"sure": ("яма",)}))
    confidence = [
        Index(known).ranked(text)[0].confidence
        for text in ("яма", "яма, Садовая", "яма посреди улицы Садовой, все её объезжают")
    ]
    assert confidence == sorted(confidence)
    assert confidence[0] < 0.7 < confidence[-1]


@given(st.lists(st.sampled_from([text for text, _ in CLEAR] + UNKNOWN), max_size=4))
def test_suggestions_are_few_different_and_best_first_and_all_together_make_one(texts: list[str]) -> None:
    text = " и ".join(texts)
    found, every = suggest(text, city()), index_of(city()).ranked(text)
    assert tuple(found) == every[:3]
    assert len(set(ids(every))) == len(every)
    assert [item.score for item in every] == sorted((item.score for item in every), reverse=True)
    assert all(0 < item.confidence <= 1 and item.score > 0 for item in every)
    assert sum(item.confidence for item in every) == pytest.approx(1)


@given(st.permutations(["колесо", "дорога", "яма"]))
def test_the_order_of_words_that_stand_together_does_not_matter(words: list[str]) -> None:
    signs = Recognition((), {"sure": ("яма дорога",), "fair": ("колесо",)})
    assert points(" ".join(words), town(hole=signs))["hole"] == WEIGHTS["sure"] + WEIGHTS["fair"] * EACH_FURTHER


def test_fewer_suggestions_are_given_if_fewer_are_wanted() -> None:
    assert len(suggest("снег", city(), 1)) == 1


def test_what_residents_teach_is_understood_from_then_on() -> None:
    words = "синхрофазотрон барахлит"
    learning = replace(city(), learnt=(Example("elevator", words),))
    assert ids(Index(learning).ranked(words))[0] == "elevator"
    assert ids(suggest(words, city()))[0] == "other"


def test_what_residents_teach_changes_the_ranking() -> None:
    known = town(one=Recognition(("змей летит низко",)), two=Recognition(("змей шипит",)))
    learning = replace(known, learnt=(Example("two", "змей летит"),))
    assert ids(Index(known).ranked("змей летит"))[0] == "one"
    assert ids(Index(learning).ranked("змей летит"))[0] == "two"


def test_a_correction_is_worth_several_phrases_of_the_pack() -> None:
    known = town(one=Recognition(("змей",)), two=Recognition(("кот",)))
    told = replace(known, learnt=(Example("two", "белка"),))
    listed = replace(known, examples=tuple(Example("two", "белка") for _ in range(int(LEARNT))))
    assert points("это белка", told) == {"two": pytest.approx(points("это белка", listed)["two"])}


def test_the_very_words_of_a_correction_lead_whatever_else_speaks() -> None:
    known = town(one=Recognition(("белка", "белка в лесу")), two=Recognition(("кот",)))
    told = replace(known, learnt=(Example("two", "Белка в лесу"),))
    assert max(points("белка в лесу", told).items(), key=lambda pair: pair[1])[0] == "two"


def test_a_correction_for_a_situation_that_left_the_pack_is_passed_over() -> None:
    known = town(one=Recognition(("змей",)), two=Recognition(("кот и белка",)))
    learning = replace(known, learnt=(Example("gone", "белка"),))
    assert points("белка", learning) == points("белка", known) != {}


def test_the_index_of_a_city_is_worked_out_once() -> None:
    assert index_of(city()) is index_of(city())
    assert index_of(city()).asked("яма") is index_of(city()).asked("яма")


# any text at all

TYPED = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300)
MIXED = st.lists(
    st.one_of(
        TYPED, st.sampled_from([text for text, _ in CLEAR + DANGEROUS] + ["\n", ".", "не", "а ещё", "zvf", "1) "])
    ),
    max_size=8,
).map(" ".join)
HEAVY = {
    "one word": "ы" * LONGEST,
    "one Latin word": "qw" * (LONGEST // 2),
    "a word again and again": "яма " * (LONGEST // 4),
    "a sentence again and again": "Яма. " * (LONGEST // 5),
    "two words of a sign": "двор снег " * (LONGEST // 10),
    "only «не»": "не " * (LONGEST // 3),
    "many typos": " ".join(f"контейн{first}{second}р" for first in "абвгдежзик" for second in "абвгдежзик" * 3),
    "many problems": "а ещё яма на дороге у дома " * (LONGEST // 27),
    "blanks": f"яма{' ' * LONGEST}люк",
    "lines": f"яма{chr(10) * LONGEST}люк",
    "dots": "." * LONGEST,
    "hyphens": "а-" * (LONGEST // 2),
    "a book": "На дороге яма. Лифт стоит. Снег во дворе не убирают! " * 2000,
}
PATIENCE = 2.0
"""seconds of work for one text, so that a machine that is busy with other tests does not matter"""


def understood(text: str) -> tuple[Suggestion, ...]:
    """Everything that is asked of a text."""
    dangers_in(text, city())
    assert talk_in(text, city()) in {"", "foreign", *city().talk}
    assert len(problems_in(text, city())) in (0, 2, 3)
    found = tuple(suggest(text, city()))
    question_for(found, city())
    explained(text, city())
    return found


@given(MIXED)
def test_any_text_is_understood_somehow_and_quickly(text: str) -> None:
    index_of(city())
    began = process_time()
    assert 0 < len(understood(text)) <= 3
    assert process_time() - began < PATIENCE


@pytest.mark.parametrize("text", HEAVY.values(), ids=HEAVY)
def test_a_text_that_is_made_to_be_heavy_is_understood_quickly(text: str) -> None:
    index_of(city())
    began = process_time()
    understood(text)
    assert process_time() - began < PATIENCE


# talk


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Спасибо!", "thanks"), ("Большое вам спасибо за помощь", "thanks"), ("cgfcb,j", "thanks"),
        ("spasibo", "thanks"),
        ("Привет", "greeting"), ("Добрый день!", "greeting"), ("ghbdtn", "greeting"), ("Здравствуйте", "greeting"),
        ("ты кто?", "about_bot"), ("Что ты умеешь", "about_bot"), ("Ты бот или человек?", "about_bot"),
        ("какой статус у моего обращения", "status"), ("Что с моим обращением?", "status"),
        ("живой человек", "human"), ("позовите человека", "human"), ("соедините с консультантом", "human"),
        ("дураки", "insult"), ("Вы идиоты", "insult"), ("тест", "test"), ("test", "test"), ("123", "test"),
        ("ок", "small"), ("не знаю", "small"), ("Понятно", "small"),
        ("Good morning my friend", "foreign"), ("你好", "foreign"), ("Wie komme ich zum Bahnhof?", "foreign"),
        ("", ""), ("🙂", ""), ("12 34", ""),
    ],
)  # fmt: skip
def test_what_is_no_appeal_is_known_by_its_kind(text: str, kind: str) -> None:
    assert talk_in(text, city()) == kind


@pytest.mark.parametrize(
    "text",
    [
        "Спасибо, но мусор так и не вывезли",
        "Спасибо, яма на дороге никуда не делась",
        "Привет, лифт не работает",
        "Добрый день! Во дворе не горит фонарь",
        "Козлы, снег во дворе не убирают",
        "Какой статус? Крыша протекает",
        "лифт",
        "zvf yf ljhjut",
        "yama na doroge",
        "спасибо " * 13,
        "Большое спасибо всем, кто помогал нам с этим делом, теперь у нас осталась одна просьба",
    ],
)
def test_a_problem_or_a_long_story_is_no_talk_whatever_stands_beside_it(text: str) -> None:
    assert talk_in(text, city()) == ""


def test_of_two_kinds_of_talk_the_first_of_the_pack_is_told() -> None:
    assert list(city().talk)[:2] == ["thanks", "greeting"]
    assert talk_in("Здравствуйте и спасибо", city()) == "thanks"


@pytest.mark.parametrize("kind", city().talk)
def test_every_kind_of_talk_is_known_by_some_of_its_own_words(kind: str) -> None:
    plain = [sign.replace("_", " ") for sign in city().talk[kind] if not set("|*@=-") & set(sign)]
    assert sum(talk_in(text, city()) == kind for text in plain) >= 0.5 * len(plain) > 0


# several problems

TWO = [
    ("Во дворе яма и не горит фонарь", ["yard_asphalt", "street_light"]),
    ("Мусор из баков не вывозят неделю, а в подъезде не работает лифт", ["waste_containers", "elevator"]),
    ("На нашей улице не горит ни один фонарь. В парадной не моют лестницу.", ["street_light", "entrance"]),
    ("Не работает лифт; во дворе не горят фонари", ["elevator", "street_light"]),
    ("Лифт стоит третий день.\nИз подвала лезут крысы и тараканы", ["elevator", "basement_pest"]),
    ("Батареи ледяные, в комнате холодно, а ещё лифт не работает третий день", ["heating", "elevator"]),
    ("Лифт не работает. Кроме того, на детской площадке сломаны качели", ["elevator", "playground"]),
    ("1) не работает лифт в доме 2) во дворе не горят фонари", ["elevator", "street_light"]),
    (
        "На улице не горит фонарь. Лифт стоит третий день. На детской площадке сломаны качели",
        ["street_light", "elevator", "playground"],
    ),
]
ONE = [
    "",
    "Во дворе яма и лужа",
    "На пустыре свалка, грузовики вываливают мусор и дымит, нечем дышать",
    "На переходе высокий бордюр, коляска сама заехать не может",
    "В доме течёт крыша, УК проблему не решает",
    "Яма во дворе, дети, коляски и старики её обходят",
    "Проезжую часть на ул. Школьной перегородили упавшие деревья",
    "Яма",
    "Здравствуйте. Спасибо. До свидания.",
    "В лифте не работает кнопка третьего этажа. Лифт дёргается. Двери лифта закрываются рывком. Когда починят лифт?",
    "На дороге огромная яма. Яма появилась весной. Из-за этой ямы я пробил колесо.",
    "Двор не чистят от снега. Сугробы выше машин. Дворника никто не видел.",
    "Батареи ледяные. В комнате четырнадцать градусов. Дети спят в шапках. Отопление так и не включили.",
    "Крыша протекает. На потолке мокрое пятно. Обои отвалились.",
    "Лифт не работает. Очень просим помочь поскорее. Заранее спасибо.",
]


@pytest.mark.parametrize(("text", "situations"), TWO)
def test_several_problems_of_a_text_are_told_apart(text: str, situations: list[str]) -> None:
    assert [problem.situation.id for problem in problems_in(text, city())] == situations


@pytest.mark.parametrize("text", ONE)
def test_one_problem_told_in_several_sentences_stays_one(text: str) -> None:
    assert problems_in(text, city()) == ()


def test_a_complaint_that_goes_along_with_most_others_is_no_problem_of_its_own() -> None:
    assert city().situations["uk_problem"].companion
    text = "Крыша протекает, на потолке мокрое пятно. Управляющая компания третий месяц не отвечает на заявления."
    assert problems_in(text, city()) == ()


def test_each_problem_keeps_what_was_said_around_it() -> None:
    text = "Здравствуйте! Пишу вам снова. Лифт стоит третий день. Ужас. Из подвала лезут крысы и тараканы. Жду."
    assert [problem.text for problem in problems_in(text, city())] == [
        "Здравствуйте! Пишу вам снова. Лифт стоит третий день. Ужас.",
        "Из подвала лезут крысы и тараканы. Жду.",
    ]


@given(st.lists(st.sampled_from([text for text, _ in CLEAR] + ["Ужас.", "Здравствуйте!"]), max_size=3))
def test_no_word_is_lost_between_two_problems(texts: list[str]) -> None:
    text = ". ".join(texts)
    found = problems_in(text, city())
    assert not found or " ".join(problem.text for problem in found).split() == text.split()
    assert len({problem.situation.id for problem in found}) == len(found) != 1


# one good question


def said(**confidence: float) -> list[Suggestion]:
    """Suggestions with these confidences, best first."""
    return [Suggestion(city().situations[id], share, 10.0) for id, share in confidence.items()]


def asked(id: str, *answers: str) -> Distinction:
    """A question whose answers each leave situations."""
    return Distinction(id, f"{id}?", tuple(Option(answer, tuple(answer.split())) for answer in answers))


ASKED = (
    asked("where", "road_pothole road_snow", "yard_asphalt yard_snow", "litter_yard"),
    asked("what", "road_pothole", "yard_asphalt", "sidewalk_damage"),
    asked("snow", "road_snow", "yard_snow"),
)


@pytest.mark.parametrize(
    ("suggestions", "question"),
    [
        ([], None),
        (said(road_pothole=SURE_ENOUGH, yard_asphalt=1 - SURE_ENOUGH), None),
        (said(other=0.4, road_pothole=0.3, yard_asphalt=0.2), None),
        (said(road_pothole=0.5, yard_asphalt=POSSIBLE - 0.01), None),
        (said(elevator=0.5, road_pothole=0.3, yard_asphalt=0.2), None),
        (said(road_pothole=0.5, road_snow=0.4), None),
        (said(road_pothole=0.5, yard_asphalt=0.4), "where"),
        (said(road_snow=SURE_ENOUGH - 0.01, yard_snow=POSSIBLE), "where"),
        (said(road_pothole=0.4, sidewalk_damage=0.3), "what"),
        (said(road_pothole=0.3, yard_asphalt=0.3, sidewalk_damage=0.2), "what"),
        (said(road_pothole=0.3, yard_asphalt=0.3, litter_yard=0.2, sidewalk_damage=POSSIBLE / 2), "where"),
    ],
)
def test_a_question_is_asked_if_its_answers_tell_likely_situations_apart(
    suggestions: list[Suggestion], question: str | None
) -> None:
    found = question_for(suggestions, replace(city(), distinctions=ASKED))
    assert (found.id if found else None) == question


def test_a_hole_in_the_road_by_the_house_is_asked_about() -> None:
    found = question_for(suggest("Яма у дома", city()), city())
    assert found is not None
    assert found.question == "Это во дворе или на улице?"
    answers = {option.label: option.situations for option in found.options}
    assert "yard_asphalt" in answers["Во дворе, у дома"]
    assert "road_pothole" in answers["На улице, на дороге"]


@pytest.mark.parametrize("text", [*(text for text, _ in CLEAR), *UNKNOWN])
def test_nothing_is_asked_about_words_that_are_clear_or_mean_nothing(text: str) -> None:
    assert question_for(suggest(text, city()), city()) is None


@pytest.mark.parametrize(("answer", "situation"), [("0", "yard_asphalt"), ("1", "road_pothole")])
def test_the_answer_settles_what_it_is_about(answer: str, situation: str) -> None:
    known = situation_of(scene(answers={"story": "Яма у дома", "which": answer}))
    assert known is not None
    assert known.id == situation


def test_of_several_problems_each_can_be_chosen_or_all_together() -> None:
    choices = which_problem(scene(answers={"story": TWO[0][0]}))
    titles = [city().situations[id].title for id in TWO[0][1]]
    assert [choice.label for choice in choices][:-1] == titles
    assert choices[-1].value == "together"
