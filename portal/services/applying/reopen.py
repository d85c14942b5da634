"""Staff reopen an application that a deadline closed: its customer reads why, and has the time once more (N6)."""

from __future__ import annotations

from portal.domain.applying.units import pool_of, units_left
from portal.domain.cases.case import Case, Deadline
from portal.domain.cases.reopening import reopened, reopening_of, units_of
from portal.domain.cases.results import CaseReopened
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden
from portal.domain.given_reason import given_reason
from portal.domain.identity.access import Actor, may
from portal.domain.orders import effects
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.applying.grant import next_reminder
from portal.services.waiting_messages import take_up


def reopen_case(*, case_no: str, reason: str, actor: Actor, request_id: RequestKey, deps: Deps) -> CaseReopened:
    """`reason`: what the customer reads, a message of the case.

    Errors: NotFound, Forbidden, Conflict (decided: no deadline closed it; units_gone: its goods are asked for elsewhere
    by now, cancelled or refunded), Invalid (reason), Reused.
    """
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    reason = given_reason(reason)
    with unit_of_work(deps) as work:
        asked = fingerprint(["reopen", case_no, reason])
        if done := work.requests.claim(actor, request_id, asked, CaseReopened):
            return done
        act = lock_case(work, case_no, actor, deps)
        if problem := why_not_reopened(act):
            raise Conflict(problem, at=act.case.closed_at)
        _reopen(act, reason)
        take_up(act)
        return work.requests.finish(actor, request_id, CaseReopened(case_no=case_no))


def why_not_reopened(act: CaseAct) -> str:
    """For the desk that offers it and for the act (N2); "" where it can be. One query, none for other cases."""
    case = act.case
    if reopening_of(case) is None:
        return "decided"
    return "" if _are_free(act, case) else "units_gone"


def _are_free(act: CaseAct, case: Case) -> bool:
    """As an appeal looks for its units again (T23)."""
    lines, pool = {line.id: line for line in act.order.lines}, pool_of(case.application.kind, case.reason)
    return all(units_left(lines[line_id], act.claims).of(pool) >= count for line_id, count in units_of(case))


def _reopen(act: CaseAct, reason: str) -> None:
    units = units_of(act.case)
    act.save_order(effects.claimed(act.order, units))
    act.case = act.work.cases.replace_claims(act.case, units)
    deadline = _deadline(act)
    remind = deadline.at if deadline.kind == "customer_sends_back" else None
    reminder_at = next_reminder(remind, act.policy, act.now)
    act.save(reopened(act.case, deadline, reminder_at=reminder_at, at=act.now))
    message = act.work.messages.add(act.case, reason, act.actor)
    act.happened("case:reopened", message=message, until=deadline.at.isoformat())
    sends = deadline.kind == "customer_sends_back"
    act.notify_customer("application_reopened", words=reason, sends_back=sends, deadline=deadline.at)


def _deadline(act: CaseAct) -> Deadline:
    if reopening_of(act.case) == "customer_sends_back":
        return Deadline("customer_sends_back", act.terms().send_back_by)
    return Deadline("customer_adds_information", act.due(act.policy.timers.customer_adds_information))
