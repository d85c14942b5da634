"""Until when the money of a withdrawal from contract has to be sent: what the shop may still wait for (EU-5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.domain.applying.windows import refund_due
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork
from portal.services.situation import situation_of

MONEY_IS_SENT = "withdrawal_refunded"


def refund_clock(
    work: UnitOfWork,
    record: OrderRecord,
    case: CaseRecord,
    settings: ShopSettings,
    deps: Deps,
    *,
    goods_back_at: datetime | None = None,
    sent_proof_at: datetime | None = None,
) -> dict[str, Any]:
    """The deadline columns of a step that brought goods or proof of sending: 14 days from the notice, or today where
    those are over; the first of both counts. Nothing for another kind of case, and while the shop may still wait."""
    if case.row["kind"] != "contract_withdrawal":
        return {}
    found = situation_of(work, record, settings, deps)
    by = refund_due(
        found.policy,
        found.around.place,
        notice_at=case.row["opened_at"],
        goods_back_at=goods_back_at,
        sent_proof_at=sent_proof_at,
    )
    if by is None:
        return {}
    before = case.row["deadline_at"] if case.row["deadline_kind"] == MONEY_IS_SENT else None
    return {"deadline_at": min(by, before) if before else by, "deadline_kind": MONEY_IS_SENT}
