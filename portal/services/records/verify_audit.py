"""`portal audit verify`: every chain from its first entry to its end, and every signed head (SECURITY, audit).

Nothing is held but the chain in hand: a million events need the memory of a thousand.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass

from portal.domain.records.audit import Broken, LinesDigest, Seal, fault_of, read_head_line, read_seal
from portal.domain.records.events import GENESIS
from portal.ports import Deps
from portal.repos.audit import all_events, emptied_chains, hashes_at
from portal.repos.rows import Row
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.records.sign_heads import PURPOSE

_AT_ONCE = 500


@dataclass(slots=True)
class Audited:
    """What was looked at, up to the first broken entry."""

    events: int = 0
    chains: int = 0
    signed: int = 0
    broken: Broken | None = None


def verify_audit(*, deps: Deps) -> Audited:
    """Changes nothing. Stops at the first broken entry: what follows it proves nothing."""
    found = Audited()
    with reading(deps, streams=True) as work, closing(_broken_entries(work, found)) as entries:
        found.broken = next(entries, None)
    # On a transaction of its own: the chains may have grown since, and only growing is allowed.
    if found.broken is None:
        with reading(deps, streams=True) as work, closing(_broken_heads(work, deps, found)) as entries:
            found.broken = next(entries, None)
    return found


def _broken_entries(work: UnitOfWork, found: Audited) -> Generator[Broken, None, None]:
    last: Row | None = None
    for row in all_events(work.connection):
        if last is None or row["chain"] != last["chain"]:
            yield from _broken_end(last)
            last, found.chains = None, found.chains + 1
        seq, previous = (last["seq"] + 1, last["hash"]) if last else (1, GENESIS)
        if what := fault_of(row, seq=seq, previous=previous) or _misplaced(row):
            yield _broken(row, what)
        last, found.events = row, found.events + 1
    yield from _broken_end(last)
    for chain, length in emptied_chains(work.connection):
        yield Broken(what=f"all {length} entries are missing", chain=chain, seq=1, order=_order_of(chain))


def _broken_end(last: Row | None) -> Iterator[Broken]:
    """The order's or the chain's row knows how long the chain is: entries cut off its end are missed."""
    if last is None:
        return
    if last["end_length"] is None:
        yield _broken(last, "the chain has no end to compare with")
    elif last["end_length"] != last["seq"]:
        yield _broken(last, f"the last of {last['seq']} entries, where there should be {last['end_length']}")
    elif last["end_head"] != last["hash"]:
        yield _broken(last, "the last entry, but not the one the chain ended with")


def _misplaced(row: Row) -> str:
    """An entry belongs to the chain of its order, or of its actor where it has none."""
    expected = f"o:{row['shop_id']}:{row['number']}" if row["order_id"] else f"a:{row['shop_id']}:{row['actor']}"
    return "" if row["chain"] == expected else f"it belongs to the chain {expected}"


def _broken(row: Row, what: str) -> Broken:
    return Broken(
        what=what,
        chain=row["chain"],
        seq=row["seq"],
        order=row["number"] or _order_of(row["chain"]),
        event_id=row["id"],
    )


def _order_of(chain: str) -> str:
    return chain.split(":", 2)[2] if chain.startswith("o:") else ""


def _broken_heads(work: UnitOfWork, deps: Deps, found: Audited) -> Generator[Broken, None, None]:
    """Each signed head follows the one before it, is signed by us, and still stands in the chains it speaks of."""
    previous = ""
    for number, name in enumerate(deps.heads.names(), 1):
        seal: Seal | None = None
        for found_seal, batch in _read(name, deps):
            seal = found_seal
            yield from _broken_lines(work, name, batch)
        if fault := _fault_of_seal(seal, number, previous, deps):
            yield Broken(what=fault, chain=f"signed head {name}", seq=number)
            return
        previous = seal.signature if seal else ""
        found.signed += 1


def _read(name: str, deps: Deps) -> Iterator[tuple[Seal | None, list[str]]]:
    """The lines, some at a time, and with the last of them the seal; None where it is not what it sealed."""
    digest, held = LinesDigest(), None
    batch: list[str] = []
    for line in deps.heads.read(name):
        if held is not None:
            digest.add(held)
            batch.append(held)
        held = line
        if len(batch) >= _AT_ONCE:
            yield None, batch
            batch = []
    try:
        seal: Seal | None = read_seal(held or "")
    except ValueError:
        seal = None
    yield (seal if seal and seal.digest == digest.value() else None), batch


def _fault_of_seal(seal: Seal | None, number: int, previous: str, deps: Deps) -> str:
    if seal is None:
        return "its lines are not those that were signed"
    if seal.signature not in deps.vault.digests(PURPOSE, seal.signed_text):
        return "its signature is not ours, or PORTAL_SECRET_KEY is another than when it was written"
    if seal.number != number or seal.previous != previous:
        return "a signed head before it is missing"
    return ""


def _broken_lines(work: UnitOfWork, name: str, lines: list[str]) -> Iterator[Broken]:
    """A chain may only have grown since it was signed: its entry of then is still there, with the hash it had."""
    if not lines:
        return
    signed = [read_head_line(line) for line in lines]
    now = hashes_at(work.connection, [(chain, length) for chain, length, _ in signed])
    for chain, length, head in signed:
        if now.get((chain, length)) != head:
            gone = (chain, length) not in now
            what = f"{'is missing' if gone else 'is another'} since the head {name} was signed"
            yield Broken(what=what, chain=chain, seq=length, order=_order_of(chain))
