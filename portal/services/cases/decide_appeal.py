"""The answer to an appeal, by somebody other than the first decider: granted, partly, or upheld (POLICY, timers)."""

from __future__ import annotations

from portal.domain.cases import steps
from portal.domain.cases.case import Case
from portal.domain.errors import Conflict, Invalid
from portal.domain.given_reason import given_reason
from portal.domain.identity.access import Actor
from portal.domain.orders import effects
from portal.domain.shops.contracts import complaint_line
from portal.services.act import CaseAct
from portal.services.applying.grant import Answer, Grant, grant
from portal.services.returning.inspect import accept_rejected


def may_decide_appeal(case: Case, actor: Actor) -> bool:
    """Whoever said no first does not decide whether that was right; nor does who appealed in the customer's place."""
    return case.appeal is not None and actor.key not in (case.appeal.first, case.appeal.by)


def check_second_person(case: Case, actor: Actor) -> None:
    """Raises Conflict(same_decider) for whoever gave the first answer."""
    if not may_decide_appeal(case, actor):
        raise Conflict("same_decider")


def grant_appeal(act: CaseAct, granted: Grant, answer: Answer) -> None:
    """The case goes the way it would have gone had the first answer been this one."""
    act.save(steps.appeal_granted(act.case, by=act.actor.key, at=act.now, reason=answer.reason))
    _notify_of_answer(act, "granted")
    if act.case.state != "received":
        grant(act, granted, answer)
        return
    if answer.said != "accept":
        raise Invalid((("decision", "not_offered"),))
    accept_rejected(act)


def uphold(act: CaseAct, reason: str) -> None:
    """The first answer stands, and that is final; goods that were not accepted wait for the customer's choice again."""
    reason = given_reason(reason)
    case, is_here = act.case, act.case.state == "received"
    by = act.due(act.policy.timers.customer_chooses_rejected) if is_here else None
    act.save(steps.appeal_upheld(case, by=act.actor.key, at=act.now, reason=reason, choose_by=by))
    if not is_here:
        act.save_order(effects.released(act.order, case.units))
        act.work.cases.release(case)
    _notify_of_answer(act, "upheld")
    line = complaint_line(act.policy, act.settings)
    act.notify_customer("appeal_upheld", reason=reason, complaint_line=line, deadline=by)


def _notify_of_answer(act: CaseAct, what: str) -> None:
    act.happened(f"appeal:{what}")
    act.close_task("appeal_unanswered")
