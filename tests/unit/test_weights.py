"""What examples taught once and for all: learning, the file beside them, and what it is worth beside signs."""

import shutil
import sys
import zlib
from array import array
from dataclasses import replace
from datetime import date
from math import sqrt
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.city import check, train
from dialogs.understanding.features import features
from dialogs.understanding.index import HEARSAY, UNWEIGHED, WEIGHED, WEIGHTS, Index, explained
from dialogs.understanding.training import trained
from dialogs.understanding.words import LONGEST, read
from storage.model.situation import Example, Lesson, Recognition
from storage.model.weights import FINEST, SHORT, ZERO, Weights
from storage.pack.layers import CITIES
from storage.pack.lessons import lessons_of, stale
from storage.pack.reading import read_pack
from storage.pack.table import BrokenPack
from storage.pack.weights import EXAMPLES, NAME, BrokenWeights, digest_of, read_weights, write_weights
from tests.unit.given import city

PACK = CITIES / "saint_petersburg"
LIFT = ("лифт застрял", "застрял лифт в подъезде", "лифт стоит", "кнопка в лифте сгорела")
SNOW = ("снег не чистят", "сугробы, снег не убирают", "снег у дома", "дорожка в снегу")
LESSONS = [Lesson("lift", (), text) for text in LIFT] + [Lesson("snow", (), text) for text in SNOW]
FILES = {
    "city.toml": 'id = "bo"\n',
    "situations.toml": '[[situation]]\nid = "lift"\ntitle = "Ремонт лифта"\nphrases = ["лифт стоит"]\n\n'
    '[[situation]]\nid = "snow"\ntitle = "Уборка снега"\n',
    EXAMPLES: "situation,also,text\n"
    + "".join(f'{told.situation},{";".join(told.also)},"{told.text}"\n' for told in LESSONS),
}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The folder of a pack as far as it is learnt from."""
    (tmp_path / "bo").mkdir()
    for file, text in FILES.items():
        (tmp_path / "bo" / file).write_text(text, "utf-8")
    return tmp_path / "bo"


def odds(weights: Weights, text: str) -> dict[str, float]:
    """What a text says for each situation."""
    return weights.scores(features(read(text)))


# learning


def test_words_speak_for_the_situation_of_their_examples() -> None:
    weights = trained(LESSONS, "")
    assert weights.situations == ("lift", "snow")
    assert odds(weights, "опять застрял лифт")["lift"] > 0 > odds(weights, "опять застрял лифт")["snow"]
    assert odds(weights, "всё в снегу")["snow"] > 0 > odds(weights, "всё в снегу")["lift"]


def test_a_word_that_occurs_in_too_few_examples_is_not_learnt() -> None:
    known = trained(LESSONS, "").numbers
    assert "=лифт" in known
    assert "=сугроб" not in known


def test_what_is_only_acceptable_counts_less_than_what_is_best() -> None:
    ice = [Lesson("ice", (), text) for text in ("лёд на крыше", "лёд у дома", "лёд на дороге")]
    second = [*LESSONS, *(Lesson("snow", ("ice",), text) for text in SNOW), *ice]
    found = odds(trained(second, ""), "снег не чистят")
    assert found["snow"] > found["ice"] > found["lift"]


def test_one_situation_cannot_be_learnt() -> None:
    with pytest.raises(ValueError, match="class"):
        trained(LESSONS[: len(LIFT)], "")


def test_words_nobody_has_learnt_say_nothing() -> None:
    assert odds(trained(LESSONS, ""), "кенгуру") == {}


def test_the_score_is_the_mean_of_what_the_words_say_and_the_bias() -> None:
    weights = Weights(
        situations=("a", "b"),
        numbers={"=яма": 0, "=двор": 1},
        rarity=array("f", (3.0, 4.0)),
        doubled=bytes((0, 2)),
        points=bytes(ZERO + points for points in (100, -100, 7, -128)),
        step=0.5,
        bias=(0.25, -0.25),
    )
    length = sqrt(3**2 + 4**2) + SHORT
    expected = {"a": (100 * 0.5 + 7 * 2) / length + 0.25, "b": (-100 * 0.5 - 128 * 2) / length - 0.25}
    assert weights.scores(["=двор", "=яма", "=луна"]) == pytest.approx(expected)
    assert weights.scores(["=луна"]) == {}


def test_features_are_words_their_beginnings_and_neighbours() -> None:
    assert features(read("Во дворе не убирают сугробы, дом 5")) == {
        "=двор", "=не", "=убирать", "=сугроб", "=дом", "убира", "сугро",
        "двор_не", "не_убирать", "убирать_сугроб", "сугроб_дом",
    }  # fmt: skip


# the file


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1), max_size=9, unique=True),
    st.lists(st.text(min_size=1), min_size=1, max_size=4, unique=True),
    st.randoms(use_true_random=False),
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], ids: list[str], chance: Random
) -> None:
    many = len(names)
    weights = Weights(
        situations=tuple(ids),
        numbers={name: number for number, name in enumerate(names)},
        rarity=array("f", (chance.uniform(0, 9) for _ in range(many))),
        doubled=bytes(chance.randint(0, FINEST) for _ in range(many)),
        points=chance.randbytes(many * len(ids)),
        step=chance.uniform(0.001, 1),
        bias=tuple(chance.uniform(-1, 1) for _ in ids),
        made_of="digest",
    )
    file = tmp_path_factory.mktemp("weights") / NAME
    write_weights(file, weights)
    assert read_weights(file) == weights


def spoilt(whole: bytes) -> dict[str, bytes]:
    """A file of weights that something happened to."""
    plain = zlib.decompress(whole)
    return {
        "empty": b"",
        "no archive": b"situation,text\n",
        "cut off": whole[: len(whole) // 2],
        "points missing": zlib.compress(plain[:-1]),
        "points too many": zlib.compress(plain + b"\0"),
        "no head": zlib.compress(b"\n" + plain.partition(b"\n")[2]),
        "another head": zlib.compress(b"[]\n" + plain.partition(b"\n")[2]),
        "fewer features": zlib.compress(plain.replace(b'"features": ', b'"features": 9')),
        "other letters": zlib.compress(plain.replace("=лифт".encode(), b"\xff" * 9)),
    }


@pytest.mark.parametrize("kind", list(spoilt(zlib.compress(b"{}\n"))))
def test_a_spoilt_file_is_told_and_how_to_make_it_anew(pack: Path, kind: str) -> None:
    assert train(pack) == 0
    file = pack / NAME
    file.write_bytes(spoilt(file.read_bytes())[kind])
    with pytest.raises(BrokenWeights):
        read_weights(file)
    with pytest.raises(BrokenPack) as broken:
        read_pack(pack)
    assert f"bo/{NAME}: файл повреждён; сделайте его заново: python -m bot city train bo" in broken.value.errors
    assert train(pack) == 0
    assert read_weights(file).situations == ("lift", "snow")


def test_points_that_are_doubled_too_often_to_be_added_up_are_refused(tmp_path: Path) -> None:
    alone = Weights(("a",), {"=яма": 0}, array("f", (1.0,)), bytes((FINEST + 1,)), bytes((200,)), 0.5, (0.0,))
    write_weights(tmp_path / NAME, alone)
    with pytest.raises(BrokenWeights):
        read_weights(tmp_path / NAME)


def test_the_longest_text_is_added_up_without_overflow() -> None:
    many = LONGEST
    weights = Weights(
        situations=("a", "b"),
        numbers={str(number): number for number in range(many)},
        rarity=array("f", (1.0,) * many),
        doubled=bytes((FINEST,)) * many,
        points=bytes((255, 0)) * many,
        step=1.0,
        bias=(0.0, 0.0),
    )
    length = sqrt(many) + SHORT
    expected = {"a": 127 * 2**FINEST * many / length, "b": -128 * 2**FINEST * many / length}
    assert weights.scores(weights.numbers) == pytest.approx(expected)


def test_line_ends_of_another_system_are_no_change(tmp_path: Path) -> None:
    unix, other = tmp_path / "unix.csv", tmp_path / "other.csv"
    unix.write_bytes(b"situation,text\nlift,up\n")
    other.write_bytes(b"situation,text\r\nlift,up\r\n")
    assert digest_of(unix) == digest_of(other)


# the command


def test_train_learns_examples_phrases_and_titles_and_says_where_it_is(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, rows = lessons_of(pack)
    assert (home, len(rows)) == (pack, len(LESSONS) + 3)
    assert train(pack) == 0
    assert f"Записано: {pack / NAME}, признаков " in capsys.readouterr().out
    assert read_weights(pack / NAME).made_of == digest_of(pack / EXAMPLES)


def test_weights_belong_beside_the_uppermost_examples(pack: Path) -> None:
    for name, files in {"plain": {}, "own": {EXAMPLES: "situation,text\nsnow,замело\n"}}.items():
        (pack.parent / name).mkdir()
        for file, text in {"city.toml": f'id = "{name}"\nbase = "bo"\n', **files}.items():
            (pack.parent / name / file).write_text(text, "utf-8")
    assert lessons_of(pack.parent / "plain") == lessons_of(pack)
    home, rows = lessons_of(pack.parent / "own")
    assert (home.name, rows[0].text, len(rows)) == ("own", "замело", len(LESSONS) + 4)


def test_without_examples_there_is_nothing_to_learn(pack: Path) -> None:
    (pack / EXAMPLES).unlink()
    with pytest.raises(BrokenPack, match=EXAMPLES):
        train(pack)


def test_one_situation_is_refused_in_plain_words(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pack / EXAMPLES).write_text("situation,text\nlift,лифт\n", "utf-8")
    (pack / "situations.toml").write_text('[[situation]]\nid = "lift"\n', "utf-8")
    assert train(pack) == 1
    assert "Учиться не на чем" in capsys.readouterr().err


@pytest.mark.parametrize("row", ["flood,,потоп", "lift,flood,лифт"])
def test_an_example_of_no_situation_is_told(pack: Path, row: str) -> None:
    with (pack / EXAMPLES).open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    with pytest.raises(BrokenPack, match="ситуации «flood» в пакете нет"):
        train(pack)


def test_without_the_library_it_says_how_to_get_it(
    pack: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.feature_extraction.text", None)
    assert train(pack) == 1
    assert "requirements-training.lock" in capsys.readouterr().err
    assert not (pack / NAME).exists()


def test_examples_that_changed_since_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in (PACK.name, "_russia"):
        shutil.copytree(CITIES / name, tmp_path / name)
    assert stale(tmp_path / PACK.name) == []
    with (tmp_path / "_russia" / EXAMPLES).open("a", encoding="utf-8") as file:
        file.write("elevator,,лифт опять стоит\n")
    assert check(tmp_path / PACK.name, date(2026, 11, 22)) == 1
    told = capsys.readouterr().out
    assert f"_russia/{EXAMPLES} изменён после того, как посчитаны веса" in told
    assert "пересчитайте: python -m bot city train _russia\n" in told


# beside signs


def test_the_shipped_weights_are_those_of_the_shipped_examples() -> None:
    assert stale(PACK) == []
    assert set(read_pack(PACK).situations) == set(read_weights(CITIES / "_russia" / NAME).situations)


def test_only_what_goes_beyond_hearsay_counts() -> None:
    index = Index(city())
    words = read("на лестнице не горит лампочка", index.spelling)
    assert index.weights is not None
    weighed = index.weights.scores(features(words))
    expected = {id: WEIGHED * (told - HEARSAY) for id, told in weighed.items() if told > HEARSAY}
    assert index.taught_by(words) == pytest.approx(expected)
    assert expected


def test_a_situation_of_the_city_alone_is_not_drowned_by_weights() -> None:
    pattern = city().situations["elevator"]
    own = replace(
        pattern, id="standpipe", title="Ремонт уличной колонки", recognition=Recognition((), {"sure": ("колонка",)})
    )
    known = replace(city(), situations={**city().situations, "standpipe": own})
    told = explained("замёрзла колонка", known)["standpipe"]
    assert [hit.points for hit in told.signs] == [pytest.approx(UNWEIGHED * WEIGHTS["sure"])]
    assert Index(known).best("на улице замёрзла водяная колонка")[0].situation.id == "standpipe"


def test_corrections_and_examples_of_a_city_are_learnt_beside_the_weights() -> None:
    text = "кот Баюн опять поёт на столбе"
    before = Index(city()).best(text)[0]
    assert before.situation.id != "noise"
    for change in ({"learnt": (Example("noise", text),)}, {"examples": (Example("noise", text),) * 9}):
        assert Index(replace(city(), **change)).best(text)[0].situation.id == "noise"
