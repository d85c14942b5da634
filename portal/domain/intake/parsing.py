"""The order format to a TakenOrder, or to every problem it has (INTERFACE, order). Pure; unknown fields are counted.

Each part is read by one function; what holds between parts is checked in intake_coherence, sums in intake_balance.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from portal.domain.identity.logins import read_phone
from portal.domain.intake.coherence import check_coherence
from portal.domain.intake.fields import CODE, LONG, MISSING, Fields, Reading
from portal.domain.intake.lines import LINE_ID, LINE_ID_REASON, draft_lines
from portal.domain.intake.shares import share_discounts
from portal.domain.intake.taken_order import (
    Customer,
    FeedRefund,
    Invoice,
    PaymentTerms,
    Problem,
    ShipTo,
    TakenOrder,
)
from portal.domain.money import BadMoney, minor_digits
from portal.domain.orders.order import (
    STATUSES,
    Discount,
    DiscountKind,
    Fee,
    FreightWaived,
    Payment,
    Shipment,
    Status,
    Units,
)
from portal.domain.policy.jurisdictions import find_zone

MOST_LINES = 10_000
_NUMBER = re.compile(r"[^/\\]{1,64}\Z")
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*\Z")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z", re.ASCII)
_DISCOUNTS = ("promotion", "coupon", "points", "adjustment")
_PARCEL_STATES = ("in_transit", "delivered", "refused", "returned", "lost")
_ORDER = frozenset(
    """number placed_at updated_at currency status promised_ship_by pay_by pay_url jurisdiction payment_terms
    points_earned invoice customer ship_to lines freight freight_tax fees freight_waived discounts payments refunds
    shipments""".split()
)
_CUSTOMER = frozenset("id name phone mail locale zone".split())
_SHIP_TO = frozenset("name phone country region address postcode".split())
_DISCOUNT = frozenset("kind code amount points lines expires_at threshold".split())
_PAYMENT = frozenset("id method amount paid_at reference".split())
_REFUND = frozenset("id payment amount lines at reference".split())
_SHIPMENT = frozenset("id carrier tracking_no shipped_at delivered_at status promised_at last_scan_at lines".split())
_UNITS = frozenset(("line", "quantity"))


def parse_order(data: Mapping[str, Any]) -> TakenOrder | tuple[Problem, ...]:
    """`data` is one order as JSON gives it. Whether its payments add up is `balance_problem`'s question."""
    reading = Reading(_currency_of(data))
    top = Fields(data, "", reading, _ORDER)
    number = _number(top)
    if not reading.currency:
        top.wrong("currency", _currency_reason(data))
    lines = draft_lines(top, MOST_LINES)
    order = _without_lines(top, number)
    if not reading.problems:
        check_coherence(order, lines, reading)
    shared = () if reading.problems else share_discounts(order.discounts, lines, reading)
    if reading.problems:
        return tuple(reading.problems)
    object.__setattr__(order, "lines", shared)  # Nobody has seen it yet, and a second one of this size is dear.
    return order


def _without_lines(top: Fields, number: str) -> TakenOrder:
    return TakenOrder(
        number=number,
        placed_at=top.needed_time("placed_at"),
        updated_at=top.needed_time("updated_at"),
        currency=top.reading.currency,
        status=cast(Status, top.one_of("status", STATUSES)),
        lines=(),
        freight=top.amount("freight"),
        freight_tax=top.amount("freight_tax"),
        promised_ship_by=top.time("promised_ship_by"),
        pay_by=top.time("pay_by"),
        pay_url=top.link("pay_url"),
        jurisdiction=top.country("jurisdiction"),
        payment_terms=cast(PaymentTerms, top.one_of("payment_terms", ("prepaid", "cod"), "prepaid")),
        points_earned=top.whole("points_earned", 0, 10**9) or 0,
        invoice=_invoice(top),
        customer=_customer(top),
        ship_to=_ship_to(top),
        fees=_fees(top),
        freight_waived=_freight_waived(top),
        discounts=_discounts(top),
        payments=_payments(top),
        refunds=_refunds(top),
        shipments=_shipments(top),
        unknown=tuple(top.reading.unknown),
    )


def number_of(data: Mapping[str, Any]) -> str:
    """The order number as far as it can be said, for a report of what is wrong with it."""
    number = data.get("number")
    return number[:64] if isinstance(number, str) else ""


def _currency_of(data: Mapping[str, Any]) -> str:
    currency = data.get("currency")
    try:
        if isinstance(currency, str):
            minor_digits(currency)
            return currency
    except BadMoney:
        pass
    return ""


def _currency_reason(data: Mapping[str, Any]) -> str:
    return MISSING if data.get("currency") is None else "is no currency code of ISO 4217 that the portal knows"


