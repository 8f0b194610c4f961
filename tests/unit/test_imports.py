"""The house of design.md §3: which part may import which, and what no start has to wait for."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from bot.channels import CHANNELS

ROOT = Path(__file__).parents[2]
OURS = ("bot", "handlers", "dialogs", "storage", "notifier", "tests")
MAY_IMPORT = {
    "storage": ("storage",),
    "dialogs": ("dialogs", "storage.model"),
    "handlers": ("handlers", "dialogs", "storage"),
    "notifier": ("notifier", "dialogs", "storage"),
    "bot": ("bot", "handlers", "notifier", "dialogs", "storage"),
}
HOMES = {
    "aiogram": ("bot/channels/", "bot/check.py"),
    "vk_api": ("bot/channels/", "bot/check.py"),
    "requests": ("bot/channels/", "bot/check.py"),
    "jconfig": ("bot/channels/", "bot/check.py"),
    "sqlalchemy": ("storage/",),
    "alembic": ("storage/",),
    "jinja2": ("dialogs/texts/",),
}
HEAVY = (
    "aiogram",
    "aiohttp",
    "vk_api",
    "requests",
    "alembic",
    "apscheduler",
    "typst",
    "matplotlib",
    "shapely",
    "pymorphy3",
)


def modules(part: str) -> list[str]:
    """The files of one part of the house, as paths from the root."""
    return sorted(str(file.relative_to(ROOT)) for file in (ROOT / part).rglob("*.py"))


EVERY = [file for part in MAY_IMPORT for file in modules(part)]


@cache
def tree(file: str) -> ast.Module:
    """A module as Python reads it."""
    return ast.parse((ROOT / file).read_text("utf-8"))


@cache
def imported(file: str) -> list[str]:
    """Everything a module imports, wherever in it: «storage.model.city»; names in `from a import b` as «a.b»."""
    found = []
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def within(name: str, packages: tuple[str, ...]) -> bool:
    """Whether a name is one of these packages or inside one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_every_part_of_the_house_has_modules(part: str) -> None:
    assert len(modules(part)) > 3


@pytest.mark.parametrize("file", EVERY)
def test_imports_go_one_way(file: str) -> None:
    allowed = MAY_IMPORT[file.split("/")[0]]
    assert [name for name in imported(file) if within(name, OURS) and not within(name, allowed)] == []


@pytest.mark.parametrize("library", HOMES)
def test_a_foreign_library_stays_in_its_home(library: str) -> None:
    users = {file for file in EVERY if any(within(name, (library,)) for name in imported(file))}
    assert users, f"nobody uses {library}: take it off the list"
    assert {file for file in users if not file.startswith(HOMES[library])} == set()


def loaded_by(statement: str) -> set[str]:
    """The top-level packages a fresh interpreter holds after a statement."""
    program = f"import sys\n{statement}\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in run.stdout.split()}


@pytest.mark.parametrize("module", ["bot.cli", "bot.app"])
def test_a_start_does_not_wait_for_heavy_libraries(module: str) -> None:
    loaded = loaded_by(f"import {module}")
    assert "bot" in loaded
    assert loaded & set(HEAVY) == set()


def test_help_needs_neither_the_database_nor_templates() -> None:
    assert loaded_by("import bot.cli; bot.cli.parser()") & {"sqlalchemy", "jinja2", *HEAVY} == set()


MODELS = """
import sys
import bot.channels.telegram
from aiogram import methods, types

models = [model for family in (types, methods) for model in vars(family).values() if hasattr(model, "model_rebuild")]
print(len(models), sum(model.__pydantic_complete__ for model in models))
some = [*models[::10], types.Update, types.Message]  # all of them take eight seconds
for model in some:
    model.model_rebuild()
print(len(some), sum(model.__pydantic_complete__ for model in some))
"""


def test_the_door_to_telegram_builds_few_models_of_aiogram_and_could_build_others() -> None:
    run = subprocess.run([sys.executable, "-c", MODELS], cwd=ROOT, capture_output=True, text=True, check=True)
    every, built, some, buildable = map(int, run.stdout.split())
    assert every > 400
    assert built < every / 4
    assert buildable == some > 40


def literals(file: str) -> set[str]:
    """Every string of a module that is no docstring."""
    return {
        node.value for node in ast.walk(tree(file)) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("part", sorted(set(MAY_IMPORT) - {"bot"}))
def test_code_asks_for_capabilities_and_never_for_the_name_of_a_channel(part: str) -> None:
    assert {file: found for file in modules(part) if (found := literals(file) & set(CHANNELS))} == {}
