"""What runs of faults have shown, counted; a long run writes it to docs/reliability.md.

Runs that name one folder as PORTAL_FAULT_TALLIES are added up, as the lanes of one run are."""

from __future__ import annotations

import fcntl
import json
import operator
import os
import platform
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path

from tests.support import databases
from tests.support.needs import CHECKOUT

REPORT = CHECKOUT / "docs" / "reliability.md"


@dataclass
class Tally:
    """Counts of one run on one database. The promises are checked as it runs: what is counted here has held."""

    database: str
    seeds: list[int] = field(default_factory=list)
    kills: dict[str, int] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)
    settles: list[float] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)
    presses: int = 0
    acknowledged: int = 0

    def killed(self, role: str, step: str) -> None:
        self.kills[role] = self.kills.get(role, 0) + 1
        self.steps.append(f"{role} {step}")
        self.loads.append(os.getloadavg()[0])

    def __add__(self, other: Tally) -> Tally:
        listed = ("seeds", "steps", "restarts", "settles", "loads")
        both = {name: getattr(self, name) + getattr(other, name) for name in listed}
        return Tally(
            self.database,
            kills=dict(Counter(self.kills) + Counter(other.kills)),
            presses=self.presses + other.presses,
            acknowledged=self.acknowledged + other.acknowledged,
            **both,
        )

    def figures(self) -> dict[str, str]:
        by_role = ", ".join(f"{role} {count}" for role, count in sorted(self.kills.items()))
        return {
            "cycles": str(len(self.settles)),
            "kills": f"{sum(self.kills.values())} ({by_role})",
            "different moments of a kill": str(len(set(self.steps))),
            "times 确认取消 was pressed": str(self.presses),
            "orders cancelled and acknowledged": str(self.acknowledged),
            "lost": "0",
            "doubled": "0",
            "from a kill to the first good answer, median, longest": middle_and_longest(self.restarts),
            "until all money had moved, median, longest": middle_and_longest(self.settles),
            "processes that wanted a core meanwhile (load average), median, longest": middle_and_longest(
                self.loads, ""
            ),
            "random seeds": ", ".join(map(str, self.seeds)),
        }


def keep(tally: Tally) -> None:
    """Adds it to what others of this run have counted, and writes the page again."""
    with _kept("reliability") as kept:
        tallies = [Tally(**found) for found in json.loads(kept.read_text())] if kept.exists() else []
        # A run writes what it has so far every now and then: its seed says which is its own.
        tallies = [each for each in tallies if each.seeds != tally.seeds] + [tally]
        kept.write_text(json.dumps([asdict(each) for each in tallies]))
    write()


def keep_others(title: str, column: str, figures: dict[str, str]) -> None:
    """Figures of another long test, as a column under its own title."""
    with _kept("reliability_others") as kept:
        others = json.loads(kept.read_text()) if kept.exists() else {}
        others.setdefault(title, {}).setdefault(column, {}).update(figures)
        kept.write_text(json.dumps(others))
    write()


def keep_lane(title: str, column: str, tally: Tally) -> None:
    """What one of several installations side by side has counted so far; the column is of all of them."""
    with _kept("reliability_lanes") as kept:
        lanes = json.loads(kept.read_text()) if kept.exists() else []
        lanes = [one for one in lanes if one[2]["seeds"] != tally.seeds] + [[title, column, asdict(tally)]]
        kept.write_text(json.dumps(lanes))
    mine = [Tally(**found) for heading, named, found in lanes if (heading, named) == (title, column)]
    keep_others(title, column, reduce(operator.add, mine).figures())


def keep_counts(title: str, column: str, seed: int, counts: dict[str, int]) -> None:
    """What one run has counted so far; the column is the sum of all of them."""
    with _kept("reliability_counts") as kept:
        found = json.loads(kept.read_text()) if kept.exists() else {}
        mine: dict[str, dict[str, int]] = found.setdefault(title, {}).setdefault(column, {})
        mine[str(seed)] = counts
        kept.write_text(json.dumps(found))
    sums = {what: str(sum(one[what] for one in mine.values())) for what in counts}
    keep_others(title, column, sums | {"random seeds": ", ".join(mine)})


def write() -> None:
    """The page, of what this run has kept so far."""
    with _kept("reliability") as kept:
        tallies = [Tally(**found) for found in json.loads(kept.read_text())] if kept.exists() else []
        by_database: dict[str, Tally] = {}
        for each in tallies:
            earlier = by_database.get(each.database)
            by_database[each.database] = earlier + each if earlier else each
        beside = kept.with_name("reliability_others")
        others = json.loads(beside.read_text()) if beside.exists() else {}
        before = REPORT.read_text(encoding="utf-8") if REPORT.exists() else ""
        REPORT.write_text(page(by_database, others, before), encoding="utf-8")


@contextmanager
def _kept(name: str) -> Iterator[Path]:
    """What has been counted so far, this process's alone meanwhile."""
    folder = Path(os.environ.get("PORTAL_FAULT_TALLIES") or databases.run_folder())
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / name


