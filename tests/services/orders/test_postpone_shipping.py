"""延后发货 is told to the shop, moves what counts as late, and is taken back until picking (S17)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portal.domain.deadlines.spans import end_of_day
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.identity.access import Actor
from portal.domain.results import ShippingPostponed
from portal.models.event import Event
from portal.models.order import Order as OrderRow
from portal.pages.api.orders import order_facts
from portal.repos.unit_of_work import unit_of_work
from portal.services.intake.import_orders import import_order
from portal.services.orders.postpone_shipping import postpone_shipping
from portal.services.records.erase_customer import erase_customer
from tests.services.cancelling.test_races import at_once
from tests.support.feed import fed_order, later
from tests.support.make import make_customer
from tests.support.order_facts import make_order
from tests.support.said import ship_order

pytestmark = pytest.mark.req("S17")
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 30)
AGREED = end_of_day(DAY, SHANGHAI)


def postpone(world: Any, number: str, day: date | None = DAY, request_id: str = "", **values: Any) -> ShippingPostponed:
    by = {"actor": world.shopper, "request_id": request_id or f"{number} {day}", "deps": world.deps, "note": "出差"}
    return postpone_shipping(order_no=number, day=day, **(by | values))


def row(world: Any, number: str) -> Any:
    return next(one for one in world.rows(OrderRow) if one["number"] == number)


def test_the_shop_is_told_by_event_and_the_order_is_late_from_the_agreed_day_on(world: Any) -> None:
    number = world.take(make_order())
    assert postpone(world, number).until == AGREED
    assert world.order(number).agreed_ship_by == AGREED
    assert row(world, number)["ship_due_at"] == AGREED
    (event,) = (json.loads(one["text"]) for one in world.rows(Event) if one["kind"] == "shopper:shipping:postponed")
    assert event["data"] == {"day": "2026-11-30", "until": AGREED.isoformat()} and "出差" not in str(event)
    feed = Actor(kind="feed", shop_id=world.made.shop_id)
    facts = order_facts(order_no=number, actor=feed, deps=world.deps)
    assert (facts["agreed_ship_by"], facts["later_note"]) == (AGREED.isoformat(), "出差")
    assert world.notices == ["shipping_postponed"]
    world.clock.move(days=5)
    assert not world.order(number).is_late(world.clock.now(), timedelta(hours=48))
    assert "late_shipment" not in world.confirm(number).reasons


def test_the_same_form_acts_once_and_another_day_is_another_agreement(world: Any) -> None:
    number = world.take(make_order())
    done = at_once([lambda: postpone(world, number, request_id="the-form") for _ in range(20)])
    assert {one.until for one in done} == {AGREED} and len(world.events(number)) == 1
    assert postpone(world, number, date(2026, 12, 3)).until == end_of_day(date(2026, 12, 3), SHANGHAI)
    assert len(world.events(number)) == 2


def test_it_is_taken_back_until_picking_and_the_promise_holds_again(world: Any) -> None:
    number = world.take(make_order())
    promised = row(world, number)["ship_due_at"]
    with pytest.raises(Conflict):
        postpone(world, number, None, request_id="nothing was agreed")
    postpone(world, number)
    assert postpone(world, number, None).until is None
    kept = row(world, number)
    assert (kept["ship_due_at"], kept["agreed_ship_by"], kept["later_note"]) == (promised, None, "")
    assert world.events(number) == ["shopper:shipping:postponed", "shopper:shipping:restored"]


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2026, 11, 22), date(2026, 12, 25), date(1, 1, 1)])
def test_a_day_that_is_not_on_offer_changes_nothing(world: Any, day: date) -> None:
    number = world.take(make_order())
    with pytest.raises(Invalid):
        postpone(world, number, day)
    assert world.events(number) == [] and row(world, number)["agreed_ship_by"] is None


def test_the_shop_sets_the_bound_or_does_not_offer_it(world: Any) -> None:
    number = world.take(make_order())
    with unit_of_work(world.deps) as work:
        work.shops.set(world.made.shop_id, settings={"limits": {"later_days": 3}})
    with pytest.raises(Invalid):
        postpone(world, number)
    with unit_of_work(world.deps) as work:
        work.shops.set(world.made.shop_id, settings={"limits": {"later_days": 0}})
    with pytest.raises(Conflict):
        postpone(world, number)


@pytest.mark.parametrize("status", ["awaiting_payment", "picking"])
def test_too_early_and_too_late_are_refused_and_a_stranger_finds_nothing(world: Any, status: str) -> None:
    with pytest.raises(Conflict):
        postpone(world, world.take(make_order(status=status)))
    other = Actor(kind="shopper", shop_id=world.made.shop_id, id=make_customer(world.deps, world.made.shop_id, 2))
    with pytest.raises(NotFound):
        postpone(world, world.take(make_order()), actor=other)


def test_postponing_against_shipping_has_one_order_of_things_and_the_later_one_is_told(world: Any) -> None:
    feed = Actor(kind="feed", shop_id=world.made.shop_id)
    for turn in range(8):
        number = world.take(make_order())
        by = {"carrier": "SF", "tracking_no": f"SF{turn}", "at": None, "is_delivered": False, "actor": feed}
        results = at_once(
            [
                lambda number=number: postpone(world, number),
                lambda number=number, by=by: ship_order(order_no=number, deps=world.deps, **by),
            ]
        )
        assert world.order(number).state == "shipped"
        was_first = isinstance(results[0], ShippingPostponed)
        assert was_first == (row(world, number)["agreed_ship_by"] is not None)
        assert was_first or isinstance(results[0], Conflict)


def test_a_newer_version_of_the_feed_does_not_forget_what_was_agreed(world: Any) -> None:
    first = fed_order(number="F-1", status="paid", customer={"id": "c-1"}, placed_at="2026-11-19T10:00:00+08:00")
    import_order(shop_id=world.made.shop_id, data=first, deps=world.deps)
    postpone(world, "F-1")
    second = later(first, status="picking", promised_ship_by="2026-11-25T00:00:00+08:00")
    import_order(shop_id=world.made.shop_id, data=second, deps=world.deps)
    kept = row(world, "F-1")
    assert (kept["agreed_ship_by"], kept["ship_due_at"]) == (AGREED, AGREED)
    with pytest.raises(Conflict):
        postpone(world, "F-1", None)


def test_an_erased_customer_leaves_no_word_of_it(world: Any) -> None:
    number = world.take(make_order())
    postpone(world, number)
    erase_customer(shop_key="tepai", login="c-1", deps=world.deps)
    assert row(world, number)["later_note"] == ""
