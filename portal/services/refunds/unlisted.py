"""What a rail's statement does not have is asked for by its number: bills are a day behind, and a page can be cut.

Only what the rail says of the number counts. That it has failed since is a difference, and a reason to ask again by
`recheck_refund`.
"""

from __future__ import annotations

from collections.abc import Iterable

from portal.domain.money import Money
from portal.ports import CollectAsk, PaymentRail, RefundAsk
from portal.repos.fees import BookedPayment
from portal.repos.refunds import RefundOfOrder


class Unlisted:
    """Of one rail: `sent` and `fees` as our books have them."""

    def __init__(self, rail: PaymentRail, sent: Iterable[RefundOfOrder], fees: Iterable[BookedPayment]) -> None:
        self._rail = rail
        self._fees = {fee.payment.number: _fee_ask(fee) for fee in fees}
        self._refunds = {fee.payment.refund_number: _return_ask(fee) for fee in fees if fee.payment.refund_number}
        self._refunds |= {found.refund.number: _refund_ask(found) for found in sent}

    def is_known(self, kind: str, number: str) -> bool:
        """Whether the rail's books have it after all. Raises ProviderUnavailable."""
        if kind == "refund_not_theirs":
            return self._rail.find_refund(self._refunds[number]).outcome == "succeeded"
        if kind == "fee_not_theirs":
            return self._rail.find_payment(self._fees[number]).outcome == "paid"
        return False


def _refund_ask(found: RefundOfOrder) -> RefundAsk:
    refund = found.refund
    return RefundAsk(
        number=refund.number,
        payment_reference=refund.payment_reference or refund.payment_id,
        payment_id=refund.payment_id,
        order_no=found.order_no,
        method=refund.method,
        amount=refund.amount,
        captured=Money(refund.captured_minor, refund.amount.currency),
        sent_at=refund.submitted_at,
    )


def _return_ask(fee: BookedPayment) -> RefundAsk:
    payment, got = fee.payment, Money(fee.payment.got_minor, fee.amount.currency)
    return RefundAsk(
        number=payment.refund_number,
        payment_reference=payment.number,
        payment_id=payment.number,
        order_no=fee.order_no,
        method=payment.method,
        amount=got,
        captured=got,
    )


def _fee_ask(fee: BookedPayment) -> CollectAsk:
    number, method = fee.payment.number, fee.payment.method
    return CollectAsk(number=number, order_no=fee.order_no, case_no="", method=method, amount=fee.amount)
