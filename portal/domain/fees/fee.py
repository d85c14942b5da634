"""A fee of its own: what withdrawing costs once the goods are on their way, and the life of a try to pay it (S31–S33).

It is apart from the order's money: its own payment, its own refund (POLICY, fees are `charged`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from portal.domain.applying.reasons import at_fault
from portal.domain.money import Money
from portal.domain.policy.pack import Amounts, FeeRule, Policy
from portal.domain.shops.profile import ShopFees
from portal.domain.transitions import Table

FeeState = Literal["due", "processing", "on_delivery", "paid", "voided", "refunded", "waived"]
FeePurpose = Literal["withdrawal", "pickup", "exchange", "return"]
PaymentProblem = Literal["wrong_password", "no_funds", "less_than_due", "provider_down", "declined"]

FEE_TRANSITIONS: Table = {
    "due": {"pay": "processing", "deliver": "on_delivery", "void": "voided", "waive": "waived"},
    "processing": {"succeed": "paid", "fail": "due", "void": "voided"},
    "on_delivery": {"collect": "paid", "void": "voided"},
    "paid": {"give_back": "refunded"},
    "voided": {},
    "refunded": {"come_back": "paid"},
    "waived": {},
}
"""A fee of which nobody knows whether it is paid is never `void`ed by time; where the payment has failed and the
case has gone on meanwhile, it is. `refunded` only once the rail says that the money is back, and only as long: what a
bank sends to the shop again days later is `paid` once more, and owed to the customer."""

_PAYMENT_NO = re.compile(r"[A-Z0-9]{1,40}-F[1-9][0-9]{0,3}-[1-9][0-9]{0,3}\Z", re.ASCII)

OPEN_FEE_STATES = ("due", "processing", "on_delivery")

PAYMENT_TRANSITIONS: Table = {
    "processing": {"wait": "processing", "succeed": "paid", "fail": "failed", "return": "returning"},
    "paid": {"return": "returning"},
    "returning": {"wait": "returning", "returned": "returned"},
    "failed": {},
    "returned": {"reverse": "reversed"},
    "reversed": {"return": "returning", "returned": "returned"},
}
"""One try. What the rail took and what is not to be kept is `returning` until it is back: less than was due goes back
whole, and so does a fee for what can no longer be done. What was back and came to the shop again is `reversed`: a
person sends it once more, since the same account would do the same again."""

ON_DELIVERY = "cod"
ONLINE_METHODS = ("card", "alipay", "wechat")
METHODS = (*ONLINE_METHODS, ON_DELIVERY)

_PROBLEMS: dict[str, PaymentProblem] = {
    "wrong_password": "wrong_password",
    "no_funds": "no_funds",
    "unavailable": "provider_down",
    "declined": "declined",
}


def withdrawal_fee(worth: Money, *, kind: str, reason: str, policy: Policy, shop: ShopFees) -> Money | None:
    """What it costs to withdraw while the goods (`worth`, as paid) are on their way back; None: nothing.

    Never for a fault (CN-13), never on a withdrawal from contract (EU-7), never above the worth of the goods.
    """
    charged = charged_fee(policy, shop)
    if charged is None or kind == "contract_withdrawal" or at_fault(reason):
        return None
    fee = min(charged.of(worth), worth)
    return fee if fee.minor > 0 else None


def pickup_fee(worth: Money, *, reason: str, policy: Policy) -> Money | None:
    """What it costs to withdraw while a courier is on the way to fetch the goods (`worth`, as paid): the pack's
    `fees.pickup`; None: nothing. Never for a fault (CN-13), nor where the law forbids it, nor above the worth."""
    charged = policy.fees.pickup
    if charged is None or "pickup" in policy.fees.forbidden or at_fault(reason):
        return None
    fee = min(charged.of(worth), worth)
    return fee if fee.minor > 0 else None


def may_be_on_delivery(for_what: FeePurpose, shop: ShopFees) -> bool:
    """Whether a courier can take it at the door: where a parcel goes to the customer, and the shop has it done."""
    return for_what == "withdrawal" and shop.on_delivery


def charged_fee(policy: Policy, shop: ShopFees) -> FeeRule | None:
    """The pack's, with what the shop has set instead of it; None where the policy forbids one or nobody takes any.

    The shop's own sum is in its own currency; orders in another one cost what the pack says.
    """
    if "withdrawal" in policy.fees.forbidden:
        return None
    fee = policy.fees.withdrawal or FeeRule(how="charged")
    if shop.withdrawal_fixed is not None:
        own = (shop.withdrawal_fixed.currency, Decimal(shop.withdrawal_fixed.decimal()))
        others = tuple(pair for pair in fee.fixed.major if pair[0] != own[0])
        fee = replace(fee, fixed=Amounts((own, *others)))
    if shop.withdrawal_percent is not None:
        fee = replace(fee, percent=shop.withdrawal_percent)
    return fee if fee.percent or any(sum_ for _, sum_ in fee.fixed.major) else None


def problem_of(outcome: str) -> PaymentProblem | None:
    """Why nothing was taken, where a rail's answer says that for certain; None: it was paid, or nothing is known."""
    return _PROBLEMS.get(outcome)


def due_again_at(due_at: datetime, *, asked_at: datetime, now: datetime) -> datetime:
    """The time to pay stands still while a payment is being confirmed (POLICY, timers: stopped by payment)."""
    return due_at + (now - asked_at)


def fee_no(case_no: str, count: int) -> str:
    """`<case no>-F<n>`: the n-th fee of the case."""
    return f"{case_no}-F{count}"


def payment_no(fee: str, attempt: int) -> str:
    """`<fee no>-<n>`, the n-th try: what the rail knows it by, stored before the first call. Each try has its own."""
    return f"{fee}-{attempt}"


def is_payment_no(text: str) -> bool:
    """Whether it has the form of `payment_no`: a provider's account holds much that the portal never asked for."""
    return _PAYMENT_NO.match(text) is not None


def return_no(payment: str, series: int) -> str:
    """What the money goes back under; the series rises only when the rail says that the number is spent (T14)."""
    return f"{payment}-R{series}"


def next_return_no(spent: str) -> str:
    """The number after `spent` (`<payment>-R<n>`): one that failed is never sent again (PAYMENTS rule 1)."""
    payment, _, series = spent.rpartition("-R")
    return return_no(payment, int(series) + 1)
