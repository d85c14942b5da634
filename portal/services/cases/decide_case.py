"""The shop's answer to an application: yes, partly, or no with a reason that the customer reads (S39, S42)."""

from __future__ import annotations

from typing import Literal

from portal.domain.cancelling.reasons import STAFF_REFUSING
from portal.domain.cases.after_refusal import is_under_appeal
from portal.domain.cases.life_cycle import may_step
from portal.domain.codec import fingerprint
from portal.domain.deadlines.spans import ROUND_THE_CLOCK, due
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.identity.access import Actor, may
from portal.domain.money import BadMoney, Money, parse_amount
from portal.domain.orders import effects
from portal.domain.orders.order import Units
from portal.domain.policy.pack import Policy
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.actor_source import event_source
from portal.services.applying.grant import Grant, Granting, effect_of_granting, grant
from portal.services.cases.decide_appeal import check_second_person, grant_appeal, uphold
from portal.services.notify import tell
from portal.services.situation import situation_of

Answer = Literal["accept", "partly", "refuse"]


def decide_case(
    *,
    case_no: str,
    decision: Answer,
    units: Units = (),
    amount: str = "",
    reason_code: str = "",
    reason: str = "",
    actor: Actor,
    request_id: str,
    deps: Deps,
    shown: str | None = None,
) -> str:
    """Returns `case:<no>`. Partly: fewer `units` (those granted), a smaller `amount` (major units), or both.

    Errors: NotFound, Forbidden, Conflict (decided, or not as `shown`), Invalid (amount, units, reason, reason_code).
    """
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    asked = ["decide", case_no, decision, sorted(units), amount, reason_code, reason]
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(asked)):
            return done
        record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
        case = work.cases.get_for_update(case_no, actor)
        is_appeal = is_under_appeal(case.row)
        if is_appeal:
            check_second_person(case, actor)
        elif not may_step(case.row["kind"], case.state, "reject"):
            raise Conflict("decided", at=case.row["closed_at"])
        policy = situation_of(work, record, work.shops.settings_of(record.shop_id), deps).policy
        whole = effect_of_granting(record.order, case, policy)
        _check_shown(case, whole, shown)
        if decision == "refuse" and is_appeal:
            uphold(work, record, case, actor, deps, reason.strip())
        elif decision == "refuse":
            _refuse(work, record, case, actor, deps, reason_code, reason.strip())
        else:
            _accept(work, record, case, whole, policy, actor, deps, decision, units, amount, reason.strip())
        return work.requests.finish(actor, request_id, f"case:{case_no}")


def _check_shown(case: CaseRecord, whole: Grant, shown: str | None) -> None:
    current = shown_case(case, whole)
    if shown is not None and shown != current:
        raise Conflict("edited" if shown.partition(".")[0] != current.partition(".")[0] else "")


def shown_case(case: CaseRecord, whole: Grant) -> str:
    """What the desk's form carries as `shown`, `<case>.<money>`: what is asked, and what granting it all would pay.

    A colleague who notes or claims meanwhile changes neither.
    """
    asked = fingerprint([case.case_no, case.row["version"], case.units])
    return f"{asked[:32]}.{fingerprint([whole.plan.refund, whole.plan.tenders])[:32]}"


def kind_of_case(*, case_no: str, actor: Actor, deps: Deps) -> str:
    """Raises NotFound."""
    with reading(deps) as work:
        return str(work.cases.get(case_no, actor)["kind"])


def _accept(
    work: UnitOfWork,
    record: OrderRecord,
    case: CaseRecord,
    whole: Grant,
    policy: Policy,
    actor: Actor,
    deps: Deps,
    decision: Answer,
    units: Units,
    amount: str,
    reason: str,
) -> None:
    granted = effect_of_less(record, case, policy, whole, units, amount) if decision == "partly" else whole
    if needs_payout(record, granted):
        raise Invalid((("decision", "needs_payout"),))
    settings = work.shops.settings_of(record.shop_id)
    give = grant_appeal if is_under_appeal(case.row) else grant
    by = Granting(policy=policy, actor=actor, settings=settings, answer=decision, reason=reason)
    give(work, record, case, granted, by, deps)


def needs_payout(record: OrderRecord, granted: Grant) -> bool:
    """What was collected at the door has no way back of its own (POLICY, paid on delivery)."""
    return record.order.payment_terms == "cod" and bool(granted.plan.refund)


def effect_of_less(
    record: OrderRecord, case: CaseRecord, policy: Policy, whole: Grant, units: Units, amount: str
) -> Grant:
    """Only less than was asked for, never more: what goes beyond it is not this service's to give.

    For the desk's quote and for the act (N2). Raises Invalid.
    """
    held, problems = dict(case.units), []
    for line_id, count in units:
        if not 0 <= count <= held.get(line_id, 0):
            problems.append((f"quantity-{line_id}", "too_many" if count > 0 else "negative"))
    if problems:
        raise Invalid(tuple(problems))
    kept = tuple((line_id, count) for line_id, count in units if count) or case.units
    granted = effect_of_granting(record.order, case, policy, units=kept, amount=_amount(amount, record))
    if granted.plan.refund >= whole.plan.refund and kept == case.units:
        raise Invalid((("amount", "not_less"),))
    return granted


def _amount(text: str, record: OrderRecord) -> Money | None:
    if not text.strip():
        return None
    try:
        return parse_amount(text.strip(), record.order.currency)
    except BadMoney:
        raise Invalid((("amount", "not_an_amount"),)) from None


def _refuse(
    work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor, deps: Deps, code: str, reason: str
) -> None:
    """The units are free again. The words stay on the case; the event has the code (law 6)."""
    code = code or "other"
    problems = []
    if code not in STAFF_REFUSING:
        problems.append(("reason_code", "not_offered"))
    if not reason:
        problems.append(("reason", "required"))
    if problems:
        raise Invalid(tuple(problems))
    settings = work.shops.settings_of(record.shop_id)
    found = situation_of(work, record, settings, deps)
    by = due(found.policy.timers.customer_appeals, work.now, zone=found.around.zone, hours=ROUND_THE_CLOCK)
    outcome = {"answer": "refuse", "reason_code": code, "reason": reason, "at": work.now.isoformat()}
    work.cases.step(
        case,
        "reject",
        deadline_at=None,
        deadline_kind=None,
        escalated_at=None,
        decided_by=actor.key,
        outcome=case.row["outcome"] | outcome | {"appeal_by": by.isoformat()},
    )
    free_units(work, record, case)
    event = Event(kind=f"{event_source(actor)}:case:rejected", data={"code": code}, case_no=case.case_no)
    work.events.append(record, actor, event)
    work.tasks.close(f"application_unanswered:{case.case_no}")
    line = found.policy.complaint_line
    params = {
        "order_no": record.order.no,
        "case_no": case.case_no,
        "reason_code": code,
        "reason": reason,
        "complaint_line": line.zh if line else "",
        "appeal_by": by,
    }
    tell(work, record, case.case_no, "application_refused", params)


def free_units(work: UnitOfWork, record: OrderRecord, case: CaseRecord) -> None:
    """What the case claimed may be asked for again (T24)."""
    work.orders.save(record, effects.released(record.order, case.units))
    work.cases.release(case)
