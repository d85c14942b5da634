"""The operations of the machine API as one table: address, scope, what comes in, what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.domain.identity.scopes import Scope
from portal.schemas.act_bodies import (
    BenefitsAnswered,
    HoldAnswerBody,
    HoldAnswered,
    ParcelStatusAnswered,
    ParcelStatusBody,
    ReturnedBenefitsBody,
)
from portal.schemas.api import (
    CodeAnswer,
    EventsAnswer,
    HandoverBody,
    LineTakenAnswer,
    OrderAnswer,
    OrderOptionsAnswer,
    ProductAnswer,
    ProductOptionsAnswer,
    ResultAnswer,
    ShipmentBody,
    ShippedAnswer,
    TakenAnswer,
)
from portal.schemas.case_answers import CaseAnswer, CasesAnswer, CustomerDataAnswer
from portal.schemas.case_query import MOST_CASES, MOST_EVENTS, STATES
from portal.schemas.credit_body import CreditAnswer, CreditBody, CreditBookedAnswer
from portal.schemas.order_body import OrderBody
from portal.schemas.product_body import ProductBody
from portal.schemas.result_body import ResultBody

CURSOR = {"type": "string", "maxLength": 100}
MOMENT = {"type": "string", "format": "date-time"}
JSON, NDJSON = "application/json", "application/x-ndjson"
LOCALE = {"type": "string", "enum": ["zh-CN", "en"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of an address. `answers`: type by status; `errors`: statuses of problem+json; `scope` None: anybody
    may, without a token. `media`: of body and answers; of NDJSON the types are those of a line."""

    method: str
    path: str
    summary: str
    scope: Scope | None
    answers: Mapping[int, Any]
    body: Any = None
    errors: tuple[int, ...] = ()
    query: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    media: str = JSON


OPERATIONS = (
    Operation(
        method="put",
        path="/orders/{number}",
        summary="Takes an order in, or a newer version of it",
        scope="orders:write",
        body=OrderBody,
        answers={200: TakenAnswer, 201: TakenAnswer},
        errors=(409,),
    ),
    Operation(
        method="get",
        path="/orders/{number}",
        summary="An order: what is left, what moved, what waits",
        scope="orders:read",
        answers={200: OrderAnswer},
        errors=(404,),
    ),
    Operation(
        method="post",
        path="/orders/bulk",
        summary="Takes many orders in, one a line, and answers each line as soon as it is; gzip is welcome",
        scope="orders:write",
        body=OrderBody,
        answers={200: LineTakenAnswer},
        media=NDJSON,
    ),
    Operation(
        method="post",
        path="/orders/{number}/shipments",
        summary="Records a parcel; refused while a cancel is open",
        scope="orders:write",
        body=ShipmentBody,
        answers={200: ShippedAnswer, 201: ShippedAnswer},
        errors=(404, 409),
    ),
    Operation(
        method="post",
        path="/orders/{number}/shipping-hold/answer",
        summary="Answers a cancel that holds the order: the parcel was stopped, or it was too late",
        scope="orders:write",
        body=HoldAnswerBody,
        answers={200: HoldAnswered},
        errors=(404, 409),
    ),
    Operation(
        method="post",
        path="/orders/{number}/returned-benefits",
        summary="Says which points and coupons their customer has again",
        scope="orders:write",
        body=ReturnedBenefitsBody,
        answers={200: BenefitsAnswered},
        errors=(404,),
    ),
    Operation(
        method="post",
        path="/parcels/{tracking_no}/status",
        summary="What a carrier says of a parcel, to the customer or back to the shop",
        scope="orders:write",
        body=ParcelStatusBody,
        answers={200: ParcelStatusAnswered},
        errors=(404, 409),
    ),
    Operation(
        method="get",
        path="/cases",
        summary="Cases of the shop, the one that changed first comes first",
        scope="cases:read",
        answers={200: CasesAnswer},
        errors=(422,),
        query={
            "state": {"type": "string", "enum": list(STATES)},
            "updated_since": MOMENT,
            "after": CURSOR,
            "limit": {"type": "integer", "minimum": 1, "maximum": MOST_CASES},
        },
    ),
    Operation(
        method="get",
        path="/cases/{case_no}",
        summary="A case: what was asked, what was answered, where goods and money are",
        scope="cases:read",
        answers={200: CaseAnswer},
        errors=(404,),
    ),
    Operation(
        method="get",
        path="/customers/{customer}/data",
        summary="Everything that is held on a customer",
        scope="customers:read",
        answers={200: CustomerDataAnswer},
        errors=(404,),
    ),
    Operation(
        method="get",
        path="/orders/{number}/options",
        summary="What may be asked for of an order now: line by line, until when, by which rule",
        scope="orders:read",
        answers={200: OrderOptionsAnswer},
        errors=(404,),
        query={"locale": LOCALE},
    ),
    Operation(
        method="put",
        path="/products/{sku}",
        summary="What the shop sells: price, stock, whether it is on sale",
        scope="products:write",
        body=ProductBody,
        answers={200: ProductAnswer, 201: ProductAnswer},
    ),
    Operation(
        method="get",
        path="/products/{sku}/options",
        summary="What could be asked for of goods bought then; for product pages, without a token",
        scope=None,
        answers={200: ProductOptionsAnswer},
        errors=(404, 422),
        query={
            "placed_at": MOMENT,
            "country": {"type": "string", "pattern": "^[A-Za-z]{2}$"},
            "locale": LOCALE,
            "shop": {"type": "string"},
        },
    ),
    Operation(
        method="get",
        path="/customers/{customer}/credit",
        summary="What a customer has to be spent with the shop, and its changes",
        scope="credit:read",
        answers={200: CreditAnswer},
        errors=(404,),
    ),
    Operation(
        method="post",
        path="/customers/{customer}/credit",
        summary="Gives a customer credit, or spends it; the same number is booked once",
        scope="credit:write",
        body=CreditBody,
        answers={200: CreditBookedAnswer, 201: CreditBookedAnswer},
        errors=(404, 409),
    ),
    Operation(
        method="post",
        path="/refunds/{refund}/result",
        summary="What became of a refund that the shop's own system was asked for",
        scope="refunds:write",
        body=ResultBody,
        answers={200: ResultAnswer},
        errors=(404, 409),
    ),
    Operation(
        method="get",
        path="/events",
        summary="Events of the shop, after a cursor",
        scope="events:read",
        answers={200: EventsAnswer},
        errors=(422,),
        query={"after": CURSOR, "limit": {"type": "integer", "minimum": 1, "maximum": MOST_EVENTS}},
    ),
    Operation(
        method="post",
        path="/embed/sessions",
        summary="A one-time code for the page that a customer is about to be sent",
        scope="embed",
        body=HandoverBody,
        answers={201: CodeAnswer},
        errors=(404, 409),
    ),
)
