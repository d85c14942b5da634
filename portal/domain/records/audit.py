"""Whether an entry of the audit trail is whole, and what a signed head says (SECURITY, audit)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.codec import canonical, from_plain


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

    @property
    def line(self) -> str:
        """As it stands in the file."""
        return canonical(self)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the trail as it stands in the table, with its order's `number`, "" for none, and with the end that
    the row of its order or chain says: None where there is no such row."""

    id: int
    shop_id: int
    chain: str
    seq: int
    order_id: int | None
    number: str
    case_no: str
    kind: str
    at: datetime
    actor: str
    behalf: str
    text: str
    previous: str
    hash: str
    end_length: int | None
    end_head: str | None
    end_seal: str | None

    @property
    def data(self) -> dict[str, Any]:
        """What the entry says."""
        found: dict[str, Any] = json.loads(self.text)["data"]
        return found

    @property
    def kept(self) -> dict[str, str]:
        """Digests of the rows that were written in the same act."""
        found: dict[str, str] = self.data.get("kept", {})
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSeal:
    """What was hashed under another key, as it stood when it was sealed: entries up to `until_id`, the first `heads`
    heads, and the last ids of rows that no entry may speak of."""

    at: datetime
    until_id: int
    digest: str
    heads: int
    heads_digest: str
    text_ids: dict[str, int]
    signature: str = ""

    @property
    def signed_text(self) -> str:
        said = {name: getattr(self, name) for name in self.__slots__ if name != "signature"}
        return canonical(said | {"at": self.at.isoformat()})


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditCheck:
    """What was found when the whole trail was verified: `faults` are (chain, number in it) of the broken entries that
    were named. `signature` is over everything else, so that nobody with only the database can say it is whole."""

    at: datetime
    events: int
    signed: int
    faults: list[list[Any]]
    signature: str = ""

    @property
    def signed_text(self) -> str:
        said = {name: getattr(self, name) for name in self.__slots__ if name != "signature"}
        return canonical(said | {"at": self.at.isoformat()})


def sealed_entry(entry_id: int, seq: int, hash_: str, chain: str, text: str) -> str:
    """What a seal says of one entry; every one of them, by id, makes its digest."""
    return f"{entry_id} {seq} {hash_} {chain}\n{text}"


def fault_of(entry: Entry, *, seq: int, previous: str, hashes: tuple[str, ...] | None) -> str:
    """What is wrong with an entry that should be number `seq` of its chain, after `previous`; "" where it is whole.

    `hashes`: those that it may have, under the keys there are; None where a seal answers for it. The text is what was
    hashed; the columns beside it are what is read, so each must say what the text says.
    """
    if entry.seq != seq:
        return f"entry {seq} is missing"
    if entry.previous != previous:
        return "does not follow the entry before it"
    if hashes is not None and entry.hash not in hashes:
        return "its text is not what was hashed, or not under our key"
    try:
        said = json.loads(entry.text)
        wrong = [name for name, value in _columns(entry).items() if said[name] != value]
    except (ValueError, KeyError, TypeError):
        return "its text cannot be read"
    return f"its column {wrong[0]} says otherwise than its text" if wrong else ""


def _columns(entry: Entry) -> dict[str, Any]:
    return {
        "actor": entry.actor,
        "at": entry.at.isoformat(),
        "behalf": entry.behalf,
        "case": entry.case_no,
        "kind": entry.kind,
        "order": entry.number,
        "seq": entry.seq,
        "shop": str(entry.shop_id),
    }
