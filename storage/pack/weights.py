"""The file of weights that lies beside `examples.csv`: what those examples taught, so that no start learns them anew.

Compressed (zlib): a line of JSON with the situations, their bias and the number of features; the features a line each;
their rarity and their step as 32-bit floats; then for each feature a signed byte for every situation.
"""

import json
import sys
import zlib
from array import array
from hashlib import sha256
from pathlib import Path

from storage.imported.reading import replace_file
from storage.model.weights import Weights

NAME, EXAMPLES = "weights.bin", "examples.csv"
FLOAT = 4
"""bytes"""


class BrokenWeights(ValueError):
    """The file is damaged or of another kind."""


def digest_of(examples: Path) -> str:
    """By what it is seen that examples were changed after they were learnt; line ends of other systems do not count."""
    return sha256(examples.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def read_weights(file: Path) -> Weights:
    """The weights in a file. Raises BrokenWeights."""
    try:
        head, _, rest = zlib.decompress(file.read_bytes()).partition(b"\n")
        about = json.loads(head)
        many, situations, bias = int(about["features"]), tuple(about["situations"]), tuple(about["bias"])
        *names, rest = rest.split(b"\n", many)
        rarity, step = (numbers_in(rest[begin : begin + many * FLOAT]) for begin in (0, many * FLOAT))
        points = array("b", rest[2 * many * FLOAT :])
        numbers = {name.decode(): number for number, name in enumerate(names)}
        made_of = str(about["made_of"])
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise BrokenWeights(file.name) from error
    whole = len(points) == many * len(situations) and len(numbers) == many == len(step)
    if not whole or len(bias) != len(situations):
        raise BrokenWeights(file.name)
    return Weights(situations, numbers, rarity, step, points, bias, made_of)


def write_weights(file: Path, weights: Weights) -> None:
    """Put weights in a file, at once and whole."""
    about = {
        "made_of": weights.made_of,
        "features": len(weights.numbers),
        "situations": weights.situations,
        "bias": weights.bias,
    }
    names = "".join(f"{name}\n" for name in weights.numbers).encode()
    whole = (
        json.dumps(about).encode()
        + b"\n"
        + names
        + written(weights.rarity)
        + written(weights.step)
        + weights.points.tobytes()
    )
    replace_file(file, zlib.compress(whole, 9))


def numbers_in(written: bytes) -> "array[float]":
    """32-bit floats, the lowest byte first. Raises ValueError if the last one is not whole."""
    numbers = array("f", written)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def written(numbers: "array[float]") -> bytes:
    """The same the other way."""
    copy = array("f", numbers)
    if sys.byteorder == "big":
        copy.byteswap()
    return copy.tobytes()
