"""A shop's pack as what it says differently from the pack it is written `on`: the inverse of reading a pack file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.domain.policy.canonical import as_table
from portal.domain.policy.pack import Pack

OWN = frozenset({"name", "title", "kind", "on", "effective_from"})
"""What a pack never takes from the one below."""


def overlay(pack: Pack, base: Pack | None) -> dict[str, Any]:
    """The table of a file that gives `pack` again on `base`; `false` takes an entry of the base away. Without the day
    it starts on, which is said when it is published."""
    full = as_table(pack)
    own = {key: full[key] for key in ("name", "title") if key in full}
    if base is None:
        rest = {key: value for key, value in full.items() if key not in ("effective_from", "engine") and value != ""}
        return own | rest
    below = {key: value for key, value in as_table(base).items() if key not in OWN}
    above = {key: value for key, value in full.items() if key not in OWN}
    return own | {"on": base.name} | _different(above, below)


def _different(above: Mapping[str, Any], below: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {key: False for key in below if key not in above}
    for key, value in above.items():
        under = below.get(key)
        if key not in below:
            found[key] = value
        elif isinstance(value, dict) and isinstance(under, dict):
            if inner := _different(value, under):
                found[key] = inner
        elif value != under:
            found[key] = value
    return found


def value_at(table: Mapping[str, Any], key: str) -> Any:
    """What stands at a dotted key; None where nothing does."""
    found: Any = table
    for part in key.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def with_value(table: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    """A copy with `value` at a dotted key; None takes the key away, and tables that are empty without it."""
    first, _, rest = key.partition(".")
    copy = dict(table)
    if not rest:
        if value is None:
            copy.pop(first, None)
        else:
            copy[first] = value
        return copy
    under = copy.get(first)
    if value is None and not isinstance(under, Mapping):
        return copy
    inner = with_value(under if isinstance(under, Mapping) else {}, rest, value)
    if inner:
        copy[first] = inner
    else:
        copy.pop(first, None)
    return copy
