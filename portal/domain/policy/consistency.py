"""What must hold between the values of a policy pack: each is right in itself, together they must make sense."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.domain.policy.jurisdictions import NO_LAW, find_zone
from portal.domain.policy.pack import ENGINE, SHOP_RULES, Pack
from portal.domain.policy.problems import PackProblem

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
_COUNTRY = re.compile(r"[A-Z]{2}\Z")


def inconsistencies(pack: Pack, source: str) -> Iterator[PackProblem]:
    """What each value alone cannot show."""
    if pack.engine > ENGINE:
        yield PackProblem(source, "engine", f"needs engine {pack.engine}, this portal has {ENGINE}")
    if not _NAME.match(pack.name):
        yield PackProblem(source, "name", "must be 1 to 40 of a-z, 0-9 and -")
    if not _NAME.match(pack.law):
        yield PackProblem(source, "law", "must be 1 to 40 of a-z, 0-9 and -")
    if pack.kind == "shop" and pack.law != NO_LAW and not pack.on:
        yield PackProblem(
            source, "law", f'a shop\'s pack under this law is written on its legal pack: on = "{pack.law}"'
        )
    if pack.kind == "legal" and pack.law == NO_LAW:
        yield PackProblem(source, "law", "a legal pack must say which law it states")
    yield from _odd_codes(pack, source)
    for key, name in (("zone", pack.clock.zone), ("unknown", pack.clock.unknown)):
        if name not in ("customer", "shop") and find_zone(name) is None:
            yield PackProblem(source, f"clock.{key}", "must be an IANA time zone, or for zone also customer or shop")
    if pack.arrival.min_working_days > pack.arrival.max_working_days:
        yield PackProblem(source, "arrival.max_working_days", "must not be less than min_working_days")
    for name, fee in (("withdrawal", pack.fees.withdrawal), ("pickup", pack.fees.pickup)):
        if fee and fee.how != "charged":
            yield PackProblem(source, f"fees.{name}.how", "must be charged: there is no refund to withhold it from")
    for kind in pack.fees.forbidden:
        if getattr(pack.fees, kind):
            yield PackProblem(source, f"fees.{kind}", "is forbidden by fees.forbidden")
    if pack.keep_goods and pack.kind == "legal":
        yield PackProblem(source, "keep_goods", "is a shop's own rule: no law and no platform may demand it of a shop")
    if pack.refund_at_handover and pack.kind == "legal":
        yield PackProblem(source, "refund_at_handover", "is a shop's own rule: no law may demand it of a shop")
    for code in SHOP_RULES:
        if code not in pack.rules:
            yield PackProblem(source, f"rules.{code}", "is missing")
    for code, rule in pack.rules.items():
        if not (rule.says.zh and rule.says.en):
            yield PackProblem(source, f"rules.{code}.says", "must have words in zh and in en")
    for key, code in _cited(pack):
        if code and code not in pack.rules:
            yield PackProblem(source, key, "names the rule {limit}, which the pack does not have", code)


def _odd_codes(pack: Pack, source: str) -> Iterator[PackProblem]:
    labels = pack.button.labels if pack.button else {}
    for key, codes in (("countries", pack.countries), ("button.labels", tuple(labels))):
        for code in codes:
            if not _COUNTRY.match(code):
                yield PackProblem(source, key, "{limit} is no code of two letters", code)


def _cited(pack: Pack) -> Iterator[tuple[str, str]]:
    cites = pack.windows.cites
    yield from (("windows.cites.always", code) for code in cites.always)
    yield from ((f"windows.cites.{key}", getattr(cites, key)) for key in ("moved", "prolonged", "promised"))
    yield from ((f"exclusions.{tag}.rule", exclusion.rule) for tag, exclusion in pack.exclusions.items())
    yield from ((f"confirmed_grounds.{ground}", code) for ground, code in pack.confirmed_grounds.items())
    if pack.legal_refund:
        yield "legal_refund.rule", pack.legal_refund.rule
    if pack.prepaid:
        yield "prepaid.rule", pack.prepaid.rule
    if pack.keep_goods:
        yield "keep_goods.rule", pack.keep_goods.rule
    if pack.refund_at_handover:
        yield "refund_at_handover.rule", pack.refund_at_handover.rule
    if pack.button:
        yield "button.rule", pack.button.rule
