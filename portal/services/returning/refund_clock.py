"""Until when the money of a withdrawal from contract has to be sent: what the shop may still wait for (EU-5)."""

from __future__ import annotations

from datetime import datetime

from portal.domain.applying.windows import refund_due
from portal.domain.cases.case import Deadline
from portal.services.act import CaseAct


def refund_clock(
    act: CaseAct, *, goods_back_at: datetime | None = None, sent_proof_at: datetime | None = None
) -> Deadline | None:
    """The deadline that begins with goods or proof of sending: 14 days from the notice, or today where those are over;
    the first of both counts. None for another kind of case, and while the shop may still wait."""
    case = act.case
    if case.kind != "contract_withdrawal":
        return None
    by = refund_due(
        act.policy,
        act.around.place,
        notice_at=case.opened_at,
        goods_back_at=goods_back_at,
        sent_proof_at=sent_proof_at,
    )
    if by is None:
        return None
    before = case.deadline.at if case.deadline and case.deadline.kind == "withdrawal_refunded" else by
    return Deadline("withdrawal_refunded", min(by, before))
