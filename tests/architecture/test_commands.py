"""What the Makefile offers is what it says, what CONTRIBUTING says, and what is checked before a commit and in CI."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
MAKEFILE = (CHECKOUT / "Makefile").read_text()
CONTRIBUTING = (CHECKOUT / "CONTRIBUTING.md").read_text()
HOOKS = (CHECKOUT / ".pre-commit-config.yaml").read_text()
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
TOOLS = re.findall(r"^check-\w+: setup\n\t\$\(BIN\)/(\S+)", MAKEFILE, re.MULTILINE)


def test_the_help_names_every_command() -> None:
    told = set(re.findall(r"@echo 'make ([a-z-]+)", MAKEFILE)) | set(re.findall(r"; ([a-z-]+):", MAKEFILE))
    parts_of_check = {target for target in TARGETS if target.startswith("check-")}
    assert told == TARGETS - parts_of_check - {"help"}


def test_commands_are_not_files() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == TARGETS


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "README.md", ".ci/run", "docs/performance.md"])
def test_every_command_that_is_written_about_is_there(document: str) -> None:
    text = (CHECKOUT / document).read_text()
    named = re.findall(r"^(?:\| )?`?make (?:--[a-z-]+ )?([a-z-]+)", text, re.MULTILINE) + re.findall(
        r"`make ([a-z-]+)`", text
    )
    assert set(named) <= TARGETS


def test_what_is_checked_is_checked_before_a_commit_too() -> None:
    assert len(TOOLS) == 5
    for tool in TOOLS:
        assert f"entry: .venv/bin/{tool}" in HOOKS, f"{tool} of make check has no hook"


def test_hooks_come_from_the_checkout_alone() -> None:
    assert re.findall(r"repo: (\S+)", HOOKS) == ["local"]


def test_ci_does_what_anybody_can_do() -> None:
    steps = re.findall(r"- run: (.*)", (CHECKOUT / ".github/workflows/ci.yml").read_text())
    assert steps == [".ci/run"]
