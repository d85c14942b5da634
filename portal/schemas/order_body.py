"""The order format (INTERFACE, order; docs/orders-in.md) as types: what each field may be. OpenAPI shows them.

Null is absent, unknown fields are ignored. Once read, amounts are Money in the order's currency and times aware UTC.
"""

from __future__ import annotations

from typing import Annotated, Literal, Required

from pydantic import AfterValidator, Field
from typing_extensions import TypedDict

from portal.domain.intake.coherence import MOST_PARCELS
from portal.domain.money import is_currency
from portal.domain.orders.order import DiscountKind, Status
from portal.schemas.order_values import (
    MOST_LINES,
    Amount,
    CodeText,
    Country,
    CustomerId,
    FilledCode,
    FilledLong,
    FilledShort,
    LineId,
    LineIds,
    Link,
    Locale,
    LongText,
    Method,
    Moment,
    Number,
    PhoneText,
    Points,
    Price,
    ReturnDays,
    ShortText,
    Tags,
    Units,
    Zone,
)


def _read_currency(currency: str) -> str:
    if not is_currency(currency):
        raise ValueError("is no currency code of ISO 4217 that the portal knows")
    return currency


Currency = Annotated[str, AfterValidator(_read_currency)]


class UnitsBody(TypedDict):
    line: LineId
    quantity: Units


class RestrictionBody(TypedDict, total=False):
    """Without `confirmed_at` nobody has confirmed it at this purchase, and it restricts nothing (CN-4)."""

    ground: Required[FilledCode]
    confirmed_at: Moment | None


class LineBody(TypedDict, total=False):
    id: Required[LineId]
    sku: Required[ShortText]
    title: Required[FilledLong]
    variant: LongText | None
    quantity: Required[Units]
    unit_price: Required[Price]
    discount: Amount | None
    tax: Amount | None
    category: ShortText | None
    tags: Tags | None
    opened_at: Moment | None
    return_days: ReturnDays | None
    gift_of: LineId | None
    gift_value: Amount | None
    restriction: RestrictionBody | None
    image_url: Link | None
    product_url: Link | None
    stock_problem: Literal["out_of_stock", "faulty"] | None


class InvoiceBody(TypedDict, total=False):
    kind: Required[Literal["e", "paper"]]
    number: ShortText | None


class CustomerBody(TypedDict, total=False):
    id: Required[CustomerId]
    name: ShortText | None
    phone: PhoneText | None
    mail: LongText | None
    locale: Locale | None
    zone: Zone | None


class ContactBody(TypedDict, total=False):
    """Reaches the order without an account: guests' look-up and notices."""

    phone: ShortText | None
    mail: LongText | None


class ShipToBody(TypedDict, total=False):
    name: Required[ShortText]
    phone: Required[ShortText]
    country: Country | None
    region: Required[ShortText]
    address: Required[LongText]
    postcode: CodeText | None


class FeeBody(TypedDict):
    title: ShortText
    amount: Amount


class FreightWaivedBody(TypedDict):
    amount: Amount
    threshold: Amount


class DiscountBody(TypedDict, total=False):
    kind: Required[DiscountKind]
    code: ShortText | None
    amount: Required[Amount]
    points: Points | None
    lines: LineIds | None
    on: Literal["goods", "freight"] | None
    expires_at: Moment | None
    threshold: Amount | None


class PaymentBody(TypedDict):
    id: FilledCode
    method: Method
    amount: Amount
    paid_at: Moment
    reference: FilledShort


class RefundBody(TypedDict, total=False):
    """`payment` may be left out where no money went with the lines (0)."""

    id: Required[FilledCode]
    payment: FilledCode | None
    amount: Required[Amount]
    lines: Annotated[list[UnitsBody], Field(max_length=MOST_LINES)] | None
    at: Required[Moment]
    reference: ShortText | None
    status: Literal["succeeded", "pending", "failed"] | None


ParcelStatus = Literal["in_transit", "delivered", "refused", "returned", "lost"]


class ParcelBody(TypedDict, total=False):
    id: Required[FilledCode]
    carrier: Required[CodeText]
    tracking_no: Required[ShortText]
    shipped_at: Required[Moment]
    delivered_at: Moment | None
    status: ParcelStatus | None
    promised_at: Moment | None
    last_scan_at: Moment | None
    lines: Required[Annotated[list[UnitsBody], Field(min_length=1, max_length=MOST_LINES)]]


class OrderBody(TypedDict, total=False):
    number: Required[Number]
    placed_at: Required[Moment]
    updated_at: Required[Moment]
    currency: Required[Currency]
    status: Required[Status]
    lines: Required[Annotated[list[LineBody], Field(min_length=1, max_length=MOST_LINES)]]
    promised_ship_by: Moment | None
    pay_by: Moment | None
    pay_url: Link | None
    jurisdiction: Country | None
    payment_terms: Literal["prepaid", "cod"] | None
    points_earned: Points | None
    invoice: InvoiceBody | None
    customer: CustomerBody | None
    contact: ContactBody | None
    ship_to: ShipToBody | None
    freight: Amount | None
    freight_tax: Amount | None
    fees: Annotated[list[FeeBody], Field(max_length=100)] | None
    freight_waived: FreightWaivedBody | None
    discounts: Annotated[list[DiscountBody], Field(max_length=1_000)] | None
    payments: Annotated[list[PaymentBody], Field(max_length=100)] | None
    refunds: Annotated[list[RefundBody], Field(max_length=1_000)] | None
    shipments: Annotated[list[ParcelBody], Field(max_length=MOST_PARCELS)] | None
