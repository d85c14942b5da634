"""A pack file to a checked Pack: laid over the pack it says it is `on`, consistent, and no harsher than the law."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from portal.domain.policy.jurisdictions import find_zone
from portal.domain.policy.merge_packs import harsher
from portal.domain.policy.pack import ENGINE, SHOP_RULES, Pack
from portal.domain.policy.parsing import PackError, Problem, as_table, parse_pack, read_toml

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
_OWN = frozenset({"name", "title", "kind", "on", "effective_from"})


def load_pack(text: str, source: str, bases: Mapping[str, Pack] | None = None) -> Pack:
    """A TOML pack. `bases` are the packs by name that it may be written `on`. Raises PackError with every problem.

    A file that is `on` another says only what differs; `false` in the place of anything
    but a yes or no takes that entry away.
    """
    table = read_toml(text, source)
    base = _base_of(table, source, bases or {})
    if base is not None:
        inherited = {key: value for key, value in as_table(base).items() if key not in _OWN}
        table = _merged(inherited, table)
    pack = parse_pack(table, source)
    problems = [*_inconsistencies(pack, source), *(harsher(pack, base, source) if base else ())]
    if problems:
        raise PackError(tuple(problems))
    return pack


def _base_of(table: Mapping[str, Any], source: str, bases: Mapping[str, Pack]) -> Pack | None:
    on = table.get("on")
    if not on:
        return None
    if not isinstance(on, str) or on not in bases or (bases[on].kind == "shop" and bases[on].law != "none"):
        names = ", ".join(sorted(name for name, pack in bases.items() if pack.kind == "legal")) or "none"
        raise PackError((Problem(source, "on", f"is no pack that can be built on; there are: {names}"),))
    return bases[on]


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        if value is False and under is not None and not isinstance(under, bool):
            del merged[key]
        elif isinstance(value, dict) and isinstance(under, dict):
            merged[key] = _merged(under, value)
        else:
            merged[key] = value
    return merged


def _inconsistencies(pack: Pack, source: str) -> Iterator[Problem]:
    """What each value alone cannot show."""
    if pack.engine > ENGINE:
        yield Problem(source, "engine", f"needs engine {pack.engine}, this portal has {ENGINE}")
    if not _NAME.match(pack.name):
        yield Problem(source, "name", "must be 1 to 40 of a-z, 0-9 and -")
    if pack.kind == "shop" and pack.law != "none" and not pack.on:
        yield Problem(source, "law", f'a shop\'s pack under this law is written on its legal pack: on = "{pack.law}"')
    if pack.kind == "legal" and pack.law == "none":
        yield Problem(source, "law", "a legal pack must say which law it states: cn or eu")
    for key, name in (("zone", pack.clock.zone), ("unknown", pack.clock.unknown)):
        if name not in ("customer", "shop") and find_zone(name) is None:
            yield Problem(source, f"clock.{key}", "must be an IANA time zone, or for zone also customer or shop")
    if pack.arrival.min_working_days > pack.arrival.max_working_days:
        yield Problem(source, "arrival.max_working_days", "must not be less than min_working_days")
    for name, fee in (("withdrawal", pack.fees.withdrawal), ("pickup", pack.fees.pickup)):
        if fee and fee.how != "charged":
            yield Problem(source, f"fees.{name}.how", "must be charged: there is no refund to withhold it from")
    for kind in pack.fees.forbidden:
        if getattr(pack.fees, kind):
            yield Problem(source, f"fees.{kind}", "is forbidden by fees.forbidden")
    for code in SHOP_RULES:
        if code not in pack.rules:
            yield Problem(source, f"rules.{code}", "is missing")
    for code, rule in pack.rules.items():
        if not (rule.says.zh and rule.says.en):
            yield Problem(source, f"rules.{code}.says", "must have words in zh and in en")
    for key, code in _cited(pack):
        if code and code not in pack.rules:
            yield Problem(source, key, f"names the rule {code}, which the pack does not have")


def _cited(pack: Pack) -> Iterator[tuple[str, str]]:
    cites = pack.windows.cites
    yield from (("windows.cites.always", code) for code in cites.always)
    yield from ((f"windows.cites.{key}", getattr(cites, key)) for key in ("moved", "prolonged", "promised"))
    yield from ((f"exclusions.{tag}.rule", exclusion.rule) for tag, exclusion in pack.exclusions.items())
    yield from ((f"confirmed_grounds.{ground}", code) for ground, code in pack.confirmed_grounds.items())
    if pack.legal_refund:
        yield "legal_refund.rule", pack.legal_refund.rule
