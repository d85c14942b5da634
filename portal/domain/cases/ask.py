"""What an application asks for, as it was said: decided on, kept with its case, read again by replay."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.cases.life_cycle import CaseKind
from portal.domain.cases.payout import PayoutTo
from portal.domain.money import Money
from portal.domain.orders.order import Units


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedVariant:
    """Other goods that an exchange is to bring for the units of a line. `price`: what one of them cost when it was
    applied for, which holds from then on; None as it comes from a form, before it was looked up."""

    line_id: str
    sku: str
    name: str = ""
    price: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationAsk:
    """What the customer asks. `units` empty: everything a contract can still be withdrawn from.

    `amount` None: what is computed; `conditions` are those ticked; `variants` of an exchange: lines without one get
    the same goods again.
    `payout`: how the refund is to be paid, as it was asked for; what holds stands with the case.
    `is_proven`: whoever asks has signed in, or shown by a code that they are the customer.
    """

    kind: CaseKind
    units: Units = ()
    reason: str = ""
    received: bool = True
    note: str = ""
    amount: Money | None = None
    conditions: tuple[str, ...] = ()
    variants: tuple[WantedVariant, ...] = ()
    payout: PayoutTo = "original"
    is_proven: bool = True
