"""Photos: nothing but the pixels is kept, they are upright and of a common size, and no bytes do any harm."""

import random
import struct
import subprocess
import sys
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, ImageFile, PngImagePlugin

from storage import pictures
from storage.model.territory import Point
from storage.pictures import LONGEST_SIDE, MOST_COSTLY, BadPicture, Picture, cleaned

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
FLIP = Image.Transpose
ORIENTATION = ExifTags.Base.Orientation
PETERSBURG: dict[int, Any] = {1: "N", 2: (59.0, 56.0, 13.77), 3: "E", 4: (30.0, 18.0, 5.93)}
WORDS = "Снято на даче у Анны"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" author="Anna"/>'
PNG_START = b"\x89PNG\r\n\x1a\n"


def saved(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """A file with this picture."""
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def shown(picture: Picture) -> Image.Image:
    """What a program that shows pictures makes of it."""
    image = Image.open(BytesIO(picture.content), formats=("JPEG",))
    image.load()
    assert (image.mode, image.size) == ("RGB", (picture.width, picture.height))
    return image


def colour(picture: Picture, x: int, y: int) -> tuple[int, ...]:
    """The colour of a pixel, rounded to what JPEG keeps."""
    pixel = shown(picture).getpixel((x, y))
    assert isinstance(pixel, tuple)
    return tuple(min(255, (value + 8) // 17 * 17) for value in pixel)


def exif(gps: dict[int, Any] | None = None, taken: object = None, orientation: object = None) -> Image.Exif:
    """EXIF with this said in it."""
    said = Image.Exif()
    if orientation is not None:
        said[ORIENTATION] = orientation
    if gps is not None:
        said[ExifTags.IFD.GPSInfo] = gps
    if taken is not None:
        said[ExifTags.IFD.Exif] = {ExifTags.Base.DateTimeOriginal: taken}
    return said


def with_exif(said: Image.Exif | bytes, kind: str = "JPEG") -> bytes:
    """A small picture with it."""
    return saved(Image.new("RGB", (16, 8), RED), kind, exif=said)


@cache
def noise(mode: str = "RGB", width: int = 24, height: int = 16) -> Image.Image:
    """A picture with much detail, the same in every run."""
    bands = len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (width, height), random.Random(1).randbytes(width * height * bands))


@cache
def profile() -> bytes:
    """A colour profile: sRGB."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def with_thumbnail(said: Image.Exif, thumbnail: bytes) -> bytes:
    """EXIF with a thumbnail in a directory of its own, as cameras add it."""
    whole = said.tobytes()[6:]
    link, start = 10 + 12 * struct.unpack(">H", whole[8:10])[0], len(whole)
    entries = struct.pack(">HHLLHHLL", 0x0201, 4, 1, start + 30, 0x0202, 4, 1, len(thumbnail))
    linked = whole[:link] + struct.pack(">L", start) + whole[link + 4 :]
    return b"Exif\0\0" + linked + struct.pack(">H", 2) + entries + bytes(4) + thumbnail


@cache
def from_a_camera() -> bytes:
    """A JPEG with everything that cameras and people write beside the pixels."""
    said = with_thumbnail(exif(PETERSBURG, "2026:11:05 14:03:22", 1), saved(Image.new("RGB", (8, 8), GREEN)))
    return saved(noise(), exif=said, xmp=XMP, icc_profile=profile(), comment=WORDS.encode(), dpi=(300, 300))


def chunk(name: bytes, data: bytes) -> bytes:
    """A piece of a PNG."""
    return struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))


def png(header: tuple[int, int, int, int], *chunks: bytes, rows: bytes = b"") -> bytes:
    """A PNG by hand: width, height, bits and kind of colour; chunks before the pixels; rows with their filters."""
    start = PNG_START + chunk(b"IHDR", struct.pack(">LLBBBBB", *header, 0, 0, 0))
    return start + b"".join(chunks) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def with_chunks(*chunks: bytes) -> bytes:
    """A small red PNG with these before its pixels."""
    return png((2, 1, 8, 2), *chunks, rows=b"\0" + bytes(RED) * 2)


def refusal(content: bytes) -> str:
    """Why a picture is refused."""
    with pytest.raises(BadPicture) as refused:
        cleaned(content)
    (code,) = refused.value.args
    return str(code)


def segments(content: bytes) -> list[int]:
    """The markers of a JPEG up to its pixels."""
    found: list[int] = []
    at = 2
    while not found or found[-1] != 0xDA:
        found.append(content[at + 1])
        at += 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]
    return found


def test_nothing_of_what_a_camera_writes_is_kept() -> None:
    sent, thumbnail = from_a_camera(), saved(Image.new("RGB", (8, 8), GREEN))
    numbers = [struct.pack(">LL", 1377, 100), struct.pack(">LL", 593, 100), b"2026:11:05"]
    beside = [b"Exif", b"http://ns.adobe.com", b"Anna", b"ICC_PROFILE", WORDS.encode(), thumbnail, *numbers]
    assert [mark for mark in beside if mark not in sent] == []
    assert [mark for mark in beside if mark in cleaned(sent).content] == []
    assert Image.open(BytesIO(sent)).getexif().get_ifd(ExifTags.IFD.IFD1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_kept_picture_has_only_what_is_needed_to_draw_it(kind: str) -> None:
    sent = saved(noise(), kind, exif=exif(PETERSBURG), icc_profile=profile(), xmp=XMP)
    kept = cleaned(sent).content
    assert set(segments(kept)) == {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
    assert kept[:20] == b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
    assert kept.endswith(b"\xff\xd9")
    assert kept.count(b"\xff\xd9") == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_place_and_the_day_are_told_apart_from_the_picture(kind: str) -> None:
    told = cleaned(with_exif(exif(PETERSBURG, "2026:11:05 14:03:22"), kind))
    assert told.point == Point(59.937158, 30.301647)
    assert told.taken == date(2026, 11, 5)


def test_a_picture_that_says_nothing_tells_neither_place_nor_day() -> None:
    told = cleaned(saved(Image.new("RGB", (16, 8), RED)))
    assert (told.width, told.height, told.point, told.taken) == (16, 8, None, None)


@pytest.mark.parametrize(
    ("north", "east", "point"),
    [
        ("N", "E", Point(59.5, 30.25)),
        ("S", "E", Point(-59.5, 30.25)),
        ("N", "W", Point(59.5, -30.25)),
        ("S", "W", Point(-59.5, -30.25)),
        ("n", "w", Point(59.5, -30.25)),
        ("N\0", "E\0", Point(59.5, 30.25)),
        ("E", "N", None),
        ("", "", None),
        ("North", "East", None),
    ],
)
def test_each_side_of_the_earth_has_its_sign(north: str, east: str, point: Point | None) -> None:
    said = {1: north, 2: (59.0, 30.0, 0.0), 3: east, 4: (30.0, 15.0, 0.0)}
    assert cleaned(with_exif(exif(said))).point == point


@pytest.mark.parametrize(
    ("lat", "lon", "point"),
    [
        ((90.0, 0.0, 0.0), (180.0, 0.0, 0.0), Point(90, 180)),
        ((59.0, 59.0, 60.0), (30.0, 60.0, 0.0), Point(60, 31)),
        ((0.0, 0.0, 0.0), (30.0, 0.0, 0.0), Point(0, 30)),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), None),
        ((90.0, 0.0, 1.0), (30.0, 0.0, 0.0), None),
        ((59.0, 0.0, 0.0), (180.0, 0.0, 1.0), None),
        ((59.0, 61.0, 0.0), (30.0, 0.0, 0.0), None),
        ((59.0, 0.0, 61.0), (30.0, 0.0, 0.0), None),
        ((59.0, 30.0), (30.0, 15.0), None),
        (59.5, 30.25, None),
        ((59.0, 30.0, 0.0, 0.0), (30.0, 15.0, 0.0, 0.0), None),
    ],
)
def test_a_point_is_on_earth_or_it_is_none(lat: object, lon: object, point: Point | None) -> None:
    assert cleaned(with_exif(exif({1: "N", 2: lat, 3: "E", 4: lon}))).point == point


@pytest.mark.parametrize("missing", [1, 2, 3, 4])
def test_half_of_a_point_is_none(missing: int) -> None:
    assert cleaned(with_exif(exif({tag: value for tag, value in PETERSBURG.items() if tag != missing}))).point is None


BYTE, TEXT, SHORT, RATIONAL, SIGNED, DOUBLE = 1, 2, 3, 5, 10, 12
SIZES = {BYTE: 1, TEXT: 1, SHORT: 2, RATIONAL: 8, SIGNED: 8, DOUBLE: 8}


def position(kind: int, parts: bytes, sides: int = TEXT) -> bytes:
    """EXIF with the same latitude and longitude in numbers of a kind, north and east in letters of another."""
    angles = [struct.pack("<HHLL", tag, kind, len(parts) // SIZES[kind], 80) for tag in (2, 4)]
    north, east = (struct.pack("<HHL4s", tag, sides, 2 // SIZES[sides], side) for tag, side in ((1, b"N"), (3, b"E")))
    head = b"II*\0" + struct.pack("<LHHHLLL", 8, 1, ExifTags.IFD.GPSInfo, 4, 1, 26, 0) + struct.pack("<H", 4)
    return b"Exif\0\0" + head + north + angles[0] + east + angles[1] + bytes(4) + parts


HALF_PAST = struct.pack("<6L", 59, 1, 30, 1, 0, 1)


@pytest.mark.parametrize(
    ("kind", "parts", "point"),
    [
        (RATIONAL, HALF_PAST, Point(59.5, 59.5)),
        (SIGNED, struct.pack("<6l", 59, 1, 30, 1, 0, 1), Point(59.5, 59.5)),
        (DOUBLE, struct.pack("<3d", 59, 30, 0), Point(59.5, 59.5)),
        (SHORT, struct.pack("<3H", 59, 30, 0), Point(59.5, 59.5)),
        (RATIONAL, struct.pack("<6L", 59, 0, 30, 1, 0, 1), None),
        (RATIONAL, struct.pack("<6L", 59, 1, 30, 1, 0, 0), None),
        (RATIONAL, struct.pack("<6L", 0, 0, 0, 0, 0, 0), None),
        (SIGNED, struct.pack("<6l", -59, 1, 30, 1, 0, 1), None),
        (SIGNED, struct.pack("<6l", 59, 1, -30, 1, 0, 1), None),
        (SIGNED, struct.pack("<6l", 59, 1, 30, 1, -30, 1), None),
        (DOUBLE, struct.pack("<3d", float("nan"), 30, 0), None),
        (DOUBLE, struct.pack("<3d", 59, float("inf"), 0), None),
        (DOUBLE, struct.pack("<3d", 1e300, 30, 0), None),
        (TEXT, b"59.5 N\0", None),
    ],
)
def test_numbers_of_every_kind_are_a_point_or_none(kind: int, parts: bytes, point: Point | None) -> None:
    assert cleaned(with_exif(position(kind, parts))).point == point


@pytest.mark.parametrize(("kind", "point"), [(TEXT, Point(59.5, 59.5)), (BYTE, Point(59.5, 59.5)), (SHORT, None)])
def test_sides_are_letters_or_bytes(kind: int, point: Point | None) -> None:
    assert cleaned(with_exif(position(RATIONAL, HALF_PAST, sides=kind))).point == point


def gps_at(kind: int, value: bytes) -> bytes:
    """EXIF whose pointer to the position is of this kind and value."""
    place = struct.pack("<L", 26) + bytes(4) if len(value) > 4 else value + bytes(4)
    return b"Exif\0\0II*\0" + struct.pack("<LHHHL", 8, 1, ExifTags.IFD.GPSInfo, kind, 1) + place + value


@pytest.mark.parametrize(
    "said",
    [
        b"Exif\0\0", b"Exif\0\0II*\0", b"Exif\0\0nonsense and more of it", b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff", b"Exif\0\0MM\0+\0\0\0\x08", b"Exif\0\0II*\0\x08\0\0\0\1\0\x25\x88",
        gps_at(4, struct.pack("<L", 2**32 - 1)), gps_at(9, struct.pack("<l", -5)), gps_at(2, b"abcd"),
        gps_at(16, struct.pack("<Q", 2**64 - 1)), gps_at(12, struct.pack("<d", 1.5)), gps_at(4, struct.pack("<L", 8)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_with_broken_exif_is_kept_without_place_and_day(said: bytes, kind: str) -> None:
    kept = cleaned(with_exif(said, kind))
    assert (kept.point, kept.taken, kept.width) == (None, None, 16)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026:11:05 14:03:22", date(2026, 11, 5)),
        ("2024:02:29 00:00:00", date(2024, 2, 29)),
        ("2026:11:05", date(2026, 11, 5)),
        ("2026:11:051", None),
        ("2026:02:29 00:00:00", None),
        ("2026:13:01 00:00:00", None),
        ("0000:00:00 00:00:00", None),
        ("    :  :     :  :  ", None),
        ("5 November 2026", None),
        ("on 2026:11:05", None),
        ("26:11:05 14:03:22", None),
        ("", None),
        (b"2026:11:05 14:03:22", None),
        (2026, None),
        ((2026, 11, 5), None),
    ],
)
def test_a_day_is_read_as_cameras_write_it_or_it_is_none(written: object, day: date | None) -> None:
    assert cleaned(with_exif(exif(taken=written))).taken == day


STORED = {
    1: None,
    2: FLIP.FLIP_LEFT_RIGHT,
    3: FLIP.ROTATE_180,
    4: FLIP.FLIP_TOP_BOTTOM,
    5: FLIP.TRANSPOSE,
    6: FLIP.ROTATE_90,
    7: FLIP.TRANSVERSE,
    8: FLIP.ROTATE_270,
}
"""How the sensor stores an upright picture that has this orientation in its EXIF"""


def corners(picture: Picture) -> list[tuple[int, ...]]:
    """The colours of the corners, clockwise from above left."""
    right, low = picture.width - 1, picture.height - 1
    return [colour(picture, x, y) for x, y in ((0, 0), (right, 0), (right, low), (0, low))]


def cornered() -> Image.Image:
    """An upright picture: red above left, green above right, blue below right."""
    image = Image.new("RGB", (48, 32), WHITE)
    for place, paint in (((0, 0), RED), ((32, 0), GREEN), ((32, 16), BLUE)):
        image.paste(paint, (*place, place[0] + 16, place[1] + 16))
    return image


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_upright_from_every_orientation(kind: str, orientation: int) -> None:
    turn = STORED[orientation]
    stored = cornered() if turn is None else cornered().transpose(turn)
    lossless = {"lossless": True} if kind == "WEBP" else {}
    kept = cleaned(saved(stored, kind, exif=exif(orientation=orientation), **lossless))
    assert (kept.width, kept.height) == (48, 32)
    assert corners(kept) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_there_is_not_turns_nothing(orientation: int) -> None:
    assert corners(cleaned(saved(cornered(), exif=exif(orientation=orientation)))) == [RED, GREEN, BLUE, WHITE]


def half_clear(mode: str) -> Image.Image:
    """A red picture whose left half is transparent, in a mode with transparency of its own."""
    image = Image.new("RGBA", (32, 16), (*RED, 255))
    image.paste((*BLUE, 0), (0, 0, 16, 16))
    return image.convert(mode)


def indexed() -> Image.Image:
    """Colour 0 on the left and colour 1, red, on the right."""
    image = Image.new("P", (32, 16), 0)
    image.putpalette([*BLUE, *RED])
    image.paste(1, (16, 0, 32, 16))
    return image


@pytest.mark.parametrize(
    "sent",
    [
        saved(half_clear("RGBA"), "PNG"),
        saved(half_clear("RGBA"), "WEBP", lossless=True),
        saved(indexed(), "PNG", transparency=0),
        saved(indexed(), "PNG", transparency=b"\0\xff"),
        saved(indexed().convert("RGB"), "PNG", transparency=BLUE),
    ],
    ids=["RGBA", "WebP", "one colour of a palette", "a palette", "one colour"],
)
def test_what_is_transparent_becomes_white(sent: bytes) -> None:
    kept = cleaned(sent)
    assert (colour(kept, 4, 8), colour(kept, 28, 8)) == (WHITE, RED)


def test_what_is_half_transparent_becomes_paler() -> None:
    assert colour(cleaned(saved(Image.new("RGBA", (16, 16), (0, 0, 0, 128)), "PNG")), 8, 8) == (119, 119, 119)


def test_grey_transparency_becomes_white_too() -> None:
    grey = Image.new("LA", (32, 16), (51, 255))
    grey.paste((51, 0), (0, 0, 16, 16))
    keyed = Image.new("L", (32, 16), 51)
    keyed.paste(7, (0, 0, 16, 16))
    for kept in (cleaned(saved(grey, "PNG")), cleaned(saved(keyed, "PNG", transparency=7))):
        assert (colour(kept, 4, 8), colour(kept, 28, 8)) == (WHITE, (51, 51, 51))


@pytest.mark.parametrize(
    ("mode", "paint", "kind", "seen"),
    [
        ("L", 102, "JPEG", (102, 102, 102)),
        ("CMYK", (0, 255, 255, 0), "JPEG", RED),
        ("1", 1, "PNG", WHITE),
        ("L", 102, "PNG", (102, 102, 102)),
        ("P", 0, "PNG", (0, 0, 0)),
        ("I;16", 0x6666, "PNG", (102, 102, 102)),
        ("I;16", 0xFFFF, "PNG", WHITE),
    ],
)
def test_every_way_to_store_colours_is_read(mode: str, paint: Any, kind: str, seen: tuple[int, ...]) -> None:
    assert colour(cleaned(saved(Image.new(mode, (16, 16), paint), kind)), 8, 8) == seen


def test_colours_of_sixteen_bits_are_read() -> None:
    rows = (b"\0" + struct.pack(">HHH", 0xFFFF, 0, 0) * 16) * 16
    assert colour(cleaned(png((16, 16, 16, 2), rows=rows)), 8, 8) == RED


def swapped() -> bytes:
    """A colour profile in which red means blue."""
    return profile().replace(b"rXYZ", b"tXYZ", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"tXYZ", b"bXYZ", 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_colours_are_what_their_profile_means(kind: str) -> None:
    kept = cleaned(saved(Image.new("RGB", (16, 16), RED), kind, icc_profile=swapped()))
    assert colour(kept, 8, 8) == BLUE
    assert colour(cleaned(kept.content), 8, 8) == BLUE


def test_a_profile_leaves_what_is_transparent_white() -> None:
    kept = cleaned(saved(half_clear("RGBA"), "PNG", icc_profile=swapped()))
    assert (colour(kept, 4, 8), colour(kept, 28, 8)) == (WHITE, BLUE)


@pytest.mark.parametrize("broken", [b"no profile", profile()[:200], profile()[:-300], bytes(500)])
def test_a_broken_profile_is_skipped(broken: bytes) -> None:
    assert colour(cleaned(saved(Image.new("RGB", (16, 16), RED), icc_profile=broken)), 8, 8) == RED


@pytest.mark.parametrize(("mode", "paint"), [("L", 255), ("CMYK", (0, 0, 0, 0))])
def test_a_profile_of_another_kind_of_colours_is_skipped(mode: str, paint: Any) -> None:
    assert colour(cleaned(saved(Image.new(mode, (16, 16), paint), icc_profile=swapped())), 8, 8) == WHITE


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "MPO"])
def test_of_several_pictures_in_one_the_first_is_kept(kind: str) -> None:
    first, second = (Image.new("RGB", (16, 16), paint) for paint in (RED, BLUE))
    sent = saved(first, kind, save_all=True, append_images=[second])
    assert getattr(Image.open(BytesIO(sent)), "n_frames", 1) == 2
    assert colour(cleaned(sent), 8, 8) == RED


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((2560, 40), (2560, 40)),
        ((2561, 40), (2560, 40)),
        ((5000, 500), (2560, 256)),
        ((500, 5000), (256, 2560)),
        ((20000, 1), (2560, 1)),
        ((1, 20000), (1, 2560)),
        ((1, 1), (1, 1)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_longer_side_has_a_limit_and_small_pictures_stay(
    size: tuple[int, int], expected: tuple[int, int], kind: str
) -> None:
    kept = cleaned(saved(Image.new("L", size, 102), kind))
    assert (kept.width, kept.height) == expected
    assert colour(kept, kept.width - 1, kept.height - 1) == (102, 102, 102)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The sizes of the pictures that somebody began to decode."""
    begun: list[tuple[int, int]] = []
    load = ImageFile.ImageFile.load

    def watched(image: ImageFile.ImageFile) -> Any:
        begun.append(image.size)
        return load(image)

    monkeypatch.setattr(ImageFile.ImageFile, "load", watched)
    return begun


@pytest.mark.parametrize(("times", "width"), [(1, 48), (2, 96), (3, 72), (6, 72), (12, 72), (13, 78)])
def test_a_large_jpeg_is_decoded_small_and_is_the_same_picture(
    times: int, width: int, decoded: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "LONGEST_SIDE", 48)
    large = cornered().resize((48 * times, 32 * times), Image.Resampling.NEAREST)
    kept = cleaned(saved(large))
    assert decoded[0][0] == width
    assert (kept.width, kept.height) == (48, 32)
    assert [colour(kept, x, y) for x, y in ((4, 4), (44, 4), (44, 28), (4, 28))] == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize("mode", ["1", "P"])
def test_a_picture_of_few_colours_is_resized_between_them(mode: str) -> None:
    stripes = Image.new("1", (5120, 16))
    for x in range(0, 5120, 2):
        stripes.paste(1, (x, 0, x + 1, 16))
    kept = cleaned(saved(stripes.convert(mode), "PNG"))
    assert all(100 < level < 155 for level in colour(kept, 1280, 4))


def test_a_turned_picture_is_as_long_as_one_that_is_not() -> None:
    kept = cleaned(saved(Image.new("L", (5120, 64)), exif=exif(orientation=6)))
    assert (kept.width, kept.height) == (32, 2560)


def test_a_strip_of_noise_is_kept() -> None:
    strip = noise("RGB", 2560, 26).point(lambda value: 255 * (value > 127))
    with pytest.raises(OSError, match="broken data stream"):
        saved(strip, quality=pictures.JPEG_QUALITY, optimize=True)
    assert cleaned(saved(strip, "PNG")).width == 2560


def forged(kind: str, width: int, height: int) -> bytes:
    """A small file whose header claims this size."""
    sides = struct.pack(">HH", height & 0xFFFF, width & 0xFFFF)
    if kind == "PNG":
        return png((width, height, 8, 2), rows=b"\0" * 9)
    if kind == "JPEG":
        honest = saved(noise("RGB", 24, 16))
        return honest.replace(struct.pack(">HH", 16, 24), sides, 1)
    moving = saved(noise(), "WEBP", save_all=True, append_images=[cornered().resize((24, 16))], lossless=True)
    claimed = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return moving[:24] + claimed + moving[30:]


@pytest.mark.parametrize(
    ("kind", "width", "height"),
    [
        ("PNG", 100_000, 100_000),
        ("PNG", 2**31 - 1, 2**31 - 1),
        ("PNG", 50_000_001, 1),
        ("PNG", 16_000, 10_000),
        ("PNG", 10_000, 9_000),
        ("PNG", 8_000, 6_251),
        ("JPEG", 65_500, 65_500),
        ("JPEG", 10_000, 9_000),
        ("JPEG", 8_000, 6_251),
        ("WEBP", 100_000, 40_000),
        ("WEBP", 10_000, 9_000),
        ("WEBP", 8_000, 6_251),
    ],
)
def test_a_bomb_is_refused_by_its_header(kind: str, width: int, height: int, decoded: list[tuple[int, int]]) -> None:
    assert refusal(forged(kind, width, height)) == "too_many_pixels"
    assert decoded == []


def test_a_strip_as_long_as_the_limit_allows_is_resized() -> None:
    kept = cleaned(png((50_000_000, 1, 1, 0), rows=b"\0" + b"\xaa" * 6_250_000))
    assert (kept.width, kept.height) == (2560, 1)
    assert colour(kept, 1280, 0) == (119, 119, 119)


def test_what_this_machine_has_no_memory_for_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "redrawn", failing(MemoryError()))
    assert refusal(from_a_camera()) == "too_many_pixels"


def test_a_defect_of_ours_is_no_fault_of_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "redrawn", failing(RuntimeError("ours")))
    with pytest.raises(RuntimeError, match="ours"):
        cleaned(from_a_camera())


