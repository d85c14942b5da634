"""What a page costs beside its floor: processor time of the web process and the database, and statements."""

from __future__ import annotations

import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from html import unescape
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

from bench.data import Filled
from bench.report import Figure
from bench.rounds import Contender, Cost, again, measure
from bench.servers import FLOOR, PORTAL, Server, serving

NUMBER, CANCELS = 50, 14
"""Requests of a round. Many short rounds meet a quiet moment of the machine sooner than a few long ones."""
PAGES = {
    "我的订单, 20 orders": "/orders",
    "order page": "/orders/{order_no}",
    "cancel confirmation": "/orders/{order_no}/cancel",
    "order page, delivered": "/orders/{delivered_no}",
    "refund page": "/orders/{delivered_no}/refund",
    "return page": "/orders/{delivered_no}/return",
    "case page": "/cases/{case_no}",
}
PEERS = {
    "我的订单, 20 orders": ("pretix", 34.4),
    "order page": ("django-oscar", 26.6),
    "cancel confirmation": ("pretix", 38.1),
}
"""The quickest peer's page on PostgreSQL, in ms of processor time, measured on 2026-11-28 on 2 cores (one process each,
20 orders a page)."""
UNCHANGED, CANCEL, QUOTE = "我的订单, unchanged", "POST cancel", "amount of a refund, computed"
SIZES_DIFFER = 0.05
"""By how much of the portal's bytes, uncompressed, a page of the floor may differ and still be its floor."""
_HIDDEN = re.compile(r'<input type="hidden" name="(csrf_token|shown)" value="([^"]*)"')


def page_figures(filled: Filled, database: str, folder: Path, rounds: int) -> Iterator[Figure]:
    """Each page and its floor in turns, all in one run."""
    with ExitStack() as stack:
        portal = stack.enter_context(serving(PORTAL, filled.url, folder))
        floor = stack.enter_context(serving(FLOOR, filled.url, folder))
        _compare_sizes(portal, floor, filled)
        costs = measure(dict(_contenders(portal, floor, filled)), rounds)
    for what in PAGES:
        yield _figure(what, database, costs[what], costs[f"floor of {what}"], 4.5)
    orders = next(iter(PAGES))
    yield _figure(UNCHANGED, database, costs[UNCHANGED], costs[f"floor of {orders}"], 0.6, 0.4)
    yield _figure(QUOTE, database, costs[QUOTE], costs[f"floor of {QUOTE}"], 4.5)
    yield _figure(CANCEL, database, costs[CANCEL], costs[orders], 3.0, 1.5, beside="我的订单")
    if database == "PostgreSQL":
        for what, (peer, milliseconds) in PEERS.items():
            how = f"{costs[what].cpu:.2f} ms; {peer} {milliseconds} ms on 2026-11-28"
            yield Figure(f"{what}, beside the best peer", costs[what].cpu / milliseconds, 1 / 6, 1 / 8, how=how)


def _compare_sizes(portal: Server, floor: Server, filled: Filled) -> None:
    """Says which of the floor's pages no longer have the size of the portal's: their templates are to be renewed."""
    for what, pattern in PAGES.items():
        path = pattern.format_map(asdict(filled))
        ours, plain = (len(server.text(path, filled.shown).encode()) for server in (portal, floor))
        if abs(plain / ours - 1) > SIZES_DIFFER:
            print(f"{what}: {ours:,} bytes, its floor {plain:,}: not the same size", file=sys.stderr)


def _figure(
    what: str, database: str, cost: Cost, floor: Cost, budget: float, goal: float | None = None, beside: str = "floor"
) -> Figure:
    how = f"{cost.cpu:.2f} ms, {beside} {floor.cpu:.2f} ms; p99 {cost.p99:.0f} and {floor.p99:.0f} ms"
    return Figure(f"{what}, {database}", cost.cpu / floor.cpu, budget, goal, how=how)


def _contenders(portal: Server, floor: Server, filled: Filled) -> Iterator[tuple[str, Contender]]:
    for what, pattern in PAGES.items():
        path = pattern.format_map(asdict(filled))
        yield what, Contender(portal, again(portal.request(path, filled.shown)), NUMBER)
        yield f"floor of {what}", Contender(floor, again(floor.request(path, filled.shown)), NUMBER)
    tag = portal.get("/orders", filled.shown)[1]["etag"]
    yield UNCHANGED, Contender(portal, again(portal.request("/orders", filled.shown, If_None_Match=tag)), 3 * NUMBER)
    yield QUOTE, Contender(portal, again(quote_request(portal, portal, filled)), NUMBER)
    yield f"floor of {QUOTE}", Contender(floor, again(quote_request(portal, floor, filled)), NUMBER)
    yield CANCEL, Contender(portal, Cancelling(portal, filled), CANCELS)


class Cancelling:
    """Forms that cancel: every round gets new ones, each from a confirmation that was looked at before."""

    def __init__(self, server: Server, filled: Filled) -> None:
        self.server, self.orders = server, iter(filled.cancellable)

    def __call__(self) -> list[bytes]:
        return [cancel_form(self.server, *order) for order in islice(self.orders, CANCELS)]


def cancel_form(server: Server, cookie: str, number: str) -> bytes:
    """The request that confirms what its page shows."""
    path = f"/orders/{number}/cancel"
    return server.form(path, cookie, confirmed(server.text(path, cookie)))


def quote_request(portal: Server, asked: Server, filled: Filled) -> bytes:
    """What htmx sends when one unit of the first line of the portal's form is chosen; answered by the amounts alone."""
    path = f"/orders/{filled.delivered_no}/refund"
    page = portal.text(path, filled.shown)
    values = {name: unescape(value) for name, value in _HIDDEN.findall(page)}
    lines = re.findall(r'name="(quantity-[^"]+)"', page)
    chosen = dict.fromkeys(lines, "0") | {lines[0]: "1", "received": "yes", "reason": "quality"}
    htmx = {"HX_Request": "true", "HX_Target": "quote"}
    return asked.form(f"{path}/quote", filled.shown, urlencode(values | chosen), **htmx)


def hidden_fields(page: str) -> dict[str, str]:
    """Those of the first form that has each."""
    return {name: unescape(value) for name, value in reversed(_HIDDEN.findall(page))}


def confirmed(page: str) -> str:
    """The body of the form on a confirmation page, a reason chosen."""
    return urlencode(hidden_fields(page) | {"request_id": secrets.token_urlsafe(18), "reason": "changed_mind"})
