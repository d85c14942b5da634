"""Whether all is well, for staff: what waits, what failed, who was last heard of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.errors import Forbidden
from portal.domain.identity.access import Actor, may
from portal.ports import Deps
from portal.repos.connectors import KeptConnector
from portal.repos.job_lists import DueJobs
from portal.repos.rails import KeptRail
from portal.repos.signs import SeenCalls, SeenWorker
from portal.repos.status import Standing, standing
from portal.repos.unit_of_work import reading


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationStatus:
    """`due`, `workers`: of the installation; `calls`: of it and of this shop; the rest of the shop alone."""

    at: datetime
    standing: Standing
    due: list[DueJobs]
    workers: list[SeenWorker]
    calls: list[SeenCalls]
    rails: list[KeptRail]
    connector: KeptConnector | None
    reads_mail: bool
    version: str


def read_status(*, actor: Actor, deps: Deps) -> InstallationStatus:
    """Seven statements of bounded cost. Raises Forbidden."""
    if not may(actor, "read", "status"):
        raise Forbidden("status")
    with reading(deps) as work:
        return InstallationStatus(
            at=work.now,
            standing=standing(work.connection, actor.shop_id),
            due=work.job_lists.due_by_kind(),
            workers=work.signs.workers(),
            calls=work.signs.calls(actor.shop_id),
            rails=work.rails.of_shop(actor.shop_id),
            connector=work.connectors.find(actor.shop_id),
            reads_mail=deps.mailbox is not None,
            version=deps.version,
        )
