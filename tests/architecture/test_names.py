"""Names that tell: no rooms for odds and ends, marks that name rows of the requirements, a lock that names no place."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
LOCK = (CHECKOUT / "requirements.lock").read_text()
ODDS_AND_ENDS = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "base", "misc"}
ROWS = {f"{kind}{number}" for kind, last in (("S", 45), ("P", 29), ("N", 13)) for number in range(1, last + 1)}
# An address, an absolute or relative path, or an option that says where packages come from.
PLACE = re.compile(r"https?:|file:|git\+|@ |^\s*-(?!-hash=)|--(?!hash=)|^\s*[./]|\\\\", re.MULTILINE)


def modules(folder: str) -> list[Path]:
    return sorted((CHECKOUT / folder).rglob("*.py"))


def marks(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.req":
            yield node


def test_no_module_is_called_after_a_layer_of_dust() -> None:
    found = [path for folder in ("portal", "tests", "bench") for path in modules(folder) if path.stem in ODDS_AND_ENDS]
    assert found == []


@pytest.mark.parametrize("path", modules("tests"), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_requirement_marks_name_rows(path: Path) -> None:
    for mark in marks(ast.parse(path.read_text())):
        rows = [argument.value for argument in mark.args if isinstance(argument, ast.Constant)]
        assert rows, f"{path}:{mark.lineno} names no row"
        assert len(rows) == len(mark.args), f"{path}:{mark.lineno} says its rows as text"
        assert set(rows) <= ROWS, f"{path}:{mark.lineno}: {rows}"


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://a.example/simple",
        "-f /wheels",
        "flask @ file:///wheels/flask.whl",
        "./portal",
        "-r more.txt",
    ],
)
def test_a_place_is_recognised(line: str) -> None:
    assert PLACE.search(line)


def test_the_lock_names_packages_and_hashes_and_no_place() -> None:
    for line in LOCK.splitlines():
        assert not PLACE.search(line.removesuffix("\\").strip()), line
    assert re.search(r"^flask==", LOCK, re.MULTILINE)


def test_everything_in_the_lock_has_a_hash_and_django_stays_out() -> None:
    entries = re.split(r"\n(?=\w)", LOCK.strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"^django==", LOCK, re.MULTILINE)
    assert re.search(r"^django-htmx==", LOCK, re.MULTILINE)


def test_the_repository_names_no_package_host() -> None:
    if not (CHECKOUT / ".git").exists():
        files = [CHECKOUT / "pyproject.toml", CHECKOUT / "Makefile", *modules("portal")]
    else:
        listed = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
        files = [
            CHECKOUT / name for name in listed.splitlines() if name.endswith((".toml", ".lock", ".cfg", "Makefile"))
        ]
    named = re.compile(r"index-url|find-links|/simple/?\b")
    assert [
        path for path in files if path.exists() and named.search(path.read_text().replace("--no-emit-index-url", ""))
    ] == []
