"""A merchant's page hands its customer over: what may be asked, and when a signed token says it (EMBEDDING)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from portal.domain.errors import Expired, Invalid

Algorithm = Literal["HS256", "EdDSA"]
ALGORITHMS: tuple[Algorithm, ...] = ("HS256", "EdDSA")
CODE_LIFE = timedelta(seconds=60)
TOKEN_LIFE = timedelta(seconds=120)
"""The longest that a signed token may live, from `iat` to `exp`."""
AHEAD = timedelta(seconds=30)
"""By how much the merchant's clock may be ahead of ours."""
SHORTEST_SECRET = 32
LONGEST_TOKEN = 4096
MOST_KEYS = 2
MOST_ORDERS = 200
FIELDS = ("customer", "orders", "locale", "path")
_LOCALE = re.compile(r"(zh|en)([-_][A-Za-z0-9]{2,8})*\Z")
# One slash, then neither a second nor a backslash (both would name another host), and nothing a header cannot hold.
_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\#\x7f]{0,500}\Z")
_OVER = ("exp", "is over or not there")
_JTI = re.compile(r"[\x21-\x7e]{8,128}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Who comes in and to what. `customer` is the merchant's id of them; `orders` None reaches all that are theirs.

    locale: zh-CN, en, or "" where the merchant says nothing. path: where it leads, "" for the orders.
    """

    customer: str
    orders: tuple[str, ...] | None = None
    locale: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """A token that is in order. `jti` may be spent once until `ends_at`."""

    handover: Handover
    jti: str
    ends_at: datetime


def read_request(body: Mapping[str, Any]) -> Handover:
    """What a merchant's server asks for. Raises Invalid with every field that is wrong, and with each that is none:
    `order` for `orders` would open them all."""
    others = tuple((name, f"is none of {', '.join(FIELDS)}") for name in body if name not in FIELDS)
    if others:
        raise Invalid((*_problems(body), *others))
    return read_handover(body)


def read_handover(data: Mapping[str, Any]) -> Handover:
    """`customer`, `orders?`, `locale?`, `path?`. Raises Invalid with every field that is wrong; others are ignored."""
    if problems := tuple(_problems(data)):
        raise Invalid(problems)
    orders, locale = data.get("orders"), data.get("locale") or ""
    return Handover(
        customer=data["customer"],
        orders=tuple(dict.fromkeys(orders)) if orders is not None else None,
        locale=("en" if locale.startswith("en") else "zh-CN") if locale else "",
        path=data.get("path") or "",
    )


def read_claims(claims: Mapping[str, Any], *, issuer: str, audience: str, now: datetime) -> Claims:
    """The claims of a token whose signature is good. `orders`, `locale` and `path` may stand beside the standard ones.

    Law: iss and aud are exactly the shop and this portal; iat, and nbf where it is there, are not ahead of now by more
    than AHEAD; exp is after now and at most TOKEN_LIFE after iat; jti names the token. Raises Expired where nothing is
    wrong but that its time is over, else Invalid with every claim that is wrong.
    """
    problems = list(_problems({**claims, "customer": claims.get("sub")}, {"customer": "sub"}))
    if claims.get("iss") != issuer:
        problems.append(("iss", f"must be {issuer}"))
    said = claims.get("aud")
    if audience not in (said if isinstance(said, list) else [said]):
        problems.append(("aud", f"must be {audience}"))
    issued, ends = _moment(claims.get("iat")), _moment(claims.get("exp"))
    problems += _out_of_time(issued, ends, now)
    begins = _moment(claims["nbf"]) if "nbf" in claims else now
    if begins is None or begins > now + AHEAD:
        problems.append(("nbf", "must not be ahead: the token is used as soon as it is made"))
    jti = claims.get("jti")
    if not (isinstance(jti, str) and _JTI.match(jti)):
        problems.append(("jti", "must be 8 to 128 printable characters, another for each token"))
    if problems == [_OVER] and ends is not None:
        raise Expired("handoff")
    if problems or ends is None:
        raise Invalid(tuple(problems))
    return Claims(handover=read_handover({**claims, "customer": claims["sub"]}), jti=str(jti), ends_at=ends)


def _out_of_time(issued: datetime | None, ends: datetime | None, now: datetime) -> Iterator[tuple[str, str]]:
    if issued is None or issued > now + AHEAD:
        yield "iat", "must be the time of issue, in seconds since 1970"
    if ends is None or ends <= now:
        yield _OVER
    elif issued is not None and ends - issued > TOKEN_LIFE:
        yield "exp", f"must be at most {TOKEN_LIFE.seconds} seconds after iat"


def _problems(data: Mapping[str, Any], named: Mapping[str, str] | None = None) -> Iterator[tuple[str, str]]:
    customer, orders, locale, path = (data.get(name) for name in ("customer", "orders", "locale", "path"))
    if not _is_text(customer, 128):
        yield (named or {}).get("customer", "customer"), "must be the customer's id, as in their orders"
    if orders is not None and not _are_numbers(orders):
        yield "orders", f"must be a list of 1 to {MOST_ORDERS} order numbers; left out it means all"
    if locale not in (None, "") and not (isinstance(locale, str) and _LOCALE.match(locale)):
        yield "locale", "must be zh-CN or en"
    if path not in (None, "") and not (isinstance(path, str) and _PATH.match(path)):
        yield "path", "must be a path such as /orders/A-1001"


def _are_numbers(value: object) -> bool:
    return isinstance(value, list) and 0 < len(value) <= MOST_ORDERS and all(_is_text(one, 64) for one in value)


def _is_text(value: object, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return None
