"""The appeal on paper: what stands in it, what cannot break it, how it lies on the page."""

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import typst
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops
from pypdf import PageObject, PdfReader

from dialogs.papers.letter import (
    ORIGIN,
    SHOWN,
    TEMPLATE,
    UNOPENED,
    UNTITLED,
    Annex,
    Letter,
    addressed,
    contents,
    render,
    shown,
    supported,
)

POTHOLE = Letter(
    addressee="администрацию Невского района Санкт-Петербурга",
    sender=("Смирнова Анна Павловна", "193079, Санкт-Петербург, Октябрьская наб., д. 70, кв. 45"),
    heading="Заявление: ремонт дорожного покрытия, Садовая, 10",
    paragraphs=(
        "С 3 ноября 2026 года напротив второго подъезда есть яма длиной около 1,5 м и глубиной 12 см.",
        "Место: Садовая, 10\nКак давно: больше недели",
    ),
    demands="Прошу проверить соблюдение ГОСТ Р 50597-2017 и:",
    requests=(
        "обследовать покрытие",
        "отремонтировать его",
        "сообщить, кто отвечает за ремонт и когда он будет сделан",
    ),
    enclosures=("Фото 1. Яма у второго подъезда", "Ответ управляющей компании"),
    annexes=(),
    supporters=("Пётр Волков",),
    supporters_unnamed=3,
    number="1001-9",
    written_on="21 ноября 2026 г.",
    signed=True,
)
LEFT, TOP, RIGHT, BOTTOM = 30, 20, 210 - 15, 297 - 20
"""the edges of the text on A4, mm"""
DOT = 25.4 / 36
POINT = 25.4 / 72
"""mm: of a picture of a page, of PDF"""
UNSEEN = re.compile(r"[\s\u200b\u00ad-]+")
"""what breaking a text into lines adds or takes away"""
BLANKS = ("фамилия, имя, отчество (при наличии)", "почтовый адрес для ответа", "телефон или e-mail")


def changed(**changes: Any) -> Letter:
    """The letter about a pothole with changes."""
    return replace(POTHOLE, **changes)


def everywhere(words: str) -> Letter:
    """A letter that says the same in every place."""
    return Letter(
        words, (words, words), words, (words, "", words), words, (words, words), (words,),
        (Annex(words, Path("none")),), (words, words), 5, words, words, True,
    )  # fmt: skip


@cache
def pages(letter: Letter) -> list[PageObject]:
    """The pages of a letter as a reader of PDF sees them."""
    return list(PdfReader(io.BytesIO(render(letter))).pages)


def joined(text: str) -> str:
    """A text without spaces and hyphens, to be compared with one that was broken into lines."""
    return UNSEEN.sub("", text)


def said(letter: Letter) -> str:
    """What a letter says on all its pages, joined."""
    return joined("".join(page.extract_text() for page in pages(letter)))


def laid_out(words: Mapping[str, Any]) -> bytes:
    """The template with these words as PDF by a standard that holds: no glyph is missing, all has a place in speech."""
    return typst.compile(
        TEMPLATE, sys_inputs={"letter": json.dumps(words)}, ignore_system_fonts=True, pdf_standards="ua-1"
    )


def pictured(words: Mapping[str, Any]) -> list[bytes]:
    """The pages of the template with these words as PNG, 36 dots to an inch."""
    inputs = {"letter": json.dumps(words)}
    found: Any = typst.compile(TEMPLATE, sys_inputs=inputs, ignore_system_fonts=True, format="png", ppi=36)
    return [found] if isinstance(found, bytes) else found


def inked(letter: Letter) -> Iterator[tuple[float, float, float, float]]:
    """Where something is printed on each page above the footer: left, top, right, bottom in mm."""
    for page in pictured(contents(letter, [0] * len(letter.annexes))):
        with Image.open(io.BytesIO(page)) as image:
            paper = image.convert("L").crop((0, 0, image.width, round((BOTTOM + 3.5) / DOT)))
        box = ImageChops.invert(paper).point(lambda level: 255 if level > 40 else 0).getbbox()
        assert box is not None
        left, top, right, bottom = (side * DOT for side in box)
        yield left, top, right, bottom


