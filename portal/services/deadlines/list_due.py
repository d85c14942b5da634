"""`portal deadlines run --dry-run`: what would be acted on at a moment. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.ports import Deps
from portal.repos.unit_of_work import reading

MOST_LISTED = 1_000


@dataclass(frozen=True, slots=True)
class DueDeadline:
    """`kind` of what is over: unpaid, of a case, fee, refund, approval, message, reminder; `number` of its order, case
    or proposal."""

    kind: str
    number: str


def list_due(*, as_of: datetime | None = None, deps: Deps) -> tuple[DueDeadline, ...]:
    """In the order in which they are acted on, at most `MOST_LISTED` of each. `as_of` (aware) stands in for now."""
    moment = as_of or deps.clock.now()
    with reading(deps) as work:
        unpaid = work.orders.numbers_of(work.orders.unpaid_past(moment, MOST_LISTED))
        cases = work.cases.with_deadline_before(moment, MOST_LISTED)
        late = work.tasks.past_due(moment, MOST_LISTED)
        unread = work.tasks.messages_past_due(moment, MOST_LISTED)
        late_orders = work.orders.numbers_of([task.order_id for task in (*late, *unread)])
        return (
            *(DueDeadline("unpaid", number) for number in unpaid.values()),
            *(DueDeadline(case.deadline_kind or "", case.case_no) for case in cases),
            *(DueDeadline("fee", fee.case_no) for fee in work.fees.past_due(moment, MOST_LISTED)),
            *(DueDeadline("refund", late_orders[task.order_id]) for task in late),
            *(DueDeadline("approval", one.number) for one in work.goodwill.past_due(moment, MOST_LISTED)),
            *(DueDeadline("message", late_orders[task.order_id]) for task in unread),
            *(DueDeadline("reminder", case.case_no) for case in work.cases.with_reminder_before(moment, MOST_LISTED)),
        )
