"""我的订单, the order page, paying and the delivery details."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.cases.progress import ProgressStep
from portal.domain.money import Money
from portal.domain.orders.progress import OrderStep
from portal.pages.values.amounts import AmountRow, RefundProgress
from portal.pages.values.parts import (
    Action,
    BenefitRow,
    CaseBrief,
    NextStep,
    Picture,
    Recipient,
    Refusal,
    TimelineEntry,
)
from portal.services.withdrawing.withdraw_contract import ContractOffer


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One tab of 我的订单; `code` as in the query, `count` only where orders wait for the customer (else 0)."""

    code: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCard:
    """An order in the list. `state` is that of its furthest unit; `marks` are the derived ones (INTERFACE). `title` is
    that of the first picture, `kinds` how many different goods there are. is_by_recipient: a search met neither its
    goods nor its number."""

    order_no: str
    shop_name: str
    placed_at: datetime
    state: str
    marks: tuple[str, ...]
    pictures: tuple[Picture, ...]
    title: str
    units: int
    total: Money
    is_paid: bool
    kinds: int = 1
    next: NextStep | None = None
    actions: tuple[Action, ...] = ()
    case: CaseBrief | None = None
    is_by_recipient: bool = False
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """Something that waits for the customer. code: pay, fee, surcharge, needs_info, offered, awaiting_return,
    received_choice, rejected; amount: what is to be paid."""

    code: str
    order_no: str
    case_no: str
    picture: Picture
    amount: Money | None
    due_at: datetime | None
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersPage:
    """One page of the list; `state` is the tab shown, `next_after` the cursor of the next page, `within` how long ago
    ("" any time). `todo`: twenty at most of the `todo_count` that wait, on the first page of all orders."""

    shop_name: str
    tabs: tuple[Tab, ...]
    state: str
    query: str
    cards: tuple[OrderCard, ...]
    within: str = ""
    next_after: str = ""
    is_first: bool = True
    todo: tuple[Todo, ...] = ()
    todo_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPageLine:
    """A line with what became of its units. `paid` is the line's total after every discount; guarantee_until: the legal
    guarantee, where a repair has lengthened it."""

    line_id: str
    title: str
    variant: str
    picture: Picture
    quantity: int
    unit_price: Money
    paid: Money
    shipped: int = 0
    cancelled: int = 0
    refunded: int = 0
    claimed: int = 0
    is_gift: bool = False
    is_restricted: bool = False
    stock_problem: str = ""
    product_address: str = ""
    guarantee_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """A payment as the feed gave it."""

    payment_no: str
    method: str
    amount: Money
    paid_at: datetime
    reference: str = ""
    refunded: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelLine:
    """What is in a parcel, in units."""

    title: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A shipment. state: in_transit, delivered, refused, returned, lost. track_address: the carrier's page, "" for
    none."""

    carrier: str
    tracking_no: str
    state: str
    shipped_at: datetime
    delivered_at: datetime | None = None
    promised_at: datetime | None = None
    last_scan_at: datetime | None = None
    track_address: str = ""
    lines: tuple[ParcelLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadingCase:
    """The open case that an order's page is about, with what happens next and its own steps."""

    brief: CaseBrief
    next: NextStep | None
    progress: tuple[ProgressStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """Everything that the order page shows. Each of cancel, refund and return is in `actions` or in `refusals`.

    zone: that its times are read in, "" for the shop's (pages.parts.zone). progress: its steps, none of a cancelled
    order. leading: the open case whose state is the headline. free_units: neither gone nor in an application.
    agreed_ship_by: by when it ships since its customer asked for later, while something waits.
    archived_at: since when it can only be read.
    """

    order_no: str
    shop_name: str
    placed_at: datetime
    state: str
    marks: tuple[str, ...]
    next: NextStep | None
    lines: tuple[OrderPageLine, ...]
    units: int
    amounts: tuple[AmountRow, ...]
    payments: tuple[PaymentRow, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    recipient: Recipient | None = None
    timeline: tuple[TimelineEntry, ...] = ()
    actions: tuple[Action, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    cases: tuple[CaseBrief, ...] = ()
    progress: tuple[OrderStep, ...] = ()
    leading: LeadingCase | None = None
    free_units: int = 0
    refunds: tuple[RefundProgress, ...] = ()
    benefits: tuple[BenefitRow, ...] = ()
    refund_poll_seconds: int | None = None
    invoice_no: str = ""
    is_cod: bool = False
    agreed_ship_by: datetime | None = None
    contract: ContractOffer | None = None
    zone: str = ""
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayPage:
    """The check-list before paying (S17) and the shop's own payment page, a plain link."""

    order_no: str
    lines: tuple[OrderPageLine, ...]
    units: int
    amounts: tuple[AmountRow, ...]
    total: Money
    recipient: Recipient | None
    pay_by: datetime | None
    ships_by: datetime | None
    pay_address: str
    can_edit_address: bool = False
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPage:
    """修改收货信息, before picking. The form carries the values in clear."""

    order_no: str
    recipient: Recipient
