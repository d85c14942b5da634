"""A page says that somebody has a case open (domain.cases.presence)."""

from __future__ import annotations

from portal.domain.cases.presence import is_shown
from portal.domain.errors import Forbidden
from portal.domain.identity.access import Actor, may
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work


def say_present(*, case_no: str, actor: Actor, deps: Deps) -> None:
    """Of whoever only reads nothing is kept. No event: it is nothing that was done. Errors: NotFound, Forbidden."""
    if not may(actor, "read", "cases"):
        raise Forbidden("cases")
    if not is_shown(actor):
        return
    with unit_of_work(deps) as work:
        case = work.cases.get(case_no, actor)
        work.desk_presences.say(actor.shop_id, case.id, actor.id)
