"""`portal audit verify`: every chain from its first entry to its end, the rows that entries speak of, and every signed
head (SECURITY, audit).

Nothing is held but the chains in hand: a million events need the memory of a thousand.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field

from portal.domain.records.audit import AuditSeal, Broken, Entry, LinesDigest, fault_of
from portal.domain.records.events import CHAIN, END, GENESIS, ended, linked
from portal.ports import Deps
from portal.repos.audit import all_events, emptied_chains, entries_until, hold_still, newest_seal
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.records.verify_heads import broken_heads
from portal.services.records.verify_texts import Texts

SEAL = "audit seal"


@dataclass(slots=True)
class Audited:
    """What was looked at, and of each kind the first that is broken: entries, rows they speak of, signed heads."""

    events: int = 0
    chains: int = 0
    texts: int = 0
    texts_before: int = 0
    signed: int = 0
    faults: list[Broken] = field(default_factory=list)

    @property
    def broken(self) -> Broken | None:
        return self.faults[0] if self.faults else None


def verify_audit(*, deps: Deps) -> Audited:
    """Changes nothing. Of each kind it stops at the first that is broken: what follows it proves nothing."""
    found = Audited()
    with reading(deps, streams=True) as work:
        hold_still(work.connection)
        seal = newest_seal(work.connection)
        texts = Texts(work, seal)
        with closing(_broken_entries(work, seal, texts, found, deps)) as entries:
            found.faults += [broken for broken in (next(entries, None),) if broken]
    found.texts, found.texts_before = texts.count, texts.before
    # On a transaction of its own: the chains may have grown since, and only growing is allowed.
    with reading(deps, streams=True) as work, closing(broken_heads(work, seal, deps)) as heads:
        for step in heads:
            if isinstance(step, Broken):
                found.faults.append(step)
                break
            found.signed = step
    return found


def _broken_entries(
    work: UnitOfWork, seal: AuditSeal | None, texts: Texts, found: Audited, deps: Deps
) -> Generator[Broken, None, None]:
    if seal is not None and (fault := _fault_of_seal(work, seal, deps)):
        yield Broken(what=fault, chain="audit seal", seq=seal.until_id)
    last: Entry | None = None
    for entry in all_events(work.connection):
        if last is None or entry.chain != last.chain:
            yield from _broken_end(last, deps)
            last, found.chains = None, found.chains + 1
        seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
        is_sealed = seal is not None and entry.id <= seal.until_id
        hashes = None if is_sealed else deps.vault.digests(CHAIN, linked(previous, entry.text))
        if what := fault_of(entry, seq=seq, previous=previous, hashes=hashes) or _misplaced(entry):
            yield _broken(entry, what)
        yield from texts.take(entry)
        last, found.events = entry, found.events + 1
    yield from _broken_end(last, deps)
    yield from texts.check()
    for chain, length in emptied_chains(work.connection):
        yield Broken(what=f"all {length} entries are missing", chain=chain, seq=1, order=order_of(chain))


def _fault_of_seal(work: UnitOfWork, seal: AuditSeal, deps: Deps) -> str:
    if seal.signature not in deps.vault.digests(SEAL, seal.signed_text):
        return "its signature is not ours, or PORTAL_SECRET_KEY is another than when it was sealed"
    digest = LinesDigest()
    for _, line in entries_until(work.connection, seal.until_id):
        digest.add(line)
    return "" if digest.value() == seal.digest else "the entries up to it are not those that were sealed"


def _broken_end(last: Entry | None, deps: Deps) -> Iterator[Broken]:
    """The order's or the chain's row knows how long the chain is: entries cut off its end are missed, and whoever
    shortens both cannot seal the end that is left."""
    if last is None:
        return
    if last.end_length is None:
        yield _broken(last, "the chain has no end to compare with")
    elif last.end_length != last.seq:
        yield _broken(last, f"the last of {last.seq} entries, where there should be {last.end_length}")
    elif last.end_head != last.hash:
        yield _broken(last, "the last entry, but not the one the chain ended with")
    elif last.end_seal not in deps.vault.digests(END, ended(last.chain, last.seq, last.hash)):
        yield _broken(last, "the last entry, but its end is not sealed by us: the newest may be gone")


def _misplaced(entry: Entry) -> str:
    """An entry belongs to the chain of its order, or of its actor where it has none."""
    expected = f"o:{entry.shop_id}:{entry.number}" if entry.order_id else f"a:{entry.shop_id}:{entry.actor}"
    return "" if entry.chain == expected else f"it belongs to the chain {expected}"


def _broken(entry: Entry, what: str) -> Broken:
    order = entry.number or order_of(entry.chain)
    return Broken(what=what, chain=entry.chain, seq=entry.seq, order=order, event_id=entry.id)


def order_of(chain: str) -> str:
    return chain.split(":", 2)[2] if chain.startswith("o:") else ""
