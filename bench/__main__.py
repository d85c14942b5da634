"""`make bench`: what each page costs beside a floor in the same run; printed, and kept in docs/performance.md.

The growth to a million orders, the wire and the intake are not in it yet.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.data import Filled, fill
from bench.rounds import Contender, Cost, again, measure
from bench.servers import FLOOR, PORTAL, Server, serving
from tests import databases

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "performance.md"
NUMBER, ROUNDS, ORDERS = 200, 5, 10_000


@dataclass(frozen=True, slots=True)
class Figure:
    what: str
    database: str
    budget: float
    goal: float
    ratio: float
    cpu: float
    floor: float

    @property
    def is_kept(self) -> bool:
        return self.ratio <= self.budget


PAGES = {
    "我的订单, 20 orders": ("/orders", "/orders", 2.0, 1.25),
    "order page": ("/orders/{order}", "/orders/{order}", 2.0, 1.3),
    "cancel confirmation": ("/orders/{order}/cancel", "/orders/{order}/cancel", 2.0, 1.3),
    "case page": ("/cases/{case}", "/cases/{case}", 2.0, 1.3),
}
UNCHANGED = "我的订单, unchanged since the last visit"


def figures(filled: Filled, database: str, folder: Path, rounds: int) -> Iterator[Figure]:
    with ExitStack() as stack:
        portal = stack.enter_context(serving(PORTAL, filled.url, folder))
        floor = stack.enter_context(serving(FLOOR, filled.url, folder))
        tag = portal.get("/orders", filled.shown)[1]["etag"]
        for what, (path, same, budget, goal) in PAGES.items():
            named = {"order": filled.order_no, "case": filled.case_no}
            contenders = {
                "floor": page_of(floor, same.format(**named), filled.shown),
                "portal": page_of(portal, path.format(**named), filled.shown),
            }
            if path == "/orders":
                request = portal.request(path, filled.shown, If_None_Match=tag)
                contenders["unchanged"] = Contender(portal, again(request), NUMBER)
            costs = measure(contenders, rounds)
            yield figure(what, database, budget, goal, costs["portal"], costs["floor"])
            if "unchanged" in costs:
                yield figure(UNCHANGED, database, 0.5, 0.25, costs["unchanged"], costs["floor"])


def page_of(server: Server, path: str, cookie: str) -> Contender:
    return Contender(server, again(server.request(path, cookie)), NUMBER)


def figure(what: str, database: str, budget: float, goal: float, cost: Cost, floor: Cost) -> Figure:
    return Figure(what, database, budget, goal, cost.cpu / floor.cpu, cost.cpu, floor.cpu)


def report(found: list[Figure], orders: int) -> str:
    rows = [
        "| what | database | budget | goal | figure | CPU ms | floor ms | kept |",
        "|---|---|---|---|---|---|---|---|",
    ]
    rows += [
        f"| {f.what} | {f.database} | ≤ {f.budget} × | ≤ {f.goal} × | {f.ratio:.2f} × | {f.cpu:.2f} | {f.floor:.2f}"
        f" | {'yes' if f.is_kept else 'no'} |"
        for f in found
    ]
    head = [
        "# Performance",
        "",
        f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {orders:,} orders,",
        "20,000 customers. Every figure is a ratio to a floor in the same run: a bare Flask app (`bench/floor.py`) that",
        "renders the same data into a page of the same size with SQLAlchemy Core and Jinja and checks a session, on the",
        "same server and database.",
        "CPU is that of the web process and its database backends; the lowest of interleaved rounds counts.",
        "",
    ]
    return "\n".join([*head, *rows, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--large", action="store_true", help="a million orders")
    arguments = parser.parse_args()
    orders = 1_000_000 if arguments.large else arguments.orders
    found: list[Figure] = []
    databases.run_folder()
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            found += figures(fill(databases.sqlite_database(folder), orders, name), "SQLite", folder, arguments.rounds)
            binaries = databases.postgresql_binaries()
            if binaries:
                with databases.postgresql_database(databases.start_cluster(binaries)) as url:
                    found += figures(fill(url, orders, name), "PostgreSQL", folder, arguments.rounds)
    finally:
        databases.remove_run_folder()
    text = report(found, orders)
    print(text)
    REPORT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
