"""What is stored of years that no clock shows is shown, never raised on: one such order must not close a whole list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from portal.models.order import Order, Payment
from tests.support.order_facts import make_line, make_order, parcel
from tests.support.page import Browserless
from tests.support.shopper import Shopfront, open_shop, sign_in

ODD = [datetime(1, 1, 1, tzinfo=UTC), datetime(1796, 2, 3, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)]
TIMES = ("placed_at", "updated_at", "promised_ship_by", "pay_by", "ship_due_at", "cancelled_at")


@pytest.fixture
def front(app: Flask) -> Shopfront:
    return open_shop(app)


@pytest.mark.parametrize("moment", ODD, ids=lambda moment: f"{moment.year:04}")
@pytest.mark.parametrize("name", TIMES)
@pytest.mark.parametrize("status", ["awaiting_payment", "paid", "delivered"])
def test_an_order_of_an_odd_time_is_shown_in_list_and_page(
    front: Shopfront, visitor: Browserless, name: str, moment: datetime, status: Any
) -> None:
    sent = {"shipments": (parcel(("1", 1), delivered=True),)} if status == "delivered" else {}
    number = front.take(make_order(make_line("1", 1, 1000), status=status, **sent))
    with front.deps.database.writing() as connection:
        connection.execute(update(Order.__table__).values({name: moment}))
    sign_in(visitor)
    for path in ("/orders", "/orders?state=all&after=", f"/orders/{number}", f"/orders/{number}/cancel"):
        assert visitor.open(path).status in (200, 409), path


@pytest.mark.parametrize("moment", ODD, ids=lambda moment: f"{moment.year:04}")
def test_parcels_and_payments_of_an_odd_time_are_shown(
    front: Shopfront, visitor: Browserless, moment: datetime
) -> None:
    from dataclasses import replace

    sent = replace(parcel(("1", 1), delivered=True), shipped_at=moment, delivered_at=moment, promised_at=moment)
    line = make_line("1", 1, 1000, shipped=1, delivered=1)
    number = front.take(make_order(line, status="delivered", shipments=(sent,)))
    with front.deps.database.writing() as connection:
        connection.execute(update(Payment.__table__).values(paid_at=moment))
    sign_in(visitor)
    for path in ("/orders", f"/orders/{number}", f"/orders/{number}/return", f"/orders/{number}/refund"):
        assert visitor.open(path).status in (200, 409), path
