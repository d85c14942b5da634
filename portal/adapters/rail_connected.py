"""The gateway of a shop's platform as a payment rail: money goes back through the shop's own account there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from portal.ports import (
    Clock,
    CollectAnswer,
    CollectAsk,
    NoLookUp,
    PlatformRefund,
    RailPayment,
    RailRefund,
    RefundAnswer,
    RefundAsk,
    ShopPlatform,
)

SILENT = "gateway_silent"
"""The reason of an answer that says: sent, and what became of it the platform does not know either."""
_SILENT_FOR = timedelta(minutes=10)


class PlatformRail:
    """The port `PaymentRail` over a ShopPlatform. It takes no fees."""

    def __init__(self, platform: ShopPlatform, clock: Clock) -> None:
        self.name: str = platform.name
        self._platform, self._clock = platform, clock

    def refund(self, ask: RefundAsk) -> RefundAnswer:
        return self._platform.refund(_refund_of(ask))

    def find_refund(self, ask: RefundAsk) -> RefundAnswer:
        """Raises NoLookUp where a gateway has been silent for long: it is for a person then, and never sent again by
        itself (PAYMENTS rule 13)."""
        found = self._platform.find_refund(_refund_of(ask))
        is_long = ask.sent_at is not None and self._clock.now() - ask.sent_at >= _SILENT_FOR
        if found.outcome == "pending" and found.reason == SILENT and is_long:
            raise NoLookUp(is_lost=True)
        return found

    def refunds_since(self, since: datetime, until: datetime | None = None) -> Iterator[RailRefund]:
        """Ours alone: what the shop gives back there by itself comes in with its orders."""
        theirs = f"{self.name}:"
        for one in self._platform.refunds_since(since):
            if not one.number.startswith(theirs) and (until is None or one.at < until):
                yield one

    def collect(self, ask: CollectAsk) -> CollectAnswer:  # noqa: ARG002 - of the port
        return CollectAnswer(outcome="declined")

    def find_payment(self, ask: CollectAsk) -> CollectAnswer:  # noqa: ARG002 - of the port
        return CollectAnswer(outcome="unknown_number")

    def payments_since(self, since: datetime, until: datetime | None = None) -> tuple[RailPayment, ...]:  # noqa: ARG002
        return ()


def _refund_of(ask: RefundAsk) -> PlatformRefund:
    return PlatformRefund(
        number=ask.number,
        external_id=ask.external_id,
        amount=ask.amount,
        payment_reference=ask.payment_reference,
        lines=ask.lines,
        freight=ask.freight,
        reason=ask.reason,
        is_by_hand=ask.is_by_hand,
    )
