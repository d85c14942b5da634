"""What the shop sends for a case, on its desk: the parcel, its arrival, and what paying for it instead would pay."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.identity.access import may
from portal.pages.parts.refunds import summary_of
from portal.pages.shop.replacing import replacement_view
from portal.pages.shop.returning import carriers_of
from portal.pages.values.replacing import ReplacingDesk
from portal.services.act import CaseAct
from portal.services.cases.decide_case import needs_payout
from portal.services.replacing.refund_instead import effect_of_refunding, shown_refund


def replacing_desk(act: CaseAct) -> ReplacingDesk | None:
    """None where nothing is sent. One more query while it can be paid for instead."""
    case = act.case
    if (view := replacement_view(case, act.order)) is None:
        return None
    may_send = may(act.actor, "write", "receive") and case.may("replacement_sent")
    desk = ReplacingDesk(
        view=view,
        may_send=may_send,
        may_arrive=may_send and case.is_replacement_sent,
        carriers=carriers_of(act.settings),
    )
    if not (may(act.actor, "write", "cases") and case.may("refund_instead")):
        return desk
    held = act.on(act.work.cases.with_claims(case))
    granted = effect_of_refunding(held.order, held.case, held.policy)
    return replace(
        desk,
        refund=summary_of(granted.plan, act.order, act.settings, act.now, act.deps),
        needs_payout=needs_payout(held, granted),
        shown=shown_refund(held.case, granted),
    )
