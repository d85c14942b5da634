"""Return freight that no payment has room for: owed to the customer, sent another way by a person (docs, 0016)."""

from __future__ import annotations

from portal.domain.codec import from_plain
from portal.domain.money import Money, total
from portal.domain.orders.decisions import Plan
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork

TASK = "carriage_left"


def note_carriage_left(
    work: UnitOfWork, record: OrderRecord, plan: Plan, *, case_id: int | None, case_no: str | None
) -> None:
    """A task for what `plan` could not pay: of carriage, or of goods since carriage was paid before from their money.

    The order is under lock; a step of an order opens one task at most.
    """
    owed = plan.carriage_left or Money(0, record.order.currency)
    if plan.already:
        owed += min(plan.already, _carriage_paid(work, record), key=lambda money: money.minor)
    if owed:
        work.tasks.open(
            record.shop_id,
            TASK,
            dedup_key=f"{TASK}:{case_no or record.order.no}:{record.version}",
            detail={"reason": f"{owed.decimal()} {owed.currency}"},
            order_id=record.id,
            case_id=case_id,
        )


def _carriage_paid(work: UnitOfWork, record: OrderRecord) -> Money:
    """With the refunds of the order's cases so far; what others took of a payment is not the portal's to make up."""
    plans = (from_plain(Plan, row["summary"]) for row in work.cases.of_order(record.id))
    return total((plan.carriage for plan in plans if plan.carriage), record.order.currency)
