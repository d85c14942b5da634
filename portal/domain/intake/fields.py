"""Reading one JSON object of an order, field by field: types, lengths and patterns; every problem is collected.

This is the hot path of an import, so a good value costs one look-up and one or two tests, and nothing is raised.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from portal.domain.intake.taken_order import Problem
from portal.domain.money import BadMoney, Money, parse_amount, parse_decimal

LONG, SHORT, CODE = 2_000, 200, 64
MOST_UNITS = 10_000_000
MOST_MINOR = 10**15
"""Above this an amount is a mistake, and sums would leave what a database counts exactly."""

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LINK = re.compile(r"(?:https?://[^\s/?#@\\]+|/(?!/))[^\s<>\"\\]*\Z", re.IGNORECASE)
_COUNTRY = re.compile(r"[A-Za-z]{2}\Z")
MISSING = "is missing"
EMPTY = "must not be empty"


class Reading:
    """What is collected while one order is read. `currency` is empty where it is unknown: amounts are then skipped."""

    __slots__ = ("currency", "problems", "unknown", "zero")

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.zero = Money(0, currency)
        self.problems: list[Problem] = []
        self.unknown: list[str] = []


class Fields:
    """One object; `at` is its dotted path with a dot at the end, or empty."""

    __slots__ = ("at", "data", "reading")

    def __init__(self, data: Mapping[str, Any], at: str, reading: Reading, known: frozenset[str]) -> None:
        self.data, self.at, self.reading = data, at, reading
        if not data.keys() <= known:
            reading.unknown.extend(f"{_without_index(at)}{name}" for name in data if name not in known)

    def wrong(self, name: str, reason: str) -> None:
        self.reading.problems.append(Problem(f"{self.at}{name}", reason))

    def text(self, name: str, most: int = SHORT, *, needed: bool = False, filled: bool = False) -> str:
        """ "" where it is absent. `needed`: it must be there; `filled`: and must not be blank."""
        value = self.data.get(name)
        if value is None:
            if needed or filled:
                self.wrong(name, MISSING)
            return ""
        if type(value) is not str:
            self.wrong(name, "must be text")
            return ""
        if len(value) > most:
            self.wrong(name, f"is longer than {most} characters")
        elif not value.isprintable() and _UNFIT.search(value):
            self.wrong(name, "has characters that cannot be kept")
        elif filled and not value.strip():
            self.wrong(name, EMPTY)
        return value

    def key(self, name: str, pattern: re.Pattern[str], reason: str) -> str:
        """A needed text of a pattern."""
        value = self.data.get(name)
        if type(value) is str and pattern.match(value):
            return value
        self.wrong(name, MISSING if value is None else reason)
        return ""

    def one_of(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """One of `choices`; the default where it is absent, and a problem where there is none."""
        value = self.data.get(name)
        if value is None and default is not None:
            return default
        if type(value) is str and value in choices:
            return value
        self.wrong(name, MISSING if value is None else f"must be one of {', '.join(choices)}")
        return default if default is not None else choices[0]

    def country(self, name: str) -> str:
        """Two letters, in capitals."""
        value = self.data.get(name)
        if value is None or value == "":
            return ""
        if type(value) is not str or not _COUNTRY.match(value):
            self.wrong(name, "must be a country code of two letters")
            return ""
        return value.upper()

    def link(self, name: str) -> str:
        """An http or https address, or a path on the portal itself: it becomes a link or a picture's source."""
        value = self.text(name, LONG)
        if value and not _LINK.match(value):
            self.wrong(name, "must be an http or https address")
        return value

    def whole(self, name: str, least: int, most: int) -> int | None:
        value = self.data.get(name)
        if value is None:
            return None
        if type(value) is not int:
            self.wrong(name, "must be a whole number")
        elif value < least:
            self.wrong(name, f"must be {least} or more")
        elif value > most:
            self.wrong(name, f"must be at most {most}")
        else:
            return value
        return None

    def units(self, name: str = "quantity") -> int:
        """A needed number of units, 1 or more; 0 stands for a wrong one."""
        if self.data.get(name) is None:
            self.wrong(name, MISSING)
        return self.whole(name, 1, MOST_UNITS) or 0

    def amount(self, name: str, *, needed: bool = False) -> Money:
        """Major units as a decimal string, 0 or more; 0 where it is absent."""
        value = self.data.get(name)
        if value is None:
            if needed:
                self.wrong(name, MISSING)
            return self.reading.zero
        if not self.reading.currency:
            return self.reading.zero
        if type(value) is not str:
            self.wrong(name, "must be a decimal string like 12.30")
            return self.reading.zero
        found = _amount_of(value, self.reading.currency)
        if type(found) is str:
            self.wrong(name, found)
            return self.reading.zero
        return found  # type: ignore[return-value]

    def price(self, name: str) -> Decimal:
        """A needed unit price: any number of decimals, 0 or more."""
        value = self.data.get(name)
        if value is None:
            self.wrong(name, MISSING)
            return Decimal(0)
        try:
            price = parse_decimal(value)
        except BadMoney as problem:
            self.wrong(name, str(problem))
            return Decimal(0)
        if price < 0:
            self.wrong(name, "must not be negative")
            return Decimal(0)
        return price

    def time(self, name: str) -> datetime | None:
        """ISO 8601 with offset, as aware UTC."""
        value = self.data.get(name)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
            self.wrong(name, "has no offset from UTC")
        except (ValueError, TypeError, OverflowError):
            self.wrong(name, "must be a time like 2026-11-01T10:00:00+08:00")
        return None

    def needed_time(self, name: str) -> datetime:
        if self.data.get(name) is None:
            self.wrong(name, MISSING)
        return self.time(name) or _NEVER

    def child(self, name: str, known: frozenset[str]) -> Fields | None:
        value = self.data.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.wrong(name, "must be an object")
            return None
        return Fields(value, f"{self.at}{name}.", self.reading, known)

    def children(self, name: str, known: frozenset[str], most: int) -> list[Fields]:
        """The objects of a list; none where it is absent."""
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(name, "must be a list")
            return []
        if len(value) > most:
            self.wrong(name, f"has more than {most} entries")
            return []
        found, reading, at = [], self.reading, f"{self.at}{name}."
        for index, item in enumerate(value):
            if isinstance(item, dict):
                found.append(Fields(item, f"{at}{index}.", reading, known))
            else:
                self.wrong(f"{name}.{index}", "must be an object")
        return found

    def texts(self, name: str, most: int = 100) -> tuple[str, ...]:
        value = self.data.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > most:
            self.wrong(name, f"must be a list of at most {most} texts")
            return ()
        good = tuple(item for item in value if type(item) is str and 0 < len(item) <= CODE and item.isprintable())
        if len(good) != len(value):
            self.wrong(name, f"must hold texts of 1 to {CODE} characters")
        return good


_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=16_384)
def _amount_of(text: str, currency: str) -> Money | str:
    """The amount, or why it is none. The same few amounts come again and again."""
    try:
        amount = parse_amount(text, currency)
    except BadMoney as problem:
        return str(problem)
    if amount.minor < 0:
        return "must not be negative"
    return amount if amount.minor <= MOST_MINOR else "is too large"


def _without_index(at: str) -> str:
    return "".join(f"{part}." for part in at.split(".") if part and not part.isdecimal())
