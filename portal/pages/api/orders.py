"""An order as the machine API gives it: what is left, what moved, what waits."""

from __future__ import annotations

from typing import Any

from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.records.benefits import Benefit
from portal.domain.refunds.refund import Refund
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.records.returned_benefits import benefits_in


def order_facts(*, order_no: str, actor: Actor, deps: Deps) -> dict[str, Any]:
    """Raises NotFound. Amounts are decimal strings in major units."""
    with reading(deps) as work:
        record, refunds = work.orders.get_with_refunds(order_no, actor)
        benefits = benefits_in(work.events.of_order(record.id))
    order = record.order
    return {
        "number": order.no,
        "state": order.state,
        "status": order.status,
        "currency": order.currency,
        "total": order.total.decimal(),
        "paid": order.captured.decimal(),
        "refundable": order.money_left.decimal(),
        "waiting_case": order.waiting_case,
        "updated_at": record.kept.updated_at.isoformat(),
        "ship_to": record.kept.ship_to,
        "agreed_ship_by": order.agreed_ship_by.isoformat() if order.agreed_ship_by else None,
        "later_note": record.kept.later_note,
        "lines": [
            {
                "id": line.id,
                "quantity": line.quantity,
                "cancelled": line.cancelled,
                "gone": line.gone,
                "claimed": line.claimed,
                "shipped": line.shipped,
                "delivered": line.delivered,
                "paid": Money(line.net, order.currency).decimal(),
                "guarantee_until": line.guarantee_until.isoformat() if line.guarantee_until else None,
            }
            for line in order.lines
        ],
        "refunds": [_refund(refund) for refund in refunds],
        "benefits": [_benefit(benefit) for benefit in benefits],
    }


def _benefit(benefit: Benefit) -> dict[str, Any]:
    return {
        "id": benefit.id,
        "kind": benefit.kind,
        "points": benefit.points or None,
        "coupon": benefit.coupon or None,
        "case": benefit.case_no,
        "at": benefit.at.isoformat(),
        "returned_at": benefit.returned_at.isoformat() if benefit.returned_at else None,
    }


def _refund(refund: Refund) -> dict[str, Any]:
    return {
        "number": refund.number,
        "payment": refund.payment_id,
        "amount": refund.amount.decimal(),
        "state": refund.state,
    }
