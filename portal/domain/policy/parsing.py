"""TOML to Pack and Pack to canonical text. The dataclasses of `policy` are the format: this reads and writes by them.

Every problem is collected and names file, key and reason; an unknown key is a problem. Canonical text holds every
value, defaults too, so that a stored version reads the same when the defaults of a later release differ.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from portal.domain.deadlines.spans import Span, parse_span
from portal.domain.errors import PortalError
from portal.domain.money import BadMoney, minor_digits, parse_decimal
from portal.domain.policy.pack import Amounts, Pack


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a dotted `key` of a file, in words fit to be shown."""

    source: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.key}: {self.reason}"


class PackError(PortalError):
    """A pack that cannot be used, with every problem found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def parse_pack(table: Mapping[str, Any], source: str) -> Pack:
    """A complete table, as in a file that stands alone or in stored canonical text, to a Pack. Raises PackError."""
    reader = _Reader(source)
    pack = reader.read(Pack, table, "")
    if reader.problems:
        raise PackError(tuple(reader.problems))
    return cast(Pack, pack)


def read_toml(text: str, source: str) -> dict[str, Any]:
    """The table of a TOML text. Raises PackError where it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackError((Problem(source, "(syntax)", str(error)),)) from None


def canonical_text(pack: Pack) -> str:
    """The pack as JSON with sorted keys and every value; `from_canonical` gives an equal Pack."""
    return json.dumps(_plain(pack), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_canonical(text: str, source: str = "stored policy") -> Pack:
    """A stored version as it was published. Raises as `parse_pack`, naming `source`."""
    return parse_pack(json.loads(text), source)


def digest(pack: Pack) -> str:
    """SHA-256 over the canonical text: the identity of a published version."""
    return hashlib.sha256(canonical_text(pack).encode()).hexdigest()


def as_table(pack: Pack) -> dict[str, Any]:
    """The pack in the shape of its file, with every value."""
    return cast(dict[str, Any], _plain(pack))


def _amounts(value: object) -> Amounts:
    table = value if isinstance(value, dict) else {"*": value}
    for currency in table.keys() - {"*"}:
        minor_digits(currency)
    major = tuple(sorted((currency, parse_decimal(text)) for currency, text in table.items()))
    if any(amount < 0 for _, amount in major):
        raise ValueError("must not be negative")
    return Amounts(major)


def _percent(value: object) -> Decimal:
    percent = parse_decimal(value)
    if not 0 <= percent <= 100:
        raise ValueError("must be between 0 and 100")
    return percent


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError("must be a date and time with offset")
    return moment


def _text(value: object) -> str:
    if not isinstance(value, str) or value != value.strip():
        raise ValueError("must be text without blanks at the ends")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("must be a whole number, 0 or more")
    return value


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


_LEAVES: dict[object, Callable[[object], Any]] = {
    Span: parse_span,
    Amounts: _amounts,
    Decimal: _percent,
    datetime: _moment,
    str: _text,
    int: _whole,
    bool: _yes_or_no,
}


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _fields(kind: Any) -> tuple[Field[Any], ...]:
    return tuple(field for field in fields(kind) if not field.metadata.get("from_key"))


class _Reader:
    """Reads a value by its declared type, collecting problems; what it returns is only good when there are none."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def read(self, kind: Any, value: Any, key: str) -> Any:
        origin = get_origin(kind)
        if origin in (Union, UnionType):
            kind = self._chosen(kind, value)
            origin = get_origin(kind)
        if origin is Literal:
            return value if value in get_args(kind) else self._bad(key, f"must be one of: {', '.join(get_args(kind))}")
        if origin is tuple:
            return self._list(get_args(kind)[0], value, key)
        if origin is Mapping:
            return self._mapping(get_args(kind)[1], value, key)
        if kind in _LEAVES:
            try:
                return _LEAVES[kind](value)
            except (ValueError, BadMoney) as error:
                return self._bad(key, str(error))
        return self._table(kind, value, key)

    def _bad(self, key: str, reason: str) -> None:
        self.problems.append(Problem(self.source, key or "(file)", reason))

    @staticmethod
    def _chosen(kind: Any, value: Any) -> Any:
        """Of `X | None` always X, as nothing is left out instead; of `int | Literal` whichever the value looks like."""
        options = [option for option in get_args(kind) if option is not type(None)]
        literals = [option for option in options if get_origin(option) is Literal]
        return literals[0] if literals and isinstance(value, str) else options[0]

    def _list(self, kind: Any, value: Any, key: str) -> Any:
        if not isinstance(value, list):
            return self._bad(key, "must be a list")
        return tuple(self.read(kind, item, f"{key}[{number}]") for number, item in enumerate(value))

    def _mapping(self, kind: Any, value: Any, key: str) -> Any:
        if not isinstance(value, dict):
            return self._bad(key, "must be a table")
        return {name: self._entry(kind, item, f"{key}.{name}", name) for name, item in sorted(value.items())}

    def _entry(self, kind: Any, value: Any, key: str, name: str) -> Any:
        named = {f.name: name for f in fields(kind) if f.metadata.get("from_key")} if is_dataclass(kind) else {}
        return self._table(kind, value, key, named) if named else self.read(kind, value, key)

    def _table(self, kind: Any, value: Any, key: str, named: Mapping[str, str] | None = None) -> Any:
        if not isinstance(value, dict):
            return self._bad(key, "must be a table")
        known = {field.name: field for field in _fields(kind)}
        prefix = f"{key}." if key else ""
        before = len(self.problems)
        for name in value.keys() - known.keys():
            self._bad(prefix + name, "is not a key of a policy pack")
        for name, field in known.items():
            if name not in value and field.default is MISSING and field.default_factory is MISSING:
                self._bad(prefix + name, "is missing")
        values = {name: self.read(_hints(kind)[name], value[name], prefix + name) for name in known if name in value}
        return kind(**values, **(named or {})) if len(self.problems) == before else None


def _plain(value: Any) -> Any:
    match value:
        case Amounts(major=major):
            return str(dict(major)["*"]) if [c for c, _ in major] == ["*"] else {c: str(amount) for c, amount in major}
        case Span() | Decimal():
            return str(value)
        case datetime():
            return value.isoformat()
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case tuple():
            return [_plain(item) for item in value]
    if is_dataclass(value):
        plain = {field.name: _plain(getattr(value, field.name)) for field in _fields(value)}
        return {name: item for name, item in plain.items() if item is not None}
    return value
