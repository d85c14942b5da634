"""A product as a shop's program sends it (`PUT /products/{sku}`), and its body to a Product, or to every problem."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Required

from pydantic import Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from portal.domain.errors import Invalid
from portal.domain.money import is_currency
from portal.domain.orders.product import Product, ProductOffer
from portal.schemas.order_body import Currency
from portal.schemas.order_values import (
    MOST_UNITS,
    ORDER_REASONS,
    Amount,
    FilledShort,
    Link,
    LongText,
    Moment,
    ReturnDays,
    ShortText,
    Tags,
    Units,
)
from portal.schemas.reasons import dotted, problems_of

MOST_OFFERS = 10


class OfferBody(TypedDict, total=False):
    """What the shop grants on these goods, in its own words, from `min_quantity` units on; the end is exclusive."""

    title: Required[FilledShort]
    min_quantity: Units | None
    starts_at: Moment | None
    ends_at: Moment | None


class ProductBody(TypedDict, total=False):
    """`currency` is the shop's where none is said. `stock` absent: not counted. Tags, category and `return_days` as on
    a line of an order; `updated_at` is now where none is said. Products of one `group` are variants of one thing, which
    an exchange may choose among; `variant` names one, as a line's does."""

    sku: ShortText | None
    title: LongText | None
    price: Required[Amount]
    currency: Currency | None
    on_sale: Required[bool]
    stock: Annotated[int, Field(ge=0, le=MOST_UNITS)] | None
    category: ShortText | None
    tags: Tags | None
    return_days: ReturnDays | None
    image_url: Link | None
    product_url: Link | None
    group: ShortText | None
    variant: ShortText | None
    offers: Annotated[list[OfferBody], Field(max_length=MOST_OFFERS)] | None
    updated_at: Moment | None


PRODUCT: TypeAdapter[ProductBody] = TypeAdapter(ProductBody)
_LONGEST_SKU = 200


def read_product(sku: str, data: Mapping[str, Any], *, currency: str, now: datetime) -> Product:
    """`sku` as the address has it. Raises Invalid with every field that is wrong; unknown ones are ignored."""
    said = data.get("currency") or currency
    try:
        body = PRODUCT.validate_python(data, strict=True, extra="ignore", context=said if is_currency(said) else "")
    except ValidationError as error:
        raise Invalid(tuple((dotted(path), reason) for path, reason in problems_of(error, ORDER_REASONS))) from None
    if (body.get("sku") or sku) != sku:
        raise Invalid((("sku", "is not the sku of the address"),))
    if not sku.isprintable() or sku != sku.strip() or len(sku) > _LONGEST_SKU:
        raise Invalid((("sku", "must be 1 to 200 printable characters without blanks at the ends"),))
    return Product(
        sku=sku,
        title=body.get("title") or "",
        price=body["price"],
        on_sale=body["on_sale"],
        stock=body.get("stock"),
        category=body.get("category") or "",
        tags=body.get("tags") or (),
        return_days=body.get("return_days"),
        image_url=body.get("image_url") or "",
        product_url=body.get("product_url") or "",
        group=body.get("group") or "",
        variant=body.get("variant") or "",
        offers=tuple(_offer(one) for one in body.get("offers") or ()),
        updated_at=body.get("updated_at") or now,
    )


def _offer(body: OfferBody) -> ProductOffer:
    return ProductOffer(
        title=body["title"],
        min_quantity=body.get("min_quantity") or 1,
        starts_at=body.get("starts_at"),
        ends_at=body.get("ends_at"),
    )
