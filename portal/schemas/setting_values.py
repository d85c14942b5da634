"""Single values of a shop's settings, as TOML or stored JSON gives them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from email.utils import parseaddr
from typing import Annotated, Any, cast
from urllib.parse import urlsplit

import wcag_contrast_ratio
from pydantic import AfterValidator, Field, PlainValidator, StringConstraints, ValidationInfo

from portal.domain.deadlines.spans import parse_open_hours
from portal.domain.loopback import is_loopback
from portal.domain.messages.notice_kinds import FOR_CUSTOMERS
from portal.domain.messages.quiet_hours import read_night
from portal.domain.money import Money, minor_digits, parse_amount, parse_decimal
from portal.domain.policy.jurisdictions import find_zone
from portal.domain.shops.colours import READABLE, WHITE, channels, read_colour
from portal.domain.shops.profile import ROUND_THE_CLOCK, WEEKDAYS
from portal.schemas.reasons import REASONS, Reasons

LONGEST_TEXT = 200
_CARRIER = "^[A-Z0-9]{1,16}$"
_OPTIONAL_CARRIER = "^[A-Z0-9]{0,16}$"
_METHOD = "^[a-z0-9_]{1,32}$"
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\Z")
_PLACE = re.compile(r"\{([^{}]*)\}")
SETTING_REASONS: Reasons = {
    **REASONS,
    "dict_type": "must be a table",
    "extra_forbidden": "is not a setting",
    _CARRIER: "must be 1 to 16 of A-Z and 0-9",
    _OPTIONAL_CARRIER: "must be the code of a carrier",
    _METHOD: "must be 1 to 32 of a-z, 0-9 and _",
}


def _one_line(value: str) -> str:
    if value != value.strip() or not value.isprintable():
        raise ValueError("must be one line of text without blanks at the ends")
    return value


def in_each_language(value: object) -> object:
    """A line of text is what is said in every language."""
    if not isinstance(value, str):
        return value
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"is longer than {LONGEST_TEXT} characters")
    return {"zh": _one_line(value), "en": value}


def _zone(value: str) -> str:
    if find_zone(value) is None:
        raise ValueError("must be an IANA time zone like Asia/Shanghai")
    return value


def _country(value: str) -> str:
    if value and not (len(value) == 2 and value.isascii() and value.isalpha() and value.isupper()):
        raise ValueError("must be a country of ISO 3166 like DE")
    return value


def _currency(value: str) -> str:
    """ISO 4217, one whose minor digits we know (law 3)."""
    minor_digits(value)
    return value


def _amount(value: object, info: ValidationInfo) -> Money:
    """0 or more, in major units of the shop's currency, which is the context of the reading."""
    read = parse_amount(value, cast(str, info.context))
    if read.minor < 0:
        raise ValueError("must not be negative")
    return read


def _percent(value: object) -> Decimal:
    """0 to 100, exactly as written."""
    read = parse_decimal(value)
    if not 0 <= read <= 100:
        raise ValueError("must be between 0 and 100")
    return read


def _mail_address(value: str) -> str:
    """An address of at most 254 characters, or "" for none."""
    if value and not (len(value) <= 254 and _MAIL.match(value)):
        raise ValueError("must be a mail address like service@example.com")
    return value


def _sender(value: str) -> str:
    """An address, or `Name <address>`: what stands in From."""
    address = parseaddr(value)[1]
    if value and not (_MAIL.match(address) and value.endswith((address, f"<{address}>"))):
        raise ValueError("must be a mail address, or a name and <address>")
    return value


def is_web_address(value: str) -> bool:
    """Whether it is an https address, or http on a loopback name, of a host alone."""
    try:
        parts = urlsplit(value)
        is_web = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    except ValueError:
        return False
    return bool(is_web and parts.hostname and not parts.username and " " not in value)


def _link(value: str) -> str:
    """An https address, or http on a loopback name; "" for none."""
    if value and not is_web_address(value):
        raise ValueError("must be an address that starts with https://")
    return value


