"""Static files: every file of the look is in a sheet, and a version is laid once."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask

from portal.web.shell.assets import PUBLISHED, SHEETS, STATIC, names, published, sheet

CSS = STATIC / "css"
LAYERS = ("reset", "tokens", "base", "compositions", "components", "pages", "print")
FILES = sorted(str(path.relative_to(CSS).with_suffix("")) for path in CSS.rglob("*.css"))


@pytest.mark.req("N7")
def test_every_file_of_the_look_is_joined_into_one_sheet() -> None:
    joined = [part for parts in SHEETS.values() for part in parts]
    assert sorted([*joined, "record"]) == FILES


@pytest.mark.parametrize("name", [name for name in FILES if name not in ("layers", "record")])
def test_a_file_names_its_layer_and_has_one_declaration_a_line(name: str) -> None:
    text = (CSS / f"{name}.css").read_text()
    assert set(re.findall(r"@layer (\w+) \{", text)) <= set(LAYERS)
    assert text.count("@layer") >= 1
    assert not [line for line in text.splitlines() if line.count(";") > 1]
    assert not [line for line in text.splitlines() if re.search(r"\{.*[;}]", line)]


def test_the_order_of_the_layers_comes_first_and_nowhere_else() -> None:
    assert sheet("app.css").startswith(f"@layer {', '.join(LAYERS)};@layer reset{{")
    declared = [name for name in FILES if re.search(r"@layer [^{]*;", (CSS / f"{name}.css").read_text())]
    assert declared == ["layers"]


def test_nothing_but_what_a_browser_reads_is_sent() -> None:
    sent = sheet("app.css")
    assert "/*" not in sent and "\n" not in sent.strip() and "  " not in sent
    assert "@media (prefers-color-scheme: dark){:root{" in sent and "--radius:8px;" in sent


@pytest.mark.req("N8")
def test_the_look_of_a_first_view_is_small() -> None:
    """Seven kilobytes over the wire (DESIGN, files and weight)."""
    assert len(gzip.compress(sheet("app.css").encode(), 9)) <= 7 * 1024


def test_a_version_is_laid_once_and_found_by_whoever_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    published.cache_clear()
    first = published()
    laid = {path: path.stat().st_mtime_ns for path in first.rglob("*.*")}
    published.cache_clear()
    assert published() == first == (tmp_path / PUBLISHED / first.name)
    assert {path: path.stat().st_mtime_ns for path in first.rglob("*.*")} == laid
    assert [path.name for path in (tmp_path / PUBLISHED).iterdir()] == [first.name]
    published.cache_clear()


def test_a_file_that_is_not_there_is_named_by_no_template(app: Flask) -> None:
    templates = Path(app.root_path) / "templates"
    asked = {name for path in templates.rglob("*.html") for name in re.findall(r"asset\('([^']+)'\)", path.read_text())}
    assert asked <= set(names())
