"""What the shop sends for a case, as its page shows it."""

from __future__ import annotations

from portal.domain.cases.case import Case
from portal.domain.orders.order import Order
from portal.pages.values.replacing import ReplacementView, SentUnits


def replacement_view(case: Case, order: Order) -> ReplacementView | None:
    """None for a case for which nothing is sent."""
    sent = case.replacement
    if sent is None:
        return None
    lines = {line.id: line for line in order.lines}
    wanted = {one.line_id: one.name for one in case.asked.variants} if case.asked else {}
    return ReplacementView(
        kind=case.kind,
        lines=tuple(
            SentUnits(title=lines[line_id].title, variant=wanted.get(line_id, lines[line_id].variant), units=count)
            for line_id, count in sent.units
        ),
        carrier=sent.carrier,
        tracking_no=sent.tracking_no,
        shipped_at=sent.shipped_at,
        delivered_at=sent.delivered_at,
    )
