"""The pictures of docs/architecture.md are those that the imports draw."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from scripts import map_imports
from scripts.map_imports import Picture, in_order, svg

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return map_imports.pictures()


@pytest.mark.parametrize("name", ["rooms.svg", "services.svg", "domain.svg", "pages.svg"])
def test_a_picture_shows_the_imports_as_they_are(drawn: dict[str, str], name: str) -> None:
    assert (PICTURES / name).read_text() == drawn[name], f"docs/pictures/{name} is out of date: run `make map`"


@pytest.mark.parametrize("name", ["services.svg", "domain.svg", "pages.svg"])
def test_no_arrow_between_packages_runs_back_up(drawn: dict[str, str], name: str) -> None:
    assert map_imports.BACKWARDS not in drawn[name]


def test_importers_stand_above_what_they_import() -> None:
    sizes = dict.fromkeys(("a", "b", "c"), 1)
    assert in_order(Picture("", "", sizes, Counter({("c", "b"): 1, ("b", "a"): 2}))) == ["c", "b", "a"]


def test_an_arrow_that_has_to_run_back_up_is_red() -> None:
    circle = Picture("", "", {"a": 1, "b": 1}, Counter({("a", "b"): 5, ("b", "a"): 1}))
    assert in_order(circle) == ["a", "b"]
    assert svg(circle).count(map_imports.BACKWARDS) == 3
