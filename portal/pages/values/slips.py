"""退货单: what goes into the parcel, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.intake.imported_order import Invoice
from portal.domain.orders.decisions import Handling
from portal.domain.returning.slip import Codes, SlipItem
from portal.domain.shops.profile import Contact, ReturnAddress
from portal.pages.values.parts import Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipPage:
    """`send_to` None: the shop has not said where, so `contact` is asked. `sender`: who the order went to, in clear.

    `send_by` only while the goods are still to be sent. `conditions` are codes, those that the goods have to meet.
    """

    case_no: str
    order_no: str
    shop_name: str
    kind: str
    state: str
    reason: str
    return_no: str
    codes: Codes
    items: tuple[SlipItem, ...]
    conditions: tuple[str, ...]
    contact: Contact
    send_to: ReturnAddress | None = None
    sender: Recipient | None = None
    send_by: datetime | None = None
    handling: Handling | None = None
    has_gift: bool = False
    invoice: Invoice | None = None
    zone: str = ""