HEAD = """# Reliability

Written by `make faults`. Each part or column says when it was measured; what a run leaves out stays as it was.
"""
WHEN = "Measured on "
KILLS = "Kills"
INTRODUCTIONS = {
    KILLS: """A cycle: three cancels, over HTTP, of a running portal (supervisor, web, worker, sandbox rail), and
a kill -9 of one of its processes, at a named step or a random moment; the same forms sent until they are answered,
and sent once more. After every cycle: each of its cancels is there, with one refund per tender, all of them
succeeded, and no event twice. After every twentieth, for everything so far: each refund moved once in the rail's
own log; one mail and one text a notice; the books of both sides agree (`refunds reconcile`); the audit trail is
whole (`audit verify`). The first figure that is not as promised ends the run: these are figures of runs without
any. Several runs are added up, and installations side by side: each has a random seed of its own. `sqlite` and
`postgresql` have the portal's own table of jobs; with `procrastinate` jobs are brought to workers, on PostgreSQL.
Installations side by side wait for each other's turn on the cores: how soon one that has the machine to itself answers
again after a kill is in [performance](performance.md).""",
    "Concurrent actions": """Ten threads at once on one order, 38 presses and parcels an order, workers among them:
one form pressed by many, forms of many for the same units, parcels of which each is told twice. After every order: each
unit that somebody was told of is counted once, and no other. After every hundredth: nothing in flight; what was
refunded is what the rail moved and no more than was paid; the books agree; the audit trail is whole.""",
    "Kills over rails": """As above, with every order paid by four tenders that go back by the shop's own rails, over
HTTP to counterparts with real signatures and books of their own, each late, down, lying or handling calls twice now and
then. After every twentieth cycle each payment has had back, by its rail's books, what ours say, and no more. Of a
system that cannot be asked, what nobody knows of waits for its result, or for a person's press.""",
    "Failover": """Two web and two worker processes over a primary and its standby, which has every commit before it is
acknowledged (`synchronous_standby_names`); three shoppers cancel. The primary is killed with kill -9, all its processes
at once; a second later the standby is promoted, and a new standby is made. No process of the portal is restarted: its
address names both servers. After every failover all that is promised of a kill, for everything so far.""",
    "Properties": "Lives of an order that hypothesis made up, with every invariant checked after every step.",
}
TAIL = """
Other faults are tests in every `make test`: provider slow, down, double, late, lying, database locked, gone and back,
disk full, several workers on one table of jobs, clock jumps (`tests/faults/test_outages.py`); a machine's clock five
minutes off (`test_clocks.py`); the network between a worker and its database cut in mid-job (`test_network.py`);
PostgreSQL slow, silent, out of connections or room (`test_postgresql_outages.py`); the bucket gone, silent, slow,
trickling, full, closed (`test_bucket_outages.py`); Redis gone, hanging, slow, full (`test_redis_outages.py`).
"""


def page(tallies: dict[str, Tally], others: dict[str, dict[str, dict[str, str]]], before: str = "") -> str:
    """`before`: the page as it was."""
    measured = {KILLS: {name: tally.figures() for name, tally in tallies.items()}} if tallies else {}
    when = f"{datetime.now(UTC):%Y-%m-%d} ({os.cpu_count()} cores, Python {platform.python_version()})"
    parts = _parts(before)
    for title, columns in (measured | others).items():
        now = {name: {WHEN.lower().strip(): when, **figures} for name, figures in columns.items()}
        parts[title] = f"{INTRODUCTIONS[title]}\n\n{_table(_columns(parts.get(title, '')) | now)}"
    return HEAD + "".join(f"\n## {title}\n\n{parts[title]}" for title in INTRODUCTIONS if title in parts) + TAIL


def _parts(page: str) -> dict[str, str]:
    """By their titles."""
    told = (part.partition("\n\n") for part in page.removesuffix(TAIL).split("\n## ")[1:])
    return {title: text for title, _, text in told}


def _columns(part: str) -> dict[str, dict[str, str]]:
    """The table of a part of the page, by its columns. One of old says above it when it was measured."""
    when = part.partition(WHEN)[2].partition(".\n")[0] if f"\n{WHEN}" in part else ""
    rows = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")]
    found = {name: {WHEN.lower().strip(): when} if when else {} for name in rows[0][1:]} if rows else {}
    for what, *cells in rows[1:]:
        for name, cell in zip(found, cells, strict=True):
            found[name][what] = cell
    return found


def _table(columns: dict[str, dict[str, str]]) -> str:
    names = sorted(columns, reverse=True)
    told = dict.fromkeys(what for figures in columns.values() for what in figures)
    rows = [[what, *(columns[name].get(what) or "not counted" for name in names)] for what in told]
    head = f"| what | {' | '.join(names)} |\n|---|{'|'.join('---' for _ in names)}|\n"
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def middle_and_longest(seconds: list[float], unit: str = " s") -> str:
    found = sorted(seconds)
    return f"{found[len(found) // 2]:.1f}{unit}, {found[-1]:.1f}{unit}" if found else "none measured"
