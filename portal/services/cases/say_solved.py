"""解决了吗: what a customer says of a closed case, for the shop's reports and for whoever reads the case."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.cases.results import SolvedSaid
from portal.domain.cases.solved import Solved, may_say_solved
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.domain.identity.behalf import check_own_act
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import lock_case


def say_solved(
    *, case_no: str, answer: Solved, note: str, actor: Actor, request_id: RequestKey, deps: Deps
) -> SolvedSaid:
    """`note`: in their own words, may be "". Errors: NotFound, Conflict("not_closed"), Reused."""
    check_own_act(actor, "solved")
    with unit_of_work(deps) as work:
        asked = fingerprint(["solved", case_no, answer, note])
        if done := work.requests.claim(actor, request_id, asked, SolvedSaid):
            return done
        act = lock_case(work, case_no, actor, deps)
        if not may_say_solved(act.case):
            raise Conflict("not_closed")
        act.save(replace(act.case, solved=answer, solved_note=note))
        act.happened("case:solved" if answer == "yes" else "case:not_solved")
        return work.requests.finish(actor, request_id, SolvedSaid(case_no=case_no, answer=answer))
