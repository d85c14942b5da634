"""Another way for a refund that its rail cannot make: proposed with the customer's consent, approved by somebody else,
paid outside and recorded with what the money can be found by.

While one is open the rail is not tried again, so the money goes one way only; the rail is asked once more before. The
account is kept encrypted, and only as long as it is needed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound
from portal.domain.given_reason import LONGEST_REASON, given_reason
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.refunds.refund import Refund
from portal.domain.refunds.results import RefundTransferred
from portal.domain.refunds.transfer import METHOD, WAYS, Transfer, TransferWay, tail_of
from portal.domain.sent import RequestKey, Sent
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.act import Act
from portal.services.notify_staff import notify_staff
from portal.services.refunds.refund_money import is_failed_with_rail
from portal.services.refunds.settled import refund_settled

SEAL = "transfer"
TASK = "transfer_waiting"
TransferAnswer = Literal["approve", "decline", "take_back"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where the customer wants the money, and when and how they agreed."""

    way: str
    name: str
    account: str
    consent: str


def propose_transfer(
    *, refund_no: str, to: Destination, actor: Actor, request_id: RequestKey, deps: Deps
) -> RefundTransferred:
    """Errors: NotFound, Forbidden, Conflict (settled; not_failed: the rail may still make it; transfer_open), Invalid,
    ProviderUnavailable (the rail cannot be asked whether it has), Reused."""
    _check_role(actor)
    said = _checked(to)
    asked = fingerprint(["transfer", refund_no, said.way, said.name, said.account, said.consent])
    if first := _first(actor, request_id, asked, deps):
        return first
    if not is_failed_with_rail(refund_no=refund_no, actor=actor, deps=deps):
        raise Conflict("not_failed")
    with unit_of_work(deps) as work:
        if first := work.requests.claim(actor, request_id, asked, RefundTransferred):
            return first
        act, refund = _locked(work, refund_no, actor, deps)
        if refund.state != "failed":
            raise Conflict("settled" if refund.state == "succeeded" else "not_failed", at=refund.settled_at)
        if work.transfers.find_open(refund.id):
            raise Conflict("transfer_open")
        work.transfers.add(_new(act, refund, said), actor.shop_id)
        _note(act, refund, "proposed")
        work.tasks.reopen(actor.shop_id, TASK, dedup_key=_key(refund), order_id=act.record.id, refund_id=refund.id)
        notify_staff(work, TASK, act.record, "", refund_id=refund.refund_id, turn=act.record.events_count)
        return work.requests.finish(actor, request_id, RefundTransferred(refund_no=refund_no, what="proposed"))


def _first(actor: Actor, request_id: RequestKey, asked: str, deps: Deps) -> RefundTransferred | None:
    """What the same form led to before the rail could be asked about it."""
    sent = request_id if isinstance(request_id, Sent) else Sent(request_id, asked)
    with reading(deps) as work:
        done = work.requests.answer(actor, sent)
    return done if isinstance(done, RefundTransferred) else None


def answer_transfer(
    *,
    refund_no: str,
    answer: TransferAnswer,
    reason: str = "",
    actor: Actor,
    request_id: RequestKey,
    deps: Deps,
) -> RefundTransferred:
    """Approved by a supervisor who has not proposed it, by whatever account; declined with a reason; or taken back,
    before it is paid. Errors: NotFound, Forbidden, Conflict (decided, same_person), Invalid (reason), Reused."""
    if answer == "take_back":
        _check_role(actor)
    elif actor.kind != "staff" or not may(actor, "write", "approvals"):
        raise Forbidden("approvals")
    with unit_of_work(deps) as work:
        asked = fingerprint(["transfer answer", refund_no, answer, reason])
        if first := work.requests.claim(actor, request_id, asked, RefundTransferred):
            return first
        act, refund = _locked(work, refund_no, actor, deps)
        one, person = _open(work, refund), work.goodwill.person_of(actor.id)
        if answer != "take_back" and one.state != "proposed":
            raise Conflict("decided", at=one.answered_at)
        if answer == "approve" and (one.proposed_by == actor.key or one.proposed_person == person):
            raise Conflict("same_person")
        what = _answer(work, one, answer, actor, person, given_reason(reason, is_required=answer == "decline"))
        _note(act, refund, what)
        if answer != "approve":
            work.tasks.close(_key(refund))
        return work.requests.finish(actor, request_id, RefundTransferred(refund_no=refund_no, what=what))


