"""催发货 tells the warehouse once a day, and what ships or is cancelled is no task any more (S41)."""

from __future__ import annotations

from typing import Any

import pytest

from portal.domain.errors import Conflict, NotFound
from portal.domain.identity.access import Actor
from portal.domain.results import ShipmentUrged
from portal.services.intake.import_orders import import_order
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.orders.urge_shipment import urge_shipment
from tests.services.cancelling.test_races import at_once
from tests.services.test_notify_staff import hire
from tests.support.feed import fed_order, fed_parcel, later
from tests.support.make import make_customer
from tests.support.order_facts import make_line, make_order
from tests.support.said import ship_order

pytestmark = pytest.mark.req("S41")


def press(world: Any, number: str, request_id: str = "one", actor: Actor | None = None) -> ShipmentUrged:
    return urge_shipment(order_no=number, actor=actor or world.shopper, request_id=request_id, deps=world.deps)


def open_tasks(world: Any) -> list[str]:
    return [task["kind"] for task in world.tasks if task["done_at"] is None]


def test_a_press_is_an_event_a_task_and_a_mail_and_names_the_promised_time(world: Any) -> None:
    hire(world, "cang", "warehouse")
    hire(world, "kefu", "agent")
    number = world.take(make_order())
    done = press(world, number)
    assert not done.is_again and done.due is not None and not done.is_late
    assert world.events(number) == ["shopper:order:urged"] and open_tasks(world) == ["urged_to_ship"]
    work_all_jobs(deps=world.deps)
    links = {mail.to: mail.body for mail in world.mailer.sent if "客户催发货" in mail.subject}
    assert f"/staff/orders/{number}" in links["kefu@shop.example"]
    assert links["cang@shop.example"].strip().endswith("/staff/cases") or "/staff/cases" in links["cang@shop.example"]


def test_a_second_press_of_the_day_changes_nothing_and_one_of_the_next_day_is_news(world: Any) -> None:
    hire(world, "cang", "warehouse")
    number = world.take(make_order())
    press(world, number)
    assert press(world, number, "two").is_again
    assert world.events(number) == ["shopper:order:urged"]
    world.clock.move(hours=13)
    assert not press(world, number, "three").is_again
    assert world.events(number) == ["shopper:order:urged"] * 2 and open_tasks(world) == ["urged_to_ship"]
    work_all_jobs(deps=world.deps)
    assert len([mail for mail in world.mailer.sent if "客户催发货" in mail.subject]) == 2


def test_fifty_presses_at_once_are_one(world: Any) -> None:
    number = world.take(make_order())
    done = at_once([lambda n=n: press(world, number, f"click-{n}") for n in range(50)])
    assert [one.is_again for one in done].count(False) == 1 and world.events(number) == ["shopper:order:urged"]


def test_what_ships_is_cancelled_or_called_off_is_no_task_any_more(world: Any) -> None:
    shipped, cancelled = world.take(make_order()), world.take(make_order())
    for number in (shipped, cancelled):
        press(world, number, f"press {number}")
    by = {"actor": Actor(kind="feed", shop_id=world.made.shop_id), "deps": world.deps}
    ship_order(order_no=shipped, carrier="SF", tracking_no="SF1", at=None, is_delivered=False, **by)
    world.cancel(cancelled)
    assert open_tasks(world) == []


def test_a_parcel_of_the_feed_closes_the_task_and_a_part_of_it_does_not(world: Any) -> None:
    first = fed_order(number="F-1", status="paid", customer={"id": "c-1"})
    import_order(shop_id=world.made.shop_id, data=first, deps=world.deps)
    press(world, "F-1")
    part = later(first, shipments=[fed_parcel(lines=[{"line": "1", "quantity": 1}])])
    import_order(shop_id=world.made.shop_id, data=part, deps=world.deps)
    assert open_tasks(world) == ["urged_to_ship"]
    whole = later(part, shipments=[fed_parcel(lines=[{"line": "1", "quantity": 2}])])
    import_order(shop_id=world.made.shop_id, data=whole, deps=world.deps)
    assert open_tasks(world) == []


def test_what_does_not_wait_is_refused_and_a_stranger_finds_nothing(world: Any) -> None:
    unpaid = world.take(make_order(status="awaiting_payment"))
    with pytest.raises(Conflict):
        press(world, unpaid)
    number = world.take(make_order(make_line("1", 1, 1000)))
    other = Actor(kind="shopper", shop_id=world.made.shop_id, id=make_customer(world.deps, world.made.shop_id, 2))
    with pytest.raises(NotFound):
        press(world, number, actor=other)
    assert world.events(number) == []
