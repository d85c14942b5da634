"""Refunds begin here: rows with their numbers, events and jobs, in the transaction of the act that causes them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from portal.domain.cases.payout import Payout
from portal.domain.codec import to_plain
from portal.domain.credit.ledger import bonus_of
from portal.domain.money import Money, total
from portal.domain.orders.decisions import Plan, PlanTender
from portal.domain.records.events import NewEvent
from portal.domain.refunds.arrival import arrival_of
from portal.domain.refunds.life_cycle import quote_number, refund_number
from portal.repos.refunds import NewRefund
from portal.services.act import Act, CaseAct

CREDIT = "store_credit"
"""The method of a refund whose customer chose credit."""
RETURN_FREIGHT_LEFT = "carriage_left"
"""The task of return freight that no payment has room for: owed to the customer, sent another way by a person."""


def start_refunds(
    act: Act,
    tenders: tuple[PlanTender, ...],
    *,
    why: str,
    plan: Plan | None = None,
    payout: Payout | None = None,
    goodwill_id: int | None = None,
) -> list[NewRefund]:
    """One refund per tender, as planned. The caller has saved the order with these amounts reserved on its payments.

    The number is stored here, before anybody is called (PAYMENTS rule 1); `plan` is kept with the first of them.
    `payout`: chosen with the act that has no case; else as the case says. `goodwill_id`: what it is given by beyond
    policy.
    """
    if payout is None and isinstance(act, CaseAct):
        payout = act.case.payout
    rows = [replace(_row(act, tender, why, payout), goodwill_id=goodwill_id) for tender in tenders]
    if plan and rows:
        rows[0] = replace(rows[0], summary=to_plain(plan))
    for row in rows:
        act.work.jobs.enqueue("refund", {"refund": row.refund_id}, dedup_key=f"refund:{row.refund_id}")
    act.work.refunds.plan(rows)
    act.record_events(*(_planned(row, act.case_no or None) for row in rows))
    if plan:
        _note_return_freight_left(act, plan)
    if rows:
        act.record.begins_refunds()
    return rows


def _row(act: Act, tender: PlanTender, why: str, payout: Payout | None) -> NewRefund:
    """Numbered, with the days between which it is expected to arrive, in the shop's zone."""
    refund_id = act.deps.random.id(act.now)
    method = CREDIT if payout else tender.method
    first, last = arrival_of(method, act.now, act.settings, act.deps.calendar)
    return NewRefund(
        refund_id=refund_id,
        number=refund_number(refund_id, 1),
        quote_no=quote_number(refund_id),
        shop_id=act.record.shop_id,
        order_id=act.record.id,
        case_id=act.case_id,
        payment_row_id=act.record.payment_ids[tender.payment_id],
        amount_minor=tender.amount.minor,
        currency=tender.amount.currency,
        method=method,
        to_credit=payout is not None,
        bonus_minor=bonus_of(tender.amount, Decimal(payout.bonus_percent)).minor if payout else 0,
        credit_days=payout.valid_days if payout else 0,
        why=why,
        arrival_from=first,
        arrival_to=last,
    )


def _note_return_freight_left(act: Act, plan: Plan) -> None:
    """A task for what `plan` could not pay: of return freight, or of goods since return freight was paid before from
    their money.

    No payment has room for it, so a person sends it another way (docs/decisions/0016). A step of an order opens one
    task at most.
    """
    owed = plan.carriage_left or Money(0, act.order.currency)
    if plan.already:
        owed += min(plan.already, _return_freight_paid(act), key=lambda money: money.minor)
    if owed:
        act.work.tasks.open(
            act.record.shop_id,
            RETURN_FREIGHT_LEFT,
            dedup_key=f"{RETURN_FREIGHT_LEFT}:{act.case_no or act.order.no}:{act.record.version}",
            detail={"reason": f"{owed.decimal()} {owed.currency}"},
            order_id=act.record.id,
            case_id=act.case_id,
        )


def _return_freight_paid(act: Act) -> Money:
    """With the refunds of the order's cases so far; what others took of a payment is not the portal's to make up."""
    plans = (case.plan for case in act.work.cases.of_order(act.record.id))
    return total((plan.carriage for plan in plans if plan.carriage), act.order.currency)


def _planned(row: NewRefund, case_no: str | None) -> NewEvent:
    data = {
        "refund": row.number,
        "amount": row.amount_minor,
        "currency": row.currency,
        "method": row.method,
        "why": row.why,
    }
    return NewEvent(kind="system:refund:planned", data=data, case_no=case_no)
