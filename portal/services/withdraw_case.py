"""撤销申请: the customer takes an application back, whole or in part, while that is free (POLICY, where cases end)."""

from __future__ import annotations

from dataclasses import replace

from portal.domain import effects
from portal.domain.access import Actor
from portal.domain.cases import may_step
from portal.domain.codec import fingerprint, to_plain
from portal.domain.errors import Conflict, Invalid
from portal.domain.events import Event
from portal.domain.orders import Units
from portal.domain.reasons import WITHDRAW
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.orders import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.apply_cancel import event_source
from portal.services.decide_application_now import situation_of
from portal.services.grant_case import effect_of_granting, tell


def withdraw_case(*, case_no: str, reason: str, units: Units = (), actor: Actor, request_id: str, deps: Deps) -> str:
    """Returns `case:<no>`. `units` empty: all of it; else only these are taken back and the rest goes on.

    Errors: NotFound, Conflict (it can no longer be withdrawn), Invalid (reason, units), Reused.
    """
    if reason not in WITHDRAW:
        raise Invalid((("reason", "required" if not reason else "not_offered"),))
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["withdraw", case_no, reason, units])):
            return done
        record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
        case = work.cases.get_for_update(case_no, actor)
        rest = _rest(case, units)
        if rest:
            _reduce(work, record, case, rest, actor, deps)
        else:
            _withdraw(work, record, case, reason, actor)
        return work.requests.finish(actor, request_id, f"case:{case_no}")


def _rest(case: CaseRecord, units: Units) -> Units:
    """What the case is still about afterwards; empty: nothing."""
    if not units:
        return ()
    held, going = dict(case.units), dict(units)
    problems = [
        (f"quantity-{line_id}", "too_many" if count > 0 else "negative")
        for line_id, count in units
        if not 0 < count <= held.get(line_id, 0)
    ]
    if problems:
        raise Invalid(tuple(problems))
    return tuple(
        (line_id, count - going.get(line_id, 0)) for line_id, count in case.units if count > going.get(line_id, 0)
    )


def _withdraw(work: UnitOfWork, record: OrderRecord, case: CaseRecord, reason: str, actor: Actor) -> None:
    """The order is as it was; a parcel that was held for a cancel may go."""
    outcome = case.row["outcome"] | {"withdrawn_for": reason, "at": work.now.isoformat()}
    work.cases.step(case, "withdraw", deadline_at=None, deadline_kind=None, escalated_at=None, outcome=outcome)
    work.cases.release(case)
    after = effects.released(record.order, case.units)
    if case.row["kind"] == "cancel":
        after = replace(after, waiting_case=None)
        work.tasks.close(f"cancel_unanswered:{case.case_no}")
    work.tasks.close(f"application_unanswered:{case.case_no}")
    work.orders.save(record, after)
    event = Event(kind=f"{event_source(actor)}:case:withdrawn", data={"code": reason}, case_no=case.case_no)
    work.events.append(record, actor, event)
    params = {"order_no": record.order.no, "case_no": case.case_no}
    tell(work, record, case.case_no, "application_withdrawn", params)


def _reduce(work: UnitOfWork, record: OrderRecord, case: CaseRecord, rest: Units, actor: Actor, deps: Deps) -> None:
    if not may_step(case.row["kind"], case.state, "reduce"):
        raise Conflict("decided", at=case.row["closed_at"])
    settings = work.shops.settings_of(record.shop_id)
    policy = situation_of(work, record, settings, deps).policy
    granted = effect_of_granting(record.order, case, policy, units=rest)
    asked = case.row["asked"] | {"units": to_plain(rest)}
    work.cases.step(case, "reduce", summary=to_plain(granted.plan), asked=asked)
    work.cases.claim_instead(case, rest)
    work.orders.save(record, effects.claimed(granted.order, rest))
    left = dict(rest)
    back = [[line_id, count - left.get(line_id, 0)] for line_id, count in case.units if count > left.get(line_id, 0)]
    data = {"units": back}
    event = Event(kind=f"{event_source(actor)}:case:reduced", data=data, case_no=case.case_no)
    work.events.append(record, actor, event)