def failing(error: BaseException) -> Any:
    """A step that raises this."""

    def step(_: object) -> Picture:
        raise error

    return step


PACKED = zlib.compress(bytes(2_000_000))
SHORT_TEXT = zlib.compress(b"a")


@pytest.mark.parametrize(
    ("name", "start"), [(b"zTXt", b"key\0\0"), (b"iTXt", b"key\0\1\0\0\0"), (b"iCCP", b"name\0\0")]
)
def test_a_chunk_that_unpacks_to_very_much_is_refused(name: bytes, start: bytes) -> None:
    assert refusal(with_chunks(chunk(name, start + PACKED))) == "no_picture"
    assert cleaned(with_chunks(chunk(name, start + SHORT_TEXT))).width == 2


def many(name: str, times: int) -> bytes:
    """A picture with this many parts of a kind that costs its reader much."""
    honest = saved(noise(), progressive=True)
    scan = honest[honest.rindex(b"\xff\xda") : -2]
    return {
        "texts": with_chunks(*[chunk(b"zTXt", b"key\0\0" + SHORT_TEXT)] * times),
        "translated texts": with_chunks(*[chunk(b"iTXt", b"key\0\1\0\0\0" + SHORT_TEXT)] * times),
        "profiles": with_chunks(*[chunk(b"iCCP", b"name\0\0" + SHORT_TEXT)] * times),
        "scans": honest[:-2] + scan * (times - honest.count(b"\xff\xda")) + b"\xff\xd9",
        "exif": honest[:2] + b"\xff\xe1\0\x0cExif\0\0abcd" * times + honest[2:],
    }[name]


