"""The warehouse's program answers a cancel that holds an order, by the number of the order (P14)."""

from __future__ import annotations

from datetime import datetime

from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.domain.results import CancelAnswered
from portal.domain.sent import Sent
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.cancelling.answer_cancel import Answer, answer_cancel


def answer_hold(
    *, order_no: str, answer: Answer, left_at: datetime | None, actor: Actor, deps: Deps, request_id: Sent | None = None
) -> CancelAnswered:
    """Errors: NotFound, Conflict ("no_hold": nothing holds the order; "decided": somebody was faster), Invalid
    (left_at), Reused."""
    with reading(deps) as work:
        waiting = work.orders.get(order_no, actor).order.waiting_case
        first = work.requests.answer(actor, request_id) if request_id else None
    if isinstance(first, CancelAnswered):
        return first
    if not waiting:
        raise Conflict("no_hold")
    return answer_cancel(case_no=waiting, answer=answer, left_at=left_at, actor=actor, request_id=request_id, deps=deps)