def between_margins(letter: Letter) -> None:
    """Holds that nothing is printed outside the margins."""
    for left, top, right, bottom in inked(letter):
        assert left >= LEFT - DOT
        assert top >= TOP - DOT
        assert right <= RIGHT + DOT
        assert bottom <= BOTTOM + DOT


def jpeg(file: Path, width: int = 1280, height: int = 960) -> Path:
    """A photo of an even grey."""
    Image.new("RGB", (width, height), "grey").save(file, "JPEG")
    return file


def photos(folder: Path, count: int) -> tuple[Annex, ...]:
    """Some photos with titles, numbered from one."""
    found = [jpeg(folder / f"{number}.jpg", 320, 240) for number in range(1, count + 1)]
    return tuple(Annex(f"Фото {number}. Вид {number}", file) for number, file in enumerate(found, 1))


def drawn(page: PageObject) -> list[tuple[float, float]]:
    """The sizes of the pictures on a page: width and height in mm."""
    found = []

    def visit(operator: bytes, _: Any, matrix: Sequence[float], __: Any) -> None:
        across, rise, skew, up, *_ = matrix
        if operator == b"Do":
            found.append(((abs(across) + abs(skew)) * POINT, (abs(rise) + abs(up)) * POINT))

    page.extract_text(visitor_operand_before=visit)
    return found


def test_a_letter_says_everything_in_the_order_of_a_letter() -> None:
    expected = (
        "В администрацию Невского района Санкт-Петербурга", "Заявитель: Смирнова Анна Павловна", "193079",
        "Заявление: ремонт дорожного покрытия, Садовая, 10", "С 3 ноября 2026 года", "Место: Садовая, 10",
        "Как давно: больше недели", "Прошу проверить", "1) обследовать покрытие;", "2) отремонтировать его;",
        "3) сообщить, кто отвечает за ремонт", "Обращение поддержали: Пётр Волков и ещё 3 жителя.", "Приложения:",
        "1. Фото 1. Яма", "2. Ответ управляющей компании", "21 ноября 2026 г.", "подпись", "расшифровка",
        "Подготовлено ботом «Я здесь живу», № 1001-9",
    )  # fmt: skip
    text = said(POTHOLE)
    places = [text.find(joined(words)) for words in expected]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("given_words", "expected"),
    [
        ("администрацию района", "В администрацию района"),
        ("В администрацию района", "В администрацию района"),
        ("Во Всеволожскую администрацию", "Во Всеволожскую администрацию"),
        ("Водоканал", "В Водоканал"),
        ("", ""),
    ],
)
def test_the_body_stands_there_with_its_preposition(given_words: str, expected: str) -> None:
    assert addressed(given_words) == expected
    assert contents(changed(addressee=given_words), [])["addressee"].replace("\u00a0", " ") == expected


def test_a_sender_who_is_not_known_writes_by_hand() -> None:
    text = said(changed(sender=()))
    assert all(joined(words) in text for words in BLANKS)
    assert not any(joined(words) in said(POTHOLE) for words in BLANKS)


def test_a_day_that_is_not_known_is_written_by_hand() -> None:
    assert joined("«» 20 г.") in said(changed(written_on=""))
    assert joined("«» 20 г.") not in said(POTHOLE)


@pytest.mark.parametrize("written_on", ["", "21 ноября 2026 г."])
def test_there_is_no_place_for_a_signature_if_nobody_signs(written_on: str) -> None:
    text = said(changed(signed=False, written_on=written_on))
    assert "подпись" not in text
    assert "расшифровка" not in text
    assert "21ноября" not in text


@pytest.mark.parametrize("enclosures", [POTHOLE.enclosures, ()])
def test_a_signature_is_on_one_page_with_the_end_of_the_text(enclosures: tuple[str, ...]) -> None:
    counts = []
    for lines in range(22, 28):
        letter = changed(paragraphs=("Строка\n" * lines,), enclosures=enclosures)
        texts = [joined(page.extract_text()) for page in pages(letter)]
        counts.append(len(texts))
        ending = joined(enclosures[-1]) if enclosures else "поддержали:"
        assert all(words in texts[-1] for words in (ending, "подпись", "расшифровка"))
    assert set(counts) == {1, 2}


