"""Asking the customer for more; the message that answers puts the application before the shop again."""

from __future__ import annotations

from datetime import datetime

from portal.domain.applying.terms import ApplicationTerms
from portal.domain.cases.life_cycle import may_step
from portal.domain.codec import fingerprint
from portal.domain.deadlines.spans import ROUND_THE_CLOCK, due
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.actor_source import event_source
from portal.services.notify import tell
from portal.services.situation import situation_of, terms_at


def ask_customer(*, case_no: str, body: str, actor: Actor, request_id: str, deps: Deps) -> str:
    """The question is a message on the case. Returns `case:<no>`.

    Errors: NotFound, Forbidden, Conflict (decided), Invalid (nothing asked), Reused.
    """
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    if not body.strip():
        raise Invalid((("body", "required"),))
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["ask", case_no, body])):
            return done
        record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
        case = work.cases.get_for_update(case_no, actor)
        if not may_step(case.row["kind"], case.state, "ask"):
            raise Conflict("decided", at=case.row["closed_at"])
        settings = work.shops.settings_of(record.shop_id)
        found = situation_of(work, record, settings, deps)
        span, zone = found.policy.timers.customer_adds_information, found.around.zone
        by = due(span, work.now, zone=zone, hours=ROUND_THE_CLOCK)
        work.cases.step(case, "ask", deadline_at=by, deadline_kind="customer_adds_information", escalated_at=None)
        message = work.messages.add(case.id, body, actor)
        data = {"message": message, "until": by.isoformat()}
        event = Event(kind=f"{event_source(actor)}:case:asked", data=data, case_no=case_no)
        work.events.append(record, actor, event)
        work.tasks.close(f"application_unanswered:{case_no}")
        params = {"order_no": record.order.no, "case_no": case_no, "question": body.strip(), "deadline": by}
        tell(work, record, case_no, "needs_info", params)
        return work.requests.finish(actor, request_id, f"case:{case_no}")


def go_on_with(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor, deps: Deps, message: int) -> None:
    """The case is the shop's again, with its full time. Raises Conflict where nothing was asked any more."""
    settings = work.shops.settings_of(record.shop_id)
    terms = terms_at(situation_of(work, record, settings, deps), line_ids=())
    by, kind = _answer_by(case, terms)
    work.cases.step(case, "answer", deadline_at=by, deadline_kind=kind)
    data = {"message": message, "until": by.isoformat()}
    event = Event(kind=f"{event_source(actor)}:case:answered", data=data, case_no=case.case_no)
    work.events.append(record, actor, event)


def _answer_by(case: CaseRecord, terms: ApplicationTerms) -> tuple[datetime, str]:
    if case.row["kind"] == "refund_only":
        return terms.answer_refund_by, "shop_answers_refund"
    return terms.answer_return_by, "shop_answers_return"
