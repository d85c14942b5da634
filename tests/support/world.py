"""A portal without the web: real database, fakes at the ports, a shop with a customer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from portal.adapters.calendars import PublishedCalendar
from portal.adapters.connect_platforms import ConnectedPlatforms
from portal.adapters.images_process import ImageProcess
from portal.adapters.notices_jinja import JinjaNotices
from portal.adapters.pack_texts import TomlPacks
from portal.adapters.random import SecretRandom
from portal.adapters.schemas_pydantic import PydanticSchemas
from portal.adapters.signatures_jose import JoseSignatures
from portal.adapters.slips_typst import TypstSlips
from portal.adapters.totp_pyotp import PyotpOneTimePasswords
from portal.adapters.vault_local import LocalVault
from portal.domain.cancelling.decide import CancelAsk
from portal.domain.identity.access import Actor
from portal.domain.orders.order import Order, Units
from portal.domain.shops.settings import ShopSettings
from portal.models.event import Event
from portal.models.job import Job, Notice, StaffTask
from portal.models.order import Payment
from portal.models.refund import Refund
from portal.pages.shop.cancelling import cancel_page
from portal.pages.values.cancelling import CancelPage
from portal.ports import Deps
from portal.repos.database import SqlDatabase
from portal.services.cancelling.cancel_order import cancel_order
from portal.services.jobs.work_jobs import work_all_jobs
from portal.web.shell.paint import ReadablePaints
from portal.web.shell.vocabulary import CatalogueWords
from tests.support.engines import engine_on
from tests.support.fake_couriers import FakeCouriers
from tests.support.fake_ports import FakePorts
from tests.support.fake_rail import FakeRail
from tests.support.fake_rails import FakeRails
from tests.support.fakes import (
    FakeClock,
    MemoryHeads,
    MemoryMailer,
    MemoryRobots,
    MemoryStore,
    MemoryTexts,
    MemoryWebhooks,
    QuickHasher,
)
from tests.support.make import Made, make_shop, store_order
from tests.support.packs import LAWS

CALENDAR = PublishedCalendar()
IMAGES = ImageProcess()
SLIPS = TypstSlips()


@dataclass
class World(FakePorts):
    made: Made
    deps: Deps
    clock: FakeClock
    rail: FakeRail
    mailer: MemoryMailer
    texts: MemoryTexts
    numbers: int = 0

    @property
    def store(self) -> MemoryStore:
        assert isinstance(self.deps.store, MemoryStore)
        return self.deps.store

    @property
    def shopper(self) -> Actor:
        return self.made.shopper

    def take(self, order: Order, **values: Any) -> str:
        """The order stored under a number, and payments under references, of its own; the number."""
        self.numbers += 1
        number = f"A-{self.numbers}"
        payments = tuple(replace(p, reference=f"{number}-{p.id}") for p in order.payments)
        store_order(self.made, replace(order, no=number, payments=payments), **values)
        return number

    def confirm(self, order_no: str, units: Units = (), actor: Actor | None = None) -> CancelPage:
        return cancel_page(
            order_no,
            choice=CancelAsk(units=units),
            actor=actor or self.shopper,
            settings=ShopSettings(),
            locale="zh",
            deps=self.deps,
        )

    def cancel(self, order_no: str, units: Units = (), request_id: str = "", **values: Any) -> Any:
        """As a customer would: looks at the confirmation, confirms it."""
        actor = values.pop("actor", self.shopper)
        shown = values.pop("shown", "") or self.confirm(order_no, units, actor).shown
        return cancel_order(
            order_no=order_no,
            ask=CancelAsk(units=units, reason="changed_mind"),
            shown=shown,
            actor=actor,
            request_id=request_id or f"r-{order_no}-{units}",
            deps=self.deps,
        )

    def order(self, order_no: str) -> Order:
        from portal.repos.unit_of_work import reading

        with reading(self.deps) as work:
            return work.orders.get(order_no, self.shopper).order

    def settle(self, rounds: int = 12) -> None:
        """Jobs run, the rail moves the money, time goes on."""
        for _ in range(rounds):
            work_all_jobs(deps=self.deps)
            self.rail.settle()
            self.clock.move(seconds=70)

    def let_leases_run_out(self) -> None:
        """As when a minute passes on the database's clock, by which leases go and which no test can move."""
        with self.deps.database.writing() as connection:
            held = Job.__table__.c.leased_until.is_not(None)
            connection.execute(update(Job.__table__).where(held).values(leased_until=datetime(2000, 1, 1, tzinfo=UTC)))

    def let_others_end(self) -> None:
        """The feed gives what is older than every open transaction of the whole server: on PostgreSQL also those of
        tests that run beside this one."""
        with self.deps.database.reading() as connection:
            if connection.dialect.name != "postgresql":
                return
            oldest = "select cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint)"
            newest = connection.exec_driver_sql(oldest.replace("xmin", "xmax")).scalar_one()
            while connection.exec_driver_sql(oldest).scalar_one() < newest:
                time.sleep(0.01)

    def rows(self, model: Any) -> list[Any]:
        with self.deps.database.reading() as connection:
            return list(connection.execute(select(model.__table__).order_by(model.__table__.c.id)).mappings())

    @property
    def refunds(self) -> list[Any]:
        return self.rows(Refund)

    @property
    def payments(self) -> list[Any]:
        return self.rows(Payment)

    @property
    def tasks(self) -> list[Any]:
        return self.rows(StaffTask)

    @property
    def notices(self) -> list[str]:
        return [row["kind"] for row in self.rows(Notice)]

    def events(self, order_no: str = "") -> list[str]:
        rows = self.rows(Event)
        return [row["kind"] for row in rows if not order_no or row["chain"].endswith(f":{order_no}")]


@contextmanager
def world_on(url: str, *, rail: Any = None, clock: Any = None) -> Iterator[World]:
    """`url` is a migrated database."""
    engine = engine_on(url)
    clock = clock or FakeClock()
    rail, mailer, texts = rail or FakeRail(clock), MemoryMailer(), MemoryTexts()
    deps = Deps(
        database=SqlDatabase(engine),
        clock=clock,
        random=SecretRandom(),
        vault=LocalVault("a secret of thirty-two characters"),
        passwords=QuickHasher(),
        one_time_passwords=PyotpOneTimePasswords(),
        rail=rail,
        rails=FakeRails(clock),
        mailer=mailer,
        texts=texts,
        notices=JinjaNotices(clock, CatalogueWords(), ReadablePaints()),
        robots=MemoryRobots(),
        platforms=ConnectedPlatforms(clock, may_be_private=True),
        webhooks=MemoryWebhooks(),
        calendar=CALENDAR,
        store=MemoryStore(clock),
        images=IMAGES,
        heads=MemoryHeads(),
        slips=SLIPS,
        signatures=JoseSignatures(),
        schemas=PydanticSchemas(),
        packs=TomlPacks(),
        base_url="https://after.example",
        laws=LAWS,
        couriers=FakeCouriers(clock),
    )
    try:
        yield World(make_shop(deps), deps, clock, rail, mailer, texts)
    finally:
        engine.dispose()
