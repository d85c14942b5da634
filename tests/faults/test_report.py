"""docs/reliability.md, as a run of faults writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import report
from tests.faults.report import REPORT, Tally, keep, page

pytestmark = pytest.mark.req("N7")


def test_what_a_run_leaves_out_stays_as_it_was() -> None:
    before = REPORT.read_text(encoding="utf-8")
    assert page({}, {}, before) == before
    after = page({}, {"Properties": {"examples": {"any sequence": "7"}}}, before)
    assert "| any sequence | 7 |" in after and "(62)" not in after
    kills = "## Kills\n"
    assert after.partition(kills)[2].partition("\n## ")[0] == before.partition(kills)[2].partition("\n## ")[0]


def test_a_column_that_a_run_leaves_out_stays_with_when_it_was_measured() -> None:
    before = REPORT.read_text(encoding="utf-8")
    tally = Tally("another", seeds=[7], kills={"web": 1}, steps=["web "], restarts=[1.0], settles=[2.0], loads=[3.0])
    once = page({"another": tally}, {}, before)
    kills = once.partition("## Kills\n")[2].partition("\n## ")[0]
    assert "3.0, 3.0" in kills and "1.0 s, 1.0 s" in kills and "2026-11-23 (2 cores, Python 3.11.7)" in kills
    assert page({"another": tally}, {}, once) == once


def test_runs_that_name_one_folder_are_added_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORTAL_FAULT_TALLIES", str(tmp_path / "kept"))
    monkeypatch.setattr(report, "REPORT", tmp_path / "page.md")
    for seed in (1, 2, 2):
        keep(Tally("sqlite", seeds=[seed], settles=[float(seed)] * seed))
    assert "| cycles | 3 |" in (tmp_path / "page.md").read_text(encoding="utf-8")


def test_a_run_that_is_the_first_writes_what_it_has() -> None:
    tally = Tally("sqlite", seeds=[7], kills={"web": 1}, steps=["web "], restarts=[1.0], settles=[2.0])
    written = page({"sqlite": tally}, {})
    assert "| what | sqlite |" in written and "| cycles | 1 |" in written