def test_pages_are_numbered_if_there_are_several() -> None:
    several = changed(paragraphs=("Строка\n" * 100,))
    found = [page.extract_text().split("\n")[-1] for page in pages(several)]
    assert [re.findall(r"\d из \d", footer) for footer in found] == [["1 из 3"], ["2 из 3"], ["3 из 3"]]
    (only,) = pages(POTHOLE)
    assert re.findall(r"\d из \d", only.extract_text()) == []


def test_what_ends_with_a_mark_gets_no_second_one() -> None:
    text = said(changed(requests=("Почините!", "ответьте.", "и сообщите")))
    assert joined("1) Почините! 2) ответьте. 3) и сообщите.") in text


def test_nothing_is_announced_that_is_not_there() -> None:
    text = said(changed(demands="", requests=(), enclosures=(), supporters=(), supporters_unnamed=0, paragraphs=()))
    assert not any(words in text for words in ("Прошу", "Приложени", "поддерж", "1)"))
    assert joined("Приложение: 1. Акт") in said(changed(enclosures=("Акт",)))


@pytest.mark.parametrize(
    ("names", "unnamed", "expected"),
    [
        ((), 0, ""),
        ((), -1, ""),
        ((), 1, "Обращение поддержал 1 житель."),
        ((), 2, "Обращение поддержали 2 жителя."),
        ((), 5, "Обращение поддержали 5 жителей."),
        ((), 11, "Обращение поддержали 11 жителей."),
        ((), 12, "Обращение поддержали 12 жителей."),
        ((), 21, "Обращение поддержал 21 житель."),
        ((), 104, "Обращение поддержали 104 жителя."),
        (("Анна Белова",), 0, "Обращение поддерживает Анна Белова."),
        (("Белова А. П.",), 0, "Обращение поддерживает Белова А. П."),
        (("Анна", "Пётр"), 0, "Обращение поддержали: Анна, Пётр."),
        (("Анна",), 1, "Обращение поддержали: Анна и ещё 1 житель."),
        (("Анна", "Пётр"), 3, "Обращение поддержали: Анна, Пётр и ещё 3 жителя."),
        (("Анна", "Пётр"), 5, "Обращение поддержали: Анна, Пётр и ещё 5 жителей."),
        (("Анна, кв. 5", "Пётр"), 0, "Обращение поддержали: Анна, кв. 5; Пётр."),
        (("Анна", "😀"), 1, "Обращение поддержали: Анна и ещё 2 жителя."),
    ],
)
def test_supporters_are_named_or_counted(names: tuple[str, ...], unnamed: int, expected: str) -> None:
    words = supported(changed(supporters=names, supporters_unnamed=unnamed))
    assert words.replace("\u00a0", " ") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("«Ёлка» — 5 ₽ … № 7, § 2, 3 × 4 м², −5 °C", "«Ёлка» — 5 ₽ … № 7, § 2, 3 × 4 м², −5 °C"),
        ("и\u0306 е\u0308", "й ё"),
        ("за\u0301мок", "за\u0301мок"),
        ("а" + "\u0301" * 50, "а\u0301"),
        ("Яма 😀 у дома ❗️", "Яма у дома"),
        ("🇷🇺 👨‍👩‍👧 👍🏽", ""),
        ("1️⃣ Первое", "1 Первое"),
        ("家 сторож", "□ сторож"),
        ("مرحبا", "□□□□□"),
        ("𝐁𝐨𝐥𝐝 ㎡ Ｈ", "Bold m2 H"),
        ("а\u202eб\u2066в\u200bг\u00adд\ufeffе", "абвгде"),
        ("а\x00б\x1bв\x7f", "абв"),
        ("а\tб\nв\u2028г\u00a0\u00a0д\u3000е", "а б в г д е"),
        ("\ud800а\udfff", "а"),
        ("\ue000\U0010ffff", "□□"),
    ],
)
def test_of_every_text_that_is_printed_which_the_fonts_have(text: str, expected: str) -> None:
    assert shown(text).replace("\u00a0", " ") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("заявка № 4471 в доме", "заявка №_4471 в_доме"),
        ("Садовая ул., д. 10, корп. 2", "Садовая ул., д._10, корп._2"),
        ("яма 80 см с 3 ноября 2026 года", "яма 80_см с_3_ноября 2026_года"),
        ("дом 10 стоит", "дом 10 стоит"),
        ("яма — это", "яма_— это"),
        ("196-ФЗ и", "196-ФЗ и"),
    ],
)
def test_lines_do_not_break_where_russian_does_not(text: str, expected: str) -> None:
    assert shown(text) == expected.replace("_", "\u00a0")


