"""The shop's answer to an application: yes, partly, or no with a reason that the customer reads (S39, S42)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.domain.cancelling.reasons import STAFF_REFUSING
from portal.domain.cases import steps
from portal.domain.cases.case import Case
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.goodwill.proposal import Said, is_beyond_policy
from portal.domain.identity.access import Actor, may
from portal.domain.money import BadMoney, Money, parse_amount
from portal.domain.orders import effects
from portal.domain.orders.order import Units
from portal.domain.results import CaseDecided
from portal.domain.sent import RequestKey
from portal.domain.shops.contracts import complaint_line
from portal.ports import Deps
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.applying.grant import Answer, Grant, effect_of_granting, grant
from portal.services.applying.resubmit import is_last_try
from portal.services.cases.decide_appeal import check_second_person, grant_appeal, uphold
from portal.services.cases.save_draft import forget_draft
from portal.services.cases.take_over import check_holder
from portal.services.goodwill.late_return import propose_late_return
from portal.services.goodwill.propose import check_may_propose
from portal.services.waiting_messages import take_up
from portal.services.waiting_proposals import lapse_proposal

Decided = Literal["accept", "partly", "refuse", "proposed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The shop's answer. Partly: fewer `units` (those granted), a smaller `amount` (major units), or both; of a refusal
    the code and what the customer reads."""

    decision: Literal["accept", "partly", "refuse"]
    units: Units = ()
    amount: str = ""
    reason_code: str = ""
    reason: str = ""


def decide_case(
    *,
    case_no: str,
    verdict: Verdict,
    actor: Actor,
    request_id: RequestKey,
    deps: Deps,
    shown: str | None = None,
) -> CaseDecided:
    """Beyond policy and over what one person alone may give it is `proposed`: a second person answers (S44).

    Errors: NotFound, Forbidden, Conflict (decided, awaits_second, or not as `shown`), Invalid (amount, units, reason).
    """
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    said = [verdict.decision, sorted(verdict.units), verdict.amount, verdict.reason_code, verdict.reason]
    asked = ["decide", case_no, *said]
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(asked), CaseDecided):
            return done
        act = lock_case(work, case_no, actor, deps)
        _check_open(act, verdict)
        whole = effect_of_granting(act.order, act.case, act.policy)
        _check_shown(act.case, whole, shown)
        decided = _answer(act, whole, verdict)
        take_up(act)
        forget_draft(act, "decide")
        return work.requests.finish(actor, request_id, CaseDecided(case_no=case_no, decision=decided))


def _check_open(act: CaseAct, verdict: Verdict) -> None:
    """An answer is waited for, from this person; what waits for a second person can only be refused meanwhile."""
    check_holder(act)
    if act.case.open_offer:
        raise Conflict("offered", at=act.case.open_offer.at)
    if act.case.is_under_appeal:
        check_second_person(act.case, act.actor)
    elif not act.case.may("reject"):
        raise Conflict("decided", at=act.case.closed_at)
    if verdict.decision != "refuse" and act.work.goodwill.waiting_return(act.case.id):
        raise Conflict("awaits_second")


def _check_shown(case: Case, whole: Grant, shown: str | None) -> None:
    current = shown_case(case, whole)
    if shown is not None and shown != current:
        raise Conflict("edited" if shown.partition(".")[0] != current.partition(".")[0] else "")


def shown_case(case: Case, whole: Grant) -> str:
    """What the desk's form carries as `shown`, `<case>.<money>`: what is asked, and what granting it all would pay.

    A colleague who notes or claims meanwhile changes neither.
    """
    asked = fingerprint([case.case_no, case.version, case.units])
    return f"{asked[:32]}.{fingerprint([whole.plan.refund, whole.plan.tenders])[:32]}"


def kind_of_case(*, case_no: str, actor: Actor, deps: Deps) -> str:
    """Raises NotFound."""
    with reading(deps) as work:
        return work.cases.get(case_no, actor).kind


