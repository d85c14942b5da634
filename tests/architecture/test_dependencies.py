"""What is imported is asked for by name: a package that another one happens to bring may be gone tomorrow."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
# They come with Flask and Flask-WTF, whose faces they are; no release of those works without them.
WITH_FLASK = {"click", "itsdangerous", "jinja2", "markupsafe", "werkzeug", "wtforms", "babel", "alembic"}
EXTRAS = [name for names in PROJECT["project"]["optional-dependencies"].values() for name in names]
WITH_CHECKS = {"grimp", "import-linter"}


def asked(*requirements: str) -> set[str]:
    return {re.split(r"[\[<>=; ]", requirement)[0].lower().replace("_", "-") for requirement in requirements}


def imported(folder: str) -> set[str]:
    """The roots of everything imported below `folder`, the standard library and our own left out."""
    roots: set[str] = set()
    for path in (CHECKOUT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                roots |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                roots.add(node.module.partition(".")[0])
    beside = {path.stem for path in (CHECKOUT / folder).rglob("*.py")}
    return roots - sys.stdlib_module_names - beside - {"portal", "tests", "bench", "scripts"}


@pytest.mark.parametrize("folder", ["portal", "migrations", "tests", "bench", "scripts"])
def test_every_import_is_asked_for(folder: str) -> None:
    allowed = asked(*PROJECT["project"]["dependencies"]) | asked(*EXTRAS) | WITH_FLASK
    if folder not in ("portal", "migrations"):
        allowed |= asked(*PROJECT["dependency-groups"]["test"]) | WITH_CHECKS
    known = packages_distributions()
    missing = {
        root: sorted(known.get(root, [])) for root in imported(folder) if not allowed & asked(*known.get(root, [root]))
    }
    assert missing == {}
