"""What a shop sets for itself (`portal shops set`), as it holds: a TOML table that `portal.schemas` has read.

Everything has a default. Amounts are decimal strings in the shop's currency; every problem is collected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, cast
from urllib.parse import quote

from portal.domain.deadlines.spans import OpenHours, parse_open_hours
from portal.domain.errors import Invalid
from portal.domain.money import Money
from portal.domain.policy.pack import Words
from portal.domain.shops.profile import (
    ARRIVALS,
    CARRIERS,
    OTHER,
    OTHER_CARRIER,
    OTHER_CODE,
    ROUND_THE_CLOCK,
    SILENT,
    WEEKDAYS,
    Carrier,
    Contact,
    Delivery,
    DoorPickup,
    Links,
    ReturnAddress,
    ShopArrival,
    ShopFees,
    ShopLimits,
    StoreCredit,
    TextMessages,
    Theme,
    Warehouse,
)


class SettingsError(Invalid):
    """Settings that cannot be used. `problems`: every (dotted key, reason), in words fit to be shown."""

    def __str__(self) -> str:
        return "\n".join(f"{key}: {reason}" for key, reason in self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSettings:
    """All of a shop's settings. `closed_days` hold for the whole shop, those of `warehouse` for the warehouse alone.

    `country`: whose banks move its money (ISO 3166); "": the country of its `zone`. `name`: what it is called where
    that is not the name it was added with. `withdrawal_link`: whether every page and mail leads to 撤回合同;
    auto: where the shop's own law knows it. `remembered_sign_in`: customers may stay signed in on a device of their own
    for 30 days. `complaint_line`: whom customers may turn to where the law's pack names
    nobody.
    """

    name: Words = SILENT
    zone: str = "Asia/Shanghai"
    country: str = ""
    locale: str = "zh-CN"
    currency: str = "CNY"
    closed_days: tuple[date, ...] = ()
    second_step: bool = False
    remembered_sign_in: bool = False
    returns: bool = True
    eu_information_given: bool = True
    withdrawal_link: Literal["auto", "always", "never"] = "auto"
    complaint_line: Words | None = None
    sms_sender: str = ""
    mail_from: str = ""
    sms: TextMessages = field(default_factory=TextMessages)
    return_address: ReturnAddress = field(default_factory=ReturnAddress)
    contact: Contact = field(default_factory=Contact)
    carriers: tuple[Carrier, ...] = CARRIERS
    arrival: Mapping[str, ShopArrival] = field(default_factory=lambda: ARRIVALS)
    fees: ShopFees = field(default_factory=ShopFees)
    limits: ShopLimits = field(default_factory=ShopLimits)
    delivery: Delivery = field(default_factory=Delivery)
    pickup: DoorPickup = field(default_factory=DoorPickup)
    store_credit: StoreCredit = field(default_factory=StoreCredit)
    links: Links = field(default_factory=Links)
    warehouse: Warehouse = field(default_factory=Warehouse)
    theme: Theme = field(default_factory=Theme)

    @property
    def warehouse_hours(self) -> OpenHours:
        """When somebody in the warehouse can answer."""
        return _open_hours(self.warehouse, self.closed_days)

    def arrival_of(self, method: str) -> ShopArrival:
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

    def name_in(self, locale: str, added_as: str) -> str:
        """What the shop is called in that language; `added_as` where its settings do not say."""
        return self.name.in_locale(locale) or added_as

    def find_carrier(self, code: str) -> Carrier | None:
        return next((carrier for carrier in self.carriers if carrier.code == code.strip().upper()), None)

    def carrier_words(self, code: str) -> Words:
        """What people call the carrier, in each language; the code itself where the shop does not name it."""
        found = self.find_carrier(code)
        if found is None:
            return OTHER_CARRIER if code == OTHER_CODE else Words(code, code)
        return _also_in_english(found)

    def carrier_name(self, code: str, locale: str = "zh") -> str:
        return self.carrier_words(code).in_locale(locale)

    def track_link(self, code: str, tracking_no: str) -> str:
        """The carrier's own page for a parcel, "" where it is not known."""
        found = self.find_carrier(code)
        return found.track_url.replace("{tracking_no}", quote(tracking_no, safe="")) if found else ""


def settings_to_dict(settings: ShopSettings) -> dict[str, Any]:
    """All settings, defaults too, in the shape of the file and fit for JSON; read again they give an equal value."""
    return cast(dict[str, Any], _plain(settings))


def _also_in_english(carrier: Carrier) -> Words:
    """What a shop has named in Chinese alone, as everybody does, has the English name that we know of it."""
    usual = next((one.name for one in CARRIERS if one.code == carrier.code), SILENT)
    return usual if carrier.name == Words(usual.zh, usual.zh) else carrier.name


@lru_cache(maxsize=256)
def _open_hours(warehouse: Warehouse, closed_days: tuple[date, ...]) -> OpenHours:
    return parse_open_hours(
        "00:00-24:00" if warehouse.hours == ROUND_THE_CLOCK else warehouse.hours,
        weekdays=map(WEEKDAYS.index, warehouse.days),
        closed_days={*closed_days, *warehouse.closed_days},
    )


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
        case Words(zh=said) if said == value.en:
            return said
    if is_dataclass(value):
        plain = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return {name: item for name, item in plain.items() if item is not None}
    return value
