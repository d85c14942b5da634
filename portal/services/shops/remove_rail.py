"""A rail of a shop is taken away, with its keys; not while money is on its way by it."""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Forbidden, NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.domain.shops.results import RailRemoved
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.notify_staff import notify_admins
from portal.services.shops.set_rail import check_unused


def remove_rail(*, kind: str, actor: Actor, request_id: RequestKey = "", deps: Deps) -> RailRemoved:
    """Errors: Forbidden, NotFound, Conflict("rail_in_use"), Reused."""
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    with unit_of_work(deps) as work:
        asked = fingerprint(["rail", "remove", kind])
        if request_id and (done := work.requests.claim(actor, request_id, asked, RailRemoved)):
            return done
        work.shops.lock(actor.shop_id)
        kept = work.rails.find(actor.shop_id, kind)
        if kept is None:
            raise NotFound("rail")
        check_unused(work, actor.shop_id, kept.kind)
        work.rails.remove(kept)
        work.events.append_without_order(actor, NewEvent(kind=f"{actor.kind}:rail:removed", data={"rail": kind}))
        notify_admins(work, "rail_removed", actor, about=kind)
        done = RailRemoved(rail=kept.kind)
        return work.requests.finish(actor, request_id, done) if request_id else done
