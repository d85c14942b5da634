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
_PLAIN = frozenset({type(None), str, int, bool})
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
Way = Callable[[Any], Any]


def _same(data: Any) -> Any:
    return data


def to_plain(value: Any) -> Any:
    """JSON-able values. Defaults are written too: a later default must not change an old fact."""
    kind: Any = type(value)
    return value if kind in _PLAIN else _writer(kind)(value)


@cache
def _writer(kind: type) -> Way:
    """Writes values of exactly this type. Found out once for each: every imported order passes here."""
    if issubclass(kind, (str, int)):
        return _same
    if issubclass(kind, (tuple, list)):
        return lambda value: [item if type(item) in _PLAIN else to_plain(item) for item in value]
    if issubclass(kind, date):
        return lambda value: value.isoformat()
    if issubclass(kind, timedelta):
        return lambda value: value // timedelta(microseconds=1)
    if is_dataclass(kind):
        names = tuple(field.name for field in fields(kind))
        return lambda value: {
            name: item if type(item := getattr(value, name)) in _PLAIN else to_plain(item) for name in names
        }
    if issubclass(kind, dict):
        return lambda value: {str(key): to_plain(item) for key, item in value.items()}
    raise TypeError(f"{kind.__name__} is no fact")


def from_plain(kind: type[T], data: Any) -> T:
    """The inverse of `to_plain` for a value of type `kind`."""
    wanted: Any = kind
    result: T = _reader(wanted)(data)
    return result


@cache
def _reader(kind: Any) -> Way:
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
    if kind is datetime:
        return _read_moment
    if kind is date:
        found: Way = kind.fromisoformat
        return found
    if kind is timedelta:
        return lambda data: timedelta(microseconds=data)
    return _of_fields(kind) if isinstance(kind, type) and is_dataclass(kind) else _same


def _read_moment(text: str) -> datetime:
    """A year that no calendar reaches from, such as the 9999 of an ERP, is the nearest that one does."""
    moment = datetime.fromisoformat(text)
    if 1900 <= moment.year < 2200:
        return moment
    return moment.replace(year=1900 if moment.year < 1900 else 2199, day=min(moment.day, 28))


def _or_none(kind: Any) -> Way:
    read = _reader(kind)
    return _same if read is _same else lambda data: None if data is None else read(data)


def _of_fields(kind: type) -> Way:
    """Unknown names are left out: a fact that is no longer kept must not make an old one unreadable."""
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}

    def read(data: Any) -> Any:
        return kind(**{name: readers[name](item) for name, item in data.items() if name in readers})

    return read


def canonical(value: Any) -> str:
    """Canonical JSON: sorted keys, no blanks, UTF-8 kept. The text that is hashed is the text that is stored."""
    return _CANONICAL.encode(to_plain(value))


def fingerprint(value: Any) -> str:
    """SHA-256 over canonical JSON, hex."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()
