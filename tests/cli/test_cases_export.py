"""`portal cases export`: past applications in the format that `portal policy simulate` reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.cli.cases import cases
from portal.cli.policy import policy
from tests.routes.staff.test_deciding import applied
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("N4")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def run(office: Office, group: Any, *words: str) -> Any:
    return office.app.test_cli_runner().invoke(group, list(words))


def test_what_is_exported_can_be_simulated(office: Office, tmp_path: Path) -> None:
    applied(office)
    done = run(office, cases, "export", "--shop", "tepai")
    head, *rows = done.stdout.splitlines()
    assert (done.exit_code, head) == (0, "order_no,line_id,quantity,kind,reason,requested_at")
    assert rows and all(len(row.split(",")) == 6 for row in rows)
    asked, answers = tmp_path / "asked.csv", tmp_path / "answers.csv"
    asked.write_text(done.stdout, "utf-8")
    words = ("--shop", "tepai", "--policy", "cn", "--applications", str(asked), "--out", str(answers))
    assert run(office, policy, "simulate", *words).exit_code == 0
    assert len(answers.read_text("utf-8").splitlines()) == len(rows) + 1
    nowhere = run(office, policy, "simulate", *words[:-1], str(tmp_path / "none" / "answers.csv"))
    assert (nowhere.exit_code, nowhere.stderr.count("\n")) == (1, 1)


def test_since_is_a_day_of_the_shops(office: Office) -> None:
    applied(office)
    for since, count in (("2026-11-20", 2), ("2026-11-21", 1)):
        assert len(run(office, cases, "export", "--shop", "tepai", "--since", since).stdout.splitlines()) == count
    assert run(office, cases, "export", "--shop", "none").exit_code == 1
