"""The goods of a case on its desk: receiving, inspecting with the effect shown, the parcel back (S28, N2)."""

from __future__ import annotations

from portal.domain.cases.life_cycle import may_step
from portal.domain.identity.access import Actor, may
from portal.domain.orders.decisions import Plan
from portal.domain.returning.inspection import Found, problems_of
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.refunds import summary_of
from portal.pages.shop.returning import Files, carriers_of, inspection_of, parcel_of, sent_back_of
from portal.pages.values.amounts import RefundSummary
from portal.pages.values.returning import GoodsDesk, HeldLine, ReturnView
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.rows import Row
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.returning.inspection_effect import (
    effect_of_accepting,
    effect_of_inspecting,
    is_to_be_inspected,
    shown_inspection,
)
from portal.services.situation import situation_of


def goods_desk(
    work: UnitOfWork,
    row: Row,
    record: OrderRecord,
    files: Files,
    actor: Actor,
    settings: ShopSettings,
    deps: Deps,
    found: Found | None = None,
) -> GoodsDesk | None:
    """None where no goods come back. Three more queries while they are to be inspected."""
    if not (row["return_no"] or row["parcel"]):
        return None
    may_act, is_back = may(actor, "write", "receive"), row["state"] == "sending_back"
    view = ReturnView(
        parcel=parcel_of(row, files), back=sent_back_of(row), inspection=inspection_of(row, record.order, files)
    )
    desk = GoodsDesk(
        view=view,
        return_no=row["return_no"] or "",
        may_receive=may_act and may_step(row["kind"], row["state"], "receive"),
        may_send=may_act and is_back,
        may_hand_over=may_act and is_back and view.back is not None,
        carriers=carriers_of(settings),
    )
    if not (may(actor, "write", "inspect") and row["state"] == "received" and not row["inspection"]):
        return desk
    return _to_inspect(desk, work, row, record, settings, deps, found)


def find_goods(
    *, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps, found: Found | None = None
) -> GoodsDesk | None:
    """For the form and its quote, without the rest of the desk. Raises NotFound."""
    with reading(deps) as work:
        row = work.cases.get(case_no, actor)
        record = work.orders.get(row["number"], actor)
        return goods_desk(work, row, record, {}, actor, settings, deps, found)


def _to_inspect(
    desk: GoodsDesk,
    work: UnitOfWork,
    row: Row,
    record: OrderRecord,
    settings: ShopSettings,
    deps: Deps,
    found: Found | None,
) -> GoodsDesk:
    case = work.cases.with_claims(row)
    assert is_to_be_inspected(case)
    policy = situation_of(work, record, settings, deps, claims=()).policy
    whole = effect_of_accepting(record.order, case, policy)
    problems = problems_of(found, case.units, "-") if found else ()
    quote = effect_of_inspecting(record.order, case, policy, found).plan if found and not problems else None
    return GoodsDesk(
        view=desk.view,
        return_no=desk.return_no,
        may_inspect=True,
        carriers=desk.carriers,
        lines=_lines(record, case),
        whole=_summary(whole.plan, record, settings, work, deps),
        quote=_summary(quote, record, settings, work, deps) if quote else None,
        shown=shown_inspection(case, whole),
        problems=problems,
    )


def _summary(plan: Plan, record: OrderRecord, settings: ShopSettings, work: UnitOfWork, deps: Deps) -> RefundSummary:
    return summary_of(plan, record.order, settings, work.now, deps)


def _lines(record: OrderRecord, case: CaseRecord) -> tuple[HeldLine, ...]:
    held = dict(case.units)
    return tuple(
        HeldLine(line_id=line.id, title=line.title, variant=line.variant, units=held[line.id])
        for line in record.order.lines
        if held.get(line.id)
    )
