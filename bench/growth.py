"""Whether anything costs more where there are a hundred times as many orders, cases, jobs and sessions."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine

from bench.data import Filled, settings_on, vacuum
from bench.pages import NUMBER, PAGES
from bench.report import Figure
from bench.reports import counting
from bench.rounds import Contender, again, measure
from bench.servers import PORTAL, serving
from bench.statements import Sent, buffers, sent, sent_by
from portal.ports import Deps
from portal.repos.database import prepare_engine
from portal.repos.rail_books import OnRail
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.jobs.health import read_figures
from portal.services.jobs.leases import LEASE
from portal.services.jobs.sweep import BATCH, JOBS_KEPT, REQUESTS_KEPT
from portal.services.records.event_feed import read_feed, read_whole_feed
from portal.wiring import build_deps

# The order is named, since it is kept from one page of the queue to the next.
DESK = {
    "queue, what waits": "/staff/cases",
    "queue, mine": "/staff/cases?assignee=me",
    "queue, by amount": "/staff/cases?order=amount",
    "queue, open": "/staff/cases?state=open&order=due",
    "queue, all": "/staff/cases?state=all&order=due",
    "queue, overdue": "/staff/cases?state=overdue&order=due",
    "queue, overdue by amount": "/staff/cases?state=overdue&order=amount",
    "queue, waiting for customers": "/staff/cases?state=customer&order=due",
    "case searched by a payment": "/staff/cases?state=all&q=20260000000000031",
    "case searched by its number": "/staff/cases?state=all&q={case_no}",
    "case searched by a name all have": "/staff/cases?state=all&q=%E5%BC%A0%E4%B8%89",
    "order searched by its number": "/staff/orders?q={order_no}",
    "order searched by a mail": "/staff/orders?q=a@example.com",
    "order searched by a name all have": "/staff/orders?q=%E5%BC%A0%E4%B8%89",
    "desk": "/staff/cases/{case_no}",
    "reports of a month": "/staff/reports?period=last_month",
    "metrics": "/metrics",
}
READ = PAGES | {"notices": "/notices"} | DESK
MOST_MS = 50.0
DAY = timedelta(days=1)


def growth_figures(small: Filled, large: Filled, database: str, folder: Path, rounds: int) -> Iterator[Figure]:
    sizes = f"{small.orders:,} → {large.orders:,}"
    with ExitStack() as stack:
        contenders = {}
        for size, filled in (("small", small), ("large", large)):
            server = stack.enter_context(serving(PORTAL, filled.url, folder))
            for what, path in _paths(filled).items():
                contenders[f"{what} {size}"] = Contender(server, again(server.request(path, _cookie(filled))), NUMBER)
        costs = measure(contenders, max(3, rounds // 5))
    for what in READ:
        few, many = costs[f"{what} small"].cpu, costs[f"{what} large"].cpu
        how = f"{sizes}: {few:.2f} and {many:.2f} ms"
        yield Figure(f"growth, CPU: {what}, {database}", many / few, 1.25, 1.05, how=how)
    before, after = (sent_by(_paths(filled), _cookie(filled), filled, str(folder)) for filled in (small, large))
    more = sum(len(after[what]) - len(before[what]) for what in READ)
    yield Figure(f"growth, statements of all pages, {database}", more, 0, 0, unit="more", how=sizes)
    yield from _slowest(large, database, folder)
    if database == "PostgreSQL":
        yield from _buffers(small, large, folder, sizes)


def _paths(filled: Filled) -> dict[str, str]:
    return {what: pattern.format_map(asdict(filled)) for what, pattern in READ.items()}


def _cookie(filled: Filled) -> str:
    return f"{filled.shown}; portal_staff={filled.staff}"


def _buffers(small: Filled, large: Filled, folder: Path, sizes: str) -> Iterator[Figure]:
    # What the rounds before have left behind says nothing of the size.
    for filled in (small, large):
        vacuum(filled.url)
    few, many = (
        buffers(sent_by(_paths(filled), _cookie(filled), filled, str(folder)), filled) for filled in (small, large)
    )
    of_feed = [_read_by_feeds(filled, folder) for filled in (small, large)]
    few, many = few | of_feed[0], many | of_feed[1]
    for what in few:
        if few[what]:
            how = f"{sizes}: {few[what]} and {many[what]}"
            yield Figure(f"growth, buffers: {what}, PostgreSQL", many[what] / few[what], 1.25, 1.0, how=how)


def _feeds(deps: Deps) -> dict[str, Callable[[], object]]:
    return {
        "feed of one shop, 100 events": partial(read_feed, shop_id=1, after="", limit=100, deps=deps),
        "feed of all shops, 100 events": lambda: list(islice(read_whole_feed(after="", deps=deps), 100)),
    }


def _read_by_feeds(filled: Filled, folder: Path) -> dict[str, int]:
    engine = prepare_engine(create_engine(filled.url))
    statements: dict[str, Sent] = {}
    for what, act in _feeds(build_deps(settings_on(filled.url, str(folder)), engine)).items():
        with sent() as found:
            act()
        statements[what] = list(found)
    engine.dispose()
    return buffers(statements, filled)


def _slowest(large: Filled, database: str, folder: Path) -> Iterator[Figure]:
    """In the larger database, each the best of five: the longest statement of all pages, and the longest transaction of
    the worker's housekeeping."""
    statements = {}
    with timed() as took:
        for _ in range(5):
            took.clear()
            sent_by(_paths(large), _cookie(large), large, str(folder))
            for statement, milliseconds in took.items():
                statements[statement] = min(milliseconds, statements.get(statement, milliseconds))
    slowest = max(statements, key=statements.__getitem__)
    how = " ".join(slowest.split())[:60].replace("|", "¦")
    yield Figure(f"slowest statement of all pages, {database}", statements[slowest], MOST_MS, unit="ms", how=how)
    engine = prepare_engine(create_engine(large.url))
    deps = build_deps(settings_on(large.url, str(folder)), engine)
    for what, act in _housekeeping(deps).items():
        yield Figure(f"{what}, {database}", min(_milliseconds(act) for _ in range(5)), MOST_MS, unit="ms")
    engine.dispose()


