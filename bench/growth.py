"""Whether a page costs more where there are a hundred times as many orders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.data import Filled, vacuum
from bench.pages import NUMBER, PAGES
from bench.report import Figure
from bench.rounds import Contender, again, measure
from bench.servers import PORTAL, serving
from bench.statements import buffers, sent_by_pages

SHOWN = ("我的订单, 20 orders", "order page")


def growth_figures(small: Filled, large: Filled, database: str, folder: Path, rounds: int) -> Iterator[Figure]:
    sizes = f"{small.orders:,} → {large.orders:,}"
    with ExitStack() as stack:
        contenders = {}
        for size, filled in (("small", small), ("large", large)):
            server = stack.enter_context(serving(PORTAL, filled.url, folder))
            for what in SHOWN:
                path = PAGES[what].format(order_no=filled.order_no)
                contenders[f"{what} {size}"] = Contender(server, again(server.request(path, filled.shown)), NUMBER)
        costs = measure(contenders, rounds)
    for what in SHOWN:
        few, many = costs[f"{what} small"].cpu, costs[f"{what} large"].cpu
        how = f"{sizes}: {few:.2f} and {many:.2f} ms"
        yield Figure(f"growth, CPU: {what}, {database}", many / few, 1.25, 1.05, how=how)
    before, after = (sent_by_pages(filled, str(folder)) for filled in (small, large))
    more = sum(len(after[what]) - len(before[what]) for what in PAGES)
    yield Figure(f"growth, statements of all pages, {database}", more, 0, 0, unit="more", how=sizes)
    if database == "PostgreSQL":
        # What the rounds before have left behind says nothing of the size.
        for filled in (small, large):
            vacuum(filled.url)
        few_buffers, many_buffers = buffers(small, str(folder)), buffers(large, str(folder))
        for what in SHOWN:
            one, other = few_buffers[what], many_buffers[what]
            how = f"{sizes}: {one} and {other}"
            yield Figure(f"growth, buffers: {what}, {database}", other / one, 1.25, 1.0, how=how)
