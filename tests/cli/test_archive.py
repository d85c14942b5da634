"""`portal archive`: what it counts, what it refuses, and how an order comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.cli import say
from portal.cli.archive import archive
from portal.domain.errors import PortalError
from portal.domain.records.archiving import latest_date
from portal.models.order import Order, Payment
from tests.support.order_facts import NOON, make_order
from tests.support.shopper import Shopfront, open_shop

pytestmark = pytest.mark.req("P12")


@pytest.fixture
def front(app: Flask) -> Shopfront:
    """An order that was over five years before NOON, and one of that day."""
    found = open_shop(app)
    old = found.take(make_order(placed_at=NOON - timedelta(days=5 * 366)))
    found.take(make_order())
    with found.deps.database.writing() as connection:
        order_id = select(Order.__table__.c.id).where(Order.__table__.c.number == old).scalar_subquery()
        over = NOON - timedelta(days=5 * 366)
        mine = update(Order.__table__).where(Order.__table__.c.number == old)
        connection.execute(mine.values(state="completed", updated_at=over))
        paid = update(Payment.__table__).where(Payment.__table__.c.order_id == order_id)
        connection.execute(paid.values(paid_at=over))
    return found


@pytest.fixture
def run(app: Flask) -> Any:
    return lambda *words: app.test_cli_runner().invoke(archive, words)


def test_a_dry_run_counts_by_shop_and_year_and_a_run_moves(front: Shopfront, run: Any) -> None:
    told = run("--before", "2022-01-01", "--dry-run")
    assert told.exit_code == 0, told.output
    assert told.stdout == "tepai\t2021\t1 would leave\n1 would leave, 0 stay.\nNothing was changed.\n"
    assert run("--before", "2022-01-01").stdout.endswith("1 archived, 0 stay.\n")
    assert run("--before", "2022-01-01").stdout == "0 archived, 0 stay.\n"
    row = _archived(front)
    assert run("--restore", row, "--shop", "tepai").stdout == f"{row} is back.\n"
    assert run("--before", "2022-01-01").stdout.endswith("1 archived, 0 stay.\n")


def _archived(front: Shopfront) -> str:
    with front.deps.database.reading() as connection:
        return str(connection.exec_driver_sql("SELECT number FROM archived_order").scalar_one())


def test_what_cannot_be_asked_for_is_said_in_a_sentence(front: Shopfront, run: Any) -> None:
    assert run().exit_code == 2
    assert run("--restore", "A-1").exit_code == 2
    latest = latest_date(front.deps.clock.now().astimezone(ZoneInfo("Asia/Shanghai")).date())
    late = run("--before", f"{latest + timedelta(days=2)}")
    assert isinstance(late.exception, PortalError)
    said = say(late.exception)
    assert "later than the law allows" in said
    assert "E-Commerce Law of the PRC, art. 31" in said
    assert f"--before {latest} or earlier would do" in said
