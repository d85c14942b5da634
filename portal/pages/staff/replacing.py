"""What the shop sends for a case, on its desk: the parcel, its arrival, and what paying for it instead would pay."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.identity.access import may
from portal.pages.parts.refunds import summary_of
from portal.pages.shop.replacing import replacement_view
from portal.pages.shop.returning import carriers_of
from portal.pages.values.replacing import NoStockDesk, ReplacingDesk
from portal.services.act import CaseAct
from portal.services.cases.decide_case import needs_payout
from portal.services.replacing.exchange_money import SETTLED
from portal.services.replacing.no_stock import effect_of_return, may_report
from portal.services.replacing.refund_instead import effect_of_refunding, shown_refund


def replacing_desk(act: CaseAct) -> ReplacingDesk | None:
    """None where nothing is sent. One more query while it can be paid for instead."""
    case = act.case
    if (view := replacement_view(case, act.order)) is None:
        return None
    awaits_fee = case.plan.surcharge is not None and not _is_settled(act)
    may_send = may(act.actor, "write", "receive") and case.may("replacement_sent") and not awaits_fee
    desk = ReplacingDesk(
        view=view,
        may_send=may_send,
        may_arrive=may_send and case.is_replacement_sent,
        carriers=carriers_of(act.settings),
        awaits_fee=awaits_fee and case.state == "replacing",
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


def _is_settled(act: CaseAct) -> bool:
    found = act.work.fees.of_case(act.case.id)
    return found is not None and found[0].state in SETTLED


def no_stock_desk(act: CaseAct) -> NoStockDesk | None:
    """None where it is no exchange, or too late. One more query."""
    if not (may(act.actor, "write", "cases") and may_report(act.case)):
        return None
    held = act.on(act.work.cases.with_claims(act.case))
    as_return = effect_of_return(held.order, held.case, held.policy)
    return NoStockDesk(
        refund=summary_of(as_return.plan, act.order, act.settings, act.now, act.deps, after="inspection"),
        needs_payout=needs_payout(held, as_return),
        shown=shown_refund(held.case, as_return),
    )
