"""Who may import whom, and that no module escapes the question."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PORTAL = CHECKOUT / "portal"
CONTRACTS = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
LINTER = Path(sys.executable).with_name("lint-imports")
RULES = """
[tool.importlinter]
root_package = "portal"
include_external_packages = true
contract_types = ["may_import: tests.architecture.may_import.MayImport"]
[[tool.importlinter.contracts]]
type = "may_import"
name = "domain"
layer = ["portal.domain"]
third_party = []
not_standard = ["time"]
"""
CLOCKS = {"now", "today", "utcnow"}


def test_every_layer_imports_only_what_it_may() -> None:
    done = subprocess.run([LINTER, "--no-cache"], cwd=CHECKOUT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_stands_under_a_contract() -> None:
    layers = {layer for contract in CONTRACTS for layer in contract.get("layer", ())}
    here = {f"portal.{path.stem}" for path in PORTAL.glob("*.py")}
    here |= {f"portal.{path.name}" for path in PORTAL.iterdir() if any(path.glob("*.py"))}
    assert here - {"portal.__init__"} <= layers


def test_contracts_name_only_modules_that_are_there() -> None:
    named = {
        name
        for contract in CONTRACTS
        for key in ("layer", "ours", "exempt", "containers")
        for name in contract.get(key, ())
    }
    paths = {name: CHECKOUT.joinpath(*name.split(".")) for name in named}
    assert [name for name, path in paths.items() if not path.is_dir() and not path.with_suffix(".py").exists()] == []


@pytest.mark.parametrize("path", sorted((PORTAL / "domain").rglob("*.py")), ids=lambda path: path.stem)
def test_the_domain_asks_no_clock(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    assert not [call.lineno for call in calls if isinstance(call, ast.Attribute) and call.attr in CLOCKS]


def verdict(tmp_path: Path, source: str) -> subprocess.CompletedProcess[str]:
    """import-linter's verdict on a small portal whose domain holds `source`."""
    package = tmp_path / "portal" / "domain"
    package.mkdir(parents=True)
    for name in ("__init__.py", "web.py", "domain/__init__.py", "domain/cases.py"):
        (package.parent / name).touch()
    (package / "orders.py").write_text(source)
    (tmp_path / "pyproject.toml").write_text(RULES)
    path = {**os.environ, "PYTHONPATH": f"{tmp_path}:{CHECKOUT}"}
    return subprocess.run([LINTER, "--no-cache"], cwd=tmp_path, env=path, check=False, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("import decimal", True),
        ("from portal.domain import cases", True),
        ("import time", False),
        ("import sqlalchemy", False),
        ("from portal import web", False),
        ("def late():\n    from portal.web import session", False),
    ],
)
def test_the_contract_names_the_line_that_breaks_it(tmp_path: Path, source: str, kept: bool) -> None:
    done = verdict(tmp_path, source)
    assert (done.returncode == 0) is kept, done.stdout + done.stderr
    assert kept or "portal.domain.orders line" in done.stdout