def _with_places(*places: str) -> Callable[[str], str]:
    """For an address with at least one of `places` in braces, after the host, and no other braces."""
    wanted = " or ".join(f"{{{place}}}" for place in places)

    def read(value: str) -> str:
        found = _PLACE.findall(value)
        strays = set(found) - set(places) or set("{}") & set(_PLACE.sub("", value))
        if value and (not found or strays or "{" in urlsplit(value).netloc):
            raise ValueError(f"must contain {wanted} after the host, and no other braces")
        return value

    return read


def _accent(value: str) -> str:
    """A colour on which white text can be read (WCAG 2.2, 1.4.3)."""
    colour = read_colour(value)
    found = wcag_contrast_ratio.rgb(channels(colour), channels(WHITE))
    if found < READABLE:
        raise ValueError(f"has a contrast of {found:.2f} on white, {READABLE} is needed: take a darker colour")
    return colour


def _days(value: list[Any]) -> tuple[date, ...]:
    """Dates of TOML, or their ISO text; sorted, each once."""
    return tuple(sorted({_day(one) for one in value}))


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError(f"must be a list of dates like 2027-02-06, not {value!s:.40}") from None


def _opening_hours(value: str) -> str:
    """`09:00-18:00`, or `round the clock`."""
    if value != ROUND_THE_CLOCK:
        parse_open_hours(value)
    return value


def _night(value: str) -> str:
    """`22:00-08:00`, or nothing for no night at all."""
    read_night(value)
    return value


def _texted_kind(value: str) -> str:
    if value not in FOR_CUSTOMERS:
        close = get_close_matches(value, FOR_CUSTOMERS, 1)
        raise ValueError("is no kind of notice" + (f", did you mean {close[0]}?" if close else ""))
    return value


def _weekdays(value: list[Any]) -> tuple[str, ...]:
    """Some of WEEKDAYS, at least one; in the order of the week."""
    if not value or not all(day in WEEKDAYS for day in value):
        raise ValueError(f"must be a list of {', '.join(WEEKDAYS)}, with at least one")
    return tuple(day for day in WEEKDAYS if day in value)


Line = Annotated[str, StringConstraints(max_length=LONGEST_TEXT), AfterValidator(_one_line)]
Zone = Annotated[str, AfterValidator(_zone)]
Country = Annotated[str, AfterValidator(_country)]
Currency = Annotated[str, AfterValidator(_currency)]
Amount = Annotated[Money, PlainValidator(_amount)]
Percent = Annotated[Decimal, PlainValidator(_percent)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
Sender = Annotated[Line, AfterValidator(_sender)]
Link = Annotated[Line, AfterValidator(_link)]
PayLink = Annotated[Link, AfterValidator(_with_places("order_no"))]
BasketLink = Annotated[Link, AfterValidator(_with_places("items", "order_no"))]
TrackLink = Annotated[Link, AfterValidator(_with_places("tracking_no"))]
CarrierCode = Annotated[str, StringConstraints(pattern=_CARRIER)]
OptionalCarrier = Annotated[str, StringConstraints(pattern=_OPTIONAL_CARRIER)]
MethodCode = Annotated[str, StringConstraints(pattern=_METHOD)]
Accent = Annotated[Line, AfterValidator(_accent)]
Days = Annotated[list[Any], AfterValidator(_days)]
OpeningHours = Annotated[Line, AfterValidator(_opening_hours)]
Night = Annotated[Line, AfterValidator(_night)]
TextedKind = Annotated[str, AfterValidator(_texted_kind)]
Weekdays = Annotated[list[Any], AfterValidator(_weekdays)]
CreditDays = Annotated[int, Field(ge=0, le=3660)]
NumberOfDays = Annotated[int, Field(ge=0, le=60)]
NumberOfTries = Annotated[int, Field(ge=0, le=9)]
Pixels = Annotated[int, Field(ge=0, le=24)]
