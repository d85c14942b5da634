"""Paths and links in documents lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
DOCUMENTS = [CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
PATH = re.compile(r"(?<![\w/.-])((?:portal|tests|docs|scripts|bench|deploy|migrations)/[\w./-]*[\w/])")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_path_and_link_leads_somewhere(document: Path) -> None:
    text = document.read_text()
    links = {link for link in LINK.findall(text) if not (document.parent / link).exists()}
    paths = {path for path in PATH.findall(LINK.sub("", text)) if not (CHECKOUT / path).exists()}
    assert links | paths == set()


@pytest.mark.parametrize(("kind", "file"), [("nginx", "nginx.conf"), ("caddyfile", "Caddyfile")])
def test_the_proxies_that_are_shown_are_those_that_are_tried(kind: str, file: str) -> None:
    shown = re.findall(rf"^```{kind}\n(.*?)^```", (CHECKOUT / "docs/operate.md").read_text(), re.DOTALL | re.MULTILINE)
    assert shown == [(CHECKOUT / "deploy" / file).read_text()]
