"""Events become deliveries: every endpoint reads the event feed from a cursor of its own, a page at a time.

An endpoint that does not keep up has at most WINDOW deliveries waiting. What comes after them waits in the feed, which
is kept anyway: an endpoint that is down for a day costs what one costs that is up.
"""

from __future__ import annotations

from datetime import timedelta

from portal.domain.webhooks.endpoint import WINDOW
from portal.domain.webhooks.kinds import is_wanted
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.repos.webhook_endpoints import KeptEndpoint
from portal.services.webhooks.wake import wake_later, wake_now

PAGE = 200
"""Events that an endpoint reads in one transaction: SQLite's other writers wait for it, a few milliseconds."""
MOST_ENDPOINTS_AT_ONCE = 50
_FORGOTTEN_AFTER = timedelta(minutes=5)


def feed_webhooks(*, deps: Deps) -> int:
    """For the worker, every second or so. One query where nothing has happened. How many events were read."""
    with reading(deps) as work:
        found = work.webhook_endpoints.with_unread(MOST_ENDPOINTS_AT_ONCE)
    return sum(_feed(endpoint_id, deps) for endpoint_id in found)


def _feed(endpoint_id: int, deps: Deps) -> int:
    with unit_of_work(deps) as work:
        endpoint = work.webhook_endpoints.lock(endpoint_id)
        if endpoint is None or endpoint.state != "on":
            return 0
        room = WINDOW - work.webhook_deliveries.count_open(endpoint_id, WINDOW)
        return _read_page(work, endpoint, min(PAGE, room)) if room > 0 else 0


def _read_page(work: UnitOfWork, endpoint: KeptEndpoint, limit: int) -> int:
    after = (endpoint.after_txid, endpoint.after_id)
    deliveries = work.webhook_deliveries
    events = deliveries.feed(shop_id=endpoint.shop_id, after=after, limit=limit)
    if not events:
        return 0
    wanted = [event for event in (*events, *deliveries.overtaken(events)) if is_wanted(endpoint.kinds, event.kind)]
    if deliveries.add((endpoint.shop_id, endpoint.id), wanted, replay=endpoint.replays):
        wake_now(work, endpoint)
    last = events[-1]
    work.webhook_endpoints.set(endpoint.id, after_txid=last.txid, after_id=last.id)
    return len(events)


def wake_forgotten(*, deps: Deps) -> int:
    """For the worker, now and then: deliveries that were due minutes ago and have no job, because a clock was set back
    or an operator removed it. How many endpoints have such."""
    with unit_of_work(deps) as work:
        found = work.webhook_endpoints.overdue(work.now - _FORGOTTEN_AFTER, MOST_ENDPOINTS_AT_ONCE)
        for endpoint in filter(None, map(work.webhook_endpoints.find, found)):
            wake_later(work, endpoint, work.now)
    return len(found)
