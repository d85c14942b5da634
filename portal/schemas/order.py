"""One order of the order format to a TakenOrder, or to every problem it has.

The types (`order_body`) read each field; what must hold between fields is the domain's (`intake.coherence`,
`intake.shares`). This is the hot path of an import: one adapter for all of it, and plain code after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from portal.domain.identity.logins import LONGEST, one_mail
from portal.domain.identity.phones import read_phone
from portal.domain.intake.coherence import Parts, incoherences
from portal.domain.intake.freight_discounts import Charged, lower_freight
from portal.domain.intake.imported_order import (
    FeedRefund,
    ImportedCustomer,
    ImportedLine,
    ImportedOrder,
    Invoice,
    OrderContact,
    OrderProblem,
    ShipTo,
)
from portal.domain.intake.lines import LineDraft, line_total
from portal.domain.intake.shares import share_discounts
from portal.domain.money import Money, is_currency
from portal.domain.orders.order import Discount, FreightWaived, OrderFee, Payment, Restriction, Shipment, Units
from portal.domain.typed import plain
from portal.schemas.order_body import (
    ContactBody,
    CustomerBody,
    DiscountBody,
    LineBody,
    OrderBody,
    ParcelBody,
    PaymentBody,
    RefundBody,
    ShipToBody,
    UnitsBody,
)
from portal.schemas.order_repair import without_meaningless
from portal.schemas.order_values import ORDER_REASONS
from portal.schemas.reasons import dotted, problems_of
from portal.schemas.unknown_fields import Known, known_of, unknown_fields

ORDER: TypeAdapter[OrderBody] = TypeAdapter(OrderBody)
_KNOWN: Known = known_of(OrderBody)
_CORE = frozenset("id sku title variant quantity unit_price discount tax".split())


def read_order(data: Mapping[str, Any], country: str = "") -> ImportedOrder | tuple[OrderProblem, ...]:
    """`data` is one order as JSON gives it. Whether its payments add up is `balance_problem`'s question.

    `country` (ISO 3166) is the shop's: numbers are read by it where the order does not say to where it goes.
    """
    body = _body(data)
    left_out: tuple[OrderProblem, ...] = ()
    if isinstance(body, tuple):
        if (repaired := without_meaningless(data)) is None:
            return body
        data, left_out = repaired
        if isinstance(again := _body(data), tuple):
            return body
        body = again
    parts = _parts(body)
    charged = Charged(parts.freight, body.get("freight_tax") or Money(0, parts.currency), parts.discounts)
    if parts.discounts:
        lowered = lower_freight(charged, sum(line.total.minor for line in parts.lines))
        if isinstance(lowered, OrderProblem):
            return (lowered,)
        charged = lowered
    lines = incoherences(parts) or share_discounts(charged.discounts, parts.lines, parts.currency)
    if isinstance(lines, list):
        return tuple(lines)
    return _order(body, parts, charged, lines, _Told(country, unknown_fields(data, _KNOWN), [*left_out]))


@dataclass(slots=True)
class _Told:
    """What is known from outside the order, and what is found out while it is read."""

    country: str
    unknown: tuple[str, ...]
    left_out: list[OrderProblem]


def _body(data: Mapping[str, Any]) -> OrderBody | tuple[OrderProblem, ...]:
    currency = data.get("currency")
    try:
        context = currency if is_currency(currency) else ""
        return ORDER.validate_python(data, strict=True, extra="ignore", context=context)
    except ValidationError as error:
        return tuple(OrderProblem(dotted(path), reason) for path, reason in problems_of(error, ORDER_REASONS))


def _parts(body: OrderBody) -> Parts:
    nothing = Money(0, body["currency"])
    return Parts(
        lines=[_line(line, nothing) for line in body["lines"]],
        freight=body.get("freight") or nothing,
        discounts=tuple(_discount(one) for one in body.get("discounts") or ()),
        payments=tuple(_payment(one) for one in body.get("payments") or ()),
        refunds=tuple(_refund(one) for one in body.get("refunds") or ()),
        shipments=tuple(_parcel(one) for one in body.get("shipments") or ()),
    )


def _order(
    body: OrderBody, parts: Parts, charged: Charged, lines: tuple[ImportedLine, ...], told: _Told
) -> ImportedOrder:
    invoice, waived, customer = body.get("invoice"), body.get("freight_waived"), body.get("customer")
    ship_to, contact = body.get("ship_to"), body.get("contact")
    country = (ship_to.get("country") if ship_to else "") or told.country
    return ImportedOrder(
        number=body["number"],
        placed_at=body["placed_at"],
        updated_at=body["updated_at"],
        currency=parts.currency,
        status=body["status"],
        lines=lines,
        freight=charged.freight,
        freight_tax=charged.freight_tax,
        promised_ship_by=body.get("promised_ship_by"),
        pay_by=body.get("pay_by"),
        pay_url=body.get("pay_url") or "",
        jurisdiction=body.get("jurisdiction") or "",
        payment_terms=body.get("payment_terms") or "prepaid",
        points_earned=body.get("points_earned") or 0,
        invoice=Invoice(invoice["kind"], invoice.get("number") or "") if invoice else None,
        customer=_customer(customer, country, told) if customer else None,
        contact=_contact(contact, country, told) if contact else None,
        ship_to=_ship_to(ship_to) if ship_to else None,
        fees=tuple(OrderFee(title=fee["title"], amount=fee["amount"]) for fee in body.get("fees") or ()),
        freight_waived=FreightWaived(waived["amount"], waived["threshold"]) if waived else None,
        discounts=charged.discounts,
        payments=parts.payments,
        refunds=parts.refunds,
        shipments=parts.shipments,
        unknown=told.unknown,
        left_out=tuple(told.left_out),
    )


def _line(line: LineBody, nothing: Money) -> LineDraft:
    quantity, unit_price = line["quantity"], line["unit_price"]
    discount, tax = line.get("discount") or nothing, line.get("tax") or nothing
    return LineDraft(
        id=line["id"],
        sku=line["sku"],
        title=line["title"],
        variant=line.get("variant") or "",
        quantity=quantity,
        unit_price=unit_price,
        discount=discount,
        tax=tax,
        total=line_total(quantity, unit_price, discount, tax),
        rare={} if line.keys() <= _CORE else _rare(line),
    )


def _rare(line: LineBody) -> dict[str, object]:
    """What most lines do not have."""
    found = {name: value for name, value in line.items() if name not in _CORE and value is not None}
    if restriction := line.get("restriction"):
        found["restriction"] = Restriction(restriction["ground"], restriction.get("confirmed_at"))
    return found


def _customer(customer: CustomerBody, country: str, told: _Told) -> ImportedCustomer:
    phone = customer.get("phone") or ""
    return ImportedCustomer(
        id=customer["id"].strip(),
        name=customer.get("name") or "",
        phone=read_phone(phone, country) or phone.strip() if phone else "",
        mail=_mail(customer.get("mail") or "", "customer.mail", told),
        locale=(customer.get("locale") or "").replace("_", "-"),
        zone=customer.get("zone") or "",
    )


def _contact(contact: ContactBody, country: str, told: _Told) -> OrderContact | None:
    phone = contact.get("phone") or ""
    mail = _mail(contact.get("mail") or "", "contact.mail", told)
    return OrderContact(phone=read_phone(phone, country) or phone.strip(), mail=mail) if phone or mail else None


def _mail(said: str, field: str, told: _Told) -> str:
    """What is sent to a field that holds two addresses may reach the wrong one: it is none, and that is told."""
    if not said or not said.strip():
        return ""
    address = one_mail(said)
    if address is None or len(address) > LONGEST:
        told.left_out.append(OrderProblem(field, "is no single mail address and was left out"))
        return ""
    return address


def _ship_to(ship_to: ShipToBody) -> ShipTo:
    return ShipTo(
        name=ship_to["name"],
        phone=ship_to["phone"],
        region=ship_to["region"],
        address=ship_to["address"],
        country=ship_to.get("country") or "",
        postcode=ship_to.get("postcode") or "",
    )


def _discount(discount: DiscountBody) -> Discount:
    return Discount(
        kind=discount["kind"],
        amount=discount["amount"],
        code=discount.get("code") or "",
        points=discount.get("points") or 0,
        line_ids=discount.get("lines") or (),
        on=discount.get("on") or "goods",
        expires_at=discount.get("expires_at"),
        threshold=discount.get("threshold"),
    )


def _payment(payment: PaymentBody) -> Payment:
    return Payment(
        id=payment["id"],
        method=payment["method"],
        captured=payment["amount"],
        paid_at=payment["paid_at"],
        reference=payment["reference"],
    )


def _refund(refund: RefundBody) -> FeedRefund:
    return FeedRefund(
        id=refund["id"],
        payment_id=refund.get("payment") or "",
        amount=refund["amount"],
        at=refund["at"],
        lines=_units(refund.get("lines") or ()),
        reference=refund.get("reference") or "",
        status=refund.get("status") or "succeeded",
    )


def _parcel(parcel: ParcelBody) -> Shipment:
    delivered_at = parcel.get("delivered_at")
    return Shipment(
        id=parcel["id"],
        carrier=parcel["carrier"],
        tracking_no=_tracking_no(parcel["tracking_no"]),
        shipped_at=parcel["shipped_at"],
        delivered_at=delivered_at,
        status=parcel.get("status") or ("delivered" if delivered_at else "in_transit"),
        promised_at=parcel.get("promised_at"),
        last_scan_at=parcel.get("last_scan_at"),
        lines=_units(parcel["lines"]),
    )


def _tracking_no(said: str) -> str:
    """Full-width or pasted, it would be found by nobody who types it."""
    return said if said.isascii() else plain(said)


def _units(lines: Iterable[UnitsBody]) -> Units:
    return tuple([(one["line"], one["quantity"]) for one in lines])
