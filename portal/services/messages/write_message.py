"""Messages of a case: from the shop to its customer, back, and what staff note for themselves (S41, P7)."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.cases.life_cycle import may_step
from portal.domain.codec import fingerprint
from portal.domain.errors import Forbidden
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.actor_source import event_source
from portal.services.evidence.receive_files import attach_evidence
from portal.services.messages.ask_customer import go_on_with
from portal.services.messages.question_turns import take_turn
from portal.services.notify_staff import tell_staff


def message_customer(
    *, case_no: str, body: str, evidence_ids: Sequence[str] = (), actor: Actor, request_id: str, deps: Deps
) -> str:
    """The shop writes; the customer is told. Returns `case:<no>`. Errors: NotFound, Forbidden, Reused."""
    _check(actor)
    return _write(case_no, body, evidence_ids, actor, request_id, deps, is_internal=False)


def note_internally(
    *, case_no: str, body: str, evidence_ids: Sequence[str] = (), actor: Actor, request_id: str, deps: Deps
) -> str:
    """For colleagues only: the customer never sees it. Returns `case:<no>`. Errors: NotFound, Forbidden, Reused."""
    _check(actor)
    return _write(case_no, body, evidence_ids, actor, request_id, deps, is_internal=True)


def answer_shop(
    *, case_no: str, body: str, evidence_ids: Sequence[str] = (), actor: Actor, request_id: str, deps: Deps
) -> str:
    """The customer, or a guest with this order, writes: the answer, where one is waited for.

    Returns `case:<no>`. Errors: NotFound, Reused.
    """
    return _write(case_no, body, evidence_ids, actor, request_id, deps, is_internal=False)


def _check(actor: Actor) -> None:
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")


def _write(
    case_no: str,
    body: str,
    evidence_ids: Sequence[str],
    actor: Actor,
    request_id: str,
    deps: Deps,
    *,
    is_internal: bool,
) -> str:
    sent = ["message", case_no, body, is_internal, list(evidence_ids)]
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(sent)):
            return done
        record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
        case = work.cases.get_for_update(case_no, actor)
        write_on_case(work, record, case, body, evidence_ids, actor, deps, is_internal=is_internal)
        return work.requests.finish(actor, request_id, f"case:{case_no}")


def write_on_case(
    work: UnitOfWork,
    record: OrderRecord,
    case: CaseRecord,
    body: str,
    evidence_ids: Sequence[str],
    actor: Actor,
    deps: Deps,
    *,
    is_internal: bool = False,
) -> None:
    """The message with its files, its event, who is told, and what follows from an answer. The order is locked."""
    message_id = work.messages.add(case.id, body, actor, is_internal=is_internal)
    attach_evidence(work, ids=evidence_ids, actor=actor, order_id=record.id, case_id=case.id, message_id=message_id)
    what = "note:kept" if is_internal else "message:sent"
    # The words are not in the event: it can never be changed, and they may have to be (law 6).
    event = Event(kind=f"{event_source(actor)}:{what}", data={"message": message_id}, case_no=case.case_no)
    work.events.append(record, actor, event)
    if is_internal:
        return
    _tell(work, record, case, actor)
    if actor.kind != "staff" and may_step(case.row["kind"], case.state, "answer"):
        go_on_with(work, record, case, actor, deps, message_id)
    take_turn(work, record, case, actor, deps)


def _tell(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor) -> None:
    order_no, case_no = record.order.no, case.case_no
    if actor.kind == "staff":
        params = {"order_no": order_no, "case_no": case_no}
        work.notices.tell(
            record.shop_id, record.customer_id, "message_from_shop", params, order_no=order_no, case_no=case_no
        )
    elif case.row["assignee_id"]:
        tell_staff(work, "customer_wrote", record, case_no, only=case.row["assignee_id"])
