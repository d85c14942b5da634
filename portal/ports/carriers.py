"""Carriers that fetch goods at the customer's door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from portal.domain.money import Money
from portal.domain.returning.pickup import Payer, PickupOffer, Sender, Slot
from portal.domain.shops.profile import ReturnAddress

PickupOutcome = Literal["booked", "refused", "cancelled", "missed", "picked_up", "unknown_number"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotAsk:
    """When `carrier` (the shop's code for it) comes to an address in `country` (ISO 3166, "" where it is not known);
    `zone`: IANA, of the door; `since` and `until` (None: as far as the carrier plans) are aware."""

    carrier: str
    address: str
    country: str
    zone: str
    currency: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupAsk:
    """One booking. `number` was stored before the first call: the carrier's idempotency key. `payer`: who pays `price`,
    the shop on its account or the customer at the door; `to`: where the parcel goes; `return_no` stands on it."""

    number: str
    carrier: str
    slot: Slot
    payer: Payer
    price: Money
    sender: Sender
    to: ReturnAddress
    return_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupAnswer:
    """What the carrier says of a number. `tracking_no` once it has the goods, `at` since when; `reason` is for
    people."""

    outcome: PickupOutcome
    tracking_no: str = ""
    at: datetime | None = None
    reason: str = ""


class PickupCarrier(Protocol):
    """Books couriers. Every call raises ProviderUnavailable where nothing is known of the outcome."""

    name: str

    def offer(self, ask: SlotAsk) -> PickupOffer:
        """When a courier could come, and for how much. Books nothing."""

    def book(self, ask: PickupAsk) -> PickupAnswer:
        """Books it, or repeats what became of the number: the same number never sends two couriers."""

    def cancel(self, number: str) -> PickupAnswer:
        """Calls the courier off: `cancelled`, also the second time; `picked_up` where it is too late."""

    def find(self, number: str) -> PickupAnswer:
        """What became of a number; `unknown_number` where the carrier never saw it."""
