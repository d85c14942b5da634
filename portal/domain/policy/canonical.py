"""A pack as canonical text: what is stored of a published version, and what its digest is taken of.

Every value is written, defaults too, so that a stored version reads the same when the defaults of a later release
differ. The dataclasses of `pack` are the format: names of fields are keys.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from portal.domain.deadlines.spans import Span
from portal.domain.policy.pack import Amounts, Pack


def canonical_text(pack: Pack) -> str:
    """The pack as JSON with sorted keys and every value; read again it gives an equal Pack."""
    return json.dumps(_plain(pack), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(pack: Pack) -> str:
    """SHA-256 over the canonical text: the identity of a published version."""
    return digest_of(canonical_text(pack))


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def as_table(pack: Pack) -> dict[str, Any]:
    """The pack in the shape of its file, with every value."""
    return cast(dict[str, Any], _plain(pack))


def _plain(value: Any) -> Any:
    match value:
        case Amounts(major=major):
            return str(dict(major)["*"]) if [c for c, _ in major] == ["*"] else {c: str(amount) for c, amount in major}
        case Span() | Decimal():
            return str(value)
        case date():  # and a time
            return value.isoformat()
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case tuple():
            return [_plain(item) for item in value]
    if is_dataclass(value):
        named = [field.name for field in fields(value) if not field.metadata.get("from_key")]
        plain = {name: _plain(getattr(value, name)) for name in named}
        return {name: item for name, item in plain.items() if item is not None}
    return value
