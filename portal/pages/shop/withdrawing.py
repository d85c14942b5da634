"""撤销申请: what it would do to money, goods, fee and deadline, said before it is done (S30, S31; POLICY, returns)."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.cases.life_cycle import may_step
from portal.domain.codec import from_plain
from portal.domain.identity.access import Actor
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Units
from portal.domain.policy.pack import Policy
from portal.domain.shops.settings import ShopSettings
from portal.domain.withdrawing.decide import way_of, why_not
from portal.pages.parts.refunds import summary_of
from portal.pages.values.applying import WithdrawLine, WithdrawPage
from portal.pages.values.cancelling import Changed
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.applying.apply_again import again_until
from portal.services.applying.grant import effect_of_granting
from portal.services.fees.fee_steps import fee_due_at
from portal.services.withdrawing.effect import fee_of_withdrawing, rest_of, shown_withdrawal


def withdraw_page(
    *,
    case_no: str,
    actor: Actor,
    settings: ShopSettings,
    deps: Deps,
    units: Units = (),
    changed: Changed | None = None,
) -> WithdrawPage:
    """`units`: the part that is about to be taken back. Raises NotFound, Invalid (units)."""
    with reading(deps) as work:
        row = work.cases.get(case_no, actor)
        waiting = work.fees.of_case(row["id"]) if row["state"] == "in_transit" else None
        why = why_not(row["kind"], row["state"], waiting["state"] if waiting else "")
        if why:
            return WithdrawPage(
                case_no=case_no, order_no=row["number"], kind=row["kind"], state=row["state"], why_not=why
            )
        case = work.cases.with_claims(row)
        record = work.orders.get(row["number"], actor)
        policy = work.policies.of(record)
        page = _page(work, case, record, policy, settings, deps)
        rest = rest_of(case, units)
        if rest:
            plan = effect_of_granting(record.order, case, policy, units=rest).plan
            page = replace(page, rest=summary_of(plan, record.order, settings, work.now, deps))
    return replace(page, changed=changed)


def _page(
    work: UnitOfWork,
    case: CaseRecord,
    record: OrderRecord,
    policy: Policy,
    settings: ShopSettings,
    deps: Deps,
) -> WithdrawPage:
    row, fee = case.row, fee_of_withdrawing(case.row, policy, settings)
    last = again_until(work, record, row, policy, settings, deps)
    titles = {line.id: line.title for line in record.order.lines}
    lines = tuple(WithdrawLine(line_id=line_id, title=titles[line_id], quantity=count) for line_id, count in case.units)
    count = sum(line.quantity for line in lines)
    plan = from_plain(Plan, row["summary"])
    return WithdrawPage(
        case_no=case.case_no,
        order_no=record.order.no,
        kind=row["kind"],
        state=row["state"],
        lines=lines if may_step(row["kind"], row["state"], "reduce") and count > 1 else (),
        again_until=last.of(work.now),
        ended_at=last.ends_at if last.is_over(work.now) else None,
        may_edit=may_step(row["kind"], row["state"], "edit"),
        units=count,
        refund=plan.refund if plan.refund else None,
        deadline=row["deadline_at"] if row["state"] in ("needs_info", "awaiting_return") else None,
        is_under_way=way_of(row["kind"], row["state"]) == "goods_under_way",
        fee=fee,
        pay_by=fee_due_at(work, record, deps) if fee else None,
        shown=shown_withdrawal(case, fee),
    )
