"""The machine API as OpenAPI 3.1: its operations as a table, their bodies and answers by the types that read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from portal.domain.identity.scopes import Scope
from portal.schemas.api import (
    CodeAnswer,
    EventsAnswer,
    HandoverBody,
    OrderAnswer,
    OrderOptionsAnswer,
    ProblemAnswer,
    ProductAnswer,
    ProductOptionsAnswer,
    ShipmentBody,
    ShippedAnswer,
    TakenAnswer,
)
from portal.schemas.credit_body import CreditAnswer, CreditBody, CreditBookedAnswer
from portal.schemas.order_body import OrderBody
from portal.schemas.product_body import ProductBody

VERSION = "3.1.0"
_REF = "#/components/schemas/{model}"
_MEANINGS = {
    200: "Done, or nothing to do",
    201: "Created",
    401: "No live bearer token",
    403: "The token lacks the scope",
    404: "There is none",
    409: "Refused as things stand",
    413: "Too large",
    415: "No JSON",
    422: "Not in the format",
}
_OF_BODIES = (413, 415, 422)
_OF_TOKENS = (401, 403)
LOCALE = {"type": "string", "enum": ["zh-CN", "en"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of an address. `answers`: type by status; `errors`: statuses of problem+json; `scope` None: anybody
    may, without a token."""

    method: str
    path: str
    summary: str
    scope: Scope | None
    answers: Mapping[int, Any]
    body: Any = None
    errors: tuple[int, ...] = ()
    query: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    headers: tuple[str, ...] = ()


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
        path="/orders/{number}/shipments",
        summary="Records a parcel; refused while a cancel is open",
        scope="orders:write",
        body=ShipmentBody,
        answers={200: ShippedAnswer, 201: ShippedAnswer},
        errors=(404, 409),
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
            "placed_at": {"type": "string", "format": "date-time"},
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
        method="get",
        path="/events",
        summary="Events of the shop, after a cursor",
        scope="events:read",
        answers={200: EventsAnswer},
        query={"after": {"type": "string"}, "limit": {"type": "integer", "minimum": 1, "maximum": 1000}},
    ),
    Operation(
        method="post",
        path="/embed/sessions",
        summary="A one-time code for the page that a customer is about to be sent",
        scope="embed",
        body=HandoverBody,
        answers={201: CodeAnswer},
        errors=(404, 409),
        headers=("Idempotency-Key",),
    ),
)


@cache
def openapi() -> dict[str, Any]:
    """The whole document. Made once: it hangs on nothing but the code."""
    types = list(dict.fromkeys(kind for one in OPERATIONS for kind in (one.body, *one.answers.values()) if kind))
    wanted: list[tuple[Any, JsonSchemaMode, TypeAdapter[Any]]] = [
        (kind, "validation", TypeAdapter(kind)) for kind in (*types, ProblemAnswer)
    ]
    by_type, all_types = TypeAdapter.json_schemas(wanted, ref_template=_REF)
    schemas = {kind: schema for (kind, _), schema in by_type.items()}
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method] = _operation(one, schemas)
    return {
        "openapi": VERSION,
        "info": {"title": "After-sales portal", "version": "1"},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": _referred_to(all_types["$defs"], schemas),
        },
    }


def _referred_to(found: Mapping[str, Any], schemas: Mapping[Any, Any]) -> dict[str, Any]:
    """Without the types of the domain that a body becomes: nobody sends or gets those."""
    text = json.dumps([found, *schemas.values()])
    return {name: schema for name, schema in found.items() if f'"{_REF.format(model=name)}"' in text}


def _operation(one: Operation, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    errors = (*(_OF_TOKENS if one.scope else ()), *one.errors, *(_OF_BODIES if one.body else ()))
    described: dict[str, Any] = {
        "summary": one.summary,
        "security": [{"bearer": [one.scope]}] if one.scope else [],
        "parameters": [*_parameters(one)],
        "responses": {
            **{str(status): _answer(status, schemas[kind], "application/json") for status, kind in one.answers.items()},
            **{
                str(status): _answer(status, schemas[ProblemAnswer], "application/problem+json")
                for status in sorted(errors)
            },
        },
    }
    if one.body:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schemas[one.body]}}}
    return described


def _parameters(one: Operation) -> list[dict[str, Any]]:
    in_path = [name for name in ("number", "sku", "customer") if f"{{{name}}}" in one.path]
    return [
        *({"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in in_path),
        *({"name": name, "in": "query", "schema": schema} for name, schema in one.query.items()),
        *({"name": name, "in": "header", "schema": {"type": "string"}} for name in one.headers),
    ]


def _answer(status: int, schema: Any, media: str) -> dict[str, Any]:
    return {"description": _MEANINGS[status], "content": {media: {"schema": schema}}}
