"""What a refund is for: the lines and the freight, for a rail that keeps the shop's books as well."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.codec import from_plain
from portal.domain.money import Money
from portal.domain.orders.decisions import Plan
from portal.domain.refunds.refund import Refund
from portal.ports import RefundAsk, RefundedLine
from portal.services.act import Act

_OF_CANCEL = "cancel"


def with_what_it_pays(ask: RefundAsk, refund: Refund, act: Act) -> RefundAsk:
    """The platform's id of the order; lines and freight where one refund pays the whole plan: a plan that several
    payments share says nothing of what each of them is for. Units that never left can be sold again."""
    external_id = act.work.connectors.external_id(act.record.shop_id, act.order.no) or ""
    summary = act.work.refunds.summary_of(refund)
    plan = from_plain(Plan, summary) if summary else None
    if plan is None or plan.refund != refund.amount or plan.money_only:
        return replace(ask, external_id=external_id)
    lines = tuple(
        RefundedLine(
            line_id=line.line_id,
            quantity=line.units,
            amount=Money(line.amount, refund.amount.currency),
            restock=refund.why == _OF_CANCEL,
        )
        for line in plan.lines
        if line.units and line.amount >= 0
    )
    spoken_for = sum(line.amount.minor for line in lines) + plan.freight.minor
    if spoken_for > refund.amount.minor:
        return replace(ask, external_id=external_id)
    return replace(ask, external_id=external_id, lines=lines, freight=plan.freight)
