"""What the shop may offer instead of what is asked for, and what the customer would get, exactly (P13).

Never more than the rules give for the same goods: what goes beyond that is goodwill, with limits of its own (S44).
"""

from __future__ import annotations

from portal.domain.applying.amounts import plan_application
from portal.domain.cases.case import Case
from portal.domain.cases.life_cycle import REPLACING_KINDS, CaseKind
from portal.domain.cases.offer import OfferKind
from portal.domain.errors import Invalid
from portal.domain.money import Money
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Order
from portal.domain.policy.pack import Policy


def offer_kinds(case: Case) -> tuple[OfferKind, ...]:
    """Which kinds can be made on `case` now; none where nobody waits for the shop's answer, and none on a withdrawal
    from contract, which is a right. What is to be sent or exchanged has no amount of its own to be lowered, and what
    the customer never got cannot be kept."""
    if not case.may("offer") or (case.state == "rejected" and not case.is_under_appeal):
        return ()
    has_goods = case.application.received or case.kind in ("return_refund", *REPLACING_KINDS)
    is_money = case.kind not in REPLACING_KINDS
    return (*(("amount",) if is_money else ()), *(("keep",) if has_goods else ()))


def plan_offer(freed: Order, case: Case, policy: Policy, kind: OfferKind, amount: Money | None = None) -> Plan:
    """`freed`: the order without what the case claims. Without an `amount` all that the rules give for its goods.

    Raises Invalid (amount: too_small, above_computed).
    """
    # Goods that are kept are worth what a refund without a return is.
    asked: CaseKind = "refund_only" if kind == "keep" else case.kind
    if amount is not None and amount.minor <= 0:
        raise Invalid((("amount", "too_small"),))
    return plan_application(freed, case.units, policy, kind=asked, reason=case.reason, amount=amount)
