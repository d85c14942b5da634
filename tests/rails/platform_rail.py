"""The gateway of a platform as services call it: with the platform's own id of the order that a payment is of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from portal.adapters.connect_platforms import ConnectedPlatforms
from portal.domain.connectors.config import ConnectorConfig
from portal.ports import CollectAnswer, CollectAsk, PaymentRail, RailPayment, RailRefund, RefundAnswer, RefundAsk
from tests.support.fakes import FakeClock


@dataclass
class OfOrders:
    """The port `PaymentRail`. `id_of`: the order's own id, by the reference of a payment; `time_goes_on`: before every
    call, since the counterpart has no clock that ticks."""

    rail: PaymentRail
    id_of: Callable[[str], str]
    time_goes_on: Callable[[], None]

    @property
    def name(self) -> str:
        return self.rail.name

    def refund(self, ask: RefundAsk) -> RefundAnswer:
        self.time_goes_on()
        return self.rail.refund(replace(ask, external_id=self.id_of(ask.payment_reference)))

    def find_refund(self, ask: RefundAsk) -> RefundAnswer:
        self.time_goes_on()
        return self.rail.find_refund(replace(ask, external_id=self.id_of(ask.payment_reference)))

    def refunds_since(self, since: datetime, until: datetime | None = None) -> Iterable[RailRefund]:
        self.time_goes_on()
        return self.rail.refunds_since(since, until)

    def collect(self, ask: CollectAsk) -> CollectAnswer:
        return self.rail.collect(ask)

    def find_payment(self, ask: CollectAsk) -> CollectAnswer:
        return self.rail.find_payment(ask)

    def payments_since(self, since: datetime, until: datetime | None = None) -> Iterable[RailPayment]:
        return self.rail.payments_since(since, until)


def opened(config: ConnectorConfig, clock: FakeClock) -> PaymentRail:
    return ConnectedPlatforms(clock, may_be_private=True).rail(config)