class timed:
    """Within it: the milliseconds that each statement of this process took, the shortest time of each."""

    def __enter__(self) -> dict[str, float]:
        self.took: dict[str, float] = {}
        event.listen(Engine, "before_cursor_execute", self._begin)
        event.listen(Engine, "after_cursor_execute", self._end)
        return self.took

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._begin)
        event.remove(Engine, "after_cursor_execute", self._end)

    def _begin(self, *_: object) -> None:
        self.began = time.perf_counter()

    def _end(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        milliseconds = (time.perf_counter() - self.began) * 1000
        self.took[statement] = min(milliseconds, self.took.get(statement, milliseconds))


def _housekeeping(deps: Deps) -> dict[str, Callable[[], object]]:
    def lease() -> None:
        with unit_of_work(deps) as work:
            work.jobs.lease(token="bench", lasts=LEASE, most=20)

    def sweep(table: str) -> Callable[[], None]:
        def some() -> None:
            with unit_of_work(deps) as work:
                if table == "jobs":
                    work.jobs.sweep(work.now - JOBS_KEPT, BATCH)
                elif table == "sessions":
                    work.sessions.sweep(BATCH)
                else:
                    work.requests.sweep(work.now - REQUESTS_KEPT, BATCH)

        return some

    swept = {f"sweep of {BATCH} {table}": sweep(table) for table in ("jobs", "sessions", "requests")}

    def books() -> None:
        rail, until = OnRail(name="sandbox", shop_ids=(1,)), deps.clock.now() - 30 * DAY
        with reading(deps, streams=True) as work:
            for listed in (work.rail_books.refunds_of, work.rail_books.returns_of, work.rail_books.payments_of):
                deque(listed(rail, until - DAY, until), maxlen=0)

    own = {"count of orders for the reports": counting(deps), "books of a rail's day": books}
    own |= _feeds(deps)
    return own | {"lease of jobs": lease, "/metrics": lambda: read_figures(deps=deps), **swept}


def _milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000
