"""What two packs say differently, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.policy.canonical import as_table
from portal.domain.policy.pack import Pack
from portal.domain.policy.pack_fields import FIELDS, field_at

_SAYS_NOTHING = frozenset({"kind", "on", "engine", "effective_from"})
"""What a version is made of, not what holds by it."""
_PLACES = {one.key: number for number, one in enumerate(FIELDS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """At a dotted key of the file. The values as its table has them; None where there is none."""

    key: str
    before: Any
    after: Any


def differences(before: Pack, after: Pack) -> tuple[Difference, ...]:
    """Every field that is not the same, in the order of the editor; what has no field of its own comes last."""
    old, new = (dict(_leaves(as_table(pack), "")) for pack in (before, after))
    keys = [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]
    found = [Difference(key=key, before=old.get(key), after=new.get(key)) for key in keys]
    return tuple(sorted(found, key=lambda one: (_place(one.key), one.key)))


def _place(key: str) -> int:
    field = field_at(key)
    return _PLACES[field.code] if field else len(_PLACES)


def _leaves(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if key in _SAYS_NOTHING:
            continue
        field = field_at(key)
        if isinstance(value, Mapping) and (field is None or field.kind in ("new_span", "new_tag", "drop")):
            if field is not None and field.kind == "drop":
                yield key, dict(value)
            else:
                yield from _leaves(value, f"{key}.")
        else:
            yield key, value
