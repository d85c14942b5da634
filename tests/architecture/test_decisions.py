"""Every decision has a number, a title and a state, and the index says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "decisions"
FILES = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
STATE = re.compile(r"accepted|replaced by \d+|withdrawn")
ROW = re.compile(r"^\| (\d+) \| \[(.+)\]\(([^)]+)\) \| (.+) \|$", re.MULTILINE)
INDEX = {name: (number, title, state) for number, title, name, state in ROW.findall((FOLDER / "README.md").read_text())}
HEAD = re.compile(r"# (\d+)\. (.+)\n\nState: (.+)\.\n\n")


def head(path: Path) -> tuple[str, str, str]:
    """Number, title and state, as the file's first three lines say them."""
    found = HEAD.match(path.read_text())
    assert found, f"{path.name} must begin with '# NUMBER. TITLE', an empty line and 'State: accepted.'"
    return found[1], found[2], found[3]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_decision_says_its_number_and_its_state_and_stands_in_the_index(path: Path) -> None:
    number, title, state = head(path)
    assert path.name.startswith(f"{int(number):04}-"), f"{path.name} calls itself {number}"
    assert STATE.fullmatch(state), f"{path.name}: the state is accepted, replaced by N, or withdrawn; not {state!r}"
    row = f"| {number} | [{title}]({path.name}) | {state} |"
    assert INDEX.get(path.name) == (number, title, state), f"docs/decisions/README.md must have the row: {row}"


def test_the_index_names_no_decision_that_is_not_there() -> None:
    assert sorted(INDEX) == [path.name for path in FILES]


def test_numbers_are_given_once() -> None:
    numbers = [head(path)[0] for path in FILES]
    assert sorted({int(number) for number in numbers}) == [int(number) for number in numbers]


def test_what_replaces_a_decision_is_there() -> None:
    numbers = {head(path)[0] for path in FILES}
    replacing = {head(path)[2].rpartition(" ")[2] for path in FILES if head(path)[2].startswith("replaced")}
    assert replacing <= numbers
