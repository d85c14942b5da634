"""Who pays a courier, and which of the carrier's times are on offer (P16)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from portal.domain.deadlines.spans import parse_open_hours
from portal.domain.money import Money
from portal.domain.policy.pack import Amounts, Freight
from portal.domain.returning.pickup import (
    PICKUP_TRANSITIONS,
    Slot,
    charge_of,
    next_check,
    shown_pickup,
    slots_on_offer,
)
from portal.domain.returning.pickup import PickupOffer as Offer
from tests.support.order_facts import NOON

pytestmark = pytest.mark.req("P16")
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


def slot(start: datetime, hours: int = 3) -> Slot:
    return Slot(start=start, end=start + hours * HOUR, cancel_by=start - 2 * HOUR)


def offered(*slots: Slot, until: datetime | None = None, hours: str = "00:00-24:00", **values: object) -> list[Slot]:
    open_hours = parse_open_hours(hours, **values)
    return list(slots_on_offer(slots, now=NOON, until=until, zone=SHANGHAI, hours=open_hours))


def test_nothing_is_paid_where_the_shop_bears_return_freight() -> None:
    price = Money(1200, "CNY")
    assert charge_of(price, "shop") == Money(0, "CNY") and charge_of(price, "customer") == price


def test_only_times_within_the_time_to_send_are_on_offer() -> None:
    last = slot(NOON + 24 * HOUR)
    assert offered(slot(NOON + 30 * HOUR), last, until=last.end) == [last]
    assert offered(last, until=last.end - HOUR) == []
    assert offered(last) == [last]


def test_a_time_that_can_no_longer_be_called_off_is_not_on_offer() -> None:
    assert offered(slot(NOON + 2 * HOUR), slot(NOON + HOUR), slot(NOON - HOUR)) == []


def test_days_on_which_the_shop_does_not_work_are_left_out() -> None:
    friday, saturday, monday = (slot(NOON + days * 24 * HOUR + 3 * HOUR) for days in (0, 1, 3))
    assert offered(monday, saturday, friday, weekdays=range(5)) == [friday, monday]
    assert offered(monday, friday, closed_days=[date(2026, 11, 23)]) == [friday]


def test_a_time_has_a_code_that_a_form_can_carry() -> None:
    start = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
    assert slot(start).code == "20261201T0100-0400"


def test_what_was_shown_is_who_pays_and_how_much() -> None:
    offers = [Offer(price=Money(minor, "CNY"), slots=()) for minor in (1200, 1300)]
    assert len({shown_pickup(offer, payer) for offer in offers for payer in ("shop", "customer")}) == 4


def test_the_carrier_is_asked_from_the_time_on_at_which_its_courier_comes() -> None:
    booked = slot(NOON + 24 * HOUR)
    assert next_check(booked, NOON) == booked.start
    assert booked.start < next_check(booked, booked.start) < booked.end
    assert next_check(booked, booked.end + 12 * HOUR) == booked.end + 15 * HOUR


def test_goods_that_a_courier_took_are_with_the_carrier_whatever_was_asked_for() -> None:
    waiting = {"requested", "booked", "cancelling", "cancelled", "missed"}
    assert {state for state, steps in PICKUP_TRANSITIONS.items() if "collect" in steps} == waiting


def test_a_shop_raises_what_the_policy_pays_back_for_sending_and_never_lowers_it() -> None:
    freight = Freight(carriage_cap=Amounts((("*", Decimal(100)),)))
    for own, cap in ((30, 100), (120, 120)):
        assert freight.cap("CNY", Money(own * 100, "CNY")) == Money(cap * 100, "CNY")
    assert freight.cap("EUR", Money(12000, "CNY")) == freight.cap("EUR", None) == Money(10000, "EUR")
