"""What the weights of a pack are made of: the examples of all its layers, and the everyday phrases of situations."""

from pathlib import Path

from storage.model.situation import Lesson
from storage.pack.layers import Layers, chain, examples_of
from storage.pack.table import BrokenPack
from storage.pack.weights import EXAMPLES, NAME, BrokenWeights, digest_of, read_weights


def lessons_of(folder: Path) -> tuple[Path, list[Lesson]]:
    """Where the weights of a pack belong, and everything to be learnt there. Raises BrokenPack.

    They belong beside the uppermost `examples.csv`: what is laid over that folder is not learnt, so that cities that
    are based on it share its weights.
    """
    errors: list[str] = []
    layers = chain(folder, errors)
    home = next((number for number, layer in enumerate(layers) if (layer / EXAMPLES).is_file()), None)
    if home is None:
        raise BrokenPack([f"{folder}: нет файла {EXAMPLES}; что в нём, сказано в storage/cities/README.md"])
    whole = Layers(errors)
    for layer in reversed(layers[home:]):
        whole.lay_tables(layer)
    told = [row for layer in layers[home:] for row in examples_of(layer / EXAMPLES, errors)]
    known = whole.entries["situation"]
    for table in whole.tables("situation"):
        phrases = (*table.words("phrases"), *table.words("also"), table.take("title", str, ""))
        told += [Lesson(table.values["id"], (), phrase) for phrase in phrases if phrase]
    errors += [
        f"{EXAMPLES}: ситуации «{min(unknown)}» в пакете нет; исправьте строку «{row.text[:40]}»"
        for row in told
        if (unknown := {row.situation, *row.also} - known.keys())
    ]
    if errors:
        raise BrokenPack(errors)
    return layers[home], told


def stale(folder: Path) -> list[str]:
    """Which weights of a pack were made before its examples were last changed."""
    found = []
    for layer in chain(folder, []):
        examples, weights = layer / EXAMPLES, layer / NAME
        if not (examples.is_file() and weights.is_file()):
            continue
        try:
            fresh = read_weights(weights).made_of == digest_of(examples)
        except BrokenWeights:
            continue  # told when the pack was read
        if not fresh:
            found.append(
                f"{layer.name}/{EXAMPLES} изменён после того, как посчитаны веса; "
                f"пересчитайте: python -m bot city train {layer.name}"
            )
    return found
