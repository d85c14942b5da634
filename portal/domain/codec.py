"""Frozen facts to plain JSON values and back, exactly: what replay reads years later is what was decided on.

Knows dataclasses, tuples, Money, aware datetimes, dates, spans of time (as microseconds), optional and literal fields;
nothing else may be a fact.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

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
    wanted: Any = kind
    result: T = _reader(wanted)(data)
    return result


Reader = Callable[[Any], Any]


def _same(data: Any) -> Any:
    return data


@cache
def _reader(kind: Any) -> Reader:
    """Reads data as `kind`. Found out once for each type: a page reads a card for every order it shows."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _or_none(next(option for option in inner if option is not type(None)))
    if origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
        each = _reader(inner[0])
        return lambda data: tuple([each(item) for item in data])
    if origin is tuple:
        parts = [_reader(part) for part in inner]
        return lambda data: tuple([part(item) for part, item in zip(parts, data, strict=True)])
    if origin is dict:
        value = _reader(inner[1])
        return lambda data: {key: value(item) for key, item in data.items()}
    if kind in (datetime, date):
        found: Reader = kind.fromisoformat
        return found
    if kind is timedelta:
        return lambda data: timedelta(microseconds=data)
    return _of_fields(kind) if isinstance(kind, type) and is_dataclass(kind) else _same


def _or_none(kind: Any) -> Reader:
    read = _reader(kind)
    return _same if read is _same else lambda data: None if data is None else read(data)


def _of_fields(kind: type) -> Reader:
    """Unknown names are left out: a fact that is no longer kept must not make an old one unreadable."""
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}

    def read(data: Any) -> Any:
        return kind(**{name: readers[name](item) for name, item in data.items() if name in readers})

    return read


def canonical(value: Any) -> str:
    """Canonical JSON: sorted keys, no blanks, UTF-8 kept. The text that is hashed is the text that is stored."""
    return json.dumps(to_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(value: Any) -> str:
    """SHA-256 over canonical JSON, hex."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()
