"""提问: a question about an order, without a claim. One thread for each order, which is the shop's turn or nobody's.

It is a case that claims nothing, so it stands in the queue, has a deadline, messages with files and a record like any
other (docs/decisions/0015). It freezes nothing of the order and decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.codec import fingerprint, to_plain
from portal.domain.errors import Invalid
from portal.domain.identity.access import Actor
from portal.domain.money import zero
from portal.domain.orders.decisions import Plan
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.cases import NewCase
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.actor_source import event_source
from portal.services.messages.question_turns import DEADLINE, answer_by
from portal.services.messages.write_message import write_on_case
from portal.services.numbers import new_case_no


def ask_question(
    *, order_no: str, body: str, evidence_ids: Sequence[str] = (), actor: Actor, request_id: str, deps: Deps
) -> str:
    """Asked again, it is another message of the same thread. Returns `case:<no>`.

    Errors: NotFound, Invalid (nothing asked), Reused, EvidenceRefused.
    """
    if not body.strip():
        raise Invalid((("body", "required"),))
    with unit_of_work(deps) as work:
        asked = ["question", order_no, body, list(evidence_ids)]
        if done := work.requests.claim(actor, request_id, fingerprint(asked)):
            return done
        record = work.orders.get_for_update(order_no, actor)
        case_no = work.cases.question_of(record.id) or _open(work, record, actor, deps)
        case = work.cases.get_for_update(case_no, actor)
        write_on_case(work, record, case, body, evidence_ids, actor, deps)
        return work.requests.finish(actor, request_id, f"case:{case_no}")


def _open(work: UnitOfWork, record: OrderRecord, actor: Actor, deps: Deps) -> str:
    case_no, by = new_case_no(work.now, deps), answer_by(work, record, deps)
    work.cases.open(
        NewCase(
            case_no=case_no,
            shop_id=record.shop_id,
            order_id=record.id,
            customer_id=record.customer_id,
            kind="question",
            reason="",
            note="",
            priority=1,
            summary=to_plain(_nothing(record.order.currency)),
            units=(),
            opened_by=actor.key,
            deadline_at=by,
            deadline_kind=DEADLINE,
        )
    )
    record.opens_case()
    data = {"until": by.isoformat()}
    work.events.append(record, actor, Event(kind=f"{event_source(actor)}:question:asked", data=data, case_no=case_no))
    return case_no


def _nothing(currency: str) -> Plan:
    """What a question asks for: no units, no money."""
    none = zero(currency)
    return Plan(units=(), whole=False, lines=(), freight=none, fees=none, already=none, refund=none, tenders=())
