"""docs/reliability.md, as a run of faults writes it."""

from __future__ import annotations

import pytest

from tests.faults.report import REPORT, Tally, page

pytestmark = pytest.mark.req("N7")


def test_what_a_run_leaves_out_stays_as_it_was() -> None:
    before = REPORT.read_text(encoding="utf-8")
    assert page({}, {}, before) == before
    after = page({}, {"Properties": {"examples": {"any sequence": "7"}}}, before)
    assert "| any sequence | 7 |" in after and "(62)" not in after
    kills = "## Kills\n"
    assert after.partition(kills)[2].partition("\n## ")[0] == before.partition(kills)[2].partition("\n## ")[0]


def test_a_run_that_is_the_first_writes_what_it_has() -> None:
    tally = Tally("sqlite", seeds=[7], kills={"web": 1}, steps=["web "], restarts=[1.0], settles=[2.0])
    written = page({"sqlite": tally}, {})
    assert "| what | sqlite |" in written and "| cycles | 1 |" in written
