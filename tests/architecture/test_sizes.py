"""What fits a screen: forty lines a function, three hundred a module, seven parameters (ARCHITECTURE, sizes)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
MODULES = sorted((CHECKOUT / "portal").rglob("*.py"))
LONGEST_FUNCTION = 40
LONGEST_MODULE = 300
MOST_PARAMETERS = 7


def too_large(source: str) -> Iterator[str]:
    """What in a module is longer than fits a screen, or takes more than one reads at a glance."""
    if (length := len(source.splitlines())) > LONGEST_MODULE:
        yield f"the module: {length} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{node.name}: {length} lines"
            if (count := len(parameters(node))) > MOST_PARAMETERS:
                yield f"{node.name}: {count} parameters"


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """Their names, without the object or class that a method belongs to."""
    names = [each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_a_function_fits_a_screen_and_a_module_a_few(path: Path) -> None:
    assert list(too_large(path.read_text())) == []


def test_what_is_too_large_is_found() -> None:
    body = "    pass\n" * LONGEST_FUNCTION
    assert list(too_large(f"def long():\n{body}")) == ["long: 41 lines"]
    assert list(too_large("\n" * (LONGEST_MODULE + 1))) == ["the module: 301 lines"]
    assert list(too_large("def wide(a, b, c, d, *, e, f, g, h): ...")) == ["wide: 8 parameters"]
    assert list(too_large("class A:\n    def method(self, a, b, c, d, *, e, f, g): ...")) == []
