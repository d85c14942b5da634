"""Whether an entry of the audit trail is whole, and what a signed head says (SECURITY, audit)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.codec import canonical, from_plain
from portal.domain.records.events import chain_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The first entry that is not as it was written. `event_id` is None where the entry itself is missing."""

    what: str
    chain: str
    seq: int
    order: str = ""
    event_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The last line of a signed head. `digest` is over the lines above it, `previous` the signature before this one;
    `txid` and `id` are how far the events were read. `signature` is over everything else."""

    number: int
    at: datetime
    chains: int
    txid: int
    id: int
    digest: str
    previous: str
    signature: str = ""

    @property
    def signed_text(self) -> str:
        return canonical({name: getattr(self, name) for name in self.__slots__ if name != "signature"})


def head_line(chain: str, length: int, head: str) -> str:
    """One line of a signed head. A chain's name may hold blanks, so it comes last."""
    return f"{length} {head} {chain}"


def read_head_line(line: str) -> tuple[str, int, str]:
    """(chain, length, head). Raises ValueError."""
    length, head, chain = line.split(" ", 2)
    return chain, int(length), head


def read_seal(line: str) -> Seal:
    """Raises ValueError where the line is no seal."""
    try:
        return from_plain(Seal, json.loads(line))
    except (TypeError, KeyError) as problem:
        raise ValueError("no seal") from problem


class LinesDigest:
    """SHA-256 over the lines of a signed head, as they come."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256()

    def add(self, line: str) -> None:
        self._sum.update(f"{line}\n".encode())

    def value(self) -> str:
        return self._sum.hexdigest()


def fault_of(row: Mapping[str, Any], *, seq: int, previous: str) -> str:
    """What is wrong with an entry that should be number `seq` of its chain, after `previous`; "" where it is whole.

    The text is what was hashed; the columns beside it are what is read, so each must say what the text says.
    """
    if row["seq"] != seq:
        return f"entry {seq} is missing"
    if row["previous"] != previous:
        return "does not follow the entry before it"
    if chain_hash(previous, row["text"]) != row["hash"]:
        return "its text is not what was hashed"
    try:
        said = json.loads(row["text"])
        wrong = [name for name, value in _columns(row).items() if said[name] != value]
    except (ValueError, KeyError, TypeError):
        return "its text cannot be read"
    return f"its column {wrong[0]} says otherwise than its text" if wrong else ""


def _columns(row: Mapping[str, Any]) -> dict[str, Any]:
    order = row["number"] or ""
    return {
        "actor": row["actor"],
        "at": row["at"].isoformat(),
        "behalf": row["behalf"],
        "case": row["case_no"] or "",
        "kind": row["kind"],
        "order": order,
        "seq": row["seq"],
        "shop": str(row["shop_id"]),
    }
