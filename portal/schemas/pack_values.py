"""Single values of a policy pack, as TOML or stored JSON gives them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainValidator

from portal.domain.deadlines.spans import Span, parse_span
from portal.domain.money import minor_digits, parse_decimal
from portal.domain.policy.pack import Amounts, Days
from portal.schemas.reasons import REASONS, Reasons

_WHOLE = "must be a whole number, 0 or more"
PACK_REASONS: Reasons = {
    **REASONS,
    "int_type": _WHOLE,
    "greater_than_equal": _WHOLE,
    "dict_type": "must be a table",
    "extra_forbidden": "is not a key of a policy pack",
}


def _read_amounts(value: object) -> Amounts:
    table = value if isinstance(value, dict) else {"*": value}
    for currency in table.keys() - {"*"}:
        minor_digits(currency)
    major = tuple(sorted((currency, parse_decimal(text)) for currency, text in table.items()))
    if any(amount < 0 for _, amount in major):
        raise ValueError("must not be negative")
    return Amounts(major)


def _read_percent(value: object) -> Decimal:
    percent = parse_decimal(value)
    if not 0 <= percent <= 100:
        raise ValueError("must be between 0 and 100")
    return percent


def _read_moment(value: object) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError("must be a date and time with offset")
    return moment


def _read_day(value: object) -> date:
    day = date.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ValueError("must be a date")
    return day


def _read_text(value: object) -> str:
    if not isinstance(value, str) or value != value.strip():
        raise ValueError("must be text without blanks at the ends")
    return value


def _read_days(value: object) -> Days:
    if value == "unlimited":
        return "unlimited"
    if isinstance(value, str):
        raise ValueError("must be a whole number or unlimited")
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(_WHOLE)
    return value


SpanText = Annotated[Span, PlainValidator(parse_span)]
Day = Annotated[date, PlainValidator(_read_day)]
AmountsTable = Annotated[Amounts, PlainValidator(_read_amounts)]
Percent = Annotated[Decimal, PlainValidator(_read_percent)]
Moment = Annotated[datetime, PlainValidator(_read_moment)]
Text = Annotated[str, PlainValidator(_read_text)]
DaysOrUnlimited = Annotated[Days, PlainValidator(_read_days)]
Whole = Annotated[int, Field(ge=0)]
