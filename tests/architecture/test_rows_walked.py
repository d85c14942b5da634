"""Each row S1 to S45 is walked in a browser, with scripts and without; the rows left for later are named, with why."""

from __future__ import annotations

import importlib
import inspect
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.cli import COMMANDS
from tests.browser.conftest import SCRIPTS
from tests.conftest import SCREENS

ROWS = [f"S{number}" for number in range(1, 46)]
BOTH_WAYS = {"screen", "shopper", "storefront"}
"""Fixtures that run their test with scripts and without."""
LATER: dict[str, tuple[str, str]] = {}
"""Why a row is not walked, and the command or address it will have."""


def walks() -> Iterator[tuple[Callable[..., Any], list[pytest.Mark]]]:
    """The tests of tests/browser with their marks."""
    for path in sorted((Path(__file__).parents[1] / "browser").glob("test_*.py")):
        module = importlib.import_module(f"tests.browser.{path.stem}")
        shared = getattr(module, "pytestmark", [])
        decorators = shared if isinstance(shared, list) else [shared]
        for name, function in vars(module).items():
            if name.startswith("test_") and function.__module__ == module.__name__:
                yield function, [*(each.mark for each in decorators), *getattr(function, "pytestmark", [])]


def ways(function: Callable[..., Any], marks: list[pytest.Mark]) -> set[bool]:
    """With scripts, without, or both."""
    if BOTH_WAYS & set(inspect.signature(function).parameters):
        return {True, False}
    return {way for mark in marks if mark.name == "parametrize" and mark.args[0] == "scripts" for way in mark.args[1]}


def walked() -> dict[str, set[bool]]:
    found: dict[str, set[bool]] = defaultdict(set)
    for function, marks in walks():
        for row in (row for mark in marks if mark.name == "req" for row in mark.args):
            found[row] |= ways(function, marks)
    return found


def test_every_row_is_walked_with_scripts_and_without() -> None:
    found = walked()
    assert {row: found[row] for row in ROWS if row not in LATER and found[row] != {True, False}} == {}


def test_the_windows_of_these_walks_are_of_both_kinds() -> None:
    assert {scripts for scripts, *_ in SCREENS.values()} == set(SCRIPTS.values()) == {True, False}


def test_a_row_left_for_later_is_walked_as_soon_as_it_is_built(app: Flask) -> None:
    there = [rule.rule for rule in app.url_map.iter_rules()] + [f"portal {name}" for name in COMMANDS]
    built = [row for row, (_why, place) in LATER.items() if any(one.startswith(place) for one in there)]
    assert built == [], "walk it, and take it out of LATER"
    assert set(LATER) & set(walked()) == set()
