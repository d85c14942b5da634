"""`portal jobs`: what is in trouble, a line each, and one of them tried again."""

from __future__ import annotations

from flask import Flask

from portal.cli.jobs import jobs
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
