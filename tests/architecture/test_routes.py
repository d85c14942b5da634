"""Routes are thin: a view reads, asks a form and calls one service (EXAMPLES)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

LONGEST = 15
ROUTES = Path(__file__).parents[2] / "portal" / "routes"
MARKS = (".route", ".get", ".post", ".put")


def views() -> Iterator[tuple[str, int]]:
    """Each view, and the lines of its body without its docstring."""
    for path in sorted(ROUTES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and any(_is_route(mark) for mark in node.decorator_list):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                yield f"{path.relative_to(ROUTES)}:{node.name}", (body[-1].end_lineno or 0) - body[0].lineno + 1


def _is_route(mark: ast.expr) -> bool:
    return isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith(MARKS)


def test_a_view_fits_in_fifteen_lines() -> None:
    found = dict(views())
    assert len(found) > 90
    assert {name: length for name, length in found.items() if length > LONGEST} == {}


def test_no_view_tells_a_get_from_a_head() -> None:
    """What is not a POST is shown: `== "GET"` would take a HEAD for a submission."""
    telling = [path.name for path in ROUTES.rglob("*.py") if 'method == "GET"' in path.read_text()]
    assert telling == []