def _answer(act: CaseAct, whole: Grant, verdict: Verdict) -> Decided:
    """`whole`: what granting all of it would do."""
    reason = verdict.reason.strip()
    if verdict.decision == "refuse":
        lapse_proposal(act)
        if act.case.is_under_appeal:
            uphold(act, reason)
        else:
            _refuse(act, verdict.reason_code or "other", reason)
        return "refuse"
    if verdict.decision == "accept":
        return _accept(act, whole, Answer("accept", reason), Said(reason=reason))
    granted = effect_of_less(act, whole, verdict.units, verdict.amount)
    less = _amount(verdict.amount, act.order.currency)
    said = Said(units=verdict.units, amount=less.minor if less else None, reason=reason)
    return _accept(act, granted, Answer("partly", reason), said)


def _accept(act: CaseAct, granted: Grant, answer: Answer, said: Said) -> Decided:
    if needs_payout(act, granted):
        raise Invalid((("decision", "needs_payout"),))
    if may_need_second(act.case):
        check_may_propose(act.actor)
        if propose_late_return(act, granted, answer.reason, said).state == "waiting":
            return "proposed"
    give = grant_appeal if act.case.is_under_appeal else grant
    give(act, granted, answer)
    return "partly" if said.is_part else "accept"


def may_need_second(case: Case) -> bool:
    """No rule gives what is asked for, so it counts to what one person alone may give. What came of goods that were
    sent for it is another question."""
    return is_beyond_policy(case) and case.state != "received"


def needs_payout(act: CaseAct, granted: Grant) -> bool:
    """What was collected at the door has no way back of its own (POLICY, paid on delivery)."""
    return act.order.payment_terms == "cod" and bool(granted.plan.refund)


def effect_of_less(act: CaseAct, whole: Grant, units: Units, amount: str) -> Grant:
    """Only less than was asked for, never more: what goes beyond it is not this service's to give.

    For the desk's quote and for the act (N2). Raises Invalid.
    """
    case = act.case
    held, problems = dict(case.units), []
    for line_id, count in units:
        if not 0 <= count <= held.get(line_id, 0):
            problems.append((f"quantity-{line_id}", "too_many" if count > 0 else "negative"))
    if problems:
        raise Invalid(tuple(problems))
    kept = tuple((line_id, count) for line_id, count in units if count) or case.units
    if whole.in_all and kept != case.units:
        # Of a part that was granted only the money can be contested, not which goods it is for.
        raise Invalid((("quantities", "not_offered"),))
    less = _amount(amount, act.order.currency)
    granted = effect_of_granting(act.order, case, act.policy, units=kept, amount=less)
    if less and granted.plan.refund.minor > whole.plan.refund.minor:
        raise Invalid((("amount", "above_computed"),))
    if granted.plan.refund >= whole.plan.refund and kept == case.units:
        raise Invalid((("amount", "not_less"),))
    return granted


def _amount(text: str, currency: str) -> Money | None:
    if not text.strip():
        return None
    try:
        return parse_amount(text.strip(), currency)
    except BadMoney:
        raise Invalid((("amount", "not_an_amount"),)) from None


def _refuse(act: CaseAct, code: str, reason: str) -> None:
    """The units are free again. The words stay on the case; the event has the code (law 6)."""
    problems = []
    if code not in STAFF_REFUSING:
        problems.append(("reason_code", "not_offered"))
    if not reason:
        problems.append(("reason", "required"))
    if problems:
        raise Invalid(tuple(problems))
    by, is_last = act.due(act.policy.timers.customer_appeals), is_last_try(act)
    case, actor, at = act.case, act.actor.key, act.now
    act.save(steps.refused(case, code=code, reason=reason, by=actor, at=at, appeal_by=by, is_last_try=is_last))
    free_units(act)
    act.happened("case:rejected", code=code)
    act.close_task("application_unanswered")
    act.notify_customer(
        "application_refused",
        reason_code=code,
        reason=reason,
        complaint_line=complaint_line(act.policy, act.settings),
        appeal_by=by,
        is_last_try=is_last,
    )


def free_units(act: CaseAct) -> None:
    """What the case claimed may be asked for again (T24)."""
    act.save_order(effects.released(act.order, act.case.units))
    act.work.cases.release(act.case)
