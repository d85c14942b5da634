"""A shop on a real app, and a shopper who is signed in to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Flask

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.orders.order import Order
from portal.ports import Deps
from portal.services.applying.apply_for import apply_for
from portal.services.jobs.work_jobs import work_all_jobs
from tests.support.applications import SIGNED, bought
from tests.support.make import Made, make_shop, store_order
from tests.support.order_facts import make_line, make_order, parcel
from tests.support.page import Browserless, Page

PASSWORD = "correct horse"


@dataclass
class Shopfront:
    """`take` stores an order and gives its number."""

    app: Flask
    made: Made
    count: int = 0

    @property
    def deps(self) -> Deps:
        return self.made.deps

    def take(self, order: Order | None = None, **values: Any) -> str:
        self.count += 1
        order = order or make_order()
        payments = tuple(replace(p, reference=f"{self.count}-{p.id}") for p in order.payments)
        store_order(self.made, replace(order, no=f"TP2026{self.count:04}", payments=payments), **values)
        return f"TP2026{self.count:04}"

    def shipped(self) -> str:
        return self.take(
            make_order(make_line("1", 1, 1000, shipped=1), status="shipped", shipments=(parcel(("1", 1)),))
        )

    def returning(self, at: datetime = SIGNED) -> str:
        """A case whose goods are awaited: one unit of two that were signed for at `at`."""
        order_no = self.take(bought(make_line("1", 2, 5000), at=at))
        ask = ApplicationAsk(kind="return_refund", units=(("1", 1),), reason="no_reason", conditions=CONDITIONS)
        by = {"actor": self.made.shopper, "request_id": f"apply-{order_no}", "deps": self.deps}
        return apply_for(order_no=order_no, ask=ask, **by).case_no

    def work(self) -> None:
        work_all_jobs(deps=self.deps)


def open_shop(app: Flask, **values: Any) -> Shopfront:
    return Shopfront(app, make_shop(app.extensions["portal"], **values))


def sign_in(visitor: Browserless, login: str = "c-1", path: str = "/orders") -> Page:
    return visitor.open(path).submit(login=login, password=PASSWORD)
