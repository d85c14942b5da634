"""What a shop sets for itself (`portal shops set`): a TOML table, read by the fields of its dataclasses.

Everything has a default. Amounts are decimal strings in the shop's currency; every problem is collected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Any, cast, get_type_hints
from urllib.parse import quote

from portal.domain.deadlines.spans import OpenHours, parse_open_hours
from portal.domain.errors import Invalid
from portal.domain.money import BadMoney, Money, minor_digits
from portal.domain.shops.profile import (
    ARRIVALS,
    CARRIERS,
    OTHER,
    Arrival,
    Carrier,
    Contact,
    Fees,
    Limits,
    Links,
    ReturnAddress,
    Theme,
    Warehouse,
)
from portal.domain.shops.setting_values import (
    ROUND_THE_CLOCK,
    WEEKDAYS,
    currency_code,
    days,
    flag,
    method_code,
    one_of,
    sender,
    text,
    zone_name,
)


class SettingsError(Invalid):
    """Settings that cannot be used. `problems`: every (dotted key, reason), in words fit to be shown."""

    def __str__(self) -> str:
        return "\n".join(f"{key}: {reason}" for key, reason in self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSettings:
    """All of a shop's settings. `closed_days` hold for the whole shop, those of `warehouse` for the warehouse alone."""

    zone: Annotated[str, zone_name] = "Asia/Shanghai"
    locale: Annotated[str, one_of("zh-CN", "en")] = "zh-CN"
    currency: Annotated[str, currency_code] = "CNY"
    closed_days: Annotated[tuple[date, ...], days] = ()
    second_step: Annotated[bool, flag] = False
    returns: Annotated[bool, flag] = True
    eu_information_given: Annotated[bool, flag] = True
    sms_sender: Annotated[str, text] = ""
    mail_from: Annotated[str, sender] = ""
    return_address: ReturnAddress = field(default_factory=ReturnAddress)
    contact: Contact = field(default_factory=Contact)
    carriers: tuple[Carrier, ...] = CARRIERS
    arrival: Mapping[str, Arrival] = field(default_factory=lambda: ARRIVALS)
    fees: Fees = field(default_factory=Fees)
    limits: Limits = field(default_factory=Limits)
    links: Links = field(default_factory=Links)
    warehouse: Warehouse = field(default_factory=Warehouse)
    theme: Theme = field(default_factory=Theme)

    @property
    def warehouse_hours(self) -> OpenHours:
        """When somebody in the warehouse can answer."""
        return _open_hours(self.warehouse, self.closed_days)

    def arrival_of(self, method: str) -> Arrival:
        """Of a payment method; one the shop does not name arrives as `other` does."""
        return self.arrival.get(method) or self.arrival[OTHER]

    def pay_link(self, order_no: str) -> str:
        """Where this order is paid, "" where the shop has no such page."""
        return self.links.pay.replace("{order_no}", quote(order_no, safe=""))

    def basket_link(self, items: Iterable[tuple[str, int]], order_no: str) -> str:
        """The shop's basket with `items`, (sku, quantity) each, as `SKU:2,SKU:1`; "" where there is none."""
        listed = ",".join(f"{quote(sku, safe='')}:{quantity}" for sku, quantity in items)
        return self.links.basket.replace("{items}", quote(listed, safe=":,%")).replace(
            "{order_no}", quote(order_no, safe="")
        )

    def find_carrier(self, code: str) -> Carrier | None:
        return next((carrier for carrier in self.carriers if carrier.code == code.strip().upper()), None)

    def carrier_name(self, code: str) -> str:
        """What people call the carrier; the code itself where the shop does not name it."""
        found = self.find_carrier(code)
        return found.name if found else code

    def track_link(self, code: str, tracking_no: str) -> str:
        """The carrier's own page for a parcel, "" where it is not known."""
        found = self.find_carrier(code)
        return found.track_url.replace("{tracking_no}", quote(tracking_no, safe="")) if found else ""


def parse_settings(data: Mapping[str, Any]) -> ShopSettings:
    """The table of a settings file, or what `settings_to_dict` made of one. Raises SettingsError with every problem."""
    reading = _Reading(_currency_of(data))
    settings = reading.table(ShopSettings(), data, "")
    if reading.problems:
        raise SettingsError(tuple(reading.problems))
    return cast(ShopSettings, settings)


