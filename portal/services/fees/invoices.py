"""补付: the invoice of a refund at hand-over whose goods did not come or were not accepted (P17).

A case has one invoice at a time, for exactly what is owed. Nothing but payment or the shop ends it.
"""

from __future__ import annotations

from portal.domain.cases import early_steps
from portal.domain.cases.early_refund import kept_whole
from portal.domain.errors import Conflict
from portal.domain.fees.charged import ChargedFee
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.services.act import CaseAct
from portal.services.fees.fee_steps import give_back_fee, issue_invoice, void_fee, waive_fee

UNPAID = "invoice_unpaid"


def settle_invoice(act: CaseAct, owed: Money) -> None:
    """The case owes `owed` from now on. One for another amount is void, or goes back where it was paid.

    Raises Conflict while a payment of it is being confirmed.
    """
    fee = act.work.fees.newest_for_update(act.case.id)
    if fee and fee.for_what == "return":
        is_right = fee.amount == owed and fee.state in ("due", "paid")
        if is_right or fee.state == "waived":
            return
        if fee.state == "processing":
            raise Conflict("fee_confirming")
        if fee.state == "due":
            void_fee(act, fee, "received")
        give_back_fee(act)
    act.close_task(UNPAID)
    if owed:
        issue_invoice(act, owed)


def invoice_paid(act: CaseAct) -> None:
    """What was refunded is back: a case whose goods never came is over, and its units are as they were."""
    act.close_task(UNPAID)
    if act.case.state != "in_transit":
        return
    act.save(early_steps.not_arrived(act.case, at=act.now))
    act.save_order(kept_whole(effects.released(act.order, act.case.units), act.case))
    act.work.cases.release(act.case)
    act.close_task("early_goods_missing")
    act.happened("case:expired", code="early_goods_arrive")


def waive_invoice(act: CaseAct, fee: ChargedFee) -> None:
    """The shop does without it. Goods that never came are the customer's no more than the shop's: they are gone."""
    waive_fee(act, fee)
    act.close_task(UNPAID)
    paid = act.case.parcel.paid if act.case.parcel else None
    if act.case.state != "in_transit" or paid is None:
        return
    act.save(early_steps.not_awaited(act.case, at=act.now))
    freed = effects.released(act.order, act.case.units)
    act.save_order(effects.forfeited(kept_whole(freed, act.case), act.case.units))
    act.work.cases.release(act.case)
    act.close_task("early_goods_missing")
    act.happened("case:completed")
