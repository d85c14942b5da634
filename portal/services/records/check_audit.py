"""`portal audit verify`, with what it found kept for the page of the trail."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.records.audit import AuditCheck
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.records.verify_audit import Audited, verify_audit

CHECK = "audit check"
"""What the key of the signature is for."""


def check_audit(*, deps: Deps) -> Audited:
    """Verifies the whole trail, then notes when that was and which entries are broken."""
    at, found = deps.clock.now(), verify_audit(deps=deps)
    check = AuditCheck(
        at=at,
        events=found.events,
        signed=found.signed,
        faults=[[broken.chain, broken.seq] for broken in found.faults],
    )
    with unit_of_work(deps) as work:
        work.audit_lists.add_check(replace(check, signature=deps.vault.digest(CHECK, check.signed_text)))
    return found
