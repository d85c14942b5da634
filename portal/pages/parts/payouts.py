"""退款方式: what having a refund as credit would bring, and a plan that is paid so (P10)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from portal.domain.credit.ledger import bonus_of
from portal.domain.money import total
from portal.domain.orders.decisions import Plan, PlanTender
from portal.domain.shops.profile import StoreCredit
from portal.pages.values.credit import PayoutView

CREDIT = "store_credit"


def payout_of(plan: Plan, offer: StoreCredit, *, is_credit: bool, may_choose: bool = True) -> PayoutView:
    """`offer`: what the shop adds and for how long it lasts, as it says now or as it promised."""
    refund, currency = plan.refund, plan.refund.currency
    percent = Decimal(offer.bonus_percent)
    bonus = total((bonus_of(tender.amount, percent) for tender in plan.tenders), currency)
    return PayoutView(
        is_credit=is_credit,
        may_choose=may_choose,
        refund=refund,
        bonus=bonus or None,
        sum=refund + bonus,
        valid_days=offer.valid_days,
    )


def as_credit(plan: Plan) -> Plan:
    """All of it to the balance, however it was paid."""
    if not plan.tenders:
        return plan
    return replace(plan, tenders=(PlanTender(payment_id="", method=CREDIT, amount=plan.refund),))
