"""One parked refund: what a person needs to look it up by."""

from __future__ import annotations

from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor
from portal.pages.values.parked import ParkedPage
from portal.ports import Deps
from portal.repos.unit_of_work import reading


def parked_page(*, refund_no: str, actor: Actor, deps: Deps) -> ParkedPage:
    """Raises NotFound."""
    with reading(deps) as work:
        refund = work.staff_lists.find_refund(actor, refund_no)
        if refund is None:
            raise NotFound("refund")
        order_no = work.orders.numbers_of([refund.order_id])[refund.order_id]
    return ParkedPage(
        refund_no=refund_no,
        order_no=order_no,
        amount=refund.amount,
        method=refund.method,
        rail=refund.rail,
        sent_at=refund.submitted_at,
        trace=refund.trace,
        reference=refund.rail_reference if refund.rail_reference != refund.trace else "",
        is_parked=refund.parked_at is not None,
    )
