"""What a run of faults has shown, counted; the long run writes it to docs/reliability.md."""

from __future__ import annotations

import json
import os
import platform
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests import databases
from tests.needs import CHECKOUT

REPORT = CHECKOUT / "docs" / "reliability.md"


@dataclass
class Tally:
    """Counts of one run on one database. The promises are checked as it runs: what is counted here has held."""

    database: str
    seed: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    missed: int = 0
    steps: set[str] = field(default_factory=set)
    restarts: list[float] = field(default_factory=list)
    settles: list[float] = field(default_factory=list)
    actions: int = 0
    acknowledged: int = 0

    def killed(self, role: str, step: str, when: str) -> None:
        self.kills[role] += 1
        self.steps.add(f"{role} {when} {step}".replace("  ", " "))

    def not_reached(self, role: str, step: str, when: str) -> None:
        self.missed += 1

    def restarted(self, seconds: float) -> None:
        self.restarts.append(seconds)

    def settled(self, seconds: float) -> None:
        self.settles.append(seconds)

    def done(self, *, write: bool) -> None:
        print(self.row())
        if write:
            keep(self)

    def row(self) -> str:
        restarts, settles = sorted(self.restarts) or [0.0], sorted(self.settles) or [0.0]
        by_role = ", ".join(f"{role} {count}" for role, count in sorted(self.kills.items()))
        return (
            f"| {self.database} | {sum(self.kills.values())} ({by_role}) | {len(self.steps)} | {self.actions} "
            f"| {self.acknowledged} | 0 | 0 | {_middle(restarts):.1f} / {restarts[-1]:.1f} s "
            f"| {_middle(settles):.1f} / {settles[-1]:.1f} s |"
        )


def keep(tally: Tally) -> None:
    """Rows of both databases, whichever ends first, in the run's folder; then the page."""
    folder = databases.run_folder() / "reliability"
    folder.mkdir(exist_ok=True)
    (folder / tally.database).write_text(json.dumps({"row": tally.row(), "seed": tally.seed}))
    kept = [json.loads(path.read_text()) for path in sorted(folder.iterdir())]
    REPORT.write_text(page([row["row"] for row in kept], [row["seed"] for row in kept]), encoding="utf-8")


def page(rows: list[str], seeds: list[int]) -> str:
    when = f"{datetime.now(UTC):%Y-%m-%d}"
    return f"""# Reliability

Written by `make faults CYCLES={os.environ.get("PORTAL_FAULT_CYCLES", "")}` on {when} ({os.cpu_count()} cores, Python {platform.python_version()}). A cycle: three
shoppers' cancels over HTTP to a running portal (supervisor, web, worker, sandbox rail), a kill -9 of one of its processes,
at a named step or a random moment, the same forms sent until they are answered, and sent once more. Then, after every
cycle: each acknowledged cancel is there; each order has one refund per tender, each moved once in the rail's own log;
one mail and one text a notice; the books of both sides agree (`refunds reconcile`); the audit trail is whole (`audit verify`).
The first figure that is not as promised ends the run, so a row below is a run without any.

| database | kills (by process) | different moments | presses of 确认取消 | acknowledged | lost | doubled | kill to first good answer, median / longest | until all money had moved, median / longest |
|---|---|---|---|---|---|---|---|---|
{chr(10).join(rows)}

Random seeds: {", ".join(map(str, seeds))}. Other faults (provider slow, down, double, late, lying; database locked, gone and
back; disk full; two workers on one job; clock jumps) are tests of `tests/faults/test_outages.py` and run with every
`make test`.
"""


def _middle(values: list[float]) -> float:
    return values[len(values) // 2]


def path_of_report() -> Path:
    return REPORT
