"""Returns whose goods a courier may fetch, and what tests of that do with them."""

from __future__ import annotations

from typing import Any

from portal.domain.identity.access import Actor
from portal.domain.returning.pickup import Sender
from portal.domain.returning.pickup_results import PickupBooked
from portal.models.pickup import Pickup
from portal.ports import SlotAsk
from portal.repos.unit_of_work import unit_of_work
from portal.services.returning.book_pickup import PickupWish, book_pickup, cancel_pickup
from tests.services.applying.test_apply_for import apply
from tests.support.applications import bought
from tests.support.order_facts import make_line
from tests.support.world import World

SENDER = Sender(name="王小明", phone="13800000009", address="西湖边2号")


def switch_on(world: World, **settings: Any) -> None:
    with unit_of_work(world.deps) as work:
        said = {"returns": True, "pickup": {"carrier": "SF"}} | settings
        work.shops.set(world.made.shop_id, settings=said)


def to_fetch(world: World, reason: str = "no_reason", **settings: Any) -> tuple[str, str]:
    """The order and the case of three units that are to be sent back, in a shop that has them fetched."""
    switch_on(world, **settings)
    number = world.take(bought(make_line("1", 3, 30000), make_line("2", 1, 1000)))
    return number, apply(world, number, reason=reason, units=(("1", 3),))


def slots(world: World) -> list[str]:
    """Codes of the times that the fake offers, those that are on offer first."""
    ask = {"carrier": "SF", "address": "", "country": "CN", "zone": "Asia/Shanghai", "currency": "CNY"}
    offer = world.couriers.offer(SlotAsk(since=world.clock.now(), until=None, **ask))
    return [slot.code for slot in offer.slots if slot.cancel_by > world.clock.now()]


def book(world: World, case_no: str, slot: str = "", request_id: str = "", **values: Any) -> PickupBooked:
    slot = slot or slots(world)[0]
    by: dict[str, Any] = {"actor": world.shopper, "request_id": request_id or f"book {slot}", "deps": world.deps}
    return book_pickup(case_no=case_no, wish=PickupWish(slot=slot, sender=SENDER), **by | values)


def call_off(world: World, case_no: str, request_id: str = "off", actor: Actor | None = None) -> Any:
    return cancel_pickup(case_no=case_no, actor=actor or world.shopper, request_id=request_id, deps=world.deps)


def bookings(world: World) -> list[tuple[str, str]]:
    """How each booking stands, and who pays."""
    return [(row["state"], row["payer"]) for row in world.rows(Pickup)]


def states(world: World) -> list[str]:
    return [row["state"] for row in world.rows(Pickup)]


def number_of(world: World) -> str:
    """The newest booking's."""
    return str(world.rows(Pickup)[-1]["number"])
