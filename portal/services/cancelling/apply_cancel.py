"""What a decided cancel does to an order: units, money, points, coupons, events and the notice, in one transaction."""

from __future__ import annotations

from typing import Any

from portal.domain.identity.access import Actor
from portal.domain.orders import effects
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Order
from portal.domain.records.events import Event
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.refunds import NewRefund
from portal.repos.unit_of_work import UnitOfWork
from portal.services.actor_source import event_source
from portal.services.refunds.start_refunds import start_refunds


def apply_cancel(
    work: UnitOfWork,
    record: OrderRecord,
    plan: Plan,
    *,
    actor: Actor,
    settings: ShopSettings,
    deps: Deps,
    case_id: int | None = None,
    case_no: str | None = None,
    notice: str = "order_cancelled",
) -> None:
    """The order is under lock and `plan` was decided on exactly these facts; its units are unclaimed by now."""
    work.orders.save(record, effects.cancelled(record.order, plan))
    is_over = record.order.state == "cancelled"
    if is_over:
        record.is_cancelled(at=work.now, by="portal")
    work.events.append(record, actor, *_events(record, plan, actor, case_no, is_over=is_over))
    refunds = start_refunds(
        work,
        record,
        plan.tenders,
        why="cancel",
        actor=actor,
        settings=settings,
        deps=deps,
        case_id=case_id,
        case_no=case_no,
        plan=plan,
    )
    if notice == "order_cancelled" and not is_over:
        notice = "units_cancelled"
    params: dict[str, Any] = {"order_no": record.order.no}
    if notice != "order_expired":
        params |= money_params(plan, refunds)
    if notice == "units_cancelled":
        params["units"] = sum(count for _, count in plan.units)
    work.notices.tell(
        record.shop_id, record.customer_id, notice, params, order_no=record.order.no, case_no=case_no or ""
    )


def _events(record: OrderRecord, plan: Plan, actor: Actor, case_no: str | None, *, is_over: bool) -> list[Event]:
    source = event_source(actor)
    what = "order" if is_over else "units"
    data = {
        "units": [list(pair) for pair in plan.units],
        "refund": plan.refund.minor,
        "freight": plan.freight.minor,
        "currency": plan.refund.currency,
    }
    return [Event(kind=f"{source}:{what}:cancelled", data=data, case_no=case_no), *giving_back(record, plan, case_no)]


def giving_back(record: OrderRecord, plan: Plan, case_no: str | None) -> list[Event]:
    """Points and coupons are the shop's to give back: an event each, with a key that lets it happen once (T20, T21)."""
    order_no = record.order.no
    step, events = f"{order_no}:{record.version}", []
    if plan.points_back:
        back = {"points": plan.points_back}
        events.append(Event(kind="system:points:returned", data=back, case_no=case_no, key=f"points-back:{step}"))
    if plan.points_taken:
        taken = {"points": plan.points_taken}
        events.append(Event(kind="system:points:taken", data=taken, case_no=case_no, key=f"points-taken:{step}"))
    for place, coupon in zip(_coupon_places(record.order, plan), plan.coupons_back, strict=True):
        # A feed may name one coupon twice, and codes are of any length: the key is its place in the order.
        key = f"coupon-back:{order_no}:{place}"
        events.append(Event(kind="system:coupon:returned", data={"coupon": coupon.code}, case_no=case_no, key=key))
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
