"""Returns on their way of a shop that takes a fee for withdrawing, and what tests of that fee do with them."""

from __future__ import annotations

from typing import Any

from portal.domain.results import FeeTried
from portal.models.fee import Fee, FeePayment
from portal.repos.unit_of_work import unit_of_work
from portal.services.returning.send_back import delivered_to_customer, send_goods_back
from portal.services.withdrawing.pay_fee import pay_fee
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.services.applying.test_apply_for import apply, case_of
from tests.support.applications import bought
from tests.support.order_facts import make_line
from tests.support.said import ship_back
from tests.support.world import World

AMOUNT = 1200


def charge(world: World, **fees: Any) -> None:
    with unit_of_work(world.deps) as work:
        values = fees or {"withdrawal_fixed": "12.00"}
        work.shops.set(world.made.shop_id, settings={"returns": True, "fees": values})


def by(world: World, who: str, request_id: str) -> dict[str, Any]:
    actor = world.shopper if who == "shopper" else world.made.staff(who)
    return {"actor": actor, "request_id": f"{request_id}-{who}", "deps": world.deps}


def under_way(world: World, reason: str = "no_reason", **values: Any) -> tuple[str, str]:
    """The order and the case of three units that the customer has sent back; the shop takes 12.00."""
    charge(world, **values)
    number = world.take(bought(make_line("1", 3, 30000), make_line("2", 1, 1000)))
    case_no = apply(world, number, reason=reason, units=(("1", 3),))
    ship_back(case_no=case_no, carrier="SF", tracking_no="SF1000", **by(world, "shopper", f"ship-{case_no}"))
    return number, case_no


def withdraw(world: World, case_no: str, request_id: str = "withdraw", **values: Any) -> str:
    return withdraw_case(case_no=case_no, reason="changed_mind", **values, **by(world, "shopper", request_id))


def pay(world: World, case_no: str, method: str = "alipay", request_id: str = "pay") -> FeeTried:
    return pay_fee(case_no=case_no, method=method, **by(world, "shopper", request_id))


def fee_of(world: World, case_no: str) -> Any:
    case_id = case_of(world, case_no)["id"]
    return [row for row in world.rows(Fee) if row["case_id"] == case_id][-1]


def state(world: World, case_no: str) -> tuple[str, str]:
    """Of the case and of its newest fee."""
    return case_of(world, case_no)["state"], fee_of(world, case_no)["state"]


def tries(world: World) -> list[tuple[str, str, int]]:
    return [(row["state"], row["problem"], row["got_minor"]) for row in world.rows(FeePayment)]


def hand_over(world: World, case_no: str, *, accepted: bool, turn: str = "1") -> None:
    send_goods_back(case_no=case_no, carrier="SF", tracking_no="SF2000", **by(world, "warehouse", f"send-{turn}"))
    delivered_to_customer(case_no=case_no, accepted=accepted, **by(world, "warehouse", f"door-{turn}"))
