"""Events: what happened, typed `source:subject:action`, chained by hashes (ARCHITECTURE law 6).

They hold ids, codes and amounts, never personal text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
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


CHAIN = "audit chain"
END = "audit end"
"""What the keys of entries and of chains' ends are for; they are no one else's (SECURITY, audit)."""


def linked(previous: str, text: str) -> str:
    """What an entry's hash is over, by HMAC under a key outside the database: the hash before it and its own text."""
    return f"{previous}\n{text}"


def ended(chain: str, length: int, head: str) -> str:
    """What the seal of a chain's end is over. No entry holds it, so who takes the last one away cannot know the seal
    of the one before it."""
    return f"{chain}\n{length}\n{head}"


def plain_hash(previous: str, text: str) -> str:
    """How entries were hashed before there was a key: SHA-256, hex. They are under a seal as a whole."""
    return hashlib.sha256(linked(previous, text).encode()).hexdigest()


def text_digest(salt: str, values: Mapping[str, Any]) -> str:
    """SHA-256 of what was written in a row, which the event of the act carries. The chance beside the row goes when its
    words are erased: then nobody can try words against the digest (law 6)."""
    known = {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }
    return hashlib.sha256(f"{salt}\n{canonical(known)}".encode()).hexdigest()
