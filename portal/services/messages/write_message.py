"""Messages of a case: from the shop to its customer, back, and what staff note for themselves (S41, P7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from portal.domain.cases import steps
from portal.domain.codec import fingerprint
from portal.domain.errors import Forbidden
from portal.domain.identity.access import Actor, may
from portal.domain.messages.mentions import mentioned
from portal.domain.results import MessageWritten
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import Act, CaseAct, lock_case
from portal.services.cases.save_draft import forget_draft
from portal.services.evidence.receive_files import attach_evidence
from portal.services.messages.ask_customer import go_on_with
from portal.services.notify_staff import notify_staff
from portal.services.waiting_messages import message_waits, take_up


def message_customer(
    *, case_no: str, body: str, evidence_ids: Sequence[str] = (), actor: Actor, request_id: RequestKey, deps: Deps
) -> MessageWritten:
    """The shop writes; the customer is told. Errors: NotFound, Forbidden, Reused."""
    _check(actor)
    return _write(case_no, body, evidence_ids, actor, request_id, deps, is_internal=False)


def note_internally(
    *, case_no: str, body: str, evidence_ids: Sequence[str] = (), actor: Actor, request_id: RequestKey, deps: Deps
) -> MessageWritten:
    """For colleagues only: the customer never sees it. Errors: NotFound, Forbidden, Reused."""
    _check(actor)
    return _write(case_no, body, evidence_ids, actor, request_id, deps, is_internal=True)


def answer_shop(
    *, case_no: str, body: str, evidence_ids: Sequence[str] = (), actor: Actor, request_id: RequestKey, deps: Deps
) -> MessageWritten:
    """The customer, or a guest with this order, writes: the answer, where one is waited for.

    Errors: NotFound, Reused.
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
    request_id: RequestKey,
    deps: Deps,
    *,
    is_internal: bool,
) -> MessageWritten:
    sent = ["message", case_no, body, is_internal, list(evidence_ids)]
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(sent), MessageWritten):
            return done
        act = lock_case(work, case_no, actor, deps)
        write_on_case(act, body, evidence_ids, is_internal=is_internal)
        forget_draft(act, "note" if is_internal else "message")
        return work.requests.finish(actor, request_id, MessageWritten(case_no=case_no, is_internal=is_internal))


def write_on_case(act: CaseAct, body: str, evidence_ids: Sequence[str], *, is_internal: bool = False) -> None:
    """The message with its files, its event, who is told, and what follows from an answer. The order is locked."""
    message_id = act.work.messages.add(act.case, body, act.actor, is_internal=is_internal)
    attach_evidence(act, evidence_ids, message_id=message_id)
    # The words are not in the event: it can never be changed, and they may have to be (law 6).
    if is_internal:
        _keep_note(act, body, message_id)
        return
    act.happened("message:sent", message=message_id)
    if act.actor.kind == "staff":
        act.notify_customer("message_from_shop")
    if act.actor.kind != "staff" and act.case.may("answer"):
        go_on_with(act, message_id)
    _pass_turn(act)
    if act.actor.kind == "staff":
        take_up(act)
    else:
        message_waits(act, message_id, answer_by(act))


def _keep_note(act: CaseAct, body: str, message_id: int) -> None:
    """Colleagues whom it names by `@login` are told, each once; who writes need not be."""
    people = act.work.staff_sessions.colleagues(act.record.shop_id) if "@" in body or "＠" in body else []
    here = {one.login: one.id for one in people if one.disabled_at is None and one.id != act.actor.id}
    named = [here[login] for login in mentioned(body, here)]
    act.happened("note:kept", message=message_id, **({"mentions": named} if named else {}))
    for person in named:
        notify_staff(act.work, "mention", act.record, act.case_no, only=person)


def _pass_turn(act: CaseAct) -> None:
    """In a thread of questions the shop has answered, or the customer asks on. Of any other case nothing follows."""
    if act.actor.kind == "staff" and act.case.may("reply"):
        act.save(steps.question_answered(act.case, by=act.actor.key, at=act.now))
        act.close_task("question_unanswered")
    elif act.actor.kind != "staff" and act.case.may("ask_again"):
        act.save(steps.question_asked_on(act.case, by=answer_by(act), at=act.now))


def answer_by(act: Act) -> datetime:
    """Until when the shop answers a question: it has as long as for a refund that is asked for."""
    return act.due(act.policy.timers.shop_answers_refund)
