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
        print(self.figures())
        if write:
            keep(self)

    def figures(self) -> dict[str, str]:
        restarts, settles = sorted(self.restarts) or [0.0], sorted(self.settles) or [0.0]
        by_role = ", ".join(f"{role} {count}" for role, count in sorted(self.kills.items()))
        return {
            "database": self.database,
            "cycles": str(len(self.settles)),
            "kills": f"{sum(self.kills.values())} ({by_role})",
            "different moments of a kill": str(len(self.steps)),
            "times 确认取消 was pressed": str(self.actions),
            "orders cancelled and acknowledged": str(self.acknowledged),
            "lost": "0",
            "doubled": "0",
            "from a kill to the first good answer, median / longest": f"{_middle(restarts):.1f} / {restarts[-1]:.1f} s",
            "until all money had moved, median / longest": f"{_middle(settles):.1f} / {settles[-1]:.1f} s",
            "seed": str(self.seed),
        }


def keep(tally: Tally) -> None:
    """Figures of both databases, whichever ends first, in the run's folder; then the page."""
    folder = databases.run_folder() / "reliability"
    folder.mkdir(exist_ok=True)
    (folder / tally.database).write_text(json.dumps(tally.figures()))
    kept = [json.loads(path.read_text()) for path in sorted(folder.iterdir(), reverse=True)]
    REPORT.write_text(page(kept), encoding="utf-8")


HEAD = """# Reliability

Written by `make faults CYCLES={cycles}` on {day} ({cores} cores, Python {python}).

A cycle: three cancels, over HTTP, of a running portal (supervisor, web, worker, sandbox rail), and a kill -9 of one of its
processes, at a named step or a random moment; the same forms sent until they are answered, and sent once more. After
every cycle: each acknowledged cancel is there; each order has one refund per tender, each moved once in the rail's own
log; one mail and one text a notice; the books of both sides agree (`refunds reconcile`); the audit trail is whole
(`audit verify`). The first figure that is not as promised ends the run, so a row below is a run without any.

| what | {names} |
|---|{dashes}|
"""
TAIL = """
Random seeds: {seeds}. Other faults (provider slow, down, double, late, lying; database locked, gone and back; disk full;
several workers on one table of jobs; clock jumps) are tests of `tests/faults/test_outages.py`, in every `make test`.
"""


def page(kept: list[dict[str, str]]) -> str:
    head = HEAD.format(
        cycles=os.environ.get("PORTAL_FAULT_CYCLES", ""),
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        cores=os.cpu_count(),
        python=platform.python_version(),
        names=" | ".join(figures["database"] for figures in kept),
        dashes="|".join("---" for _ in kept),
    )
    what = [name for name in kept[0] if name not in ("database", "seed")]
    rows = "".join(f"| {name} | " + " | ".join(figures[name] for figures in kept) + " |\n" for name in what)
    return head + rows + TAIL.format(seeds=", ".join(figures["seed"] for figures in kept))


def _middle(values: list[float]) -> float:
    return values[len(values) // 2]
