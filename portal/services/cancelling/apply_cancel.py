"""What a decided cancel does to an order: units, money, points, coupons, events and the notice, in one transaction."""

from __future__ import annotations

from typing import Any, Literal

from portal.domain.cases.payout import Payout
from portal.domain.orders import effects
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Order
from portal.domain.records.events import NewEvent
from portal.repos.refunds import NewRefund
from portal.services.act import Act
from portal.services.orders.urge_shipment import close_urging
from portal.services.refunds.start_refunds import start_refunds


def apply_cancel(
    act: Act,
    plan: Plan,
    *,
    notice: Literal["order_cancelled", "order_expired"] = "order_cancelled",
    payout: Payout | None = None,
) -> None:
    """The order is under lock and `plan` was decided on exactly these facts; its units are unclaimed by now.

    About a case where the warehouse was asked first, which knows how it is to be paid; else `payout` says so.
    `order_expired`: nobody has paid, so no money is told of.
    """
    act.save_order(effects.cancelled(act.order, plan))
    close_urging(act.work, act.record)
    is_over = act.order.state == "cancelled"
    if is_over:
        act.record.is_cancelled(at=act.now, by="portal")
    act.happened(
        f"{'order' if is_over else 'units'}:cancelled",
        units=[list(pair) for pair in plan.units],
        refund=plan.refund.minor,
        freight=plan.freight.minor,
        currency=plan.refund.currency,
    )
    act.record_events(*giving_back(act, plan))
    refunds = start_refunds(act, plan.tenders, why="cancel", plan=plan, payout=payout)
    if notice == "order_expired":
        act.notify_of_order(notice)
    elif is_over:
        act.notify_of_order(notice, **money_params(plan, refunds))
    else:
        act.notify_of_order(
            "units_cancelled", units=sum(count for _, count in plan.units), **money_params(plan, refunds)
        )


def giving_back(act: Act, plan: Plan) -> list[NewEvent]:
    """Points and coupons are the shop's to give back: an event each, with a key that lets it happen once (T20, T21)."""
    order_no, case_no = act.order.no, act.case_no or None
    step, events = f"{order_no}:{act.record.version}", []
    if plan.points_back:
        back = {"points": plan.points_back}
        events.append(NewEvent(kind="system:points:returned", data=back, case_no=case_no, key=f"points-back:{step}"))
    if plan.points_taken:
        taken = {"points": plan.points_taken}
        events.append(NewEvent(kind="system:points:taken", data=taken, case_no=case_no, key=f"points-taken:{step}"))
    # A pack may keep coupons (coupons = "kept"): then none comes back, whatever is gone.
    places = _coupon_places(act.order, plan) if plan.coupons_back else []
    for place, coupon in zip(places, plan.coupons_back, strict=True):
        # A feed may name one coupon twice, and codes are of any length: the key is its place in the order.
        key = f"coupon-back:{order_no}:{place}"
        events.append(NewEvent(kind="system:coupon:returned", data={"coupon": coupon.code}, case_no=case_no, key=key))
    return events


def _coupon_places(order: Order, plan: Plan) -> list[int]:
    """Which of the order's discounts are the plan's coupons: touched by it, and every unit they applied to gone now."""
    touched = {line_id for line_id, _ in plan.units}
    return [
        place
        for place, discount in enumerate(order.discounts)
        if discount.kind == "coupon"
        and any(discount.covers(line_id) for line_id in touched)
        and all(line.gone == line.quantity for line in order.lines if discount.covers(line.id))
    ]


def money_params(plan: Plan, refunds: list[NewRefund]) -> dict[str, Any]:
    """What the notice says of the money: every method it goes back to, and when the last of it is expected."""
    return {
        "refund": plan.refund if plan.refund else None,
        "account": [refund.method for refund in refunds],
        "arrival_from": min((refund.arrival_from for refund in refunds), default=None),
        "arrival_to": max((refund.arrival_to for refund in refunds), default=None),
        "points_back": plan.points_back,
        "coupons_back": [{"name": coupon.code, "expires_at": coupon.expires_at} for coupon in plan.coupons_back],
    }
