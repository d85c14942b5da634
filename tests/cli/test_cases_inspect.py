"""`portal cases inspect`: what came back, said by a script under the rules of the desk."""

from __future__ import annotations

from typing import Any

import pytest

from portal.cli.cases import cases
from tests.routes.staff.test_returning import approved
from tests.support.staff import Office, open_office


@pytest.fixture
def office(app: Any) -> Office:
    return open_office(app)


@pytest.mark.req("S28", "S29")
def test_a_script_says_what_came_back(office: Office) -> None:
    case_no, login = approved(office), office.add("warehouse")

    def run(*words: str) -> Any:
        return office.app.test_cli_runner().invoke(cases, ["inspect", case_no, "--as", login, *words])

    assert "is not like 1=2" in run("--accept", "two").output
    assert run().exit_code == 2
    done = run("--accept", "1=2", "--reject", "1=1", "--reason", "有划痕")
    assert (done.exit_code, done.stdout) == (0, f"{case_no}: inspected\n")
    [row] = office.rows("SELECT state, deadline_kind FROM after_sales_case")
    assert (row["state"], row["deadline_kind"]) == ("received", "customer_chooses_rejected")
