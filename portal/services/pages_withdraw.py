"""撤销申请: what it is about, and whether a new one will still be possible (POLICY, returns)."""

from __future__ import annotations

from portal.domain.access import Actor
from portal.domain.applying_reasons import at_fault
from portal.domain.cases import may_step
from portal.domain.errors import Conflict
from portal.domain.shop_settings import ShopSettings
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.decide_application_now import situation_of, terms_at
from portal.services.page_values import WithdrawLine, WithdrawPage


def withdraw_page(*, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps) -> WithdrawPage:
    """Raises NotFound, and Conflict where it can no longer be withdrawn."""
    with reading(deps) as work:
        row = work.cases.get(case_no, actor)
        if not may_step(row["kind"], row["state"], "withdraw"):
            raise Conflict("decided", at=row["closed_at"])
        case = work.cases.with_claims(row)
        record = work.orders.get(row["number"], actor)
        ends = []
        if row["kind"] != "cancel" and not at_fault(row["reason"]):
            found = situation_of(work, record, settings, deps)
            terms = terms_at(work, found, line_ids=[line_id for line_id, _ in case.units])
            parcels = [parcel for line in terms.lines for parcel in line.parcels]
            ends = [parcel.window.ends_at for parcel in parcels if parcel.window and parcel.window.ends_at]
        now = work.now
    titles = {line.id: line.title for line in record.order.lines}
    lines = tuple(WithdrawLine(line_id=line_id, title=titles[line_id], quantity=count) for line_id, count in case.units)
    is_divisible = may_step(row["kind"], row["state"], "reduce") and sum(line.quantity for line in lines) > 1
    last = max(ends, default=None)
    return WithdrawPage(
        case_no=case_no,
        order_no=record.order.no,
        kind=row["kind"],
        state=row["state"],
        lines=lines if is_divisible else (),
        again_until=last if last and last > now else None,
        ended_at=last if last and last <= now else None,
        may_edit=may_step(row["kind"], row["state"], "edit"),
    )
