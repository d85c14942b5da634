"""The machine API as OpenAPI 3.1: its operations as a table, their bodies and answers by the types that read them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from portal.schemas.api import ProblemAnswer
from portal.schemas.operations import JSON, OPERATIONS, Operation

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
    429: "Too many calls: again after Retry-After",
}
_PLACES = re.compile(r"\{(\w+)\}")
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key with the same body gets the first answer again; with another one 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
_OF_BODIES = (413, 415, 422)
_OF_TOKENS = (401, 403)


@cache
def openapi() -> dict[str, Any]:
    """The whole document. Made once: it depends on nothing but the code."""
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
    errors = {404, 429, *(_OF_TOKENS if one.scope else ()), *one.errors, *(_OF_BODIES if one.body else ())}
    described: dict[str, Any] = {
        "summary": one.summary,
        "security": [{"bearer": [one.scope]}] if one.scope else [],
        "parameters": [*_parameters(one)],
        "responses": {
            **{
                str(status): _answer(status, _in(one, schemas[kind]), one.media) for status, kind in one.answers.items()
            },
            **{
                str(status): _answer(status, schemas[ProblemAnswer], "application/problem+json")
                for status in sorted(errors)
            },
        },
    }
    if one.body:
        content = {one.media: {"schema": _in(one, schemas[one.body])}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _in(one: Operation, schema: Any) -> Any:
    """Of NDJSON each line is such a value."""
    if one.media == JSON:
        return schema
    return {"type": "string", "contentMediaType": JSON, "contentSchema": schema}


def _parameters(one: Operation) -> list[dict[str, Any]]:
    in_path = _PLACES.findall(one.path)
    return [
        *({"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in in_path),
        *({"name": name, "in": "query", "schema": schema} for name, schema in one.query.items()),
        *((_KEY,) if one.method == "post" else ()),
    ]


def _answer(status: int, schema: Any, media: str) -> dict[str, Any]:
    return {"description": _MEANINGS[status], "content": {media: {"schema": schema}}}
