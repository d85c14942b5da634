"""What a rail's statement does not have is asked for by its number: bills are a day behind, and a page can be cut.

Only what the rail says of the number counts. That it has failed since is a difference, and a reason to ask again by
`recheck_refund`.
"""

from __future__ import annotations

from portal.domain.money import Money
from portal.ports import CollectAsk, NoLookUp, PaymentRail, RefundAsk
from portal.repos.fees import BookedPayment
from portal.repos.refunds import RefundOfOrder


def has_refund(rail: PaymentRail, ask: RefundAsk) -> bool:
    """Whether the rail's books have it after all. Raises ProviderUnavailable."""
    try:
        return rail.find_refund(ask).outcome == "succeeded"
    except NoLookUp:
        # Nobody can say: it is for a person.
        return False


def has_payment(rail: PaymentRail, ask: CollectAsk) -> bool:
    """As `has_refund`."""
    return rail.find_payment(ask).outcome == "paid"


def refund_ask(found: RefundOfOrder, *, external_id: str = "") -> RefundAsk:
    """`external_id`: the order's own with the platform, where its gateway is asked."""
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
        external_id=external_id,
    )


def return_ask(fee: BookedPayment) -> RefundAsk:
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


def fee_ask(fee: BookedPayment) -> CollectAsk:
    number, method = fee.payment.number, fee.payment.method
    return CollectAsk(number=number, order_no=fee.order_no, case_no="", method=method, amount=fee.amount)
