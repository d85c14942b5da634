"""稍后处理: staff put a case off until a moment, or take it up again before (domain.cases.snoozing)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from portal.domain.cases.results import CaseSnoozed
from portal.domain.cases.snoozing import may_be_snoozed, snooze_problem
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import lock_case


def snooze_case(
    *, case_no: str, until: datetime | None, actor: Actor, request_id: RequestKey, deps: Deps
) -> CaseSnoozed:
    """Out of the queue until then (aware UTC), None: back in it now.

    Errors: NotFound, Forbidden, Conflict (decided meanwhile), Invalid (until: past, past_deadline, too_long).
    """
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    with unit_of_work(deps) as work:
        asked = fingerprint(["snooze", case_no, until.isoformat() if until else ""])
        if done := work.requests.claim(actor, request_id, asked, CaseSnoozed):
            return done
        act = lock_case(work, case_no, actor, deps)
        if not may_be_snoozed(act.case):
            raise Conflict("decided", at=act.case.closed_at)
        if until and (problem := snooze_problem(act.case, until, work.now)):
            raise Invalid((("until", problem),))
        work.queue.snooze(act.case.id, until)
        what: Literal["snoozed", "woken"] = "snoozed" if until else "woken"
        data = {"until": until.isoformat()} if until else {}
        act.record_events(NewEvent(kind=f"staff:case:{what}", data=data, case_no=case_no))
        return work.requests.finish(actor, request_id, CaseSnoozed(case_no=case_no, to=what))
