"""The file of weights that lies beside `examples.csv`: what those examples taught, so that no start learns them anew.

Compressed (zlib): a line of JSON with the situations, their bias, the step and the number of features; the features a
line each; their rarity as 32-bit floats; how often each is doubled, a byte each; then for each feature a byte for every
situation.
"""

import json
import sys
import zlib
from array import array
from hashlib import sha256
from pathlib import Path

from storage.imported.reading import replace_file
from storage.model.weights import FINEST, Weights

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
        rarity, rest = numbers_in(rest[: many * FLOAT]), rest[many * FLOAT :]
        doubled, points = rest[:many], rest[many:]
        numbers = {name.decode(): number for number, name in enumerate(names)}
        step, made_of = float(about["step"]), str(about["made_of"])
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise BrokenWeights(file.name) from error
    whole = len(points) == many * len(situations) and len(numbers) == many and max(doubled, default=0) <= FINEST
    if not whole or len(bias) != len(situations):
        raise BrokenWeights(file.name)
    return Weights(situations, numbers, rarity, doubled, points, step, bias, made_of)


def write_weights(file: Path, weights: Weights) -> None:
    """Put weights in a file, at once and whole."""
    about = {
        "made_of": weights.made_of,
        "features": len(weights.numbers),
        "situations": weights.situations,
        "bias": weights.bias,
        "step": weights.step,
    }
    names = "".join(f"{name}\n" for name in weights.numbers).encode()
    whole = b"\n".join((json.dumps(about).encode(), names + written(weights.rarity) + weights.doubled + weights.points))
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
