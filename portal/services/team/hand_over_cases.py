"""The open cases of somebody who is away or gone: to a colleague, or back into the queue. One transaction a case."""

from __future__ import annotations

from portal.domain.errors import Conflict
from portal.domain.identity.access import system
from portal.domain.records.events import NewEvent
from portal.ports import Deps
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.act import lock_case

_AT_ONCE = 200


def hand_over_cases(*, staff_id: int, shop_id: int, to: int | None, deps: Deps) -> int:
    """How many went. A job that comes back finds what is left; a case that somebody else has taken stays theirs."""
    count = 0
    while numbers := _numbers(staff_id, shop_id, deps):
        handed = sum(_hand_over(case_no, staff_id, shop_id, to, deps) for case_no in numbers)
        if not handed:
            break
        count += handed
    return count


def _numbers(staff_id: int, shop_id: int, deps: Deps) -> list[str]:
    with reading(deps) as work:
        return work.team.cases_of(staff_id, shop_id, limit=_AT_ONCE)


def _hand_over(case_no: str, staff_id: int, shop_id: int, to: int | None, deps: Deps) -> bool:
    with unit_of_work(deps) as work:
        act = lock_case(work, case_no, system(shop_id), deps)
        if act.case.assignee_id != staff_id or not act.case.is_open:
            return False
        try:
            work.cases.assign(act.case, to)
        except Conflict:
            return False
        data = {"from": staff_id} | ({"to": to} if to else {})
        what = "handed_over" if to else "released"
        act.record_events(NewEvent(kind=f"system:case:{what}", data=data, case_no=case_no))
        return True
