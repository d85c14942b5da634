"""Goods on their way to the shop, in its hands and on their way back, as customers and staff see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.cases.found import Unannounced
from portal.domain.evidence.files import Evidence
from portal.domain.intake.imported_order import Invoice
from portal.domain.money import Money
from portal.domain.returning.slip import Drawing
from portal.domain.shops.profile import ReturnAddress
from portal.pages.values.amounts import RefundSummary, SummaryNote
from portal.pages.values.exchanging import ExchangeSummary
from portal.pages.values.pickup import PickupView


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnParcel:
    """The customer's parcel. freight: what sending it cost, where the shop bears that. refund_by: at the latest.
    status: what its carrier says, seen_at then, "" for nothing and once the shop has received it."""

    carrier: str = ""
    tracking_no: str = ""
    sent_at: datetime | None = None
    proof: tuple[Evidence, ...] = ()
    freight: Money | None = None
    status: str = ""
    seen_at: datetime | None = None
    received_at: datetime | None = None
    refund_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedParcel:
    """The shop's parcel to the customer."""

    carrier: str
    tracking_no: str
    sent_at: datetime
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedLine:
    """Units of a line: what came back, and what of it was accepted or not."""

    title: str
    variant: str
    received: int
    accepted: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionView:
    """What was found. by_rule: nobody looked in time. choice: send_back, give_up, or "" while none was made. refund:
    None of an exchange, which sends other goods for what was accepted. unannounced: what came besides."""

    at: datetime
    by_rule: bool
    lines: tuple[InspectedLine, ...]
    accepted: int
    rejected: int
    missing: int
    refund: Money | None
    reason: str = ""
    photos: tuple[Evidence, ...] = ()
    choice: str = ""
    unannounced: Unannounced | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnView:
    """What a case says of its goods. may_ship: a parcel can be entered or, once there is one, changed. choose_by: until
    when the customer chooses about what was not accepted. again_until, again_is_over: what a lapse would mean.
    invoice: of goods that are still to be sent.
    """

    parcel: ReturnParcel | None = None
    back: ReturnedParcel | None = None
    inspection: InspectionView | None = None
    may_ship: bool = False
    choose_by: datetime | None = None
    may_appeal: bool = False
    again_until: datetime | None = None
    again_is_over: bool = False
    invoice: Invoice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack:
    """What sending goods back takes. `shown`: the number in groups; `address` None: the shop has not said where.

    `carriers`: codes. `cap`: most of the return freight that comes back, None where none does; `carriage` says who
    bears it.
    """

    return_no: str
    shown: str
    address: ReturnAddress | None
    qr: Drawing
    carriers: tuple[str, ...]
    cap: Money | None = None
    carriage: SummaryNote | None = None
    has_gift: bool = False
    has_invoice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentPage:
    """Entering the parcel. carriers: codes. cap: most of the return freight that comes back, None where none
    does."""

    case_no: str
    order_no: str
    return_no: str
    carriers: tuple[str, ...]
    cap: Money | None
    parcel: ReturnParcel | None
    send_by: datetime | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedPage:
    """The choice about goods that were not accepted: `units`, whose refund would be `forgone`.

    choices: send_back, give_up, appeal.
    """

    case_no: str
    order_no: str
    inspection: InspectionView
    choices: tuple[str, ...]
    choose_by: datetime
    units: int
    forgone: Money
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """A line of the goods at the desk; `units` are those claimed."""

    line_id: str
    title: str
    variant: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsDesk:
    """The goods of a case on its desk. whole: what accepting them all would pay, quote: what is chosen in the form.

    may_send: a parcel to the customer can be entered; may_hand_over: it is on its way, and what became of it is asked.
    is_refunded_at_zero: once its deadline is over the money is paid by rule, not looked at first. is_paid: what is
    accepted is paid for; else the shop sends it back, and only return freight is paid. exchange: what is exchanged for
    what is accepted, as chosen in the form.
    """

    view: ReturnView
    return_no: str = ""
    pickup: PickupView | None = None
    may_receive: bool = False
    may_inspect: bool = False
    is_paid: bool = True
    is_refunded_at_zero: bool = False
    may_send: bool = False
    may_hand_over: bool = False
    carriers: tuple[str, ...] = ()
    lines: tuple[HeldLine, ...] = ()
    whole: RefundSummary | None = None
    quote: RefundSummary | None = None
    shown: str = ""
    problems: tuple[tuple[str, str], ...] = ()
    exchange: ExchangeSummary | None = None
