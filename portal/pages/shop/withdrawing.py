"""撤销申请: what it would do to money, goods, fee and deadline, said before it is done (S30, S31; POLICY, returns)."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.identity.access import Actor
from portal.domain.orders.order import Units
from portal.domain.shops.settings import ShopSettings
from portal.domain.withdrawing.decide import way_of, why_not
from portal.pages.parts.refunds import summary_of
from portal.pages.parts.zone import zone_of
from portal.pages.values.applying import WithdrawLine, WithdrawPage
from portal.pages.values.cancelling import Changed
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.act import CaseAct
from portal.services.applying.apply_again import again_until
from portal.services.applying.grant import effect_of_granting
from portal.services.fees.fee_steps import fee_due_at
from portal.services.withdrawing.effect import courier_on_the_way, fee_of_withdrawing, remaining_units, shown_withdrawal


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
        case = work.cases.get(case_no, actor)
        waiting = work.fees.of_case(case.id) if case.state in ("awaiting_return", "in_transit") else None
        fee_state, is_sent = waiting[0].state if waiting else "", case.is_replacement_sent
        why = why_not(case.kind, case.state, fee_state, is_sent=is_sent, is_paid=case.is_paid_early)
        if why:
            return WithdrawPage(case_no=case_no, order_no=case.order_no, kind=case.kind, state=case.state, why_not=why)
        case = work.cases.with_claims(case)
        act = CaseAct(work, work.orders.get(case.order_no, actor), case, actor, deps, settings=settings)
        page = _page(act)
        rest = remaining_units(case, units)
        if rest:
            plan = effect_of_granting(act.order, case, act.policy, units=rest).plan
            page = replace(page, rest=summary_of(plan, act.order, settings, work.now, deps))
    return replace(page, changed=changed)


def _page(act: CaseAct) -> WithdrawPage:
    case, fee, courier = act.case, fee_of_withdrawing(act), courier_on_the_way(act)
    last, plan = again_until(act), case.plan
    titles = {line.id: line.title for line in act.order.lines}
    lines = tuple(WithdrawLine(line_id=line_id, title=titles[line_id], quantity=count) for line_id, count in case.units)
    count = sum(line.quantity for line in lines)
    return WithdrawPage(
        case_no=case.case_no,
        order_no=act.order.no,
        kind=case.kind,
        state=case.state,
        lines=lines if case.may("reduce") and count > 1 else (),
        again_until=last.of(act.now),
        ended_at=last.ends_at if last.is_over(act.now) else None,
        may_edit=case.may("edit"),
        units=count,
        refund=plan.refund if plan.refund else None,
        deadline=case.due_at if case.state in ("needs_info", "offered", "awaiting_return") else None,
        is_under_way=way_of(case.kind, case.state) == "goods_under_way",
        fee=fee,
        pay_by=fee_due_at(act) if fee else None,
        courier_at=courier.slot.start if courier else None,
        shown=shown_withdrawal(case, fee),
        zone=zone_of(act.order),
    )
