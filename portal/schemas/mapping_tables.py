"""The tables of a mapping file (docs/orders-in.md), as types."""

from __future__ import annotations

from typing import Annotated, Required

from pydantic import AfterValidator
from typing_extensions import TypedDict

from portal.domain.orders.order import Status
from portal.domain.policy.jurisdictions import find_zone
from portal.schemas.mapping_sources import Condition, OneRule, Value

_DELIMITERS = {"tab": "\t", "semicolon": ";"}


def _delimiter(text: str) -> str:
    delimiter = _DELIMITERS.get(text, text)
    if len(delimiter) != 1:
        raise ValueError("must be one character, tab or semicolon")
    return delimiter


def _zone(name: str) -> str:
    if find_zone(name) is None:
        raise ValueError("is no IANA time zone")
    return name


class FileTable(TypedDict, total=False):
    delimiter: Annotated[str, AfterValidator(_delimiter)]
    sheet: str
    grouped: bool
    strip: bool
    may_differ: list[str]
    optional: list[str]
    blank_repeats: list[str]


class TimeTable(TypedDict, total=False):
    zone: Annotated[str, AfterValidator(_zone)]
    format: str


class InvoiceSources(TypedDict, total=False):
    kind: Value
    number: Value


class CustomerSources(TypedDict, total=False):
    id: Value
    name: Value
    phone: Value
    mail: Value
    locale: Value
    zone: Value


class ContactSources(TypedDict, total=False):
    phone: Value
    mail: Value


class ShipToSources(TypedDict, total=False):
    name: Value
    phone: Value
    country: Value
    region: Value
    address: Value
    postcode: Value


class FreightWaivedSources(TypedDict, total=False):
    amount: Value
    threshold: Value


class OrderSources(TypedDict, total=False):
    number: Required[Value]
    placed_at: Required[Value]
    updated_at: Required[Value]
    currency: Required[Value]
    status: Required[Value]
    promised_ship_by: Value
    pay_by: Value
    pay_url: Value
    jurisdiction: Value
    payment_terms: Value
    points_earned: Value
    invoice: InvoiceSources
    customer: CustomerSources
    contact: ContactSources
    ship_to: ShipToSources
    freight: Value
    freight_tax: Value
    freight_waived: FreightWaivedSources


class RestrictionSources(TypedDict, total=False):
    ground: Value
    confirmed_at: Value


class LineSources(TypedDict, total=False):
    id: Required[Value]
    sku: Value
    title: Value
    variant: Value
    quantity: Required[Value]
    unit_price: Required[Value]
    discount: Value
    tax: Value
    category: Value
    tags: Value
    opened_at: Value
    return_days: Value
    gift_of: Value
    gift_value: Value
    restriction: RestrictionSources
    image_url: Value
    product_url: Value
    stock_problem: Value


class PaymentSources(TypedDict, total=False):
    id: Value
    method: Value
    amount: Value
    paid_at: Value
    reference: Value


class ParcelSources(TypedDict, total=False):
    id: Value
    carrier: Value
    tracking_no: Value
    shipped_at: Value
    delivered_at: Value
    status: Value
    promised_at: Value
    last_scan_at: Value


class RefundSources(TypedDict, total=False):
    id: Value
    amount: Required[Value]
    at: Value
    status: Value
    reference: Value


class TotalSources(TypedDict, total=False):
    total: Value
    goods: Value
    tax: Value
    taxed: Value
    if_needed: list[str]


class DiscountSources(TypedDict, total=False):
    kind: Value
    code: Value
    amount: Value
    points: Value
    on: Value
    expires_at: Value
    threshold: Value


class FeeSources(TypedDict, total=False):
    title: Value
    amount: Value


class MappingTable(TypedDict, total=False):
    file: FileTable
    time: TimeTable
    states: dict[str, Status]
    order: OrderSources
    line: LineSources
    payment: PaymentSources
    parcel: ParcelSources
    refund: RefundSources
    totals: TotalSources
    discounts: list[DiscountSources]
    fees: list[FeeSources]
    reject: list[OneRule]
    leave_out: list[OneRule]
    skip: list[OneRule]
    not_shipped: list[Condition]
