"""Events: what happened, typed `source:subject:action`, chained by hashes (ARCHITECTURE law 6).

They hold ids, codes and amounts, never personal text.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.domain.codec import canonical

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """What a service records. `key`, where given, makes the event happen once per shop (points, coupons, stock)."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)
    case_no: str | None = None
    key: str | None = None


def event_text(
    event: NewEvent, *, shop: str, order: str | None, seq: int, at: datetime, actor: str, behalf: str
) -> str:
    """The canonical JSON that is stored and hashed."""
    return canonical(
        {
            "actor": actor,
            "at": at.isoformat(),
            "behalf": behalf,
            "case": event.case_no or "",
            "data": event.data,
            "kind": event.kind,
            "order": order or "",
            "seq": seq,
            "shop": shop,
        }
    )


def chain_hash(previous: str, text: str) -> str:
    """SHA-256 over the previous hash and the event's canonical text, hex."""
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
