"""The README of the city packs: what it shows can be written so."""

import re
import tomllib

import pytest

from storage.pack.layers import CITIES

TEXT = (CITIES / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_example_is_toml(block: str) -> None:
    assert tomllib.loads(block) != {}


def test_there_are_examples_of_what_a_pack_is_made_of() -> None:
    whole = "\n".join(BLOCKS)
    assert all(f"[[{kind}]]" in whole for kind in ("body", "situation", "district", "ladder", "danger", "source"))
