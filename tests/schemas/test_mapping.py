"""What a mapping can fill, beside the fields that the order format has."""

from __future__ import annotations

from typing import Any

import pytest

from portal.domain.intake.mapping import MappingError
from portal.schemas import mapping_tables as mapping
from portal.schemas import order_body
from portal.schemas.mapping import parse_mapping

PAIRS = [
    (mapping.OrderSources, order_body.OrderBody),
    (mapping.InvoiceSources, order_body.InvoiceBody),
    (mapping.CustomerSources, order_body.CustomerBody),
    (mapping.ContactSources, order_body.ContactBody),
    (mapping.ShipToSources, order_body.ShipToBody),
    (mapping.FreightWaivedSources, order_body.FreightWaivedBody),
    (mapping.LineSources, order_body.LineBody),
    (mapping.RestrictionSources, order_body.RestrictionBody),
    (mapping.PaymentSources, order_body.PaymentBody),
    (mapping.ParcelSources, order_body.ParcelBody),
    (mapping.DiscountSources, order_body.DiscountBody),
    (mapping.FeeSources, order_body.FeeBody),
]
NEEDED = {
    "order": dict.fromkeys(("number", "placed_at", "updated_at", "currency", "status"), "a"),
    "line": dict.fromkeys(("id", "quantity", "unit_price"), "a"),
}


@pytest.mark.parametrize(("sources", "body"), PAIRS, ids=lambda one: one.__name__)
def test_a_mapping_fills_fields_of_the_order_format_and_every_single_one(sources: Any, body: Any) -> None:
    lists = {"lines", "fees", "discounts", "payments", "refunds", "shipments"}
    assert sources.__annotations__.keys() == body.__annotations__.keys() - lists


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        (
            {"file": {"delimeter": ";"}},
            "file.delimeter",
            "is unknown; there are delimiter, sheet, grouped, strip, may_differ",
        ),
        ({"file": {"delimiter": ";;"}}, "file.delimiter", "must be one character, tab or semicolon"),
        ({"lines": {}}, "lines", "is no table of a mapping"),
        ({"fees": {"title": "a"}}, "fees", "must be written [[fees]]"),
        ({"payment": "a"}, "payment", "must be a table"),
        ({"parcel": {"colour": "a"}}, "parcel.colour", "is no field of the order format that a mapping can fill"),
        ({"order": NEEDED["order"] | {"customer": {"age": "a"}}}, "order.customer.age", "is no field of the order"),
        ({"discounts": [{"kind": {"word": "a"}}]}, "discounts.0.kind", "must be a column, or { column ="),
        ({"payment": {"method": [["a"], "b"]}}, "payment.method", "must be a column, or"),
        ({"payment": {"method": {"column": "a", "join": ["b"]}}}, "payment.method", "must be a column, or"),
        ({"payment": {"method": {"column": "a", "between": "-"}}}, "payment.method", "must be a column, or"),
        ({"payment": {"id": {"row": True}}}, "payment.id", "cannot be the row's place"),
        ({"line": NEEDED["line"] | {"id": {"row": True, "value": "1"}}}, "line.id", "must be { row = true }"),
        ({"totals": {"tax": "a"}}, "totals.total", "must be said where"),
        ({"totals": {"total": "a", "if_needed": ["fees.0"]}}, "totals.if_needed", "fees.0 is none of line.discount"),
        ({"skip": [{"column": "a", "equals": "b"}]}, "skip.0", "must have column, reason and one of"),
        ({"not_shipped": [{"column": "a", "equals": "b", "reason": "c"}]}, "not_shipped.0", "must have column and one"),
    ],
)
def test_a_mistake_is_named_by_key_and_reason(changes: dict[str, Any], field: str, reason: str) -> None:
    with pytest.raises(MappingError) as caught:
        parse_mapping(NEEDED | changes)
    ((found, why),) = ((problem.field, problem.reason) for problem in caught.value.problems)
    assert found == field and why.startswith(reason)
