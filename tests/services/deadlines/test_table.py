"""Each deadline that a case can have is a row of one table, each row is carried out and set by somebody (law 15)."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from portal.domain.deadlines.table import ELSEWHERE, OF_CASES, DeadlineKind
from portal.services.deadlines.at_zero import HANDLERS

PORTAL = Path(__file__).parents[3] / "portal"


def test_every_kind_that_a_case_can_have_is_a_row_and_every_row_a_kind() -> None:
    assert set(OF_CASES) == set(get_args(DeadlineKind))


def test_every_row_is_set_by_a_step_or_a_service() -> None:
    rooms = (PORTAL / "services", PORTAL / "domain/cases")
    written = "".join(path.read_text("utf-8") for room in rooms for path in room.rglob("*.py"))
    thens = {rule.then for rule in OF_CASES.values()}
    assert {kind for kind in OF_CASES if f'"{kind}"' not in written} <= thens


def test_every_row_of_a_case_is_carried_out() -> None:
    assert {rule.at_zero for rule in OF_CASES.values()} == set(HANDLERS)


def test_what_is_escalated_has_a_task() -> None:
    for kind, rule in {**OF_CASES, **ELSEWHERE}.items():
        assert "escalate" not in rule.at_zero or rule.task, kind
