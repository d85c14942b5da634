"""延后发货: a day after the promised one, within the shop's bound, before anything is picked (S17)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.deadlines.spans import end_of_day
from portal.domain.orders.order import STATUSES
from portal.domain.orders.postponing import last_day, offer_later
from tests.support.order_facts import NOON, make_line, make_order, parcel

pytestmark = pytest.mark.req("S17")
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = NOON.astimezone(SHANGHAI).date()


@given(st.integers(-30, 30), st.integers(1, 60))
def test_the_days_on_offer_lie_after_today_and_after_the_promise_and_are_as_many_as_the_bound(
    ahead: int, most: int
) -> None:
    promised = end_of_day(TODAY + timedelta(days=ahead), SHANGHAI)
    found = offer_later(make_order(), promised=promised, now=NOON, zone=SHANGHAI, most_days=most)
    assert found is not None
    assert found.first > TODAY and end_of_day(found.first, SHANGHAI) > promised
    assert (found.last - found.first).days == most - 1
    assert found.has(found.first) and found.has(found.last) and not found.has(found.last + timedelta(days=1))
    assert found.first == max(TODAY, TODAY + timedelta(days=ahead)) + timedelta(days=1)


@pytest.mark.parametrize("status", STATUSES)
def test_it_is_on_offer_only_between_payment_and_picking(status: str) -> None:
    order = make_order(status=status)
    offer = offer_later(order, promised=NOON, now=NOON, zone=SHANGHAI, most_days=30)
    assert (offer is not None) == (status == "paid")


def test_what_has_left_in_part_or_waits_for_a_cancel_or_a_shop_that_does_not_offer_it_has_no_days() -> None:
    partly = make_order(make_line("1", 2, 2000, shipped=1), shipments=(parcel(("1", 1)),))
    for order, most in ((partly, 30), (make_order(waiting_case="T1"), 30), (make_order(), 0)):
        assert offer_later(order, promised=NOON, now=NOON, zone=SHANGHAI, most_days=most) is None


def test_a_midnight_belongs_to_the_day_it_ends() -> None:
    assert last_day(end_of_day(date(2026, 11, 20), SHANGHAI), SHANGHAI) == date(2026, 11, 20)
    assert last_day(datetime(2026, 11, 20, 12, tzinfo=SHANGHAI), SHANGHAI) == date(2026, 11, 20)


def test_an_order_is_late_only_once_the_agreed_day_is_over() -> None:
    within, agreed = timedelta(hours=48), NOON + timedelta(days=9)
    order = make_order(promised_ship_by=NOON - timedelta(hours=1))
    assert order.is_late(NOON, within)
    later = replace(order, agreed_ship_by=agreed)
    assert later.ship_due(within) == agreed and not later.is_late(NOON, within)
    assert later.is_late(agreed + timedelta(seconds=1), within)