def _number(top: Fields) -> str:
    number = top.key("number", _NUMBER, "must be 1 to 64 printable characters without / and \\")
    if number and not number.isprintable():
        top.wrong("number", "must be 1 to 64 printable characters without / and \\")
    elif number in (".", "..") or number != number.strip():
        top.wrong("number", "must not be . or .. and has no blanks at its ends")
    return number


def _invoice(top: Fields) -> Invoice | None:
    fields = top.child("invoice", frozenset(("kind", "number")))
    if fields is None:
        return None
    kind = fields.one_of("kind", ("e", "paper"))
    return Invoice("paper" if kind == "paper" else "e", fields.text("number"))


def _customer(top: Fields) -> Customer | None:
    fields = top.child("customer", _CUSTOMER)
    if fields is None:
        return None
    phone, zone, locale = fields.text("phone", 32), fields.text("zone", CODE), fields.text("locale", 16)
    if zone and find_zone(zone) is None:
        fields.wrong("zone", "is no IANA time zone")
    if locale and not _LOCALE.match(locale):
        fields.wrong("locale", "must be a language tag like zh-CN")
    return Customer(
        id=fields.text("id", 128, filled=True).strip(),
        name=fields.text("name"),
        phone=phone if not phone or _E164.match(phone) else read_phone(phone) or phone,
        mail=fields.text("mail", 254).strip().casefold(),
        locale=locale.replace("_", "-"),
        zone=zone,
    )


def _ship_to(top: Fields) -> ShipTo | None:
    fields = top.child("ship_to", _SHIP_TO)
    if fields is None:
        return None
    return ShipTo(
        name=fields.text("name", needed=True),
        phone=fields.text("phone", needed=True),
        region=fields.text("region", needed=True),
        address=fields.text("address", LONG, needed=True),
        country=fields.country("country"),
        postcode=fields.text("postcode", CODE),
    )


def _fees(top: Fields) -> tuple[Fee, ...]:
    found = top.children("fees", frozenset(("title", "amount")), 100)
    return tuple(Fee(title=fee.text("title", needed=True), amount=fee.amount("amount", needed=True)) for fee in found)


def _freight_waived(top: Fields) -> FreightWaived | None:
    fields = top.child("freight_waived", frozenset(("amount", "threshold")))
    if fields is None:
        return None
    return FreightWaived(fields.amount("amount", needed=True), fields.amount("threshold", needed=True))


def _discounts(top: Fields) -> tuple[Discount, ...]:
    return tuple(
        Discount(
            kind=cast(DiscountKind, fields.one_of("kind", _DISCOUNTS)),
            amount=fields.amount("amount", needed=True),
            code=fields.text("code"),
            points=fields.whole("points", 0, 10**9) or 0,
            line_ids=fields.texts("lines", MOST_LINES),
            expires_at=fields.time("expires_at"),
            threshold=fields.amount("threshold") if fields.data.get("threshold") is not None else None,
        )
        for fields in top.children("discounts", _DISCOUNT, 1_000)
    )


def _payments(top: Fields) -> tuple[Payment, ...]:
    return tuple(
        Payment(
            id=fields.text("id", CODE, filled=True),
            method=fields.text("method", 32, filled=True),
            captured=fields.amount("amount", needed=True),
            paid_at=fields.needed_time("paid_at"),
            reference=fields.text("reference", filled=True),
        )
        for fields in top.children("payments", _PAYMENT, 100)
    )


def _refunds(top: Fields) -> tuple[FeedRefund, ...]:
    return tuple(
        FeedRefund(
            id=fields.text("id", CODE, filled=True),
            payment_id=fields.text("payment", CODE, filled=True),
            amount=fields.amount("amount", needed=True),
            at=fields.needed_time("at"),
            lines=_units(fields),
            reference=fields.text("reference"),
        )
        for fields in top.children("refunds", _REFUND, 1_000)
    )


def _shipments(top: Fields) -> tuple[Shipment, ...]:
    return tuple(
        Shipment(
            id=fields.text("id", CODE, filled=True),
            carrier=fields.text("carrier", CODE, needed=True),
            tracking_no=fields.text("tracking_no", needed=True),
            shipped_at=fields.needed_time("shipped_at"),
            delivered_at=fields.time("delivered_at"),
            status=fields.one_of("status", _PARCEL_STATES, _likely_state(fields)),
            promised_at=fields.time("promised_at"),
            last_scan_at=fields.time("last_scan_at"),
            lines=_units(fields, needed=True),
        )
        for fields in top.children("shipments", _SHIPMENT, 1_000)
    )


def _likely_state(fields: Fields) -> str:
    return "in_transit" if fields.data.get("delivered_at") is None else "delivered"


def _units(fields: Fields, *, needed: bool = False) -> Units:
    found = fields.children("lines", _UNITS, MOST_LINES)
    if needed and not found:
        fields.wrong("lines", MISSING if fields.data.get("lines") is None else "must not be empty")
    return tuple((item.key("line", LINE_ID, LINE_ID_REASON), item.units()) for item in found)
