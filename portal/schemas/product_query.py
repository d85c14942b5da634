"""What is asked of a product before it is bought (`GET /products/{sku}/options`): when, and where it would go."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from portal.schemas.api import read_body
from portal.schemas.order_values import Country, Moment


class ProductQuery(TypedDict, total=False):
    """Without `placed_at` now; without `country` where the shop is."""

    placed_at: Moment | None
    country: Country | None


QUERY: TypeAdapter[ProductQuery] = TypeAdapter(ProductQuery)


def read_query(args: Mapping[str, str]) -> ProductQuery:
    """Raises Invalid. A `+` that came unescaped, as a blank, is still one of the offset."""
    said = {name: args[name].replace(" ", "+") for name in ProductQuery.__annotations__ if args.get(name)}
    return read_body(QUERY, said)
