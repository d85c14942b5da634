"""What the shop's own system says of a refund, as it is posted, or every problem that it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Required

from pydantic import StringConstraints, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from portal.domain.errors import Invalid
from portal.domain.money import is_currency
from portal.schemas.order_body import Currency
from portal.schemas.order_values import ORDER_REASONS, Amount
from portal.schemas.reasons import CLEAN, dotted, problems_of


class ResultBody(TypedDict, total=False):
    """What became of a refund that the shop's own system was asked for: `reference` its own id of it, `trace` what a
    bank finds the money by, `message` why it failed, in words for people. `amount`, with its `currency`, where it is
    said: what was moved, which has to be what was asked for."""

    state: Required[Literal["pending", "succeeded", "failed"]]
    reference: Annotated[str, StringConstraints(max_length=128, pattern=CLEAN)] | None
    trace: Annotated[str, StringConstraints(max_length=64, pattern=CLEAN)] | None
    message: Annotated[str, StringConstraints(max_length=200, pattern=CLEAN)] | None
    amount: Amount | None
    currency: Currency | None


RESULT: TypeAdapter[ResultBody] = TypeAdapter(ResultBody)


def read_result(data: Mapping[str, Any]) -> ResultBody:
    """Raises Invalid with every field that is wrong; unknown ones are ignored."""
    currency = data.get("currency")
    try:
        context = currency if is_currency(currency) else ""
        body = RESULT.validate_python(data, strict=True, extra="ignore", context=context)
    except ValidationError as error:
        raise Invalid(tuple((dotted(path), reason) for path, reason in problems_of(error, ORDER_REASONS))) from None
    if body.get("amount") is not None and not currency:
        raise Invalid((("currency", "is missing"),))
    return body
