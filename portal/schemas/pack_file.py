"""A pack file to a checked Pack: merged onto the pack that its `on` names, consistent, never worse than the law."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from portal.domain.policy.canonical import as_table
from portal.domain.policy.consistency import inconsistencies
from portal.domain.policy.merge_packs import worse_for_customer
from portal.domain.policy.pack import Pack
from portal.domain.policy.problems import PackError, PackProblem
from portal.schemas.pack import parse_pack

_OWN = frozenset({"name", "title", "kind", "on", "effective_from"})


def load_pack(text: str, source: str, bases: Mapping[str, Pack] | None = None) -> Pack:
    """A TOML pack. `bases` are the packs by name that it may be written `on`. Raises PackError with every problem.

    A file that is `on` another says only what differs; `false` in the place of anything
    but a yes or no takes that entry away.
    """
    table = _read_toml(text, source)
    base = _base_of(table, source, bases or {})
    if base is not None:
        inherited = {key: value for key, value in as_table(base).items() if key not in _OWN}
        table = _merged(inherited, table)
    pack = parse_pack(table, source)
    problems = [*inconsistencies(pack, source), *(worse_for_customer(pack, base, source) if base else ())]
    if problems:
        raise PackError(tuple(problems))
    return pack


def _base_of(table: Mapping[str, Any], source: str, bases: Mapping[str, Pack]) -> Pack | None:
    on = table.get("on")
    if not on:
        return None
    if not isinstance(on, str) or on not in bases or (bases[on].kind == "shop" and bases[on].law != "none"):
        names = ", ".join(sorted(name for name, pack in bases.items() if pack.kind == "legal")) or "none"
        raise PackError((PackProblem(source, "on", f"is no pack that can be built on; there are: {names}"),))
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


def _read_toml(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackError((PackProblem(source, "(syntax)", str(error)),)) from None
