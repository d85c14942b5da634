"""Whether the trail still holds a declaration as it was acknowledged: its entry, its words, the signed head (P24)."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from weakref import WeakKeyDictionary

from portal.domain.errors import NotFound, ProviderUnavailable
from portal.domain.records.audit import Entry, fault_of
from portal.domain.records.events import CHAIN, GENESIS, linked, text_digest
from portal.ports import Deps, HeadStore
from portal.repos.audit import entries_of, hashes_at, newest_seal
from portal.repos.declarations import KeptDeclaration
from portal.repos.events import actor_chain
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.records.verify_heads import head_line_of
from portal.services.withdrawing.declare import declarant

Held = Literal["signed", "written", "broken"]
"""signed: the entry is whole and a signed head speaks of it; written: whole, and today's head is still to come."""
_MOST_KEPT = 1_000
_HEADS_READ = 3
"""It is in the head of its day or in the next that was written; of its day there may be one from before it."""


@dataclass(frozen=True, slots=True)
class SignedLine:
    """What a signed head says of a chain."""

    head: str
    length: int
    hash: str


_known: WeakKeyDictionary[HeadStore, OrderedDict[str, SignedLine]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A declaration and how the trail holds it. `is_erased`: its words were taken out, the entry stays. `zone`: its
    shop's."""

    kept: KeptDeclaration
    held: Held
    signed_on: str
    is_erased: bool
    zone: str


def verify_declaration(*, public_id: str, deps: Deps, shop_id: int | None = None) -> Verified:
    """Raises NotFound, also for another shop's than `shop_id`, None for any. Changes nothing."""
    with reading(deps) as work:
        kept = work.declarations.find(public_id)
        if kept is None or shop_id not in (None, kept.shop_id):
            raise NotFound("declaration")
        zone = work.shops.settings_of(kept.shop_id).zone
        chain = actor_chain(declarant(kept.shop_id, kept.id))
        entries = entries_of(work.connection, chain)
        is_whole = _is_whole(work, entries, kept, deps)
        signed = _signed_line(chain, kept.made_at, deps) if is_whole else None
        is_signed = signed is not None and _stands(work, chain, signed)
    held: Held = "broken"
    if is_whole and signed is None:
        held = "written"
    elif is_whole and is_signed:
        held = "signed"
    on = signed.head.partition("-")[2] if signed and held == "signed" else ""
    return Verified(kept=kept, held=held, signed_on=on, is_erased=not kept.salt, zone=zone)


def _is_whole(work: UnitOfWork, entries: list[Entry], kept: KeptDeclaration, deps: Deps) -> bool:
    """Every entry of its chain under our key, and the first says what the row says."""
    sealed = newest_seal(work.connection)
    previous = GENESIS
    for seq, entry in enumerate(entries, 1):
        is_sealed = sealed is not None and entry.id <= sealed.until_id
        hashes = None if is_sealed else deps.vault.digests(CHAIN, linked(previous, entry.text))
        if fault_of(entry, seq=seq, previous=previous, hashes=hashes):
            return False
        previous = entry.hash
    if not entries or entries[0].at != kept.made_at:
        return False
    said = entries[0].data
    is_same = not kept.salt or said.get("text") == text_digest(kept.salt, kept.covered)
    return bool(said.get("declaration") == kept.public_id and is_same)


def _stands(work: UnitOfWork, chain: str, signed: SignedLine) -> bool:
    place = (chain, signed.length)
    return hashes_at(work.connection, [place]).get(place) == signed.hash


def _signed_line(chain: str, made_at: datetime, deps: Deps) -> SignedLine | None:
    """Of the first head that speaks of it. A head is read once for each declaration: it is as large as a day."""
    lines = _known.setdefault(deps.heads, OrderedDict())
    if chain not in lines:
        found = _find_line(chain, made_at, deps)
        if found is None:
            return None
        lines[chain] = found
        if len(lines) > _MOST_KEPT:
            lines.popitem(last=False)
    return lines[chain]


def _find_line(chain: str, made_at: datetime, deps: Deps) -> SignedLine | None:
    day = f"{made_at:%Y-%m-%d}"
    # Where heads are kept may be away: the entry itself can be vouched for all the same.
    with suppress(ProviderUnavailable):
        for name in [name for name in deps.heads.names() if name.partition("-")[2] >= day][:_HEADS_READ]:
            if line := head_line_of(name, chain, deps):
                return SignedLine(name, *line)
    return None
