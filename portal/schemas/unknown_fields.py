"""The fields of a body that its types do not know: they are ignored, counted, and said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_type_hints

from typing_extensions import is_typeddict


@dataclass(frozen=True, slots=True)
class Known:
    """The names of an object's fields, and of the objects in it, single or in lists."""

    names: frozenset[str]
    parts: tuple[tuple[str, Known], ...]


def known_of(kind: Any) -> Known:
    """Of a TypedDict and those in it."""
    hints = get_type_hints(kind)
    found = ((name, _object_in(hint)) for name, hint in hints.items())
    return Known(frozenset(hints), tuple((name, known_of(inner)) for name, inner in found if inner is not None))


def unknown_fields(data: Mapping[str, Any], known: Known) -> tuple[str, ...]:
    """Dotted names without places (`lines.colour`), one for each time, of data that the types have taken."""
    found: list[str] = []
    _collect(data, known, "", found)
    return tuple(found)


def _collect(data: Mapping[str, Any], known: Known, at: str, found: list[str]) -> None:
    if not data.keys() <= known.names:
        found += [f"{at}{name}" for name in data if name not in known.names]
    for name, inner in known.parts:
        if value := data.get(name):
            for one in value if isinstance(value, list) else (value,):
                if inner.parts or not one.keys() <= inner.names:
                    _collect(one, inner, f"{at}{name}.", found)


def _object_in(hint: Any) -> Any:
    """The TypedDict that a field holds, itself, in a list or with None beside it."""
    if is_typeddict(hint):
        return hint
    return next((found for part in get_args(hint) if (found := _object_in(part)) is not None), None)


def names_at(kind: Any, path: tuple[int | str, ...]) -> list[str]:
    """The names of the object that `path` leads to in a TypedDict, through lists and tables of tables."""
    for part in path:
        kind = _object_in(get_type_hints(kind).get(str(part))) or kind
    return list(get_type_hints(kind))
