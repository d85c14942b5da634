"""The map leads where it says: a feature's name is enough to find nearly everything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+) \| (.+) \| `(.+)` \| `(.+)` \| (yes|no) \|$", re.MULTILINE)
ROWS = ROW.findall((CHECKOUT / "docs" / "map.md").read_text())
FEATURES = {
    *("orders", "intake", "cancelling", "applying", "cases", "returning", "withdrawing", "fees", "refunds"),
    *("replacing", "exchanging", "credit", "deadlines", "messages", "evidence", "identity", "team", "embedding"),
    *("connectors", "goodwill", "inbox", "macros", "policy", "shops", "webhooks", "records", "reports", "jobs"),
}


def agrees(guess: str, answer: str) -> bool:
    return answer == guess or (guess.endswith("/") and answer.startswith(guess))


def test_thirty_different_questions_are_answered() -> None:
    assert [int(number) for number, *_ in ROWS] == list(range(1, 31))
    assert len({question for _, question, *_ in ROWS}) == 30
    assert all(question.endswith("?") for _, question, *_ in ROWS)


@pytest.mark.parametrize(("question", "guess", "answer", "said"), [row[1:] for row in ROWS], ids=lambda text: text)
def test_an_answer_is_there_and_the_guess_is_judged_rightly(question: str, guess: str, answer: str, said: str) -> None:
    assert (CHECKOUT / answer).is_file(), f"{question} {answer} is not there: docs/map.md has to follow what was moved"
    assert said == ("yes" if agrees(guess, answer) else "no")


@pytest.mark.parametrize("guess", sorted({guess for _, _, guess, *_ in ROWS if "policies" not in guess}))
def test_a_guess_is_made_of_a_room_and_a_feature(guess: str) -> None:
    assert Path(guess).stem in FEATURES


def test_nearly_every_guess_agrees() -> None:
    assert sum(agrees(guess, answer) for _, _, guess, answer, _ in ROWS) >= 27


@pytest.mark.parametrize("room", ["services", "domain"])
def test_a_package_is_called_after_a_feature(room: str) -> None:
    packages = {path.name for path in (CHECKOUT / "portal" / room).iterdir() if (path / "__init__.py").exists()}
    assert packages <= FEATURES | {"help"}
