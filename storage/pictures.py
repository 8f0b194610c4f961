"""What a photo that somebody sent becomes before it is kept: upright, of a common size, with nothing written beside."""

import re
import struct
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings

from storage.model.territory import Point

if TYPE_CHECKING:
    from PIL.Image import Exif, Image

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 50_000_000  # more is a decompression bomb: a telephone sends 12 million, seldom 50
LONGEST_SIDE = 2560  # px: the number of a house is read across a street
JPEG_QUALITY = 88
COSTLY = re.compile(rb"\xff\xda\x00[\x06-\x0e][\x00-\x04]|Exif\0\0|zTXt|iTXt|iCCP")
"""parts that cost Pillow more than their bytes: each scan of a JPEG is a pass over all pixels, each further EXIF copies
those before it, each packed chunk of a PNG unpacks up to 1 MB"""
MOST_COSTLY = 50  # an honest picture has up to a dozen; with 50 the worst takes seconds, with no limit hours
FLAWS = (
    OSError,  # no picture at all, cut off, a broken stream
    SyntaxError,  # a broken chunk or marker, EXIF that is no TIFF
    ValueError,  # a text that unpacks to too much, a chunk that is too short, an offset below zero
    TypeError,  # a PNG text whose key is the name of one of Pillow's settings
    LookupError,  # EXIF or an index of several pictures without an entry
    ArithmeticError,  # an offset that no index holds
    AttributeError,  # a number where EXIF has a text
    AssertionError,  # a PNG with a palette that has no palette
    EOFError,  # an animation without a frame
    struct.error,  # too few bytes for a number
)
"""What Pillow raises on damaged bytes: it has no common ancestor for them. Anything else is a defect of ours."""
DAY = re.compile(r"(\d{4}):(\d\d):(\d\d)\b")
ONE_AT_A_TIME = Lock()
"""warnings are silenced for all threads at once, and a picture of MAX_PIXELS takes up to 900 MB for a moment"""


class BadPicture(ValueError):
    """It cannot be kept; the argument says why: `no_picture` or `too_many_pixels`."""


@dataclass(frozen=True)
class Picture:
    """A picture to be kept, and what stood beside the pixels of the one that was sent."""

    content: bytes
    """JPEG, sRGB, without any metadata"""
    width: int
    """px, at most LONGEST_SIDE; so is the height"""
    height: int
    point: Point | None
    """where the camera was, to 0.1 m, if it says so"""
    taken: date | None
    """the day by the clock of the camera"""


def cleaned(content: bytes) -> Picture:
    """Make a picture to be kept from a JPEG, PNG or WebP; of an animation, from its first frame.

    The same bytes give the same picture. Takes up to seconds: not for the event loop.
    Raises BadPicture: `no_picture` if it is none of these, is damaged or cut off; `too_many_pixels` if its header
    claims more than MAX_PIXELS, or if this machine has too little memory for it.
    """
    from PIL.Image import DecompressionBombError

    try:
        with ONE_AT_A_TIME, catch_warnings(action="ignore"):
            return redrawn(opened(content))
    except (DecompressionBombError, MemoryError) as bomb:
        raise BadPicture("too_many_pixels") from bomb
    except FLAWS as flaw:
        raise BadPicture("no_picture") from flaw


def opened(content: bytes) -> "Image":
    """Decode a picture that is safe to decode; a large JPEG at once at a half, a quarter or an eighth of its size.

    Raises DecompressionBombError before a pixel is decoded, and FLAWS.
    """
    from PIL import Image

    if len(COSTLY.findall(content)) > MOST_COSTLY:
        raise ValueError("made to keep its reader busy")
    image = Image.open(BytesIO(content), formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise Image.DecompressionBombError(f"{image.width} × {image.height}")
    image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    return image


def redrawn(image: "Image") -> Picture:
    """The picture anew from its pixels, and what its EXIF says."""
    exif, profile = exif_of(image), image.info.get("icc_profile")
    image = smooth(image)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=3.0)
    final = upright(on_paper(image, profile), exif)
    return Picture(encoded(final), final.width, final.height, point(exif), taken(exif))


