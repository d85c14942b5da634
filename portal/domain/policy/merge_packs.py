"""A shop's pack on top of the law's: the customer gets the better of the two, field by field (CN-17)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from portal.domain.cases.life_cycle import REPLACING_KINDS
from portal.domain.deadlines.spans import Span
from portal.domain.policy.canonical import digest
from portal.domain.policy.pack import (
    TIMERS,
    Amounts,
    Days,
    FeeRules,
    Freight,
    Kind,
    Pack,
    Policy,
    Timers,
    Waits,
    Windows,
)
from portal.domain.policy.problems import PackProblem


def merge_packs(shop: Pack, legal: Pack | None) -> Policy:
    """What holds for an order under `legal` (None: no law the portal knows) in a shop with this pack.

    Nothing in it is harsher than the law, even where the shop's pack was written for another one; what the law does
    not speak of is the shop's. A shop whose policy is a legal pack has none of its own to lay on another law.
    """
    if legal is None or shop.kind == "legal":
        alone = legal or shop
        legal_days: Days = alone.windows.no_reason_days if alone.kind == "legal" else 0
        return _policy(alone, legal_days=legal_days, made_of=(_version(alone),))
    kinder = replace(
        shop,
        law=legal.law,
        countries=legal.countries,
        button=legal.button,
        clock=legal.clock,
        kinds=_kinds(shop, legal),
        windows=_windows(shop.windows, legal.windows),
        exclusions={tag: legal.exclusions[tag] for tag in legal.exclusions if tag in shop.exclusions},
        confirmed_grounds=_grounds(shop, legal),
        timers=_timers(shop.timers, legal.timers),
        waits=_waits(shop.waits, legal.waits),
        ship_within=min(shop.ship_within, legal.ship_within, key=_size),
        legal_refund=legal.legal_refund,
        prepaid=legal.prepaid or shop.prepaid,
        fees=_fees(shop.fees, legal.fees),
        freight=_freight(shop.freight, legal.freight),
        complaint_line=legal.complaint_line or shop.complaint_line,
        rules={**legal.rules, **{code: rule for code, rule in shop.rules.items() if code.startswith("SHOP-")}},
    )
    made_of = (_version(shop), _version(legal))
    return _policy(kinder, legal_days=legal.windows.no_reason_days, made_of=made_of)


def worse_for_customer(shop: Pack, legal: Pack, source: str) -> tuple[PackProblem, ...]:
    """Every field in which a shop's pack gives the customer less than the legal pack it is built on."""
    return (
        tuple(PackProblem(source, *what) for what in _worse_for_customer(shop, legal)) if legal.kind == "legal" else ()
    )


Worse = tuple[str, str] | tuple[str, str, str]
"""Key, reason and its limit, as a PackProblem has them."""


def _worse_for_customer(shop: Pack, legal: Pack) -> Iterator[Worse]:
    if shop.kind == "legal" or shop.law != legal.law:
        yield (
            ("kind" if shop.kind == "legal" else "law"),
            "must be a shop's pack, under the law {limit}",
            str(legal.law),
        )
    if shop.clock != legal.clock:
        yield "clock", "is the law's: {limit}", f"zone {legal.clock.zone}, calendar {legal.clock.calendar}"
    yield from _harsher_windows(shop.windows, legal.windows)
    for name, exclusion in shop.exclusions.items():
        if legal.exclusions.get(name) != exclusion:
            yield f"exclusions.{name}", "is not an exclusion of the law; use restrictions for what the shop adds"
    for ground, rule in shop.confirmed_grounds.items():
        if legal.confirmed_grounds.get(ground) != rule:
            yield f"confirmed_grounds.{ground}", "is not a ground the law knows"
    yield from _harsher_times(shop, legal)
    for kind in legal.fees.forbidden:
        if getattr(shop.fees, kind) or kind not in shop.fees.forbidden:
            yield f"fees.{kind}", "is a fee the law forbids"
    for name in ("countries", "button", "legal_refund", "prepaid"):
        if getattr(shop, name) != getattr(legal, name):
            yield name, "is the law's"
    if shop.freight != _freight(shop.freight, legal.freight):
        yield "freight", "bears less than the legal pack"
    for missing in (kind for kind in legal.kinds if kind not in shop.kinds and kind not in REPLACING_KINDS):
        yield "kinds", "must include {limit}", str(missing)
    for code in legal.rules:
        if not code.startswith("SHOP-") and shop.rules.get(code) != legal.rules[code]:
            yield f"rules.{code}", "the words of the law's rules cannot be changed"


