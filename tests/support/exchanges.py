"""Exchanges of a shop that tells of its products, and what tests of them do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from portal.domain.cases.ask import WantedVariant
from portal.domain.money import Money
from portal.domain.orders.product import Product
from portal.services.intake.import_product import import_product
from portal.services.replacing.send_replacement import replacement_arrived, send_replacement
from portal.services.returning.receive_parcel import receive_goods
from tests.services.applying.test_apply_for import apply, case_of
from tests.services.returning.test_inspect import by, inspect, ship
from tests.support.applications import bought
from tests.support.order_facts import make_line
from tests.support.said import decide_case
from tests.support.world import World

PAID = 10000
"""What was paid for one of the three units that are exchanged."""


def sell(made: Any, deps: Any, sku: str, price: int, **values: Any) -> None:
    """The shop tells of a variant of the goods that tests buy."""
    at = values.pop("updated_at", datetime(2026, 11, 1, tzinfo=UTC))
    known = {"on_sale": True, "title": "商品1", "group": "G-1", "variant": sku} | values
    product = Product(sku=sku, price=Money(price, "CNY"), updated_at=at, **known)
    import_product(shop_id=made.shop_id, product=product, deps=deps)


def catalogue(made: Any, deps: Any) -> None:
    """The goods themselves, and one dearer and one cheaper variant of them."""
    for sku, price in (("S-1", PAID), ("UP", PAID + 2000), ("DOWN", PAID - 1500)):
        sell(made, deps, sku, price, stock=10)


def exchanging(world: World, sku: str = "", units: int = 3, **values: Any) -> tuple[str, str]:
    """The order and the case of an exchange that the shop has agreed to: the goods are to be sent."""
    catalogue(world.made, world.deps)
    number = world.take(bought(make_line("1", 3, 3 * PAID), make_line("2", 1, 1000)))
    variants = (WantedVariant(line_id="1", sku=sku),) if sku else ()
    case_no = apply(
        world, number, kind="exchange", reason="no_reason", units=(("1", units),), variants=variants, **values
    )
    if case_of(world, case_no)["state"] == "submitted":
        decide_case(case_no=case_no, decision="accept", **by(world, "agent", "yes"))
    return number, case_no


def back(world: World, case_no: str, accepted: int = 3, rejected: int = 0) -> None:
    """The goods are sent, received and looked at."""
    ship(world, case_no)
    receive_goods(case_no=case_no, **by(world, "warehouse", "receive"))
    inspect(world, case_no, ("1", accepted, rejected), reason="有划痕" if rejected else "")


def send(world: World, case_no: str, tracking_no: str = "SF7000") -> None:
    send_replacement(case_no=case_no, carrier="SF", tracking_no=tracking_no, **by(world, "warehouse", tracking_no))


def arrive(world: World, case_no: str) -> None:
    replacement_arrived(case_no=case_no, **by(world, "warehouse", "arrived"))
