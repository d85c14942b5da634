"""What happens to a case when its time is over, in the transaction that checks that it still is (T30).

What it is for which deadline stands in `domain.deadlines.table`; here is how each is done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.domain.cases import steps
from portal.domain.cases.early_refund import early_left
from portal.domain.deadlines.table import OF_CASES, AtZero, DeadlineKind
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.identity.access import system
from portal.domain.returning.inspection import all_accepted
from portal.domain.returning.pickup import more_time
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.applying.apply_again import again_until
from portal.services.applying.grant import Answer, Grant, effect_of_granting, grant, pay_back
from portal.services.cases.answer_offer import lapse_offer
from portal.services.cases.decide_case import free_units
from portal.services.deadlines.escalate import escalate
from portal.services.fees.invoices import settle_invoice
from portal.services.returning.choose_rejected import send_back
from portal.services.returning.inspect import conclude
from portal.services.returning.inspection_effect import effect_of_accepting
from portal.services.waiting_proposals import lapse_proposal

_FOR_THE_COURIER = timedelta(hours=6)


def act_on_case(case_no: str, shop_id: int, moment: datetime, deps: Deps) -> str:
    """What was done: case_approved, case_escalated, cancel_escalated, case_expired, case_sent_back, offer_lapsed,
    case_invoiced, or "" where it is no longer due."""
    try:
        with unit_of_work(deps) as work:
            act = lock_case(work, case_no, system(shop_id), deps)
            deadline = act.case.deadline
            if deadline is None or act.case.due_at is None or act.case.due_at > moment:
                return ""
            if _awaits_courier(act, deadline.kind):
                act.save(more_time(act.case, until=moment + _FOR_THE_COURIER))
                return ""
            return HANDLERS[OF_CASES[deadline.kind].at_zero](act, deadline.kind)
    except (Conflict, NotFound):
        return ""


def _awaits_courier(act: CaseAct, kind: DeadlineKind) -> bool:
    """A courier was booked for a time before the end: the customer is not late because the carrier is."""
    return kind in ("customer_sends_back", "withdrawal_sends_back") and bool(
        act.work.pickups.open_for_update(act.case.id)
    )


def _escalate(act: CaseAct, kind: DeadlineKind) -> str:
    if kind == "warehouse_answers" and act.case.state != "submitted":
        return ""
    if kind == "shop_inspects" and not act.case.is_to_be_inspected:
        return ""
    # Goods that nobody has inspected go on: the money follows by rule.
    refund_by = act.case.parcel.refund_by if act.case.parcel else None
    return escalate(act, kind, next_at=refund_by)


def _approve_or_escalate(act: CaseAct, kind: DeadlineKind) -> str:
    """A silent shop: by rule where the decision said so (POLICY, timers)."""
    if act.case.outcome.at_zero != "approve" or act.work.goodwill.waiting_return(act.case.id):
        return escalate(act, kind)
    grant(act, effect_of_granting(act.order, act.case, act.policy), Answer("deadline"))
    return "case_approved"


def _close(act: CaseAct, _kind: DeadlineKind) -> str:
    """A silent customer: the units are free to be applied for again inside the window."""
    lapse_proposal(act)
    act.save(steps.expired(act.case, at=act.now))
    why = act.case.outcome.expired
    free_units(act)
    act.happened("case:expired", code=why)
    ends = again_until(act)
    act.notify_customer("application_expired", why=why, again_until=ends.of(act.now), is_over=ends.is_over(act.now))
    return "case_expired"


def _lapse(act: CaseAct, _kind: DeadlineKind) -> str:
    if act.case.open_offer is None:
        return ""
    lapse_offer(act)
    return "offer_lapsed"


def _send_back(act: CaseAct, _kind: DeadlineKind) -> str:
    if not act.case.awaits_choice:
        return ""
    send_back(act)
    return "case_sent_back"


def _refund_all(act: CaseAct, kind: DeadlineKind) -> str:
    """Of what can be sold again nothing is known. What was collected at the door has no way back of its own: a person
    agrees on where the money goes."""
    if not act.case.is_to_be_inspected:
        return ""
    try:
        conclude(act, all_accepted(act.case.units))
    except Invalid:
        return escalate(act, kind)
    return "case_approved"


def _pay_by_law(act: CaseAct, kind: DeadlineKind) -> str:
    """Nobody has inspected the goods of a withdrawal, and the shop may wait no longer (EU-5). The portal never revives
    the contract silently."""
    all_of_it = effect_of_accepting(act.order, act.case, act.policy)
    granted = Grant(all_of_it.order, all_of_it.plan)
    if act.order.payment_terms == "cod" and granted.plan.refund:
        return escalate(act, kind)
    known = steps.answered(act.case, granted.plan, answer="deadline", at=act.now)
    pay_back(act, known, granted, step=steps.paid_by_law)
    return "case_approved"


def _invoice(act: CaseAct, kind: DeadlineKind) -> str:
    """Goods that were paid for at the hand-over have not come: all of it is to be paid back. They may still come."""
    if act.case.state != "in_transit":
        return ""
    escalate(act, kind)
    settle_invoice(act, early_left(act.case, act.order.currency))
    return "case_invoiced"


HANDLERS: dict[AtZero, Callable[[CaseAct, DeadlineKind], str]] = {
    "escalate": _escalate,
    "approve_or_escalate": _approve_or_escalate,
    "close": _close,
    "lapse": _lapse,
    "send_back": _send_back,
    "refund_all": _refund_all,
    "pay_by_law": _pay_by_law,
    "invoice": _invoice,
}
