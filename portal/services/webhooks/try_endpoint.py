"""A test is sent to an endpoint; what it answered is kept for its page."""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.identity.access import Actor
from portal.domain.sent import RequestKey
from portal.domain.webhooks.kinds import TEST
from portal.domain.webhooks.results import EndpointTested
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.webhooks.change_endpoint import own_endpoint
from portal.services.webhooks.deliver import post


def try_endpoint(*, endpoint_id: int, actor: Actor, request_id: RequestKey = "", deps: Deps) -> EndpointTested:
    """Once for a `request_id`, signed like an event and of the same shape, whether the endpoint is on or off. Whatever
    comes of it says nothing about its health. Errors: Forbidden, NotFound, Reused."""
    tried = EndpointTested(endpoint_id=endpoint_id)
    with unit_of_work(deps) as work:
        said = fingerprint(["webhook", "test", endpoint_id])
        if request_id and (done := work.requests.claim(actor, request_id, said, EndpointTested)):
            return done
        endpoint = own_endpoint(work, endpoint_id, actor)
        at = work.now.isoformat()
        if request_id:
            work.requests.finish(actor, request_id, tried)
    told: dict[str, object] = {"cursor": None, "type": TEST, "at": at, "order": None, "case": None, "actor": actor.key}
    told |= {"on_behalf_of": None, "data": {"endpoint": endpoint_id}, "seq": 0, "hash": "", "previous": ""}
    webhook_id = f"test_{deps.random.letters(20)}"
    answer = post(endpoint, webhook_id, {"type": TEST, "timestamp": at, "data": told}, deps)
    with unit_of_work(deps) as work:
        outcome = {"test_problem": answer.problem, "test_status": answer.status, "test_took": answer.took}
        work.webhook_endpoints.set(endpoint_id, tested_at=work.now, test_said=answer.said, **outcome)
    return tried