def settings_to_dict(settings: ShopSettings) -> dict[str, Any]:
    """All settings, defaults too, in the shape of the file and fit for JSON; `parse_settings` gives an equal value."""
    return cast(dict[str, Any], _plain(settings))


def _currency_of(data: Mapping[str, Any]) -> str:
    """What amounts are read in; a currency that is none is reported under its own key, and theirs are still checked."""
    said = data.get("currency", "")
    try:
        minor_digits(said)
    except (BadMoney, TypeError):
        return ShopSettings().currency
    return str(said)


@lru_cache(maxsize=256)
def _open_hours(warehouse: Warehouse, closed_days: tuple[date, ...]) -> OpenHours:
    return parse_open_hours(
        "00:00-24:00" if warehouse.hours == ROUND_THE_CLOCK else warehouse.hours,
        weekdays=map(WEEKDAYS.index, warehouse.days),
        closed_days={*closed_days, *warehouse.closed_days},
    )


@lru_cache(maxsize=32)
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


class _Reading:
    """Reads tables over their defaults and collects problems; what it returns is only good when there are none."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self.problems: list[tuple[str, str]] = []

    def table(self, base: Any, value: object, key: str) -> Any:
        if not isinstance(value, Mapping):
            return self._bad(key or "(file)", "must be a table")
        known = [one.name for one in fields(base)]
        prefix = f"{key}." if key else ""
        read = {}
        for name, said in value.items():
            if name in known:
                read[name] = self._value(base, name, said, prefix + name)
            else:
                close = get_close_matches(str(name), known, 1)
                self._bad(f"{prefix}{name}", "is not a setting" + (f", did you mean {close[0]}?" if close else ""))
        return replace(base, **read)

    def _bad(self, key: str, reason: str) -> None:
        self.problems.append((key, reason))

    def _value(self, base: Any, name: str, said: object, key: str) -> Any:
        match name:
            case "carriers":
                return self._carriers(said, key)
            case "arrival":
                return self._arrivals(said, key)
        hint = _hints(base.__class__)[name]
        default = getattr(base, name)
        if is_dataclass(default) and not hasattr(hint, "__metadata__"):
            return self.table(default, said, key)
        read = hint.__metadata__[0] if hasattr(hint, "__metadata__") else text
        try:
            return read(said, self._currency)
        except ValueError as error:
            return self._bad(key, str(error))

    def _carriers(self, said: object, key: str) -> Any:
        if not isinstance(said, list):
            return self._bad(key, "must be a list of tables")
        read: list[Carrier] = []
        for number, table in enumerate(said):
            carrier = self.table(Carrier(code="", name=""), table, f"{key}[{number}]")
            for name in ("code", "name"):
                if isinstance(table, Mapping) and name not in table:
                    self._bad(f"{key}[{number}].{name}", "is missing")
            if carrier and carrier.code in {other.code for other in read}:
                self._bad(f"{key}[{number}].code", "is there twice")
            read += [carrier] if carrier else []
        return tuple(read)

    def _arrivals(self, said: object, key: str) -> Any:
        if not isinstance(said, Mapping):
            return self._bad(key, "must be a table")
        read = {}
        for method, table in said.items():
            here = f"{key}.{method}"
            try:
                arrival = self.table(ARRIVALS.get(method, ARRIVALS[OTHER]), table, here)
                read[method_code(method, self._currency)] = arrival
            except ValueError as error:
                self._bad(here, str(error))
                continue
            if arrival and None not in (arrival.min_days, arrival.max_days) and arrival.min_days > arrival.max_days:
                self._bad(f"{here}.max_days", "must not be less than min_days")
        return {**ARRIVALS, **read}


def _plain(value: Any) -> Any:
    match value:
        case Money():
            return value.decimal()
        case Decimal() | date():
            return str(value)
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case tuple():
            return [_plain(item) for item in value]
    if is_dataclass(value):
        plain = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return {name: item for name, item in plain.items() if item is not None}
    return value
