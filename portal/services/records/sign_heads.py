"""Once a day the ends of all chains that have grown are signed and written elsewhere (SECURITY, audit).

Whoever can write the database could cut a chain short or hash it again; what was signed before they came still says
how long it was and how it ended. Each signed head names the one before it, so none can be left out between two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from portal.domain.codec import canonical
from portal.domain.records.audit import LinesDigest, Seal, head_line, read_seal
from portal.ports import Deps
from portal.repos.audit import grown_chains, note_head, noted_heads, now_complete
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work

PURPOSE = "audit head"


def sign_heads(*, deps: Deps) -> bool:
    """False where today (UTC) has one already. Raises ProviderUnavailable; asked again later, nothing is lost."""
    names = deps.heads.names()
    _note(names, deps)
    today = f"{deps.clock.now():%Y-%m-%d}"
    if any(name.endswith(today) for name in names):
        return False
    last = _last_seal(names[-1], deps) if names else None
    number, written = len(names) + 1, f"{len(names) + 1:06}-{today}"
    with reading(deps, streams=True) as work:
        is_first = deps.heads.write(written, _lines(work, number, last, deps))
    _note(deps.heads.names(), deps)
    return is_first


def _note(names: Sequence[str], deps: Deps) -> None:
    """What was written and not noted yet: the process may have ended in between."""
    with reading(deps) as work:
        noted = noted_heads(work.connection)
    missing = [(number, name) for number, name in enumerate(names, 1) if number not in noted]
    seals = [(number, name, _last_seal(name, deps)) for number, name in missing]
    if seals:
        with unit_of_work(deps) as work:
            for number, name, seal in seals:
                note_head(work.connection, number, name, seal.signature, seal.at)


def _lines(work: UnitOfWork, number: int, last: Seal | None, deps: Deps) -> Iterator[str]:
    """The chains that have grown since the last seal, then the new seal."""
    after, until = (last.txid, last.id) if last else (0, 0), now_complete(work.connection)
    if until < after:
        # A PostgreSQL that was restored elsewhere counts its transactions again: everything is signed once more.
        after = (0, 0)
    digest, count = LinesDigest(), 0
    for chain, length, head in grown_chains(work.connection, after=after, until=until):
        line = head_line(chain, length, head)
        digest.add(line)
        count += 1
        yield line
    seal = Seal(
        number=number,
        at=work.now,
        chains=count,
        txid=until[0],
        id=until[1],
        digest=digest.value(),
        previous=last.signature if last else "",
    )
    yield canonical(replace(seal, signature=deps.vault.digest(PURPOSE, seal.signed_text)))


def _last_seal(name: str, deps: Deps) -> Seal:
    """Raises ValueError where the file was tampered with: verify reports it, and nothing is signed on top of it."""
    held = ""
    for line in deps.heads.read(name):
        held = line
    return read_seal(held)