def test_the_fonts_have_every_character_that_is_let_through() -> None:
    every = " ".join(chr(code) for code in range(0x10000) if SHOWN.fullmatch(chr(code)))
    assert len(every) > 1400
    laid_out(contents(changed(heading=every, paragraphs=(every,)), []))


def test_a_character_that_the_fonts_lack_would_be_noticed() -> None:
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        laid_out({**contents(POTHOLE, []), "heading": "家"})


@pytest.mark.parametrize(
    "words",
    [
        '#read("/etc/passwd")',
        '#image("/etc/passwd")',
        "#{ panic() }",
        "#panic()",
        "#sys.inputs",
        "*жирно* _косо_ `код`",
        "$x^2$ и $ без пары",
        "\\ \\u{1F600} \\n",
        "@ссылка <метка>",
        "// комментарий /* и ещё */",
        "= Заголовок",
        "+ пункт / термин: слово",
        '"кавычки" и } ] ) { [ (',
        '", "signed": false, "x": "',
        "~ ... ---",
        "<b>жирно</b> &amp; {{ facts }} {% raw %}",
        "%PDF-1.7 endobj (скобка",
    ],
)
def test_what_looks_like_markup_is_printed_as_it_is(words: str) -> None:
    letter = everywhere(words)
    text = said(letter)
    assert text.count(joined(words)) >= len(contents(letter, [0])) - 4
    assert "root:" not in text
    assert "подпись" in text


@given(st.text(max_size=120), st.text(st.characters(max_codepoint=0x52F), max_size=300))
@settings(max_examples=20, deadline=None)
@example("", "")
@example("\ud800\u202e\x00", "1-1 " * 1000)
@example("Аа-Аа " * 50, "А-" * 1000)
def test_any_text_becomes_a_letter_with_no_glyph_missing(first: str, second: str) -> None:
    letter = replace(everywhere(first), paragraphs=(second,), heading=second[:100], enclosures=(second[:50],))
    assert laid_out(contents(letter, [0])).startswith(b"%PDF")


@pytest.mark.parametrize(
    "words",
    [
        "щ" * 150,
        "Ш" * 150,
        "W" * 150,
        "-" * 150,
        "№" * 150,
        "https://example.org/" + "path/" * 60,
        "а " * 150,
        "Шшшшшшшшшшшшш-на-Шшшшшшшшшшшш " * 9,
        "123456-1234-1234-1234-1234 " * 9,
        "Ш" * 18 + " " + "щ" * 22 + " " + "Ю" * 16,
    ],
)
def test_words_without_end_stay_between_the_margins(words: str) -> None:
    between_margins(everywhere(words))


@pytest.mark.parametrize("words", ["Слово за слово, яма растёт. " * 360, "щ" * 10_000, "Строка\n" * 300])
def test_a_text_of_ten_thousand_letters_loses_none_and_fits_on_its_pages(words: str) -> None:
    letter = changed(paragraphs=("", words, "\n \n"))
    texts = [page.extract_text().split(ORIGIN)[0] for page in pages(letter)]
    assert len(texts) > 3
    assert joined(words) in joined("".join(texts))
    between_margins(letter)


def test_every_photo_has_its_number_and_title_and_two_share_a_page(tmp_path: Path) -> None:
    first, *others = pages(changed(annexes=photos(tmp_path, 5)))
    texts = [joined(page.extract_text()) for page in others]
    assert [re.findall(r"Фото\d\.Вид\d", text) for text in texts] == [
        ["Фото1.Вид1", "Фото2.Вид2"],
        ["Фото3.Вид3", "Фото4.Вид4"],
        ["Фото5.Вид5"],
    ]
    assert all(joined("Приложение к обращению № 1001-9") in text for text in texts)
    assert [len(drawn(page)) for page in (first, *others)] == [0, 2, 2, 1]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Яма", "Фото 1. Яма"),
        ("фото 7: яма", "фото 7: яма"),
        ("Фото № 2", "Фото № 2"),
        ("Фотография", "Фото 1. Фотография"),
        ("", "Фото 1"),
        ("😀", "Фото 1"),
    ],
)
def test_a_photo_without_a_number_gets_one(title: str, expected: str) -> None:
    (annex,) = contents(changed(annexes=(Annex(title, Path("none")),)), [0])["annexes"]
    assert annex["title"].replace("\u00a0", " ") == expected


