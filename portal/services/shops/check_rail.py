"""A rail of a shop is tried: signed, called, verified, a step at a time. What it came to is kept for its page."""

from __future__ import annotations

from collections.abc import Iterator

from portal.domain.codec import fingerprint
from portal.domain.errors import Forbidden, NotFound, ProviderUnavailable
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.domain.shops.results import RailChecked
from portal.ports import CheckStep, Deps
from portal.repos.rails import KeptRail
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.refunds.choose_rail import open_kept

LONGEST = 300


def rails_to_check(*, actor: Actor, kind: str = "", deps: Deps) -> list[KeptRail]:
    """All of the shop, or the one of that kind. Errors: Forbidden, NotFound."""
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    with reading(deps) as work:
        found = [rail for rail in work.rails.of_shop(actor.shop_id) if kind in ("", rail.kind)]
    if not found:
        raise NotFound("rail")
    return found


def steps_of(rail: KeptRail, *, actor: Actor, deps: Deps) -> Iterator[CheckStep]:
    """Each as it is done; kept once the last is. It moves no money."""
    problem = ""
    for step in _steps(rail, deps):
        problem = problem or ("" if step.is_ok else f"{step.name}: {step.detail}"[:LONGEST])
        yield step
    with unit_of_work(deps) as work:
        work.rails.checked(rail, problem)
        data = {"rail": rail.kind, "is_fine": not problem}
        work.events.append_without_order(actor, NewEvent(kind=f"{actor.kind}:rail:checked", data=data))


def check_rail(*, kind: str, actor: Actor, request_id: RequestKey, deps: Deps) -> RailChecked:
    """For the page, once for a `request_id`. Errors: Forbidden, NotFound, Reused."""
    (rail,) = rails_to_check(actor=actor, kind=kind, deps=deps)
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["rail", "check", kind]), RailChecked):
            return done
        done = work.requests.finish(actor, request_id, RailChecked(rail=rail.kind))
    for _ in steps_of(rail, actor=actor, deps=deps):
        """The page reads what was kept."""
    return done


def _steps(rail: KeptRail, deps: Deps) -> Iterator[CheckStep]:
    try:
        yield from open_kept(rail, deps).check()
    except ProviderUnavailable as problem:
        yield CheckStep(name="open", is_ok=False, detail=problem.reason)
