"""What is over and only takes up room: sessions, codes and failed tries past everything that asks about them, and files
that nothing uses."""

from __future__ import annotations

from datetime import timedelta

from portal.domain.identity.one_time_codes import DAY
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.evidence.sweep_evidence import sweep_evidence
from portal.services.identity.sign_in import ADDRESS_SPAN

SPARE = timedelta(hours=1)


def sweep(*, deps: Deps) -> None:
    """For the worker, once an hour or so. No limit looks further back than what is kept."""
    with unit_of_work(deps) as work:
        work.sessions.sweep()
        work.codes.sweep(work.now - DAY - SPARE)
        work.handoffs.sweep(work.now - DAY)
        work.failures.sweep(work.now - ADDRESS_SPAN - SPARE)
    sweep_evidence(deps=deps)
