"""Staff ask the worker to read everything, or to compare, before it would by itself."""

from __future__ import annotations

from typing import Literal

from portal.domain.codec import fingerprint
from portal.domain.connectors.results import ConnectorAsked
from portal.domain.errors import Forbidden, NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.connectors.backfill import BACKFILL_JOB, ORDERS
from portal.services.connectors.compare import COMPARE_JOB


def ask_connector(
    *, what: Literal["backfill", "compare"], actor: Actor, request_id: RequestKey, deps: Deps
) -> ConnectorAsked:
    """Asked for by several within a minute it is one. A backfill that is under way goes on. Errors: Forbidden,
    NotFound, Reused."""
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["connector", what]), ConnectorAsked):
            return done
        kept = work.connectors.find(actor.shop_id)
        if kept is None:
            raise NotFound("connector")
        if what == "backfill" and not kept.backfill_cursor:
            began = {"backfill_cursor": ORDERS, "backfill_began_at": work.now, "backfill_ended_at": None}
            work.connectors.note(actor.shop_id, **began, backfill_since=None, orders_read=0)
        kind = BACKFILL_JOB if what == "backfill" else COMPARE_JOB
        key = f"{kind}:{actor.shop_id}:{work.now:%Y-%m-%dT%H:%M}"
        work.jobs.enqueue(kind, {"shop": actor.shop_id}, dedup_key=key)
        return work.requests.finish(actor, request_id, ConnectorAsked(what=what))
