"""上门取件: what a courier is booked for, and what is on offer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.money import Money
from portal.domain.returning.pickup import Payer, Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupView:
    """The newest booking of a case, `state` "" where none was made; may_book: a time can be chosen, another one where
    one was; may_change: it can be called off. charge: what the courier takes, None for nothing. name, phone, address:
    in clear, shown masked."""

    state: str
    payer: Payer
    may_book: bool
    may_change: bool = False
    carrier: str = ""
    slot: Slot | None = None
    charge: Money | None = None
    name: str = ""
    phone: str = ""
    address: str = ""
    return_no: str = ""

    @property
    def is_open(self) -> bool:
        """A courier is to come."""
        return self.state in ("requested", "booked")

    @property
    def start(self) -> datetime | None:
        return self.slot.start if self.slot else None

    @property
    def end(self) -> datetime | None:
        return self.slot.end if self.slot else None

    @property
    def cancel_by(self) -> datetime | None:
        return self.slot.cancel_by if self.slot else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupPage:
    """Choosing a time. `is_reachable`: the carrier has answered; `slots` may be none all the same. charge: as above,
    of what is on offer; shown: its digest; now: the booking there is."""

    case_no: str
    order_no: str
    now: PickupView
    is_reachable: bool
    slots: tuple[Slot, ...] = ()
    charge: Money | None = None
    price: Money | None = None
    shown: str = ""
    name: str = ""
    phone: str = ""
    address: str = ""
    send_by: datetime | None = None
    zone: str = ""