def test_ten_photos_take_five_pages(tmp_path: Path) -> None:
    assert len(pages(changed(annexes=photos(tmp_path, 10)))) == 6


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        ((1280, 960), (100 * 4 / 3, 100)),
        ((960, 1280), (75, 100)),
        ((1280, 320), (165, 165 / 4)),
        ((72, 36), (25.4, 12.7)),
        ((4000, 1), (165, 165 / 1280)),
    ],
)
def test_a_photo_is_as_large_as_two_fit_on_a_page_but_a_small_one_stays_small(
    tmp_path: Path, pixels: tuple[int, int], expected: tuple[float, float]
) -> None:
    picture = jpeg(tmp_path / "1.jpg", *pixels)
    *_, page = pages(changed(annexes=(Annex("Яма", picture),)))
    assert drawn(page) == [pytest.approx(expected, abs=0.01)]


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_photo_is_made_fit_for_print_whatever_it_says_of_itself(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (2560, 1920)).save(tmp_path / "1.jpg", dpi=(6000, 6000), progressive=True)
    *_, page = pages(changed(annexes=(Annex("Яма", tmp_path / "1.jpg"),)))
    assert drawn(page) == [pytest.approx((100 * 4 / 3, 100), abs=0.01)]
    (found,) = cast(list[Any], page.images)
    assert (found.image.size, found.image.mode) == ((1280, 960), "RGB")


def broken(folder: Path) -> dict[str, Path]:
    """Files that are no photo, or no longer one."""
    good = jpeg(folder / "good.jpg", 64, 48).read_bytes()
    size, data = good.index(b"\xff\xc0") + 5, good.index(b"\xff\xda")
    contents_of = {
        "empty": b"",
        "words": "Яма".encode(),
        "half of a header": good[:100],
        "a header only": good[:data],
        "half a picture": good[: (data + len(good)) // 2],
        "a bomb": good[:size] + b"\xff\xff\xff\xff" + good[size + 4 :],
        "lossless": good.replace(b"\xff\xc0", b"\xff\xc3", 1),
    }
    for name, found in contents_of.items():
        (folder / name).write_bytes(found)
    Image.new("RGB", (9, 9)).save(folder / "drawing", "PNG")
    return {name: folder / name for name in (*contents_of, "drawing", "nowhere", ".")}


def test_a_photo_that_does_not_open_costs_only_itself(tmp_path: Path) -> None:
    files = {**broken(tmp_path), "good": tmp_path / "good.jpg"}
    first, *others = pages(changed(annexes=tuple(Annex(name, file) for name, file in files.items())))
    text = joined("".join(page.extract_text() for page in others))
    for number, name in enumerate(files, 1):
        assert (joined(f"{UNOPENED} Фото {number}. {name}") in text) == (name != "good"), name
    assert joined(f"Фото {len(files)}. good") in text
    assert [size for page in others for size in drawn(page)] == [pytest.approx((64 * POINT, 48 * POINT), abs=0.01)]
    assert "подпись" in first.extract_text()


def test_the_same_letter_gives_the_same_bytes(tmp_path: Path) -> None:
    letter = changed(annexes=photos(tmp_path, 2))
    assert render(letter) == render(letter)
    assert render(letter) != render(changed(number="1002-7"))


def test_the_pdf_names_its_title_and_language_but_nobody() -> None:
    reader = PdfReader(io.BytesIO(render(POTHOLE)))
    assert reader.metadata is not None
    assert reader.metadata.title == POTHOLE.heading
    assert set(reader.metadata) == {"/Title", "/Creator"}
    assert str(reader.root_object["/Lang"]).startswith("ru")
    untitled = PdfReader(io.BytesIO(render(changed(heading="😀")))).metadata
    assert untitled is not None
    assert untitled.title == UNTITLED


def test_every_font_is_in_the_file() -> None:
    (page,) = cast(list[Any], pages(changed(demands="5 ₽")))
    fonts = [font.get_object()["/DescendantFonts"][0].get_object() for font in page["/Resources"]["/Font"].values()]
    assert len(fonts) == 3
    assert all({"/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"]) for font in fonts)
