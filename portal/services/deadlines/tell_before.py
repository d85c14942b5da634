"""Staff are told four hours before a deadline of theirs, once for each deadline (issue 15, notices)."""

from __future__ import annotations

from datetime import datetime

from portal.domain.deadlines.soon import AHEAD
from portal.ports import Deps
from portal.repos.deadlines_soon import SOURCES
from portal.repos.unit_of_work import unit_of_work
from portal.services.notify_staff import notify_of_deadline

BATCH = 200


def tell_before(moment: datetime, deps: Deps) -> int:
    """How many were told of. What was told and how far it went are one transaction: nothing is told twice, whoever
    dies, and nothing is left out. A deadline that is set anew is another one."""
    return sum(_tell_of(name, moment, deps) for name in SOURCES)


def _tell_of(name: str, moment: datetime, deps: Deps) -> int:
    told = 0
    while True:
        with unit_of_work(deps) as work:
            soon = work.deadlines_soon.take(name, moment, AHEAD, limit=BATCH)
            for one in soon:
                notify_of_deadline(work, one)
        told += len(soon)
        if len(soon) < BATCH:
            return told
