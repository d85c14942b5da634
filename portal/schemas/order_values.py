"""Single values of the order format: texts by length and pattern, amounts, times, links, codes.

Whatever most lines have is a constrained type, which costs no call of ours; amounts need the order's currency, which
is the context of the reading, and are kept, as the same few come again and again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, cast

from pydantic import AfterValidator, Field, PlainValidator, StringConstraints, ValidationInfo

from portal.domain.intake.lines import MOST_MINOR
from portal.domain.money import BadMoney, Money, parse_amount, parse_decimal
from portal.domain.policy.jurisdictions import find_zone
from portal.schemas.reasons import CLEAN, FILLED, REASONS, Reasons

LONG, SHORT, CODE = 2_000, 200, 64
MOST_LINES = 6_000
"""A quarter of the parts of a form (`web.security.body_limits`): whatever is imported can be applied for."""
FIRST_YEAR, END_YEAR = 2000, 2100
_NO_TIME = "must be a time like 2026-11-01T10:00:00+08:00"
MOST_UNITS = 10_000_000
MOST_POINTS = 10**9
LONGEST_WINDOW = 36_500

_NUMBER = r"^[^/\\]*$"
_LINE_ID = r"^[A-Za-z0-9._:-]{1,64}$"
_COUNTRY = r"^([A-Za-z]{2})?$"
_LOCALE = r"^([A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*)?$"
_LINK = r"""^([Hh][Tt][Tt][Pp][Ss]?://[^\s\x00-\x1f\x7f/?#@\\]+[^\s\x00-\x1f\x7f<>"\\]*|/([^\s\x00-\x1f\x7f<>"\\/][^\s\x00-\x1f\x7f<>"\\]*)?)?$"""

ORDER_REASONS: Reasons = {
    **REASONS,
    "literal_error": "must be one of {expected}",
    _NUMBER: "must be 1 to 64 printable characters without / and \\",
    _LINE_ID: "must be 1 to 64 of A-Z a-z 0-9 . _ : -",
    _COUNTRY: "must be a country code of two letters",
    _LOCALE: "must be a language tag like zh-CN",
    _LINK: "must be an http or https address",
}


def _read_number(number: str) -> str:
    if not number.isprintable():
        raise ValueError(ORDER_REASONS[_NUMBER])
    if number in (".", "..") or number != number.strip():
        raise ValueError("must not be . or .. and has no blanks at its ends")
    return number


def _read_zone(zone: str) -> str:
    if zone and find_zone(zone) is None:
        raise ValueError("is no IANA time zone")
    return zone


def _read_moment(value: Any) -> datetime:
    """ISO 8601 with offset, as aware UTC. A year such as 0001, 1796 or 9999 stands for no time at all."""
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            found = moment.astimezone(UTC)
            if FIRST_YEAR <= found.year < END_YEAR:
                return found
    except (ValueError, TypeError, OverflowError):
        raise ValueError(_NO_TIME) from None
    if moment.tzinfo is None:
        raise ValueError("has no offset from UTC")
    raise ValueError(f"is not between {FIRST_YEAR} and {END_YEAR}")


def _read_amount(value: Any, info: ValidationInfo) -> Money:
    """In the currency that the reading is about; nothing is asked of amounts where it is unknown (empty)."""
    currency = cast(str, info.context)
    if not currency:
        return Money(0, currency)
    if type(value) is not str:
        raise BadMoney("must be a decimal string like 12.30")
    return _amount_of(value, currency)


@lru_cache(maxsize=16_384)
def _amount_of(text: str, currency: str) -> Money:
    amount = parse_amount(text, currency)
    if amount.minor < 0:
        raise BadMoney("must not be negative")
    if amount.minor > MOST_MINOR:
        raise BadMoney("is too large")
    return amount


def _read_price(value: Any) -> Decimal:
    """Of one unit: any number of decimals."""
    price = parse_decimal(value)
    if price < 0:
        raise BadMoney("must not be negative")
    return price


def _read_texts(value: Any, most: int) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError(f"must be a list of at most {most} texts")
    good = tuple(item for item in value if type(item) is str and 0 < len(item) <= CODE and item.isprintable())
    if len(good) != len(value):
        raise ValueError(f"must hold texts of 1 to {CODE} characters")
    return good


def _read_tags(value: Any) -> tuple[str, ...]:
    return _read_texts(value, 100)


def _read_line_ids(value: Any) -> tuple[str, ...]:
    return _read_texts(value, MOST_LINES)


ShortText = Annotated[str, StringConstraints(max_length=SHORT, pattern=CLEAN)]
LongText = Annotated[str, StringConstraints(max_length=LONG, pattern=CLEAN)]
CodeText = Annotated[str, StringConstraints(max_length=CODE, pattern=CLEAN)]
PhoneText = Annotated[str, StringConstraints(max_length=32, pattern=CLEAN)]
FilledShort = Annotated[str, StringConstraints(max_length=SHORT, pattern=FILLED)]
FilledLong = Annotated[str, StringConstraints(max_length=LONG, pattern=FILLED)]
FilledCode = Annotated[str, StringConstraints(max_length=CODE, pattern=FILLED)]
CustomerId = Annotated[str, StringConstraints(max_length=128, pattern=FILLED)]
Method = Annotated[str, StringConstraints(max_length=32, pattern=FILLED)]
Number = Annotated[str, StringConstraints(min_length=1, max_length=CODE, pattern=_NUMBER), AfterValidator(_read_number)]
LineId = Annotated[str, StringConstraints(pattern=_LINE_ID)]
Country = Annotated[str, StringConstraints(pattern=_COUNTRY, to_upper=True)]
Locale = Annotated[str, StringConstraints(max_length=16, pattern=_LOCALE)]
Zone = Annotated[str, StringConstraints(max_length=CODE), AfterValidator(_read_zone)]
Link = Annotated[str, StringConstraints(max_length=LONG, pattern=_LINK)]
Units = Annotated[int, Field(ge=1, le=MOST_UNITS)]
Points = Annotated[int, Field(ge=0, le=MOST_POINTS)]
ReturnDays = Annotated[int, Field(ge=0, le=LONGEST_WINDOW)]

_AMOUNT = Annotated[str, Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,12})?$", examples=["12.30"])]
_TEXTS = list[Annotated[str, Field(min_length=1, max_length=CODE)]]
_ISO = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-01T10:00:00+08:00"])]
Amount = Annotated[Money, PlainValidator(_read_amount, json_schema_input_type=_AMOUNT)]
Price = Annotated[Decimal, PlainValidator(_read_price, json_schema_input_type=_AMOUNT)]
Moment = Annotated[datetime, PlainValidator(_read_moment, json_schema_input_type=_ISO)]
Tags = Annotated[tuple[str, ...], PlainValidator(_read_tags, json_schema_input_type=_TEXTS)]
LineIds = Annotated[tuple[str, ...], PlainValidator(_read_line_ids, json_schema_input_type=_TEXTS)]
