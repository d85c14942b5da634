"""`portal jobs`: what is in trouble, a line each, and one of them tried again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from portal.cli.jobs import jobs
from portal.config import BadSetting
from portal.repos.unit_of_work import unit_of_work
from tests.support.shopper import open_shop


def test_what_was_given_up_is_listed_and_tried_again(app: Flask) -> None:
    front = open_shop(app)
    with front.deps.database.writing() as connection:
        told = "'staff_mail', '{}', 1, '2026-01-01 00:00:00', 40, 'down', '2026-01-01 00:00:00', '2026-01-01 00:00:00'"
        names = "kind, payload, urgency, run_at, attempts, error, created_at, dead_at"
        connection.exec_driver_sql(f"INSERT INTO job ({names}) VALUES ({told})")
    run = app.test_cli_runner()
    assert run.invoke(jobs, ["--dead"]).stdout == "1\tstaff_mail\tdead\t40\tdown\n1 in trouble.\n"
    assert run.invoke(jobs, ["--retry", "1"]).stdout == "1\tstaff_mail\tdue now\n"
    assert run.invoke(jobs, ["--dead"]).stdout == "0 in trouble.\n"
    assert run.invoke(jobs, ["--retry", "2"]).exit_code != 0


@pytest.mark.req("P12")
def test_what_waits_is_moved_to_the_other_queue_and_back_and_the_command_says_what_is_left_to_do(
    postgresql_url: str, portal_on: Callable[..., Flask]
) -> None:
    app = portal_on(postgresql_url)
    with unit_of_work(app.extensions["portal"]) as work:
        for name in ("one", "two"):
            work.jobs.enqueue("forget_files", {"keys": [name]})
    run = app.test_cli_runner()
    said = run.invoke(jobs, ["move", "--to", "procrastinate"]).stdout
    assert said == "2 moved to procrastinate.\nPORTAL_QUEUE is local here: new jobs go there until it is changed.\n"
    assert run.invoke(jobs, ["move", "--to", "local"]).stdout == "2 moved to local.\n"
    assert run.invoke(jobs, ["move", "--to", "local"]).stdout == "0 moved to local.\n"


@pytest.mark.req("P12")
def test_there_is_one_queue_on_sqlite(app: Flask) -> None:
    done = app.test_cli_runner().invoke(jobs, ["move", "--to", "procrastinate"])
    assert isinstance(done.exception, BadSetting)
    assert "PORTAL_DATABASE_URL names SQLite" in str(done.exception)
