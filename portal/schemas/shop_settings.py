"""A shop's settings as types (docs/shop-settings.md), and the table of a settings file to ShopSettings.

What a table does not say has the default of the domain's dataclass of the same name. Every problem is collected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Required, cast

from pydantic import AfterValidator, BeforeValidator, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from portal.domain.messages.notice_kinds import CODES, NOTICES, fields_of
from portal.domain.money import is_currency
from portal.domain.policy.pack import Words
from portal.domain.shops import profile
from portal.domain.shops.profile import ARRIVALS, OTHER, ShopArrival
from portal.domain.shops.settings import SettingsError, ShopSettings
from portal.schemas.reasons import bracketed, problems_of
from portal.schemas.setting_values import (
    SETTING_REASONS,
    Accent,
    Amount,
    BasketLink,
    CarrierCode,
    Country,
    CreditDays,
    Currency,
    Days,
    Line,
    Link,
    MailAddress,
    MethodCode,
    Night,
    NumberOfDays,
    NumberOfTries,
    OpeningHours,
    OptionalCarrier,
    PayLink,
    Percent,
    Pixels,
    Sender,
    TextedKind,
    TrackLink,
    Weekdays,
    Zone,
    in_each_language,
)
from portal.schemas.tables import ListOf, gives
from portal.schemas.unknown_fields import names_at


def _arrivals(said: dict[str, dict[str, Any]]) -> dict[str, ShopArrival]:
    """What a shop says of a method, over what holds for that method, or else for any other."""
    return {**ARRIVALS, **{method: _arrival(method, dict(table)) for method, table in said.items()}}


def _arrival(method: str, table: dict[str, Any]) -> ShopArrival:
    usual = ARRIVALS.get(method, ARRIVALS[OTHER])
    label = replace(usual.label, **table.pop("label", {}))
    return replace(usual, label=label, **table)


class SaidTable(TypedDict, total=False):
    """One thing in each language; a language that is left out says it in the other."""

    zh: Line
    en: Line


def _words(said: SaidTable) -> Words:
    zh, en = said.get("zh", ""), said.get("en", "")
    return Words(zh or en, en or zh)


Said = Annotated[SaidTable, BeforeValidator(in_each_language)]
"""A line, or a table of one for each language."""
SaidWords = Annotated[Said, AfterValidator(_words)]


class ReturnAddressTable(TypedDict, total=False):
    name: Line
    phone: Line
    region: Line
    address: Line
    postcode: Line


class ContactTable(TypedDict, total=False):
    phone: Line
    hours: SaidWords
    mail: MailAddress
    chat_url: Link


class CarrierTable(TypedDict, total=False):
    code: Required[CarrierCode]
    name: Required[SaidWords]
    track_url: TrackLink


class ComplaintTable(TypedDict):
    zh: Line
    en: Line


class ArrivalSettings(TypedDict, total=False):
    min_days: NumberOfDays
    max_days: NumberOfDays
    kind: Literal["wallet", "bank"]
    label: Said


class FeeSettings(TypedDict, total=False):
    withdrawal_fixed: Amount
    withdrawal_percent: Percent
    return_freight_cap: Amount
    on_delivery: bool


class LimitSettings(TypedDict, total=False):
    auto_refund: Amount
    second_person: Amount
    second_person_day: Amount
    resubmissions: NumberOfTries
    later_days: NumberOfDays


class DeliverySettings(TypedDict, total=False):
    freight: Amount
    free_from: Amount


class PickupTable(TypedDict, total=False):
    carrier: OptionalCarrier


class StoreCreditTable(TypedDict, total=False):
    refunds: bool
    bonus_percent: Percent
    valid_days: CreditDays


class LinksTable(TypedDict, total=False):
    pay: PayLink
    basket: BasketLink


class WarehouseTable(TypedDict, total=False):
    hours: OpeningHours
    days: Weekdays
    closed_days: Days


class ApprovedTextTable(TypedDict, total=False):
    template_id: Required[SaidWords]
    params: ListOf[Line]


class TextsTable(TypedDict, total=False):
    quiet: Night
    templates: dict[TextedKind, Annotated[ApprovedTextTable, gives(profile.ApprovedText)]]


class ThemeTable(TypedDict, total=False):
    accent: Accent
    radius: Pixels
    mode: Literal["auto", "light", "dark"]


Carrier = Annotated[CarrierTable, gives(profile.Carrier)]


class SettingsTable(TypedDict, total=False):
    name: SaidWords
    zone: Zone
    country: Country
    locale: Literal["zh-CN", "en"]
    currency: Currency
    closed_days: Days
    second_step: bool
    remembered_sign_in: bool
    returns: bool
    eu_information_given: bool
    withdrawal_link: Literal["auto", "always", "never"]
    complaint_line: Annotated[ComplaintTable, BeforeValidator(in_each_language), gives(Words)]
    sms_sender: Line
    mail_from: Sender
    sms: Annotated[TextsTable, gives(profile.TextMessages)]
    return_address: Annotated[ReturnAddressTable, gives(profile.ReturnAddress)]
    contact: Annotated[ContactTable, gives(profile.Contact)]
    carriers: ListOf[Carrier]
    arrival: Annotated[dict[MethodCode, ArrivalSettings], AfterValidator(_arrivals)]
    fees: Annotated[FeeSettings, gives(profile.ShopFees)]
    limits: Annotated[LimitSettings, gives(profile.ShopLimits)]
    delivery: Annotated[DeliverySettings, gives(profile.Delivery)]
    pickup: Annotated[PickupTable, gives(profile.DoorPickup)]
    store_credit: Annotated[StoreCreditTable, gives(profile.StoreCredit)]
    links: Annotated[LinksTable, gives(profile.Links)]
    warehouse: Annotated[WarehouseTable, gives(profile.Warehouse)]
    theme: Annotated[ThemeTable, gives(profile.Theme)]


SETTINGS: TypeAdapter[SettingsTable] = TypeAdapter(Annotated[SettingsTable, gives(ShopSettings)])


def read_settings(data: Mapping[str, Any]) -> ShopSettings:
    """The table of a settings file, or what `settings_to_dict` made of one. Raises SettingsError with every problem."""
    problems, settings = list(_contradictions(data)), ShopSettings()
    # A currency that is none is reported under its own key, and amounts are still checked.
    currency = data.get("currency")
    context = currency if is_currency(currency) else settings.currency
    try:
        settings = cast(ShopSettings, SETTINGS.validate_python(data, strict=True, extra="forbid", context=context))
    except ValidationError as error:
        problems = [*_named(error), *problems]
    if problems:
        raise SettingsError(tuple(problems))
    return settings


def _named(error: ValidationError) -> Iterator[tuple[str, str]]:
    unknown = SETTING_REASONS["extra_forbidden"]
    for path, reason in problems_of(error, SETTING_REASONS):
        close = get_close_matches(str(path[-1]), names_at(SettingsTable, path[:-1]), 1) if reason == unknown else []
        yield bracketed(path), reason + (f", did you mean {close[0]}?" if close else "")


def _contradictions(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What single values cannot show; whatever is not of its type is a problem already."""
    carriers, arrivals = data.get("carriers"), data.get("arrival")
    tables = carriers if isinstance(carriers, list) else []
    codes = [table.get("code") if isinstance(table, dict) else None for table in tables]
    for number, code in enumerate(codes):
        if code is not None and code in codes[:number]:
            yield f"carriers[{number}].code", "is there twice"
    yield from _unknown_fields(data)
    yield from _unknown_couriers(data, codes or [carrier.code for carrier in profile.CARRIERS])
    for method, table in arrivals.items() if isinstance(arrivals, dict) else ():
        usual = ARRIVALS.get(method, ARRIVALS[OTHER])
        said = table if isinstance(table, dict) else {}
        least, most = said.get("min_days", usual.min_days), said.get("max_days", usual.max_days)
        if type(least) is type(most) is int and least > most:
            yield f"arrival.{method}.max_days", "must not be less than min_days"


def _unknown_couriers(data: Mapping[str, Any], codes: list[Any]) -> Iterator[tuple[str, str]]:
    table = data.get("pickup")
    carrier = table.get("carrier") if isinstance(table, dict) else None
    if isinstance(carrier, str) and carrier and carrier not in codes:
        yield "pickup.carrier", "is none of the carriers"


def _unknown_fields(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a text message is to be filled with, and its notice does not have."""
    table = data.get("sms")
    templates = table.get("templates") if isinstance(table, dict) else None
    if not isinstance(templates, dict) or not templates:
        return
    for code in sorted(CODES - templates.keys()):
        yield f"sms.templates.{code}", "is needed: without it nobody gets a code by SMS"
    for kind, approved in templates.items():
        params = approved.get("params") if isinstance(approved, dict) else None
        if kind not in NOTICES or not isinstance(params, list):
            continue
        known = fields_of(kind)
        for number, name in enumerate(params):
            if isinstance(name, str) and name not in known:
                yield f"sms.templates.{kind}.params[{number}]", f"is none of {', '.join(known)}"
