"""解决了吗: asked of a closed case, with what was said of it before."""

from __future__ import annotations

from portal.domain.cases.solved import may_say_solved
from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.pages.values.solving import SolvedPage
from portal.ports import Deps
from portal.repos.unit_of_work import reading


def solved_page(*, case_no: str, actor: Actor, deps: Deps) -> SolvedPage:
    """Raises NotFound, Conflict("not_closed")."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
    if not may_say_solved(case):
        raise Conflict("not_closed")
    return SolvedPage(case_no=case_no, answer=case.solved, note=case.solved_note)
