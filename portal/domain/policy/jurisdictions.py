"""Which law an order stands under, and by whose clock and calendar its days are counted (POLICY, Which law)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from portal.domain.deadlines.calendars import NO_COUNTRY

Law = str
"""The name of the law that a legal pack states, such as `eu`; NO_LAW for none. Which there are is the packs' to say."""
NO_LAW: Law = "none"

# Where a clock goes by the customer: the 27 member states with the zones of their territory as ISO 3166 draws it: the
# Azores are PT, Réunion is RE, not FR.
_ZONES: dict[str, tuple[str, ...]] = {
    "AT": ("Europe/Vienna",),
    "BE": ("Europe/Brussels",),
    "BG": ("Europe/Sofia",),
    "CY": ("Asia/Nicosia", "Asia/Famagusta"),
    "CZ": ("Europe/Prague",),
    "DE": ("Europe/Berlin",),
    "DK": ("Europe/Copenhagen",),
    "EE": ("Europe/Tallinn",),
    "ES": ("Europe/Madrid", "Africa/Ceuta", "Atlantic/Canary"),
    "FI": ("Europe/Helsinki",),
    "FR": ("Europe/Paris",),
    "GR": ("Europe/Athens",),
    "HR": ("Europe/Zagreb",),
    "HU": ("Europe/Budapest",),
    "IE": ("Europe/Dublin",),
    "IT": ("Europe/Rome",),
    "LT": ("Europe/Vilnius",),
    "LU": ("Europe/Luxembourg",),
    "LV": ("Europe/Riga",),
    "MT": ("Europe/Malta",),
    "NL": ("Europe/Amsterdam",),
    "PL": ("Europe/Warsaw",),
    "PT": ("Europe/Lisbon", "Atlantic/Madeira", "Atlantic/Azores"),
    "RO": ("Europe/Bucharest",),
    "SE": ("Europe/Stockholm",),
    "SI": ("Europe/Ljubljana",),
    "SK": ("Europe/Bratislava",),
}
EU_MEMBERS = frozenset(_ZONES)
_ONE_CLOCK = {
    "AE": "Asia/Dubai",
    "CH": "Europe/Zurich",
    "CN": "Asia/Shanghai",
    "GB": "Europe/London",
    "HK": "Asia/Hong_Kong",
    "IL": "Asia/Jerusalem",
    "IN": "Asia/Kolkata",
    "IS": "Atlantic/Reykjavik",
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul",
    "LI": "Europe/Vaduz",
    "MO": "Asia/Macau",
    "MY": "Asia/Kuala_Lumpur",
    "NO": "Europe/Oslo",
    "PH": "Asia/Manila",
    "SA": "Asia/Riyadh",
    "SG": "Asia/Singapore",
    "TH": "Asia/Bangkok",
    "TR": "Europe/Istanbul",
    "TW": "Asia/Taipei",
    "VN": "Asia/Ho_Chi_Minh",
    "ZA": "Africa/Johannesburg",
}
"""Further countries where all clocks agree: who reads an order that goes there is known to live by that clock. No law
counts by it that does not name it itself."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where days are counted: the country whose days of rest count, and its zones; of several the latest end wins."""

    country: str
    zones: tuple[ZoneInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LawClock:
    """A pack's `[clock]`: `zone` is an IANA name, `customer` or `shop`; `calendar` a country, `customer` or `none`.

    `customer` is the customer's own zone or else those of the country; `unknown` stands in where neither is known.
    """

    zone: str = "shop"
    calendar: str = "none"
    unknown: str = "UTC"


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, or None."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # zoneinfo raises each of them, by what is wrong with the name
        return None


class StatesLaw(Protocol):
    """A legal pack: the law it states, and the codes of the orders that stand under it."""

    @property
    def law(self) -> Law: ...

    @property
    def countries(self) -> tuple[str, ...]: ...


def law_of(*, jurisdiction: str | None, country: str | None, shop_law: Law, laws: Iterable[StatesLaw]) -> Law:
    """`jurisdiction` of the order, else the country it is shipped to, else the law of the shop's policy.

    A jurisdiction is a country, or whatever else a pack names, such as `EU` where the member state is not said.
    """
    code = (jurisdiction or country or "").upper()
    if not code:
        return shop_law
    return next((pack.law for pack in laws if code in pack.countries), NO_LAW)


def place_of(
    clock: LawClock, *, jurisdiction: str | None, country: str | None, customer_zone: str | None, shop_zone: str
) -> Place:
    """By whose clock and calendar a pack counts the days of one order."""
    lived_in = _country_of(jurisdiction, country)
    rests = {"customer": lived_in, "none": NO_COUNTRY}.get(clock.calendar, clock.calendar)
    if clock.zone == "customer":
        there = zones_of(customer_zone=customer_zone, jurisdiction=jurisdiction, country=country)
        return Place(rests, there or _zones((clock.unknown,)))
    return Place(rests, _zones((shop_zone if clock.zone == "shop" else clock.zone,)))


def zones_of(*, customer_zone: str | None, jurisdiction: str | None, country: str | None) -> tuple[ZoneInfo, ...]:
    """The clocks of whom an order is for: the customer's own, else those of the member state that it goes to, else of
    the one whose law was chosen; none where nothing is known."""
    own = find_zone(customer_zone) if customer_zone else None
    return (own,) if own else _zones(_ZONES.get(_country_of(jurisdiction, country), ()))


def order_zone(*, jurisdiction: str | None, country: str | None) -> str:
    """The zone (IANA) that an order's times are told in to a customer whose own is not known; "" where none is."""
    found = zones_of(customer_zone=None, jurisdiction=jurisdiction, country=country)
    codes = ((code or "").upper() for code in (country, jurisdiction))
    return found[0].key if found else next((_ONE_CLOCK[code] for code in codes if code in _ONE_CLOCK), "")


def reader_zone(*, customer_zone: str | None, order_zone: str | None, shop_zone: str) -> ZoneInfo:
    """By whose clock a page, a mail or a record tells its times (law 13): the customer's own, else that of the order's
    country (`order_zone`), else the shop's."""
    names = (customer_zone, order_zone)
    return next((found for name in names if name and (found := find_zone(name))), None) or ZoneInfo(shop_zone)


def _country_of(jurisdiction: str | None, country: str | None) -> str:
    """The member state the customer lives in: the one shipped to, else the one whose law was chosen, else none."""
    for code in (country, jurisdiction):
        if code and code.upper() in EU_MEMBERS:
            return code.upper()
    return NO_COUNTRY


@lru_cache(maxsize=1024)
def _zones(names: tuple[str, ...]) -> tuple[ZoneInfo, ...]:
    return tuple(ZoneInfo(name) for name in names)
