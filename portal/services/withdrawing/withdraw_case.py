"""撤销申请: the customer takes an application back: free, whole or in part, until the goods are on their way; then the
parcel gets a way back, once the fee for that is paid where there is one (POLICY, where cases end)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from portal.domain.cancelling.reasons import WITHDRAW
from portal.domain.codec import fingerprint, to_plain
from portal.domain.errors import Conflict, Invalid
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.order import Units
from portal.domain.records.events import Event
from portal.domain.withdrawing.decide import way_of, why_not
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.actor_source import event_source
from portal.services.applying.grant import effect_of_granting
from portal.services.fees.fee_steps import issue_fee
from portal.services.notify import tell
from portal.services.returning.return_to_customer import turn_back
from portal.services.situation import situation_of
from portal.services.withdrawing.effect import fee_of_withdrawing, rest_of, shown_withdrawal


def withdraw_case(
    *,
    case_no: str,
    reason: str,
    units: Units = (),
    actor: Actor,
    request_id: str,
    deps: Deps,
    shown: str | None = None,
) -> str:
    """Returns `case:<no>`. `units` empty: all of it; else only these are taken back and the rest goes on.

    `shown` is what the page's form carried; scripts (None) have not been shown anything. Errors: NotFound, Conflict (it
    can no longer be withdrawn: `withdrawing.WhyNot`; or not as `shown`), Invalid (reason, units), Reused.
    """
    if reason not in WITHDRAW:
        raise Invalid((("reason", "required" if not reason else "not_offered"),))
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["withdraw", case_no, reason, sorted(units)])):
            return done
        record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
        case = work.cases.get_for_update(case_no, actor)
        fee = _checked(work, record, case, shown)
        rest = rest_of(case, units)
        if way_of(case.row["kind"], case.state) == "goods_under_way":
            _with_goods_under_way(work, record, case, fee, reason, actor, deps)
        elif rest:
            _reduce(work, record, case, rest, actor, deps)
        else:
            take_back(work, record, case, reason, actor)
        return work.requests.finish(actor, request_id, f"case:{case_no}")


def _checked(work: UnitOfWork, record: OrderRecord, case: CaseRecord, shown: str | None) -> Money | None:
    """What it costs. Raises Conflict where it is too late, a fee is waited for, or it is not as it was shown."""
    waiting = work.fees.open_for_update(case.id) if case.state == "in_transit" else None
    if why := why_not(case.row["kind"], case.state, waiting["state"] if waiting else ""):
        raise Conflict(why, at=case.row["closed_at"])
    policy = work.policies.of(record)
    fee = fee_of_withdrawing(case.row, policy, work.shops.settings_of(record.shop_id))
    if shown is not None and shown != shown_withdrawal(case, fee):
        raise Conflict()
    return fee


def _with_goods_under_way(
    work: UnitOfWork,
    record: OrderRecord,
    case: CaseRecord,
    fee: Money | None,
    reason: str,
    actor: Actor,
    deps: Deps,
) -> None:
    """It takes effect once the fee is paid, until then the application goes on; at once where nothing is to be paid."""
    if fee:
        issue_fee(work, record, case, fee, reason, actor, deps)
    else:
        turn_back(work, record, case, reason, actor)


def take_back(work: UnitOfWork, record: OrderRecord, case: CaseRecord, reason: str, actor: Actor, **known: Any) -> None:
    """The order is as it was; a parcel that was held for a cancel may go. `known`: what else the outcome says."""
    outcome = case.row["outcome"] | {"withdrawn_for": reason, "at": work.now.isoformat()} | known
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
