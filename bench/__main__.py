"""`make bench`: every figure of speed, size and cost that concerns what there is, each beside a floor of the same run.

The table is printed and kept in docs/performance.md. `--large` goes to ten million orders on PostgreSQL and takes a
million in; `--quick` and `--only` are for work on the benchmark itself and keep nothing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench import simulate
from bench.data import Filled, fill
from bench.growth import growth_figures
from bench.intake import Fresh, intake_figure, memory_figures
from bench.pages import page_figures
from bench.processes import memory_figures as process_figures
from bench.processes import start_figure
from bench.report import Figure, table, write
from bench.restarts import restart_figures
from bench.slip import slip_figures
from bench.statements import statement_figures
from bench.wire import wire_figures
from bench.workload import QUICK_SPAN, Span, mixed_figures, throughput_figures, worker_figures
from tests.support import databases

SHARED_BUFFERS = "1GB"
"""Of PostgreSQL, as docs advise a shop of that size; the tests' own few megabytes hold not even the indexes."""


@dataclass(frozen=True, slots=True)
class Size:
    """Orders of the two databases, rounds, requests for the memory, orders imported to measure speed and memory."""

    small: int = 10_000
    large: int = 1_000_000
    rounds: int = 15
    requests: int = 10_000
    intake: int = 5_000
    held: tuple[int, int] = (10_000, 100_000)
    simulated: int = 3_000
    span: Span = field(default_factory=Span)


QUICK = Size(
    small=2_000, large=20_000, rounds=3, requests=500, intake=3_000, held=(500, 2_000), simulated=500, span=QUICK_SPAN
)


class Run:
    """Collects figures, saying which are on their way."""

    def __init__(self, size: Size, folder: Path, only: str) -> None:
        self.size, self.folder, self.only = size, folder, only
        self.figures: list[Figure] = []
        self.started = time.monotonic()

    def add(self, part: str, found: Callable[[], Iterator[Figure]]) -> None:
        if all(word in part for word in self.only.split()):
            self.say(part)
            figures = list(found())
            print(table(figures), flush=True)
            self.figures += figures

    def say(self, what: str) -> None:
        print(f"{self.minutes * 60:5.0f} s  {what}", file=sys.stderr, flush=True)

    @property
    def minutes(self) -> float:
        return (time.monotonic() - self.started) / 60


def measure_database(run: Run, fresh: Fresh, database: str, large: int) -> None:
    """Everything that depends on the kind of database."""
    folder, size = run.folder, run.size
    with fresh() as small_url, fresh() as large_url:
        run.say(f"{database}: filling in {size.small:,} and {large:,} orders")
        small, big = (fill(url, count, str(folder)) for url, count in ((small_url, size.small), (large_url, large)))
        run.add(f"{database} pages", lambda: page_figures(big, database, folder, size.rounds))
        run.add(f"{database} growth", lambda: growth_figures(small, big, database, folder, size.rounds))
        run.add(f"{database} throughput", lambda: throughput_figures(big, database, folder, size.span))
        run.add(f"{database} mixed", lambda: mixed_figures(small, database, folder, size.span))
        run.add(f"{database} worker", lambda: worker_figures(small, database, folder, size.span))
        run.add(f"{database} statements", lambda: statement_figures(big, database, str(folder)))
        if database == "SQLite":
            measure_installation(run, small)
    run.add(f"{database} intake", lambda: iter([intake_figure(fresh, database, size.intake, 3)]))


def measure_installation(run: Run, filled: Filled) -> None:
    run.add("first view", lambda: wire_figures(filled, run.folder))
    run.add("start", lambda: iter([start_figure(filled, run.folder, 3)]))
    run.add("restarts", lambda: restart_figures(filled, run.folder, 5))
    run.add("memory", lambda: process_figures(filled, run.folder, run.size.requests))


def policy_figures(count: int) -> Iterator[Figure]:
    for what, rate in simulate.measure(count).items():
        yield Figure(f"policy, {what}", rate, simulate.BUDGET, simulate.GOAL, "a second", more_is_better=True)


@contextmanager
def sqlite_in(folder: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        yield databases.sqlite_database(Path(name))


def measure_all(run: Run, *, is_large: bool) -> None:
    folder = run.folder

    def sqlite() -> AbstractContextManager[str]:
        return sqlite_in(folder)

    if not run.only.startswith("PostgreSQL"):
        measure_database(run, sqlite, "SQLite", run.size.large)
    if run.only.startswith("SQLite"):
        return
    if binaries := databases.postgresql_binaries():
        cluster = databases.start_cluster(binaries, shared_buffers=SHARED_BUFFERS)
        large = run.size.large * 10 if is_large else run.size.large
        measure_database(run, lambda: databases.postgresql_database(cluster), "PostgreSQL", large)
    else:
        run.say("PostgreSQL is not installed: left out")
    with sqlite() as url:
        run.add("held by the intake", lambda: memory_figures(url, folder, *run.size.held))
    run.add("policy", lambda: policy_figures(run.size.simulated))
    run.add("slip", slip_figures)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument(
        "--only", default="", metavar="PART", help="SQLite, 'PostgreSQL pages', growth, intake, memory …"
    )
    parser.add_argument("--orders", type=int, default=0, help="in the larger database, where a million take too long")
    asked = parser.parse_args()
    size = QUICK if asked.quick else Size(held=(10_000, 1_000_000)) if asked.large else Size()
    size = replace(size, large=asked.orders or size.large)
    databases.run_folder()
    try:
        with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
            run = Run(size, Path(name), asked.only)
            measure_all(run, is_large=asked.large)
    finally:
        databases.remove_run_folder()
    if not asked.quick and not asked.only:
        write(run.figures, small=size.small, large=size.large, minutes=run.minutes)


if __name__ == "__main__":
    main()
