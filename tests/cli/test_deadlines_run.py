"""`portal deadlines run`: what is over is acted on; what is not over yet is only listed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from portal.cli.upkeep import deadlines
from tests.support.shopper import Shopfront, open_shop


@pytest.fixture
def front(app: Flask) -> Shopfront:
    return open_shop(app)


def state_of(front: Shopfront, case_no: str) -> str:
    with front.deps.database.reading() as connection:
        query = text("SELECT state FROM after_sales_case WHERE case_no = :no")
        return str(connection.execute(query, {"no": case_no}).scalar_one())


@pytest.mark.req("N6")
@pytest.mark.parametrize(
    ("options", "acts"),
    [((), False), (("--dry-run",), False), (("--dry-run", "--yes-act"), False), (("--yes-act",), True)],
)
def test_a_time_that_has_not_come_only_lists_unless_it_is_said_to_act(
    app: Flask, front: Shopfront, options: tuple[str, ...], acts: Any
) -> None:
    case_no = front.returning(at=front.deps.clock.now() - timedelta(days=1))
    before = state_of(front, case_no)
    ahead = (front.deps.clock.now() + timedelta(days=400)).isoformat()
    result = app.test_cli_runner().invoke(deadlines, ["run", "--as-of", ahead, *options])
    assert result.exit_code == 0, result.output
    assert (state_of(front, case_no) != before) is acts
    if acts:
        assert sum(json.loads(result.stdout).values())
    else:
        assert case_no in result.stdout and "nothing was done" in result.stdout


@pytest.mark.req("N6")
def test_what_is_over_now_is_acted_on_without_a_word_and_listed_by_a_dry_run(app: Flask, front: Shopfront) -> None:
    case_no = front.returning(at=front.deps.clock.now() - timedelta(days=1))
    run = app.test_cli_runner().invoke
    assert run(deadlines, ["run", "--dry-run"]).stdout == "0 would be acted on; nothing was done.\n"
    with front.deps.database.writing() as connection:
        connection.execute(text("UPDATE after_sales_case SET deadline_at = '2020-01-01 00:00:00'"))
    before = state_of(front, case_no)
    assert case_no in run(deadlines, ["run", "--dry-run"]).stdout
    assert state_of(front, case_no) == before
    assert sum(json.loads(run(deadlines, ["run"]).stdout).values()) == 1
    assert state_of(front, case_no) != before
