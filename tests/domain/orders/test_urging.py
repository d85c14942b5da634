"""催发货: one press a day, by the shop's calendar; an order that was put off does not wait (S41)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.orders.order import STATUSES, Order
from portal.domain.orders.urging import decide_urging, waits_to_ship
from tests.support.order_facts import NOON, make_line, make_order, parcel

pytestmark = pytest.mark.req("S41")
SHANGHAI = ZoneInfo("Asia/Shanghai")
DUE = NOON + timedelta(days=1)


def state(order: Order, urged_at: datetime | None = None, now: datetime = NOON, due: datetime | None = DUE) -> str:
    return decide_urging(order, urged_at=urged_at, due=due, now=now, zone=SHANGHAI).state


@pytest.mark.parametrize("status", STATUSES)
def test_only_what_is_paid_for_and_has_not_left_is_urged(status: str) -> None:
    shipped = 1 if status in ("shipped", "delivered", "completed") else 0
    line = make_line("1", 1, 1000, shipped=shipped, delivered=1 if status in ("delivered", "completed") else 0)
    order = make_order(line, status=status, shipments=(parcel(("1", 1)),) if shipped else ())
    assert (state(order) == "may") == (status in ("paid", "picking"))


def test_the_rest_of_an_order_that_left_in_part_is_urged_and_one_that_a_cancel_holds_is_not() -> None:
    partly = make_order(make_line("1", 2, 2000, shipped=1), status="picking", shipments=(parcel(("1", 1)),))
    assert partly.state == "shipped" and state(partly) == "may"
    assert state(make_order(waiting_case="T1")) == "not_waiting"


@given(st.integers(0, 72), st.integers(0, 72))
def test_it_may_be_pressed_again_when_the_shops_day_is_another(first: int, later: int) -> None:
    pressed, now = NOON + timedelta(hours=first), NOON + timedelta(hours=first + later)
    days = [at.astimezone(SHANGHAI).date() for at in (pressed, now)]
    assert state(make_order(), pressed, now) == ("pressed" if days[0] == days[1] else "may")


def test_what_was_put_off_waits_only_once_the_agreed_day_is_over() -> None:
    order = replace(make_order(), agreed_ship_by=DUE)
    assert state(order) == "later"
    found = decide_urging(order, urged_at=None, due=DUE, now=DUE + timedelta(seconds=1), zone=SHANGHAI)
    assert (found.state, found.is_late) == ("may", True)


def test_what_has_nothing_unshipped_waits_for_nobody() -> None:
    assert not waits_to_ship(make_order(make_line("1", 1, 1000, cancelled=1, gone=1)))
