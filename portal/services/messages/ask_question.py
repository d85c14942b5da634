"""提问: a question about an order, without a claim. One thread for each order, which is the shop's turn or nobody's.

It is a case that claims nothing, so it stands in the queue, has a deadline, messages with files and a record like any
other (docs/decisions/0015). It freezes nothing of the order and decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.cases.case import Deadline, Submission
from portal.domain.codec import fingerprint
from portal.domain.errors import Invalid
from portal.domain.identity.access import Actor
from portal.domain.money import zero
from portal.domain.orders.decisions import Plan
from portal.domain.results import QuestionAsked
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.case_rows import NewCase
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import Act, CaseAct, lock_order
from portal.services.messages.write_message import answer_by, write_on_case
from portal.services.numbers import new_case_no


def ask_question(
    *, order_no: str, body: str, evidence_ids: Sequence[str] = (), actor: Actor, request_id: RequestKey, deps: Deps
) -> QuestionAsked:
    """Asked again, it is another message of the same thread.

    Errors: NotFound, Invalid (nothing asked), Reused, EvidenceRefused.
    """
    if not body.strip():
        raise Invalid((("body", "required"),))
    with unit_of_work(deps) as work:
        asked = ["question", order_no, body, list(evidence_ids)]
        if done := work.requests.claim(actor, request_id, fingerprint(asked), QuestionAsked):
            return done
        about = ask_on_order(lock_order(work, order_no, actor, deps), body, evidence_ids)
        return work.requests.finish(actor, request_id, QuestionAsked(case_no=about.case_no))


def ask_on_order(act: Act, body: str, evidence_ids: Sequence[str] = ()) -> CaseAct:
    """In the thread of the order, which is opened where there is none. The order is locked."""
    case_no = act.work.cases.question_of(act.record.id)
    about = act.on(act.work.cases.get_for_update(case_no, act.actor)) if case_no else _open(act)
    write_on_case(about, body, evidence_ids)
    return about


def _open(act: Act) -> CaseAct:
    by = answer_by(act)
    case = act.work.cases.open(
        act.record,
        NewCase(
            case_no=new_case_no(act.now, act.deps),
            kind="question",
            opened_by=act.actor.key,
            proof_id=act.actor.proof or None,
            submission=Submission(
                reason="",
                note="",
                priority=1,
                plan=_nothing(act.order.currency),
                deadline=Deadline("shop_answers_question", by),
            ),
            units=(),
        ),
    )
    opened = act.on(case)
    opened.happened("question:asked", until=by.isoformat())
    return opened


def _nothing(currency: str) -> Plan:
    """What a question asks for: no units, no money."""
    none = zero(currency)
    return Plan(units=(), whole=False, lines=(), freight=none, fees=none, already=none, refund=none, tenders=())