def smooth(image: "Image") -> "Image":
    """The same in a mode that can be resized between its pixels: L, RGB, CMYK or RGBA."""
    if image.mode == "I;16":  # Pillow would make everything above 255 white
        return image.point(lambda value: value / 257).convert("L")
    mode = "RGBA" if image.has_transparency_data else {"1": "L", "P": "RGB"}.get(image.mode, image.mode)
    return image if image.mode == mode else image.convert(mode)


def on_paper(image: "Image", profile: object) -> "Image":
    """The pixels alone, in sRGB, on white where they are transparent."""
    from PIL import Image

    paper = Image.new("RGB", image.size, "white")
    paper.paste(in_srgb(image, profile), mask=image if image.mode == "RGBA" else None)
    return paper


def in_srgb(image: "Image", profile: object) -> "Image":
    """The picture as its colour profile means it; as it is without a profile or with one that is broken."""
    from PIL import ImageCms

    if not isinstance(profile, bytes):
        return image
    with suppress(ImageCms.PyCMSError, *FLAWS):
        meant, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
        return ImageCms.buildTransform(meant, srgb, image.mode, "RGB").apply(image)
    return image


def upright(paper: "Image", exif: "Exif") -> "Image":
    """The picture turned and mirrored as its EXIF tells."""
    from PIL.ExifTags import Base
    from PIL.ImageOps import exif_transpose

    with suppress(*FLAWS):
        paper.getexif()[Base.Orientation] = exif[Base.Orientation]
    return exif_transpose(paper)


def encoded(image: "Image") -> bytes:
    """A JPEG of these pixels."""
    written = BytesIO()
    try:
        image.save(written, "JPEG", quality=JPEG_QUALITY, optimize=True)
    except OSError:  # Pillow lends the optimizer one byte for each pixel: too little for a strip of noise
        written = BytesIO()
        image.save(written, "JPEG", quality=JPEG_QUALITY)
    return written.getvalue()


def exif_of(image: "Image") -> "Exif":
    """What is written beside the pixels; nothing if it cannot be read."""
    from PIL.Image import Exif

    with suppress(*FLAWS):
        return image.getexif()
    return Exif()


def point(exif: "Exif") -> Point | None:
    """Where the camera was; None if that is not told, is not on Earth or is the 0, 0 of a camera that does not know."""
    from PIL.ExifTags import GPS, IFD

    with suppress(*FLAWS):
        gps = exif.get_ifd(IFD.GPSInfo)
        lat = degrees(gps[GPS.GPSLatitude], gps[GPS.GPSLatitudeRef], "NS", 90)
        lon = degrees(gps[GPS.GPSLongitude], gps[GPS.GPSLongitudeRef], "EW", 180)
        return Point(lat, lon) if (lat, lon) != (0, 0) else None
    return None


def degrees(parts: Any, side: Any, sides: str, most: int) -> float:
    """Degrees from degrees, minutes and seconds on a side, the first of two being positive; raises FLAWS.

    Cameras round up to 60 minutes or seconds, and some write sides as bytes, in small letters or with zeros after them.
    """
    whole, minutes, seconds = map(float, parts)
    text = side.decode("ascii") if isinstance(side, bytes) else side
    sign = {sides[0]: 1, sides[1]: -1}[text.rstrip("\0 ").upper()]
    value = round(whole + minutes / 60 + seconds / 3600, 6)
    if whole >= 0 and 0 <= minutes <= 60 and 0 <= seconds <= 60 and value <= most:  # over zero is NaN, in no range
        return sign * value
    raise ValueError(parts)


def taken(exif: "Exif") -> date | None:
    """The day the picture was taken, in EXIF «2026:11:05 14:03:22»; None if that is not told or is no day."""
    from PIL.ExifTags import IFD, Base

    with suppress(*FLAWS):
        found = DAY.match(exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal])
        return date(*map(int, found.groups())) if found else None
    return None