def _harsher_times(shop: Pack, legal: Pack) -> Iterator[Worse]:
    for name, who in TIMERS.items():
        own, least = getattr(shop.timers, name), getattr(legal.timers, name)
        if who == "shop" and own.size > least.size:
            yield f"timers.{name}", "must not be longer than {limit}", str(least)
        if who == "customer" and own.size < least.size:
            yield f"timers.{name}", "must not be shorter than {limit}", str(least)
    for wait in fields(legal.waits):
        if getattr(shop.waits, wait.name).size > getattr(legal.waits, wait.name).size:
            yield f"waits.{wait.name}", "must not be longer than {limit}", str(getattr(legal.waits, wait.name))
    if shop.ship_within.size > legal.ship_within.size:
        yield "ship_within", "must not be longer than {limit}", str(legal.ship_within)


def _harsher_windows(shop: Windows, legal: Windows) -> Iterator[Worse]:
    if _length(shop.no_reason_days) < _length(legal.no_reason_days):
        yield "windows.no_reason_days", "must not be less than {limit}", str(legal.no_reason_days)
    for name in ("starts_with", "moves_past_rest_days", "months_without_information", "cites"):
        if getattr(shop, name) != getattr(legal, name):
            yield f"windows.{name}", "is the law's"
    if shop.provisional_grace_days < legal.provisional_grace_days:
        yield "windows.provisional_grace_days", "must not be less than {limit}", str(legal.provisional_grace_days)
    if shop.quality.size < legal.quality.size:
        yield "windows.quality", "must not be shorter than {limit}", str(legal.quality)
    for tag, span in shop.quality_by_tag.items():
        least = legal.quality_by_tag.get(tag, legal.quality)
        if span.size < least.size:
            yield f"windows.quality_by_tag.{tag}", "must not be shorter than {limit}", str(least)


def _policy(pack: Pack, **more: Any) -> Policy:
    return Policy(**{f.name: getattr(pack, f.name) for f in fields(Pack)}, **more)


def _version(pack: Pack) -> str:
    return f"{pack.name}@{digest(pack)[:12]}"


def _size(span: Span) -> tuple[timedelta, bool]:
    return span.size


def _length(days: Days) -> float:
    return float("inf") if days == "unlimited" else days


def _waits(shop: Waits, legal: Waits) -> Waits:
    kinder = {f.name: min(getattr(shop, f.name), getattr(legal, f.name), key=_size) for f in fields(Waits)}
    return replace(shop, **kinder)


def _kinds(shop: Pack, legal: Pack) -> tuple[Kind, ...]:
    """What the law's pack offers; goods for goods only where the shop does. A shop that approves everything adds its
    own."""
    offered = tuple(kind for kind in legal.kinds if kind not in REPLACING_KINDS or kind in shop.kinds)
    return tuple(dict.fromkeys((*offered, *shop.kinds))) if shop.approves == "everything" else offered


def _grounds(shop: Pack, legal: Pack) -> dict[str, str]:
    """What a purchase-time confirmation can exclude; a pack written for another law cannot mean to lift this one's."""
    if shop.law not in ("none", legal.law):
        return dict(legal.confirmed_grounds)
    return {ground: rule for ground, rule in legal.confirmed_grounds.items() if ground in shop.confirmed_grounds}


def _windows(shop: Windows, legal: Windows) -> Windows:
    by_tag = {
        tag: max(span, shop.quality_by_tag[tag], key=_size)
        for tag, span in legal.quality_by_tag.items()
        if tag in shop.quality_by_tag
    }
    return replace(
        legal,
        no_reason_days=max(legal.no_reason_days, shop.no_reason_days, key=_length),
        provisional_grace_days=max(legal.provisional_grace_days, shop.provisional_grace_days),
        quality=max(legal.quality, shop.quality, key=_size),
        quality_by_tag=by_tag,
    )


def _timers(shop: Timers, legal: Timers) -> Timers:
    kinder = {
        name: (min if who == "shop" else max)(getattr(shop, name), getattr(legal, name), key=_size)
        for name, who in TIMERS.items()
    }
    return replace(shop, **kinder)


def _fees(shop: FeeRules, legal: FeeRules) -> FeeRules:
    forbidden = dict.fromkeys(legal.forbidden)
    return replace(shop, **forbidden, forbidden=tuple(dict.fromkeys((*legal.forbidden, *shop.forbidden))))


def _freight(shop: Freight, legal: Freight) -> Freight:
    return Freight(
        outbound="with_last_unit" if "with_last_unit" in (shop.outbound, legal.outbound) else "kept",
        return_carriage="shop" if "shop" in (shop.return_carriage, legal.return_carriage) else "customer",
        carriage_cap=_higher(shop.carriage_cap, legal.carriage_cap),
    )


def _higher(shop: Amounts, legal: Amounts) -> Amounts:
    """Per currency the larger sum, a currency that only one names being compared with the other's `*`."""
    own, law = dict(shop.major), dict(legal.major)
    rest = own.get("*", Decimal(0)), law.get("*", Decimal(0))
    return Amounts(tuple((c, max(own.get(c, rest[0]), law.get(c, rest[1]))) for c in sorted(own.keys() | law.keys())))
