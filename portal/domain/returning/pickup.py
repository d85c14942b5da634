"""上门取件 (P16): a carrier fetches the goods at the customer's door, within the time there is to send them back.

Who pays follows from the policy and is said before anything is booked: the shop where it bears return freight (CN-13,
消保法 24; a pack's `return_carriage`; EU-6 and UK-4 where the trader bears it), else the customer, at the door (CN-12,
消保法 25 ¶3). Changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from portal.domain.cases.case import Case
from portal.domain.codec import fingerprint
from portal.domain.deadlines.spans import OpenHours
from portal.domain.money import Money, zero
from portal.domain.transitions import Table

PickupState = Literal["requested", "booked", "refused", "cancelling", "cancelled", "missed", "picked_up"]
Payer = Literal["shop", "customer"]

PICKUP_TRANSITIONS: Table = {
    "requested": {
        "book": "booked",
        "refuse": "refused",
        "miss": "missed",
        "cancel": "cancelling",
        "collect": "picked_up",
    },
    "booked": {"miss": "missed", "cancel": "cancelling", "collect": "picked_up"},
    "cancelling": {"cancelled": "cancelled", "collect": "picked_up"},
    "cancelled": {"cancel": "cancelling", "collect": "picked_up"},
    "refused": {},
    "missed": {"collect": "picked_up"},
    "picked_up": {},
}
"""`requested` until the carrier has confirmed; `refused`: it cannot come then; `missed`: it came to nothing. Goods that
a courier took are with the carrier, whatever was asked for meanwhile."""
OPEN_PICKUP_STATES = ("requested", "booked")
"""A courier is to come. Of a case there is one such at most."""
STILL_OWED = timedelta(days=2)
"""At least so long a customer has to send the goods another way, where a courier who was booked did not come."""
_CHECKED_EVERY = timedelta(minutes=20)
_CHECKED_LATER = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time in which the courier comes, aware. Until `cancel_by` it costs nothing to change one's mind."""

    start: datetime
    end: datetime
    cancel_by: datetime

    @property
    def code(self) -> str:
        """What a form names it by: `20261201T0100-0400`, in UTC."""
        start, end = self.start.astimezone(UTC), self.end.astimezone(UTC)
        return f"{start:%Y%m%dT%H%M}-{end:%H%M}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupOffer:
    """What a carrier offers for an address: when it comes, and its `price`."""

    price: Money
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who hands over the goods, and where."""

    name: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pickup:
    """One booking. `number` is what the carrier knows it by, stored before the first call; `calls` that were made to
    book it; `price` the carrier's, paid by `payer`; `reason` the carrier's words, for people."""

    id: int
    number: str
    shop_id: int
    state: PickupState
    carrier: str
    slot: Slot
    payer: Payer
    price: Money
    sender: Sender
    tracking_no: str = ""
    reason: str = ""
    calls: int = 0
    settled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_PICKUP_STATES

    @property
    def charge(self) -> Money:
        """What the customer pays the courier."""
        return charge_of(self.price, self.payer)

    def may_change(self, now: datetime) -> bool:
        """It can still be called off, or another time chosen."""
        return self.is_open and now < self.slot.cancel_by

    def facts(self) -> dict[str, Any]:
        """What an event says of it: nothing personal."""
        return {"pickup": self.number, "carrier": self.carrier, "until": self.slot.start.isoformat()}


def payer_of(case: Case) -> Payer:
    """By the rule that was kept with the case when it was decided."""
    handling = case.outcome.handling
    return "shop" if handling and handling.carriage == "shop" else "customer"


def charge_of(price: Money, payer: Payer) -> Money:
    """What the customer pays the courier of `price`: nothing where the shop bears return freight."""
    return zero(price.currency) if payer == "shop" else price


def can_book(case: Case, pickup: Pickup | None, now: datetime) -> bool:
    """The goods are to be sent back, and no courier is on the way to fetch them. `pickup`: the newest of the case."""
    if not (case.may("ship_back") and case.return_no):
        return False
    return pickup is None or not pickup.is_open or pickup.may_change(now)


def slots_on_offer(
    slots: Iterable[Slot], *, now: datetime, until: datetime | None, zone: ZoneInfo, hours: OpenHours
) -> tuple[Slot, ...]:
    """Those that are ahead, end by `until` (when the goods have to be sent; None: no such time) and lie on days on
    which the shop works, in its `zone`. Earliest first."""
    fitting = (
        slot
        for slot in slots
        if now < slot.cancel_by
        and (until is None or slot.end <= until)
        and hours.is_open_on(slot.start.astimezone(zone).date())
    )
    return tuple(sorted(fitting, key=lambda slot: slot.start))


def pickup_no(case_no: str, count: int) -> str:
    """`<case no>-P<n>`: the n-th booking of the case. Each has its own."""
    return f"{case_no}-P{count}"


def shown_pickup(offer: PickupOffer, payer: Payer) -> str:
    """What the page's form carries as `shown`: who pays, and how much."""
    return fingerprint([payer, offer.price.minor, offer.price.currency])[:32]


def next_check(slot: Slot, now: datetime) -> datetime:
    """When the carrier is asked again what became of a booking: often while the courier is about, seldom after."""
    if now < slot.start:
        return slot.start
    return now + (_CHECKED_EVERY if now < slot.end + _CHECKED_LATER else _CHECKED_LATER)


def more_time(case: Case, *, until: datetime) -> Case:
    """Its deadline is not over before `until`: what it waits for was held up by somebody else."""
    if case.deadline is None or case.deadline.at >= until:
        return case
    return replace(case, deadline=replace(case.deadline, at=until))
