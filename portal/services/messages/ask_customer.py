"""Asking the customer for more; the message that answers puts the application before the shop again."""

from __future__ import annotations

from portal.domain.cases import steps
from portal.domain.cases.case import Deadline
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.identity.access import Actor, may
from portal.domain.results import CustomerAsked
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.applying.apply_for import shop_answers
from portal.services.cases.save_draft import forget_draft
from portal.services.cases.take_over import check_holder
from portal.services.waiting_messages import take_up


def ask_customer(*, case_no: str, body: str, actor: Actor, request_id: RequestKey, deps: Deps) -> CustomerAsked:
    """The question is a message on the case.

    Errors: NotFound, Forbidden, Conflict (decided), Invalid (nothing asked), Reused.
    """
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    if not body.strip():
        raise Invalid((("body", "required"),))
    with unit_of_work(deps) as work:
        asked = fingerprint(["ask", case_no, body])
        if done := work.requests.claim(actor, request_id, asked, CustomerAsked):
            return done
        act = lock_case(work, case_no, actor, deps)
        check_holder(act)
        if act.case.open_offer:
            raise Conflict("offered", at=act.case.open_offer.at)
        if not act.case.may("ask"):
            raise Conflict("decided", at=act.case.closed_at)
        by = act.due(act.policy.timers.customer_adds_information)
        act.save(steps.more_asked_for(act.case, by=by, at=act.now))
        message = work.messages.add(act.case, body, actor)
        act.happened("case:asked", message=message, until=by.isoformat())
        act.close_task("application_unanswered")
        forget_draft(act, "ask")
        take_up(act)
        act.notify_customer("needs_info", question=body.strip(), deadline=by)
        return work.requests.finish(actor, request_id, CustomerAsked(case_no=case_no))


def go_on_with(act: CaseAct, message: int) -> None:
    """The case is the shop's again, with its full time. Raises Conflict where nothing was asked any more."""
    terms, kind = act.terms(), shop_answers(act.case.kind)
    by = terms.answer_refund_by if kind == "shop_answers_refund" else terms.answer_return_by
    act.save(steps.customer_answered(act.case, Deadline(kind, by), at=act.now))
    act.happened("case:answered", message=message, until=by.isoformat())
