"""A pytest plugin, `-p tests.faults.examples`: puts the long property runs that held into docs/reliability.md."""

from __future__ import annotations

import os

import pytest

from tests.faults.report import keep_others


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Asked in the process that has the whole run; one that failed is not on the page."""
    is_whole_run = "PYTEST_XDIST_WORKER" not in os.environ
    if is_whole_run and report.when == "call" and report.passed and "test_state_machine" in report.nodeid:
        name = report.nodeid.rpartition("::test_")[2].replace("_", " ")
        minutes = f"{report.duration / 60:.0f}"
        keep_others("Properties", "examples", {f"{name} (minutes)": f"{os.environ['PORTAL_EXAMPLES']} ({minutes})"})
