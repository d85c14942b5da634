"""A member of staff takes an application back for a customer who has agreed to it (S30, POLICY: where cases end).

Who did it and how the customer agreed is on record with the case; the customer is told, and reads the same words.
"""

from __future__ import annotations

from portal.domain.cases.case import Case
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden
from portal.domain.fees.charged import ChargedFee
from portal.domain.given_reason import given_reason
from portal.domain.identity.access import Actor, may
from portal.domain.results import CaseClosed
from portal.domain.sent import RequestKey
from portal.domain.withdrawing.decide import way_of, why_not
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.cases.take_over import check_holder
from portal.services.fees.fee_steps import waive_fee
from portal.services.fees.invoices import waive_invoice
from portal.services.returning.return_to_customer import return_to_customer
from portal.services.waiting_messages import read_up
from portal.services.withdrawing.withdraw_case import undo_claims


def close_with_consent(*, case_no: str, reason: str, actor: Actor, request_id: RequestKey, deps: Deps) -> CaseClosed:
    """`reason`: when and how the customer agreed. Free for the customer: goods on their way turn
    back at the shop's cost, and a fee that is due is waived.

    Errors: NotFound, Forbidden, Conflict (it can no longer be taken back), Invalid (reason), Reused.
    """
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    reason = given_reason(reason)
    with unit_of_work(deps) as work:
        asked = fingerprint(["close", case_no, reason])
        if done := work.requests.claim(actor, request_id, asked, CaseClosed):
            return done
        act = lock_case(work, case_no, actor, deps)
        check_holder(act)
        fee = work.fees.open_for_update(act.case.id)
        if fee and fee.for_what == "return":
            _do_without(act, fee, reason)
            return work.requests.finish(actor, request_id, CaseClosed(case_no=case_no))
        fee = _checked(act)
        if fee:
            waive_fee(act, fee)
        if way_of(act.case.kind, act.case.state) == "free":
            undo_claims(act, "other", consent=reason)
        else:
            return_to_customer(act, "other", consent=reason)
        read_up(act)
        return work.requests.finish(actor, request_id, CaseClosed(case_no=case_no))


def _do_without(act: CaseAct, fee: ChargedFee, reason: str) -> None:
    """免除: the shop does not insist on an invoice; why is a note that the staff read."""
    if fee.state != "due":
        raise Conflict("fee_confirming")
    waive_invoice(act, fee)
    act.work.messages.add(act.case, reason, act.actor, is_internal=True)


def may_waive(for_what: str, fee_state: str, actor: Actor) -> bool:
    """Whether the invoice of an early refund can be done without: while nothing of it is being paid."""
    return may(actor, "write", "cases") and for_what == "return" and fee_state == "due"


def may_close(case: Case, fee_state: str, actor: Actor) -> bool:
    """A fee that is due does not stand in the way: it is waived."""
    return may(actor, "write", "cases") and _why_not(case, fee_state) is None


def _checked(act: CaseAct) -> ChargedFee | None:
    """The fee that is still due, if there is one. Raises Conflict, also while a payment is being confirmed."""
    fee = act.work.fees.open_for_update(act.case.id) if act.case.state in ("awaiting_return", "in_transit") else None
    if why := _why_not(act.case, fee.state if fee else ""):
        raise Conflict(why, at=act.case.closed_at)
    return fee


def _why_not(case: Case, fee_state: str) -> str | None:
    state = "" if fee_state == "due" else fee_state
    return why_not(case.kind, case.state, state, is_sent=case.is_replacement_sent, is_paid=case.is_paid_early)
