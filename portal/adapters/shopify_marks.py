"""How what we did at Shopify is found again: a note of ours begins with `portal:` and our number or key.

A global id (`gid://shopify/Order/450`) ends in the number that Shopify's webhooks and files call the id.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from portal.domain.money import Money, minor_digits

_MARK = re.compile(r"portal:([!-~]{1,120})(?:\s|\Z)", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,20}\Z", re.ASCII)


def marked(key: str, text: str = "") -> str:
    """A note of ours. `key` at most 120 printable ASCII characters."""
    return f"portal:{key} {text}".strip()


def mark_in(note: Any) -> str:
    """Our number or key at the beginning of a note; "" in one of somebody else's."""
    found = _MARK.match(note) if isinstance(note, str) else None
    return found[1] if found else ""


def gid(kind: str, number: str) -> str:
    """The global id. Raises ValueError for what can be none: nothing of ours is put into a query unlooked at."""
    if not _NUMBER.match(number):
        raise ValueError(f"{kind} {number[:40]!r} is no id of Shopify")
    return f"gid://shopify/{kind}/{number}"


def legacy_id(of: Any) -> str:
    return str(of).rpartition("/")[2].partition("?")[0]


def amount_of(bag: Any, side: str = "shopMoney") -> Decimal:
    """Of a MoneyBag; 0 where there is none."""
    money = bag.get(side) if isinstance(bag, dict) else None
    return Decimal(str(money["amount"])) if isinstance(money, dict) else Decimal(0)


def plain_amount(bag: Any, side: str = "shopMoney") -> str:
    """As the files have it: Shopify writes 500 yen as `500.0`."""
    return format(amount_of(bag, side).normalize(), "f")


def money_of(bag: Any) -> Money:
    """A MoneyBag's amount in the shop's currency."""
    currency = str(bag["shopMoney"]["currencyCode"])
    return Money(int(amount_of(bag).scaleb(minor_digits(currency)).to_integral_value()), currency)
