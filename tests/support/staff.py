"""A shop with its staff, and a way in: password, then the code of this moment."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pyotp
from flask import Flask

from portal.domain.cancelling.decide import CancelAsk
from portal.domain.orders.order import Order
from portal.domain.shops.settings import ShopSettings
from portal.pages.shop.cancelling import cancel_page
from portal.ports import Deps
from portal.services.cancelling.cancel_order import cancel_order
from portal.services.identity.staff_accounts import add_staff
from portal.services.jobs.work_jobs import work_all_jobs
from tests.support.fake_couriers import FakeCouriers
from tests.support.fake_ports import FakePorts
from tests.support.fake_rail import FakeRail
from tests.support.fake_rails import FakeRails
from tests.support.fakes import FakeClock, MemoryMailer, MemoryRobots, MemoryTexts, MemoryWebhooks, QuickHasher
from tests.support.make import Made, make_shop, store_order
from tests.support.order_facts import make_line, make_order
from tests.support.page import Browserless, Page

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "staff password"


@dataclass
class Office(FakePorts):
    """A shop with a stopped clock. Staff are added as they are asked for: `office.desk("agent")`."""

    app: Flask
    made: Made
    clock: FakeClock
    mailer: MemoryMailer
    texts: MemoryTexts
    rail: FakeRail
    count: int = 0
    known: set[str] = field(default_factory=set)

    @property
    def deps(self) -> Deps:
        found: Deps = self.app.extensions["portal"]
        return found

    def add(self, role: str, login: str = "", shops: tuple[str, ...] = ("tepai",), mail: str = "") -> str:
        login = login or f"{role}-1"
        if login not in self.known:
            add_staff(
                login=login,
                role=role,
                shop_keys=shops,
                password=PASSWORD,
                totp_secret=SECRET,
                mail=mail,
                deps=self.deps,
            )
            self.known.add(login)
        return login

    def newcomer(self, **kwargs: Any) -> Browserless:
        return Browserless(self.app.test_client(), **kwargs)

    def code(self) -> str:
        return pyotp.TOTP(SECRET).at(self.clock.now())

    def next_code(self) -> str:
        """One that was not used yet."""
        self.clock.move(seconds=30)
        return self.code()

    def enter(self, somebody: Browserless, login: str, path: str = "/staff/cases") -> Page:
        """Signs in; the clock moves on by a step, so that the next code is a new one."""
        page = somebody.open(path).submit(login=login, password=PASSWORD)
        page = page.submit(code=self.code())
        self.clock.move(seconds=30)
        return page

    def desk(self, role: str, *, login: str = "", htmx: bool = False) -> Browserless:
        """A member of staff of that role, signed in."""
        somebody = self.newcomer(htmx=htmx)
        self.enter(somebody, self.add(role, login))
        return somebody

    def take(self, order: Order | None = None, **values: Any) -> str:
        self.count += 1
        order = order or make_order(make_line("1", 2, 5000), make_line("2", 1, 3000), freight=1000, status="picking")
        payments = tuple(replace(p, reference=f"{self.count}-{p.id}") for p in order.payments)
        number = f"TP2026{self.count:04}"
        store_order(values.pop("made", self.made), replace(order, no=number, payments=payments), **values)
        return number

    def waiting(self, order: Order | None = None, reason: str = "changed_mind", **values: Any) -> str:
        """An order that is being packed and whose customer wants to cancel it; the case number."""
        made = values.get("made", self.made)
        order_no = self.take(order, **values)
        shown = cancel_page(order_no, actor=made.shopper, settings=ShopSettings(), locale="zh", deps=self.deps).shown
        location = cancel_order(
            order_no=order_no,
            ask=CancelAsk(reason=reason),
            shown=shown,
            actor=made.shopper,
            request_id=f"cancel-{made.shop_id}-{order_no}",
            deps=self.deps,
        )
        return location.case_no

    def work(self) -> None:
        work_all_jobs(deps=self.deps)

    def rows(self, statement: str) -> list[Any]:
        with self.deps.database.reading() as connection:
            return list(connection.exec_driver_sql(statement).mappings())


def open_office(app: Flask) -> Office:
    clock, mailer, texts = FakeClock(), MemoryMailer(), MemoryTexts()
    rail = FakeRail(clock)
    ports = {"clock": clock, "mailer": mailer, "texts": texts, "passwords": QuickHasher(), "rail": rail}
    ports["webhooks"] = MemoryWebhooks()
    deps = replace(
        app.extensions["portal"], couriers=FakeCouriers(clock), robots=MemoryRobots(), rails=FakeRails(clock), **ports
    )
    app.extensions["portal"] = deps
    return Office(app, make_shop(deps), clock, mailer, texts, rail)
