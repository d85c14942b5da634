"""Many at once: how many pages a second, what a press of a button waits beside them, and whether the worker keeps up.

Everything runs on this one machine: clients, web processes, worker and database share its cores. Nothing is tidied
first; the database is as an import leaves it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select

from bench.data import CROWD, Filled, settings_on
from bench.hostile import hostile
from bench.orders import many_orders
from bench.pages import cancel_form
from bench.report import Figure
from bench.servers import PORTAL, Server, cpu_of, end, environment, installation, serving
from portal.domain.cancelling.decide import CancelAsk
from portal.domain.identity.access import Actor
from portal.domain.shops.settings import ShopSettings
from portal.models.job import Job
from portal.models.refund import Refund
from portal.pages.shop.cancelling import cancel_page
from portal.processes.supervisor import cores
from portal.repos.database import prepare_engine
from portal.services.cancelling.cancel_order import cancel_order
from portal.wiring import build_deps

JOBS, REFUNDS = Job.__table__, Refund.__table__
CLIENTS = (8, 32, 128)
P99 = {32: 250, 128: 900}
MIXED_CLIENTS, TURNS = 16, ["orders"] * 9 + ["cancel"]
IMPORTED = 12_000
PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds of one throughput, of the mixed load, of it beside an import and beside hostile requests; forms, and
    cancels for the worker."""

    throughput: float = 5
    mixed: float = 60
    importing: float = 30
    hostile: float = 60
    forms: int = 1_500
    cancels: int = 300


QUICK_SPAN = Span(throughput=1.5, mixed=8, importing=8, hostile=20, forms=200, cancels=200)


def throughput_figures(filled: Filled, database: str, folder: Path, span: Span) -> Iterator[Figure]:
    """Reading 我的订单, one process a core; the best of three turns of each number of clients."""
    found: dict[int, list[dict[str, Any]]] = {}
    with serving(PORTAL, filled.url, folder, processes=cores()) as server:
        pages = _pages(server, filled)
        server.load(pages, 200, connections=2 * cores())
        for _ in range(3):
            for clients in (cores(), *CLIENTS):
                said = server.mixed_load({"": pages}, [""], connections=clients, number=10**7, seconds=span.throughput)
                found.setdefault(clients, []).append(said[""])
    best = {clients: max(turns, key=_rate) for clients, turns in found.items()}
    alone = _rate(best[cores()])
    for clients in CLIENTS:
        rate, quickest = _rate(best[clients]), min(turn["p99"] for turn in found[clients])
        how = f"{rate:.0f} a second, {alone:.0f} with {cores()} clients; p99 {quickest:.0f} ms"
        yield Figure(
            f"throughput, {clients} clients, {database}", rate / alone, 0.95, 1.0, how=how, more_is_better=True
        )
        if clients in P99:
            yield Figure(f"p99 with {clients} clients, {database}", quickest, P99[clients], unit="ms")


def _pages(server: Server, filled: Filled) -> list[bytes]:
    return [server.request("/orders", token) for token in (filled.shown, *filled.crowd)]


def _rate(said: dict[str, Any]) -> float:
    return float(said["requests"] / said["seconds"])


