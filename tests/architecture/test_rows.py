"""A row never leaves the repositories: what they hand out are values with names (ARCHITECTURE, laws 10 and 14)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PORTAL = Path(__file__).parents[2] / "portal"
BETWEEN_REPOSITORIES = {"rows.py"}
"""Where a row is what is talked about; only repositories may import it."""


def functions() -> Iterator[tuple[str, str]]:
    """Each function of a repository that others may call, and what it says it gives."""
    for path in sorted((PORTAL / "repos").glob("*.py")):
        if path.name not in BETWEEN_REPOSITORIES:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.returns:
                    yield f"{path.name}:{node.name}", ast.unparse(node.returns)


def names(annotation: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(annotation)) if isinstance(node, ast.Name)}


def test_no_repository_hands_out_a_row() -> None:
    found = dict(functions())
    assert len(found) > 150
    assert {name: given for name, given in found.items() if names(given) & {"Row", "RowMapping"}} == {}


def test_nobody_but_a_repository_knows_rows() -> None:
    outside = [path for path in PORTAL.rglob("*.py") if path.parent.name != "repos"]
    assert [str(path) for path in outside if "portal.repos.rows" in path.read_text()] == []
