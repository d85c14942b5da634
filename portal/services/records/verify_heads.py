"""Whether every signed head is there, signed by us, and still stands in the chains it speaks of (SECURITY, audit)."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime, timedelta

from portal.domain.records.audit import AuditSeal, Broken, LinesDigest, Seal, read_head_line, read_seal
from portal.ports import Deps
from portal.repos.audit import hashes_at, noted_heads, oldest_unsigned
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.records.sign_heads import PURPOSE

SIGNED_WITHIN = timedelta(days=2)
"""A head is written once a day by the worker; one that is missed a day is no alarm yet."""
_AT_ONCE = 500


def broken_heads(work: UnitOfWork, sealed: AuditSeal | None, deps: Deps) -> Generator[Broken | int, None, None]:
    """The numbers of those that are whole, in their order, and whatever is not."""
    noted, digest = noted_heads(work.connection), LinesDigest()
    names, previous, last = deps.heads.names(), "", None
    for number, name in enumerate(names, 1):
        seal: Seal | None = None
        for found_seal, batch in _read(name, deps):
            seal = found_seal
            yield from _broken_lines(work, name, batch)
        is_sealed = sealed is not None and number <= sealed.heads
        fault = _fault_of_seal(seal, number, previous, None if is_sealed else deps)
        if seal is None or fault:
            yield Broken(what=fault, chain=f"signed head {name}", seq=number)
            return
        if is_sealed:
            digest.add(seal.line)
        if noted.pop(number, None) != (name, seal.signature):
            yield Broken(what="it is another than the database knows of", chain=f"signed head {name}", seq=number)
        previous, last = seal.signature, seal
        yield number
    yield from _missing(work, sealed, noted, digest, len(names), last)


def newest_head(*, deps: Deps) -> tuple[str, str, datetime | None]:
    """Its name ("" for none), what is wrong with it ("" for nothing), and since when events are in none. What is older
    is looked at by `portal audit verify`. Raises ProviderUnavailable."""
    names = deps.heads.names()
    with reading(deps) as work:
        if not names:
            return "", "", oldest_unsigned(work.connection, (0, 0))
        fault, seal = "", None
        for found, batch in _read(names[-1], deps):
            seal = found
            for broken in _broken_lines(work, names[-1], batch):
                fault = fault or f"chain {broken.chain}, entry {broken.seq} {broken.what}"
        fault = fault or _fault_of_seal(seal, len(names), seal.previous if seal else "", deps)
        return names[-1], fault, oldest_unsigned(work.connection, (seal.txid, seal.id) if seal else (0, 0))


def _missing(
    work: UnitOfWork,
    sealed: AuditSeal | None,
    noted: dict[int, tuple[str, str]],
    digest: LinesDigest,
    count: int,
    last: Seal | None,
) -> Iterator[Broken]:
    if noted:
        number = min(noted)
        yield Broken(what="it is missing where heads are kept", chain=f"signed head {noted[number][0]}", seq=number)
    if sealed is not None and (count < sealed.heads or digest.value() != sealed.heads_digest):
        yield Broken(what="the heads up to it are not those that were sealed", chain="audit seal", seq=sealed.heads)
    since = oldest_unsigned(work.connection, (last.txid, last.id) if last else (0, 0))
    if since is not None and since < work.now - SIGNED_WITHIN:
        what = (
            f"no head speaks of what was written since {since:%Y-%m-%d %H:%M} UTC: heads are missing, or no worker ran"
        )
        yield Broken(what=what, chain=f"signed head {count + 1}", seq=count + 1)


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


def head_line_of(name: str, chain: str, deps: Deps) -> tuple[int, str] | None:
    """(length, hash) that this head signs of a chain; None where it does not speak of it, or is not what we signed."""
    found: tuple[int, str] | None = None
    last: Seal | None = None
    for seal, batch in _read(name, deps):
        last = seal
        for one, length, head in map(read_head_line, batch):
            found = (length, head) if one == chain else found
    is_ours = last is not None and last.signature in deps.vault.digests(PURPOSE, last.signed_text)
    return found if is_ours else None


def _fault_of_seal(seal: Seal | None, number: int, previous: str, deps: Deps | None) -> str:
    """`deps` None where a later seal answers for its signature."""
    if seal is None:
        return "its lines are not those that were signed"
    if deps is not None and seal.signature not in deps.vault.digests(PURPOSE, seal.signed_text):
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
            order = chain.split(":", 2)[2] if chain.startswith("o:") else ""
            yield Broken(what=what, chain=chain, seq=length, order=order)
