"""What docstrings and comments name of our own is there: modules by their dotted name, files by their path."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
DOTTED = re.compile(r"\b(?:portal|tests|bench)(?:\.[A-Za-z_]\w*)+")
FILE = re.compile(r"\b(?:portal|tests|bench|scripts|docs)/[\w/]+\.(?:py|html|md|toml|typ|css|js)\b")
MODULES = [path for room in ("portal", "tests", "bench", "scripts") for path in sorted((CHECKOUT / room).rglob("*.py"))]


def said(source: str) -> Iterator[str]:
    """Docstrings, texts that stand alone, and comments; nothing of a module that names ours only where it imports."""
    lines = [line for line in source.splitlines() if not line.lstrip().startswith(("from ", "import "))]
    if not any(DOTTED.search(line) or FILE.search(line) for line in lines):
        return
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def is_there(name: str) -> bool:
    """A module, or something that the module it begins with speaks of."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        place = CHECKOUT.joinpath(*parts[:count])
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if file.exists():
                return all(re.search(rf"\b{part}\b", file.read_text()) for part in parts[count:])
    return False


def test_a_name_that_is_not_there_is_found() -> None:
    assert is_there("portal.domain.money.Money") and is_there("portal.domain") and is_there("portal.app")
    assert not is_there("portal.domain.money.Coin") and not is_there("portal.domain.gold")


@pytest.mark.parametrize("room", ["portal", "tests", "bench", "scripts"])
def test_what_docstrings_and_comments_name_is_there(room: str) -> None:
    missing = []
    for path in MODULES:
        if path.relative_to(CHECKOUT).parts[0] == room:
            for text in said(path.read_text()):
                missing += [(path.name, name) for name in DOTTED.findall(text) if not is_there(name)]
                missing += [(path.name, name) for name in FILE.findall(text) if not (CHECKOUT / name).exists()]
    assert missing == []
