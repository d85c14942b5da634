"""Frozen facts to plain JSON values and back, exactly: what replay reads years later is what was decided on.

Knows dataclasses, tuples, Money, aware datetimes, dates, spans of time (as microseconds), optional and literal fields;
nothing else may be a fact.
"""

from __future__ import annotations

import hashlib
import json
import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_PLAIN = (str, int)


def to_plain(value: Any) -> Any:
    """JSON-able values. Defaults are written too: a later default must not change an old fact."""
    if value is None or isinstance(value, _PLAIN):
        return value
    if isinstance(value, (tuple, list)):
        return [to_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    if (names := _names(type(value))) is not None:  # type: ignore[arg-type]
        return {name: to_plain(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} is no fact")


@cache
def _names(kind: type) -> tuple[str, ...] | None:
    """The fields of a dataclass, in order; None for anything else. Looked up once: every order taken in passes here."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


def from_plain(kind: type[T], data: Any) -> T:
    """The inverse of `to_plain` for a value of type `kind`."""
    result: T = _read(kind, data)
    return result


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, data: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        if data is None:
            return None
        return _read(next(option for option in get_args(kind) if option is not type(None)), data)
    if origin is tuple:
        inner = get_args(kind)
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_read(inner[0], item) for item in data)
        return tuple(_read(part, item) for part, item in zip(inner, data, strict=True))
    if origin is dict:
        return {key: _read(get_args(kind)[1], item) for key, item in data.items()}
    if origin is Literal or kind is Any:
        return data
    if kind is datetime:
        return datetime.fromisoformat(data)
    if kind is date:
        return date.fromisoformat(data)
    if kind is timedelta:
        return timedelta(microseconds=data)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], item) for name, item in data.items() if name in hints})
    return data


def canonical(value: Any) -> str:
    """Canonical JSON: sorted keys, no blanks, UTF-8 kept. The text that is hashed is the text that is stored."""
    return json.dumps(to_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(value: Any) -> str:
    """SHA-256 over canonical JSON, hex."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()
