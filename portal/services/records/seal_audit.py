"""`portal audit seal`: what was hashed under the key before is put under the key of now, as it is (SECURITY, audit).

Said once while both keys are set, before the old one goes. The entries keep their hashes: the seal says which they are,
and is signed; every chain's end is sealed anew.
"""

from __future__ import annotations

from dataclasses import replace

from portal.domain.errors import Conflict
from portal.domain.records.audit import AuditSeal, LinesDigest
from portal.domain.records.events import END, ended
from portal.ports import Deps
from portal.repos.audit import add_seal, entries_until, last_texts, newest_seal, seal_ends
from portal.repos.unit_of_work import unit_of_work
from portal.services.records.verify_audit import SEAL, verify_audit


def seal_audit(*, deps: Deps) -> int:
    """How many entries are sealed. Raises Conflict("broken") where the trail is not whole: that is never covered up.

    Nobody else may write meanwhile; the portal is stopped, as for an upgrade.
    """
    if verify_audit(deps=deps).broken:
        raise Conflict("broken")
    with unit_of_work(deps) as work:
        digest, count, until = LinesDigest(), 0, 0
        for entry_id, line in entries_until(work.connection, None):
            digest.add(line)
            count, until = count + 1, entry_id
        heads, names = _heads_digest(deps)
        before = newest_seal(work.connection)
        seal = AuditSeal(
            at=work.now,
            until_id=until,
            digest=digest.value(),
            heads=names,
            heads_digest=heads,
            # What entries have spoken of since is not older than they are.
            text_ids=before.text_ids if before else dict.fromkeys(last_texts(work.connection), 0),
        )
        add_seal(work.connection, replace(seal, signature=deps.vault.digest(SEAL, seal.signed_text)))
        seal_ends(work.connection, lambda chain, length, head: deps.vault.digest(END, ended(chain, length, head)))
    return count


def _heads_digest(deps: Deps) -> tuple[str, int]:
    digest, names = LinesDigest(), deps.heads.names()
    for name in names:
        held = ""
        for line in deps.heads.read(name):
            held = line
        digest.add(held)
    return digest.value(), len(names)
