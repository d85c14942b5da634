"""Single values of a settings file: each reader takes what TOML (or JSON) gave and the shop's currency.

It returns the value as the domain keeps it, or raises ValueError with what is expected, in words fit to be shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from portal.domain.deadlines.spans import parse_open_hours
from portal.domain.money import Money, minor_digits, parse_amount, parse_decimal
from portal.domain.policy.jurisdictions import find_zone
from portal.domain.shops.contrast import read_accent

Read = Callable[[object, str], Any]

ROUND_THE_CLOCK = "round the clock"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST_TEXT = 200
_LONGEST_WAIT = 60
_CODE = re.compile(r"[A-Z0-9]{1,16}\Z")
_METHOD = re.compile(r"[a-z0-9_]{1,32}\Z")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\Z")
_PLACE = re.compile(r"\{([^{}]*)\}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def text(value: object, currency: str) -> str:
    """One printable line without blanks at its ends."""
    if not isinstance(value, str) or value != value.strip() or not value.isprintable():
        raise ValueError("must be one line of text without blanks at the ends")
    if len(value) > _LONGEST_TEXT:
        raise ValueError(f"must have at most {_LONGEST_TEXT} characters")
    return value


def flag(value: object, currency: str) -> bool:
    """True or false, and nothing that merely counts as such."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def one_of(*choices: str) -> Read:
    """A reader that takes just these."""

    def read(value: object, currency: str) -> object:
        if value not in choices:
            raise ValueError(f"must be one of: {', '.join(choices)}")
        return value

    return read


def _whole(value: object, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise ValueError(f"must be a whole number from 0 to {most}")
    return value


def number_of_days(value: object, currency: str) -> int:
    """Whole days from 0 on."""
    return _whole(value, _LONGEST_WAIT)


def number_of_tries(value: object, currency: str) -> int:
    """A single digit."""
    return _whole(value, 9)


def pixels(value: object, currency: str) -> int:
    """Of a rounded corner: 0 to 24."""
    return _whole(value, 24)


def zone_name(value: object, currency: str) -> str:
    """An IANA zone that this machine knows."""
    if not isinstance(value, str) or find_zone(value) is None:
        raise ValueError("must be an IANA time zone like Asia/Shanghai")
    return value


def currency_code(value: object, currency: str) -> str:
    """ISO 4217, one whose minor digits we know (law 3)."""
    if not isinstance(value, str):
        raise ValueError("must be an ISO 4217 code like CNY")
    minor_digits(value)
    return value


def amount(value: object, currency: str) -> Money:
    """0 or more, in major units of the shop's currency."""
    read = parse_amount(value, currency)
    if read.minor < 0:
        raise ValueError("must not be negative")
    return read


def percent(value: object, currency: str) -> Decimal:
    """0 to 100, exactly as written."""
    read = parse_decimal(value)
    if not 0 <= read <= 100:
        raise ValueError("must be between 0 and 100")
    return read


def mail_address(value: object, currency: str) -> str:
    """An address of at most 254 characters, or "" for none."""
    if value != "" and not (isinstance(value, str) and len(value) <= 254 and _MAIL.match(value)):
        raise ValueError("must be a mail address like service@example.com")
    return str(value)


def sender(value: object, currency: str) -> str:
    """An address, or `Name <address>`: what stands in From."""
    written = text(value, currency)
    address = parseaddr(written)[1]
    if written and not (_MAIL.match(address) and written.endswith((address, f"<{address}>"))):
        raise ValueError("must be a mail address, or a name and <address>")
    return written


def carrier_code(value: object, currency: str) -> str:
    """1 to 16 capitals and digits, as scripts send it."""
    if not isinstance(value, str) or not _CODE.match(value):
        raise ValueError("must be 1 to 16 of A-Z and 0-9")
    return value


def method_code(value: object, currency: str) -> str:
    """A payment method as feeds call it: 1 to 32 of a-z, 0-9 and _."""
    if not isinstance(value, str) or not _METHOD.match(value):
        raise ValueError("must be 1 to 32 of a-z, 0-9 and _")
    return value


def link(value: object, currency: str) -> str:
    """An https address, or http on a loopback name; "" for none."""
    written = text(value, currency)
    try:
        parts = urlsplit(written)
        is_web = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    except ValueError:
        is_web = False
    if written and not (is_web and parts.hostname and not parts.username and " " not in written):
        raise ValueError("must be an address that starts with https://")
    return written


def link_template(*places: str) -> Read:
    """An address with at least one of `places` in braces, after the host, and no other braces."""
    wanted = " or ".join(f"{{{place}}}" for place in places)

    def read(value: object, currency: str) -> str:
        written = link(value, currency)
        found = _PLACE.findall(written)
        strays = set(found) - set(places) or set("{}") & set(_PLACE.sub("", written))
        if written and (not found or strays or "{" in urlsplit(written).netloc):
            raise ValueError(f"must contain {wanted} after the host, and no other braces")
        return written

    return read


def accent(value: object, currency: str) -> str:
    """A colour on which white text can be read."""
    return read_accent(text(value, currency))


def days(value: object, currency: str) -> tuple[date, ...]:
    """Dates of TOML, or their ISO text; sorted, each once."""
    if not isinstance(value, list):
        raise ValueError("must be a list of dates like 2027-02-06")
    return tuple(sorted({_day(one) for one in value}))


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError(f"must be a list of dates like 2027-02-06, not {value!s:.40}") from None


def opening_hours(value: object, currency: str) -> str:
    """`09:00-18:00`, or `round the clock`."""
    written = text(value, currency)
    if written != ROUND_THE_CLOCK:
        parse_open_hours(written)
    return written


def weekdays(value: object, currency: str) -> tuple[str, ...]:
    """Some of WEEKDAYS, at least one; in the order of the week."""
    if not isinstance(value, list) or not value or not all(day in WEEKDAYS for day in value):
        raise ValueError(f"must be a list of {', '.join(WEEKDAYS)}, with at least one")
    return tuple(day for day in WEEKDAYS if day in value)
