"""Events are sent again at somebody's word: one, all that were given up, or all since a cursor of the feed.

Each is sent under the `webhook-id` it always had, so who received it knows it again.
"""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Invalid, NotFound
from portal.domain.identity.access import Actor
from portal.domain.sent import RequestKey
from portal.domain.webhooks.endpoint import WINDOW
from portal.domain.webhooks.results import EventsReplayed
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.records.event_feed import read_place
from portal.services.webhooks.change_endpoint import happened, own_endpoint
from portal.services.webhooks.wake import wake_now


def replay_delivery(
    *, endpoint_id: int, delivery_id: int, actor: Actor, request_id: RequestKey = "", deps: Deps
) -> EventsReplayed:
    """One that was delivered or is dead. Errors: Forbidden, NotFound (there is none that is over), Reused."""
    with unit_of_work(deps) as work:
        said = fingerprint(["webhook", "replay", endpoint_id, delivery_id])
        if request_id and (done := work.requests.claim(actor, request_id, said, EventsReplayed)):
            return done
        endpoint = own_endpoint(work, endpoint_id, actor)
        if not work.webhook_deliveries.reopen(endpoint_id, [delivery_id]):
            raise NotFound("delivery")
        wake_now(work, endpoint)
        happened(work, f"{actor.kind}:webhook:replayed", endpoint, actor, deliveries=1)
        done = EventsReplayed(endpoint_id=endpoint_id, count=1)
        return work.requests.finish(actor, request_id, done) if request_id else done


def replay_dead(*, endpoint_id: int, actor: Actor, request_id: RequestKey = "", deps: Deps) -> EventsReplayed:
    """The oldest WINDOW of those that were given up. Errors: Forbidden, NotFound, Reused."""
    with unit_of_work(deps) as work:
        said = fingerprint(["webhook", "replay", endpoint_id, "dead"])
        if request_id and (done := work.requests.claim(actor, request_id, said, EventsReplayed)):
            return done
        endpoint = own_endpoint(work, endpoint_id, actor)
        count = work.webhook_deliveries.reopen(endpoint_id, work.webhook_deliveries.dead_ids(endpoint_id, WINDOW))
        if count:
            wake_now(work, endpoint)
            happened(work, f"{actor.kind}:webhook:replayed", endpoint, actor, deliveries=count)
        done = EventsReplayed(endpoint_id=endpoint_id, count=count)
        return work.requests.finish(actor, request_id, done) if request_id else done


def replay_after(
    *, endpoint_id: int, cursor: str, actor: Actor, request_id: RequestKey = "", deps: Deps
) -> EventsReplayed:
    """The endpoint reads the feed again from this cursor on; what happens meanwhile comes after it.

    Errors: Forbidden, NotFound, Invalid (after: none is `cursor`, ahead of what was read), Reused.
    """
    place = read_place(cursor.strip())
    with unit_of_work(deps) as work:
        said = fingerprint(["webhook", "replay", endpoint_id, "after", cursor])
        if request_id and (done := work.requests.claim(actor, request_id, said, EventsReplayed)):
            return done
        endpoint = own_endpoint(work, endpoint_id, actor)
        if place is None:
            raise Invalid((("after", "cursor"),))
        if place > (endpoint.after_txid, endpoint.after_id):
            raise Invalid((("after", "ahead"),))
        txid, event_id = place
        work.webhook_endpoints.set(endpoint_id, after_txid=txid, after_id=event_id, replays=endpoint.replays + 1)
        happened(work, f"{actor.kind}:webhook:replayed", endpoint, actor, after=f"{txid}-{event_id}")
        done = EventsReplayed(endpoint_id=endpoint_id, count=0)
        return work.requests.finish(actor, request_id, done) if request_id else done