@pytest.mark.parametrize("name", ["texts", "translated texts", "profiles", "scans", "exif"])
def test_parts_that_keep_a_reader_busy_have_a_limit(name: str, decoded: list[tuple[int, int]]) -> None:
    parts = 10 if name == "exif" else 0  # the scans of the picture around them
    assert refusal(many(name, MOST_COSTLY + 1 - parts)) == "no_picture"
    assert decoded == []
    assert cleaned(many(name, MOST_COSTLY - parts)).width in (2, 24)


KEYS = ["exif", "xmp", "XML:com.adobe.xmp", "icc_profile", "transparency", "bbox", "interlace", "dpi", "gamma",
        "default_image", "duration", "Raw profile type exif"]  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_a_text_named_like_a_setting_does_no_harm(key: str) -> None:
    texts = [chunk(b"tEXt", key.encode() + b"\0" + value) for value in (b"", b"5", WORDS.encode(), b"\n\n\n45")]
    for content in map(with_chunks, texts):
        assert is_settled(content)


NOTHING = {
    "empty": b"",
    "text": "Просто письмо".encode(),
    "zeros": bytes(1000),
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type /Catalog>>\nendobj\n",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n",
    "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200),
    "AVIF": b"\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf" + bytes(200),
    "video": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(200),
    "GIF": saved(Image.new("P", (8, 8)), "GIF"),
    "BMP": saved(Image.new("RGB", (8, 8)), "BMP"),
    "TIFF": saved(Image.new("RGB", (8, 8)), "TIFF"),
    "start of a JPEG": b"\xff\xd8\xff",
    "start of a PNG": PNG_START,
    "start of a WebP": b"RIFF\x1a\0\0\0WEBPVP8L",
    "no pixels": png((0, 0, 8, 2)),
    "no palette": png((1, 1, 8, 3), rows=b"\0\0"),
    "no such colours": png((1, 1, 7, 5), rows=b"\0\0"),
    "animation without frames": png((8, 8, 8, 2), chunk(b"acTL", bytes(8)), chunk(b"fcTL", bytes(26))),
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_no_picture_is_refused(name: str) -> None:
    assert refusal(NOTHING[name]) == "no_picture"


@pytest.mark.parametrize("percent", [1, 10, 50, 75, 95])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_is_cut_off_is_refused(kind: str, percent: int) -> None:
    whole = saved(noise("RGB", 64, 64), kind)
    assert refusal(whole[: len(whole) * percent // 100]) == "no_picture"
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_the_same_bytes_give_the_same_picture() -> None:
    assert cleaned(from_a_camera()) == cleaned(from_a_camera())
    assert cleaned(saved(noise(), "PNG")).content == saved(noise(), quality=88, optimize=True)


def test_a_kept_picture_stays_as_it_is_when_it_is_sent_again() -> None:
    smooth = noise("RGB", 8, 6).resize((400, 300), Image.Resampling.BICUBIC)
    once = cleaned(saved(smooth, exif=exif(PETERSBURG, "2026:11:05 14:03:22", 6), icc_profile=profile()))
    assert (once.point is None, once.taken is None) == (False, False)
    twice = cleaned(once.content)
    assert (twice.point, twice.taken, twice.width, twice.height) == (None, None, 300, 400)
    steps = [abs(before - after) for before, after in zip(shown(once).tobytes(), shown(twice).tobytes(), strict=True)]
    assert sum(steps) / len(steps) < 1


def test_pictures_from_several_threads_leave_warnings_as_they_were() -> None:
    before = list(warnings.filters)
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(cleaned, [with_exif(b"Exif\0\0II*\0\x08\0\0\0\xff\xff")] * 40))
    assert {picture.width for picture in kept} == {16}
    assert list(warnings.filters) == before


def test_who_needs_no_pictures_does_not_wait_for_pillow() -> None:
    program = "import sys, storage.pictures; print('PIL' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def is_settled(content: bytes) -> bool:
    """That these bytes are kept as a clean picture or refused by a known code, and nothing else."""
    try:
        kept = cleaned(content)
    except BadPicture as refused:
        return refused.args in {("no_picture",), ("too_many_pixels",)}
    return shown(kept).size <= (LONGEST_SIDE, LONGEST_SIDE) and b"Exif" not in kept.content


@cache
def samples() -> list[bytes]:
    """Small files of many kinds."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", WORDS, zip=True)
    said = exif(PETERSBURG, "2026:11:05 14:03:22", 6)
    greys = [saved(noise(mode), "PNG", exif=said) for mode in ("L", "LA", "RGBA")]
    moving = [saved(noise(), kind, save_all=True, append_images=[cornered().resize((24, 16))], exif=said)
              for kind in ("PNG", "WEBP", "MPO")]  # fmt: skip
    return [
        from_a_camera(),
        saved(noise("CMYK"), progressive=True, exif=said),
        saved(noise(), "PNG", pnginfo=texts, icc_profile=profile()),
        saved(indexed(), "PNG", transparency=b"\0\xff"),
        saved(noise(), "WEBP", exif=said, icc_profile=profile()),
        *greys,
        *moving,
    ]


DAMAGE = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=4)), min_size=1, max_size=6)


def damaged(content: bytes, places: list[tuple[float, bytes]]) -> bytes:
    """The same with some bytes written over; where nothing is written, one is left out."""
    for share, over in places:
        at = int(len(content) * share)
        content = content[:at] + over + content[at + max(1, len(over)) :]
    return content


@given(st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff", PNG_START, b"RIFF\0\1\0\0WEBPVP8 "]))
def test_any_bytes_are_a_picture_or_refused(rest: bytes, start: bytes) -> None:
    assert is_settled(start + rest)


def test_every_sample_is_a_picture() -> None:
    assert {cleaned(content).width for content in samples()} == {16, 24, 32}


@given(st.integers(0, 10), DAMAGE)
def test_damaged_pictures_are_pictures_or_refused(number: int, places: list[tuple[float, bytes]]) -> None:
    assert is_settled(damaged(samples()[number], places))


@given(st.integers(0, 300), st.binary(min_size=1, max_size=8), st.sampled_from(["JPEG", "PNG", "WEBP"]))
def test_damaged_exif_never_costs_the_picture_its_pixels(at: int, over: bytes, kind: str) -> None:
    said = exif(PETERSBURG, "2026:11:05 14:03:22").tobytes()
    at = 14 + at % (len(said) - 14)
    assert colour(cleaned(with_exif(said[:at] + over + said[at + len(over) :], kind)), 2, 2) == RED


@given(st.lists(st.tuples(st.sampled_from([b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"iCCP", b"eXIf", b"tEXt", b"zTXt",
                                           b"iTXt", b"acTL", b"fcTL", b"fdAT", b"IDAT", b"IEND", b"zzzz"]),
                          st.binary(max_size=40)), max_size=5))  # fmt: skip
def test_chunks_in_any_order_are_a_picture_or_refused(chunks: list[tuple[bytes, bytes]]) -> None:
    assert is_settled(with_chunks(*[chunk(name, data) for name, data in chunks]))
