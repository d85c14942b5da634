"""A shop that refunds small returns of proven customers once the parcel is with the carrier (P17)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from portal.domain.cases.found import LineFound
from portal.domain.orders.order import Line, Order
from portal.models.fee import Fee
from portal.models.order import Order as OrderRow
from portal.schemas.pack_file import load_pack
from portal.services.policy.publish import publish_policy
from tests.services.applying.test_apply_for import apply
from tests.support.applications import bought
from tests.support.make import make_staff
from tests.support.order_facts import make_line
from tests.support.packs import PACKS
from tests.support.said import inspect_goods, ship_back
from tests.support.world import World

PACK = """
name = "good"
title = { zh = "好店", en = "Good shop" }
on = "cn"
[refund_at_handover]
under = { CNY = "200.00" }
under_sum = { CNY = "300.00" }
reasons = ["no_reason", "quality"]
most = 2
proven = 1
[rules.SHOP-9]
says = { zh = "寄出后先退款", en = "Refunded when it is sent" }
"""


WIDE = PACK.replace('"200.00"', '"9999999.00"').replace('"300.00"', '"9999999.00"').replace("most = 2", "most = 9999")
"""The same for whoever has had any number of them."""


def quick_shop(world: World, pack: str = PACK) -> int:
    """Published by one of two colleagues; the id of its version. One order has come before."""
    make_staff(world.deps, "zhuguan", "supervisor")
    make_staff(world.deps, "fuhe", "agent")
    found = load_pack(pack, "good.toml", PACKS)
    done = publish_policy(pack=found, login="zhuguan", shop_key="tepai", starts_at=None, deps=world.deps)
    world.take(bought(make_line("1", 1, 100)))
    return done.version_id


def order_of(world: World, version: int, *lines: Line, net: int = 10_000) -> str:
    """An order under that version; without `lines` of three units for `net`."""
    return under(world, version, bought(*(lines or (make_line("1", 3, net),))))


def under(world: World, version: int, order: Order, policy: str = "cn") -> str:
    """The order stored under that version of the shop's own pack."""
    number = world.take(order, policy=policy)
    with world.deps.database.writing() as connection:
        mine = OrderRow.__table__.c.number == number
        connection.execute(update(OrderRow.__table__).where(mine).values(shop_version_id=version))
    return number


def forgive(world: World) -> None:
    """As if nobody owed anything."""
    with world.deps.database.writing() as connection:
        connection.execute(update(Fee.__table__).where(Fee.__table__.c.state == "due").values(state="waived"))


def returned(world: World, number: str, units: int = 2) -> str:
    """A return of so many units of the only line."""
    return apply(world, number, units=(("1", units),))


def sent(world: World, case_no: str, tracking_no: str = "SF1000") -> None:
    who = {"actor": world.shopper, "request_id": f"sent {case_no} {tracking_no}", "deps": world.deps}
    ship_back(case_no=case_no, carrier="SF", tracking_no=tracking_no, **who)


def looked_at(world: World, case_no: str, found: tuple[LineFound, ...]) -> None:
    """By the warehouse."""
    by: dict[str, Any] = {"actor": world.made.staff("warehouse"), "request_id": f"look {case_no}", "deps": world.deps}
    inspect_goods(case_no=case_no, found=found, reason="有划痕", **by)


def inspected(world: World, case_no: str, received: int, accepted: int) -> None:
    looked_at(
        world, case_no, (LineFound(line_id="1", received=received, accepted=accepted, rejected=received - accepted),)
    )


def invoices(world: World) -> list[tuple[str, int]]:
    return [(row["state"], row["amount_minor"]) for row in world.rows(Fee) if row["for_what"] == "return"]


def refunded(world: World) -> int:
    """What has left or is leaving, in minor units."""
    return sum(payment["refunded_minor"] + payment["in_flight_minor"] for payment in world.payments)