def mixed_figures(filled: Filled, database: str, folder: Path, span: Span) -> Iterator[Figure]:
    """Nine read their orders, the tenth cancels one; then the same beside one hostile client, and while orders are
    imported."""
    orders = iter(filled.cancellable[len(filled.cancellable) // 5 :])
    with installation(filled.url, folder, processes=cores()) as server:
        started, said = _mixed(server, filled, [*islice(orders, span.forms)], span.mixed)
        yield from _mixed_figures("mixed", said, Books(filled.url, started), database, span.mixed)
        forms = [*islice(orders, span.forms)]
        with hostile(server, filled, folder):
            started, said = _mixed(server, filled, forms, span.hostile)
        what = "mixed with hostile requests beside it"
        yield from _mixed_figures(what, said, Books(filled.url, started), database, span.hostile)
        forms = [*islice(orders, span.forms)]
        with _importing(filled, folder):
            _, beside = _mixed(server, filled, forms, span.importing)
    p99 = beside["cancel"]["p99"]
    how = f"p50 {beside['cancel']['p50']:.0f} ms; {IMPORTED:,} orders"
    yield Figure(f"mixed, POST p99 while orders are imported, {database}", p99 / 1000, 1.0, 0.5, "s", how)


def _mixed(
    server: Server, filled: Filled, orders: list[tuple[str, str]], seconds: float
) -> tuple[datetime, dict[str, dict[str, Any]]]:
    requests = {"orders": _pages(server, filled), "cancel": [cancel_form(server, *order) for order in orders]}
    started = datetime.now(UTC)
    said = server.mixed_load(requests, TURNS, connections=MIXED_CLIENTS, number=10**7, seconds=seconds)
    return started, said


def _mixed_figures(what: str, said: dict[str, Any], books: Books, database: str, seconds: float) -> Iterator[Figure]:
    posts, reads = said["cancel"], said["orders"]
    done, came, left = books.done() / seconds, books.came() / seconds, books.left()
    rates = f"{_rate(posts):.1f} POST and {_rate(reads):.0f} GET a second"
    how = f"p50 {posts['p50']:.0f} ms; {rates}; p99 of GET {reads['p99']:.0f} ms"
    yield Figure(f"{what}, POST p99, {database}", posts["p99"] / 1000, 1.0, 0.4, "s", how)
    how = f"{came:.1f} a second came in, {left} were due at the end"
    # Where the clients cause fewer, no more than they cause can be done.
    yield Figure(f"{what}, jobs, {database}", done, min(25, 0.9 * came), None, "a second", how, more_is_better=True)
    yield Figure(f"{what}, backlog gone, {database}", books.seconds_until_gone(), PATIENCE_SECONDS, 1, "s")
    yield Figure(f"{what}, refunds wait, {database}", books.median_wait(), 5, 1, "s", "the median, until they are sent")


class Books:
    """What the database says of a run that began at `started`."""

    def __init__(self, url: str, started: datetime) -> None:
        self._engine, self._started = create_engine(url), started

    def done(self) -> int:
        with self._engine.connect() as connection:
            return len(connection.execute(select(JOBS.c.id).where(JOBS.c.done_at >= self._started)).all())

    def came(self) -> int:
        with self._engine.connect() as connection:
            return len(connection.execute(select(JOBS.c.id).where(JOBS.c.created_at >= self._started)).all())

    def left(self) -> int:
        due = (JOBS.c.done_at.is_(None), JOBS.c.dead_at.is_(None), JOBS.c.run_at <= datetime.now(UTC))
        with self._engine.connect() as connection:
            return len(connection.execute(select(JOBS.c.id).where(*due)).all())

    def seconds_until_gone(self) -> float:
        began = time.monotonic()
        while self.left() and time.monotonic() - began < 2 * PATIENCE_SECONDS:
            time.sleep(0.2)
        return time.monotonic() - began

    def median_wait(self) -> float:
        sent = select(REFUNDS.c.created_at, REFUNDS.c.submitted_at).where(
            REFUNDS.c.created_at >= self._started, REFUNDS.c.submitted_at.is_not(None)
        )
        with self._engine.connect() as connection:
            waits = sorted((row.submitted_at - row.created_at).total_seconds() for row in connection.execute(sent))
        return waits[len(waits) // 2] if waits else 0.0


@contextmanager
def _importing(filled: Filled, folder: Path) -> Iterator[None]:
    """`portal orders import`, fed by a pipe, beside the block; it goes on as long as the block needs."""
    command = [sys.executable, "-m", "portal.cli", "orders", "import", "-", "--shop", "bench", "--format", "ndjson"]
    with (folder / "import.log").open("ab") as log:
        environ = environment(filled.url, 0, folder)
        running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=environ)
        feeder = threading.Thread(target=_feed, args=(running,))
        feeder.start()
        try:
            yield
        finally:
            end(running)
            feeder.join()


def _feed(running: subprocess.Popen[bytes]) -> None:
    assert running.stdin
    try:
        with running.stdin as pipe:
            for order in many_orders(IMPORTED, datetime.now(UTC)):
                order["number"] = f"I-{order['number']}"
                pipe.write(json.dumps(order).encode() + b"\n")
    except BrokenPipeError:
        # The block was over before the import was.
        return


def worker_figures(filled: Filled, database: str, folder: Path, span: Span) -> Iterator[Figure]:
    """Over each queue that there is on the database, each with orders of its own."""
    last, before = filled.cancellable[-span.cancels :], filled.cancellable[-2 * span.cancels : -span.cancels]
    yield _worker_figure(filled.url, last, folder, f"worker alone, {database}", "local")
    if database == "PostgreSQL":
        yield _worker_figure(filled.url, before, folder, f"worker alone, {database}, procrastinate", "procrastinate")


def _worker_figure(url: str, orders: Sequence[tuple[str, str]], folder: Path, name: str, queue: str) -> Figure:
    """A cancel leaves a refund and a notice, and the refund another notice when it has arrived."""
    books = Books(url, datetime.now(UTC))
    _cancel_all(url, orders, folder, queue)
    command = [sys.executable, "-m", "portal.cli", "worker"]
    with (folder / "worker.log").open("ab") as log:
        variables = environment(url, 0, folder) | {"PORTAL_QUEUE": queue}
        running = subprocess.Popen(command, env=variables, stdout=log, stderr=log)
        try:
            while not (before := books.done()):
                time.sleep(0.01)
            began, wanted, done = time.monotonic(), 3 * len(orders), 0
            while done < wanted and time.monotonic() - began < 2 * PATIENCE_SECONDS:
                time.sleep(0.1)
                done = books.done()
            rate = (done - before) / (time.monotonic() - began)
            spent = cpu_of(running.pid) * 1000 / done
        finally:
            end(running)
    how = f"{done} jobs: a refund and two notices for each of {len(orders)} cancels; {spent:.1f} ms of processor a job"
    budget = 80 if url.startswith("sqlite") else 60
    return Figure(name, rate, budget, 150, "a second", how, more_is_better=True)


def _cancel_all(url: str, orders: Sequence[tuple[str, str]], folder: Path, queue: str) -> None:
    """By the service itself."""
    engine = prepare_engine(create_engine(url))
    deps, ask = build_deps(settings_on(url, str(folder), queue=queue), engine), CancelAsk(reason="changed_mind")
    for _, number in orders:
        owner = Actor(kind="shopper", shop_id=1, id=CROWD.start + int(number.rpartition("-")[2]) % len(CROWD))
        found = cancel_page(number, actor=owner, settings=ShopSettings(), locale="zh", deps=deps)
        cancel_order(order_no=number, ask=ask, shown=found.shown, actor=owner, request_id=f"w-{number}", deps=deps)
    engine.dispose()
