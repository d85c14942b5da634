"""Whether this installation can serve, and how much there is to do: for load balancers and monitoring."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from portal.domain.errors import NotFound
from portal.ports import Deps
from portal.repos.job_lists import DueJobs
from portal.repos.schema import revisions
from portal.repos.signs import SeenCalls, SeenWorker
from portal.repos.unit_of_work import reading
from portal.services.jobs.signs import LATELY

_NO_FILE = "readyz/none"


def schema_revisions(*, deps: Deps) -> frozenset[str]:
    """The migrations the database is at; empty before the first. Fails where the database does not answer."""
    with reading(deps) as work:
        return revisions(work.connection)


def ask_store(*, deps: Deps) -> None:
    """Asks for a file that there is not. Raises ProviderUnavailable where nobody answers."""
    try:
        deps.store.get(_NO_FILE)
    except NotFound:
        return


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationFigures:
    """`jobs`: waiting, late, dead; `webhooks`: endpoints on, failing, off, deliveries waiting, dead."""

    jobs: dict[str, int]
    webhooks: dict[str, int]
    due: list[DueJobs]
    workers: list[SeenWorker]
    calls: list[SeenCalls]

    def workers_by_version(self) -> dict[str, float]:
        """Those seen within a minute; 0 where there is none, so that an alarm has something to compare."""
        found: dict[str, float] = defaultdict(float)
        for worker in self.workers:
            if worker.ago <= LATELY:
                found[worker.version] += 1
        return found or {"": 0.0}

    def failures(self) -> dict[str, float]:
        """By who was called, over all shops."""
        found: dict[str, float] = defaultdict(float)
        for call in self.calls:
            found[call.name] += call.failures
        return found

    def succeeded(self) -> dict[str, float]:
        """Unix time, by who was called."""
        known = ((call.name, call.succeeded_at.timestamp()) for call in self.calls if call.succeeded_at)
        return dict(sorted(known, key=lambda one: one[1]))


def read_figures(*, deps: Deps) -> InstallationFigures:
    """Six statements of bounded cost, however much there is."""
    with reading(deps) as work:
        return InstallationFigures(
            jobs=work.jobs.counts(),
            webhooks=work.webhook_endpoints.counts() | work.webhook_deliveries.counts(),
            due=work.job_lists.due_by_kind(),
            workers=work.signs.workers(),
            calls=work.signs.calls(),
        )
