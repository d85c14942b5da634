"""The lines of an order as they are read, before the order's discounts are shared among them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from portal.domain.intake.fields import CODE, EMPTY, LONG, MISSING, MOST_MINOR, Fields
from portal.domain.money import Money, price_times
from portal.domain.orders.order import Restriction

LINE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}\Z", re.ASCII)
LINE_ID_REASON = "must be 1 to 64 of A-Z a-z 0-9 . _ : -"
_LINE = frozenset(
    """id sku title variant quantity unit_price discount tax category tags opened_at return_days gift_of gift_value
    restriction image_url product_url stock_problem""".split()
)
_RESTRICTION = frozenset(("ground", "confirmed_at"))


@dataclass(slots=True)
class LineDraft:
    """A line without its shares. `total` = quantity × unit_price rounded half up − discount + tax."""

    at: str
    id: str
    sku: str
    title: str
    variant: str
    quantity: int
    unit_price: Decimal
    discount: Money
    tax: Money
    total: Money
    extra: dict[str, object]


def draft_lines(top: Fields, most: int) -> list[LineDraft]:
    """At least one line is needed: an order without lines has nothing to give back."""
    found = top.children("lines", _LINE, most)
    if not found and (top.data.get("lines") in (None, [])):
        top.wrong("lines", MISSING if top.data.get("lines") is None else EMPTY)
    return [_line(fields) for fields in found]


def _line(fields: Fields) -> LineDraft:
    quantity, unit_price = fields.units(), fields.price("unit_price")
    discount, tax = fields.amount("discount"), fields.amount("tax")
    return LineDraft(
        at=fields.at,
        id=fields.key("id", LINE_ID, LINE_ID_REASON),
        sku=fields.text("sku", needed=True),
        title=fields.text("title", LONG, filled=True),
        variant=fields.text("variant", LONG),
        quantity=quantity,
        unit_price=unit_price,
        discount=discount,
        tax=tax,
        total=_total(fields, quantity, unit_price, discount, tax),
        extra=_extra(fields),
    )


def _total(fields: Fields, quantity: int, unit_price: Decimal, discount: Money, tax: Money) -> Money:
    currency = fields.reading.currency
    if not currency:
        return fields.reading.zero
    goods = price_times(unit_price, quantity, currency)
    if goods.minor > MOST_MINOR:
        fields.wrong("unit_price", "is too large for its quantity")
    elif goods.minor < discount.minor and quantity:
        fields.wrong("discount", f"is {discount}, more than the {goods} the units cost")
    return Money(goods.minor - discount.minor + tax.minor, currency)


_RARE = frozenset(
    """category tags opened_at return_days gift_of gift_value restriction image_url product_url
    stock_problem""".split()
)


def _extra(fields: Fields) -> dict[str, object]:
    """What most lines do not have; asked for only where one of these fields is there."""
    present = fields.data.keys() & _RARE
    if not present:
        return {}
    has = {name for name in present if fields.data[name] is not None}
    found: dict[str, object] = {name: fields.link(name) for name in ("image_url", "product_url") if name in has}
    if "category" in has:
        found["category"] = fields.text("category")
    if "tags" in has:
        found["tags"] = fields.texts("tags")
    if "opened_at" in has:
        found["opened_at"] = fields.time("opened_at")
    if "return_days" in has:
        found["return_days"] = fields.whole("return_days", 0, 36_500)
    if "gift_of" in has:
        found["gift_of"] = fields.key("gift_of", LINE_ID, LINE_ID_REASON)
    if "gift_value" in has:
        found["gift_value"] = fields.amount("gift_value")
    if "stock_problem" in has:
        found["stock_problem"] = fields.one_of("stock_problem", ("out_of_stock", "faulty"))
    if "restriction" in has and (inner := fields.child("restriction", _RESTRICTION)):
        ground = inner.text("ground", CODE, filled=True)
        found["restriction"] = Restriction(ground, inner.needed_time("confirmed_at"))
    return found