def _answer(
    work: UnitOfWork, one: Transfer, answer: TransferAnswer, actor: Actor, person: int, reason: str
) -> Literal["approved", "declined", "taken_back"]:
    if answer == "take_back":
        work.transfers.step(one, "taken_back", sealed="")
        return "taken_back"
    by: dict[str, Any] = {"answered_by": actor.key, "answered_person": person, "answered_at": work.now}
    if answer == "approve":
        work.transfers.step(one, "approved", answer=reason, **by)
        return "approved"
    work.transfers.step(one, "declined", answer=reason, sealed="", **by)
    return "declined"


def show_account(*, refund_no: str, actor: Actor, deps: Deps) -> tuple[str, str]:
    """Name and account of what is open, for whoever pays or approves it; that it was seen is on record. Errors:
    NotFound, Forbidden, Conflict."""
    _check_role(actor)
    with unit_of_work(deps) as work:
        act, refund = _locked(work, refund_no, actor, deps)
        one = _open(work, refund)
        _note(act, refund, "seen")
        name, account = json.loads(deps.vault.decrypt(SEAL, one.sealed))
        return str(name), str(account)


def record_transfer(
    *, refund_no: str, reference: str, actor: Actor, request_id: RequestKey, deps: Deps
) -> RefundTransferred:
    """It has been paid; `reference`: what the money can be found by. The refund is done with it.

    Errors: NotFound, Forbidden, Conflict (decided: nobody has approved it, or it is paid), Invalid (reference), Reused.
    """
    _check_role(actor)
    reference = reference.strip()
    if not reference or len(reference) > 64 or not reference.isprintable():
        raise Invalid((("reference", "required" if not reference else "too_long"),))
    with unit_of_work(deps) as work:
        asked = fingerprint(["transfer paid", refund_no, reference])
        if first := work.requests.claim(actor, request_id, asked, RefundTransferred):
            return first
        act, refund = _locked(work, refund_no, actor, deps)
        one = _open(work, refund)
        if one.state != "approved":
            raise Conflict("decided", at=one.answered_at)
        work.transfers.step(one, "paid", paid_by=actor.key, paid_at=act.now, reference=reference, sealed="")
        work.refunds.transferred(refund, method=METHOD, account=f"****{one.tail}", trace=reference)
        act.record.refunds_stand(work.refunds.overall_state(act.record.id))
        _note(act, refund, "paid")
        refund_settled(act, refund)
        work.tasks.close(_key(refund))
        act.notify_customer("refund_transferred", amount=refund.amount, account=f"****{one.tail}", trace=reference)
        return work.requests.finish(actor, request_id, RefundTransferred(refund_no=refund_no, what="paid"))


def _check_role(actor: Actor) -> None:
    if actor.kind != "staff" or not may(actor, "write", "refunds"):
        raise Forbidden("refunds")


def _checked(to: Destination) -> Destination:
    said = Destination(
        way=to.way, name=to.name.strip(), account=to.account.strip().replace(" ", ""), consent=to.consent.strip()
    )
    problems = [("way", "not_offered")] if said.way not in WAYS else []
    for field, most in (("name", 100), ("account", 64), ("consent", LONGEST_REASON)):
        text = getattr(said, field)
        if not text or len(text) > most:
            problems.append((field, "too_long" if text else "required"))
    if problems:
        raise Invalid(tuple(problems))
    return said


def _locked(work: UnitOfWork, refund_no: str, actor: Actor, deps: Deps) -> tuple[Act, Refund]:
    found = work.staff_lists.find_refund(actor, refund_no)
    if found is None:
        raise NotFound("refund")
    record = work.orders.get_by_id_for_update(found.order_id)
    return Act(work, record, actor, deps), work.refunds.get_for_update(found.refund_id)


def _open(work: UnitOfWork, refund: Refund) -> Transfer:
    one = work.transfers.find_open(refund.id)
    if one is None:
        raise Conflict("decided")
    return one


def _new(act: Act, refund: Refund, to: Destination) -> Transfer:
    way: TransferWay = next(way for way in WAYS if way == to.way)
    return Transfer(
        id=0,
        refund_row=refund.id,
        order_id=act.record.id,
        state="proposed",
        way=way,
        sealed=act.deps.vault.encrypt(SEAL, json.dumps([to.name, to.account])),
        tail=tail_of(to.account),
        consent=to.consent,
        proposed_by=act.actor.key,
        proposed_person=act.work.goodwill.person_of(act.actor.id),
        proposed_at=act.now,
    )


def _note(act: Act, refund: Refund, what: str) -> None:
    act.record_events(NewEvent(kind=f"staff:transfer:{what}", data=refund.facts()))


def _key(refund: Refund) -> str:
    return f"{TASK}:{refund.refund_id}"
