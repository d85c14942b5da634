"""The goods of a case on its desk: receiving, inspecting with the effect shown, the parcel back (S28, N2)."""

from __future__ import annotations

from portal.domain.cases.found import Found
from portal.domain.cases.life_cycle import REPLACING_KINDS
from portal.domain.deadlines.table import OF_CASES
from portal.domain.identity.access import Actor, may
from portal.domain.orders.decisions import Plan
from portal.domain.returning.inspection import problems_of
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.exchanging import exchange_of
from portal.pages.parts.refunds import summary_of
from portal.pages.shop.pickup import pickup_view
from portal.pages.shop.returning import Files, carriers_of, inspection_of, parcel_of, sent_back_of
from portal.pages.values.amounts import RefundSummary
from portal.pages.values.returning import GoodsDesk, HeldLine, ReturnView
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.act import CaseAct
from portal.services.returning.inspection_effect import (
    effect_of_accepting,
    effect_of_inspecting,
    shown_inspection,
)


def goods_desk(act: CaseAct, files: Files, found: Found | None = None) -> GoodsDesk | None:
    """None where no goods come back. Two more queries while they are to be inspected."""
    case = act.case
    if not (case.return_no or case.parcel):
        return None
    may_act, is_back = may(act.actor, "write", "receive"), case.state == "sending_back"
    view = ReturnView(
        parcel=parcel_of(case, files), back=sent_back_of(case), inspection=inspection_of(case, act.order, files)
    )
    desk = GoodsDesk(
        view=view,
        return_no=case.return_no,
        pickup=pickup_view(act),
        may_receive=may_act and case.may("receive"),
        may_send=may_act and is_back,
        may_hand_over=may_act and is_back and view.back is not None,
        carriers=carriers_of(act.settings),
    )
    if not (may(act.actor, "write", "inspect") and case.is_to_be_inspected):
        return desk
    return _to_inspect(desk, act.on(act.work.cases.with_claims(case)), found)


def find_goods(
    *, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps, found: Found | None = None
) -> GoodsDesk | None:
    """For the form and its quote, without the rest of the desk. Raises NotFound."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
        record = work.orders.get(case.order_no, actor)
        return goods_desk(CaseAct(work, record, case, actor, deps, settings=settings), {}, found)


def _to_inspect(desk: GoodsDesk, act: CaseAct, found: Found | None) -> GoodsDesk:
    case, policy = act.case, act.policy
    whole = effect_of_accepting(act.order, case, policy)
    problems = problems_of(found, case.units, "-", is_whole=case.kind == "repair") if found else ()
    quote = effect_of_inspecting(act.order, case, policy, found).plan if found and not problems else None
    return GoodsDesk(
        view=desk.view,
        return_no=desk.return_no,
        may_inspect=True,
        is_paid=case.kind not in REPLACING_KINDS,
        is_refunded_at_zero=case.deadline is not None and OF_CASES[case.deadline.kind].at_zero != "escalate",
        carriers=desk.carriers,
        lines=_lines(act),
        whole=_summary(act, whole.plan),
        quote=_summary(act, quote) if quote else None,
        exchange=exchange_of(quote or whole.plan, case.application.variants, act.order)
        if case.kind == "exchange"
        else None,
        shown=shown_inspection(case, whole),
        problems=problems,
    )


def _summary(act: CaseAct, plan: Plan) -> RefundSummary:
    return summary_of(plan, act.order, act.settings, act.now, act.deps)


def _lines(act: CaseAct) -> tuple[HeldLine, ...]:
    held = dict(act.case.units)
    return tuple(
        HeldLine(line_id=line.id, title=line.title, variant=line.variant, units=held[line.id])
        for line in act.order.lines
        if held.get(line.id)
    )
