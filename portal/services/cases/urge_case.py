"""催处理: whoever has the case is told that its customer waits, once a day; the queue marks it (S41)."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from portal.domain.cases.urging import CaseUrging, decide_case_urging
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.domain.results import CaseUrged
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.notify_staff import notify_staff


def urge_case(*, case_no: str, actor: Actor, request_id: RequestKey, deps: Deps) -> CaseUrged:
    """Pressed again the same day it changes nothing. Errors: NotFound, Conflict("nothing_to_urge"), Reused."""
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["urge case", case_no]), CaseUrged):
            return done
        act = lock_case(work, case_no, actor, deps)
        found = case_urging_now(act)
        if found == "not_waiting":
            raise Conflict("nothing_to_urge")
        if found == "may":
            _tell(act)
        result = CaseUrged(case_no=case_no, due=act.case.due_at, is_again=found == "pressed")
        return work.requests.finish(actor, request_id, result)


def case_urging_now(act: CaseAct) -> CaseUrging:
    """For the page and the act (N2)."""
    return decide_case_urging(act.case, act.now, ZoneInfo(act.settings.zone))


def _tell(act: CaseAct) -> None:
    """Whose it is, else everybody who may answer."""
    act.save(replace(act.case, urged_at=act.now))
    act.happened("case:urged", **({"until": act.case.due_at.isoformat()} if act.case.due_at else {}))
    turn = act.record.events_count
    notify_staff(act.work, "customer_urges", act.record, act.case_no, only=act.case.assignee_id, turn=turn)
