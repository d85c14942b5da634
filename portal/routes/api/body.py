"""Bodies of API requests: JSON only, checked by shape, every problem named by field."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import abort, request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from portal.domain.errors import Invalid

Body = TypeVar("Body", bound=BaseModel)


class ShipmentLine(BaseModel):
    line: str = Field(min_length=1, max_length=64)
    quantity: int = Field(ge=1, le=10_000_000)


class Shipment(BaseModel):
    """A parcel as the order format has it; no lines = all that has not left."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(default="", max_length=64)
    carrier: str = Field(min_length=1, max_length=64)
    tracking_no: str = Field(min_length=1, max_length=64)
    shipped_at: AwareDatetime | None = None
    delivered_at: AwareDatetime | None = None
    lines: list[ShipmentLine] = []


def json_body() -> dict[str, Any]:
    """The body as an object. 415 for another type, 422 for what is not an object."""
    if not request.is_json:
        abort(415)
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid((("", "must be a JSON object"),))
    return body


def parsed(kind: type[Body]) -> Body:
    """The body as `kind`. Raises Invalid with every field that is wrong."""
    try:
        return kind.model_validate(json_body())
    except ValidationError as error:
        problems = tuple((".".join(str(part) for part in item["loc"]), item["msg"]) for item in error.errors())
        raise Invalid(problems) from None
