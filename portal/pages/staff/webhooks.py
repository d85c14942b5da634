"""事件推送: where a shop's events are sent, for administrators and auditors."""

from __future__ import annotations

from datetime import datetime

from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.typed_url import without_query
from portal.domain.webhooks.kinds import KINDS
from portal.pages.parts.timeline import STAFF_NAMES
from portal.pages.values.webhooks import DeliveryRow, KindRow, WebhookPage, WebhookRow, WebhooksPage
from portal.ports import Deps
from portal.repos.webhook_deliveries import ListedDelivery
from portal.repos.webhook_endpoints import CountedEndpoint
from portal.services.webhooks.list_endpoints import list_endpoints, read_endpoint

SHOWN = 50
WHICH = ("", "waiting", "dead")
_MOST_DIGITS = 18


def webhooks_page(*, actor: Actor, deps: Deps) -> WebhooksPage:
    """One query. Raises Forbidden."""
    found = list_endpoints(actor=actor, deps=deps)
    kinds = tuple(KindRow(kind=kind, name=STAFF_NAMES.get(kind, kind)) for kind in KINDS)
    now, may_act = deps.clock.now(), may(actor, "write", "webhooks")
    return WebhooksPage(may_act=may_act, rows=tuple(_row(each, now) for each in found), kinds=kinds)


def webhook_page(*, endpoint_id: int, which: str, before: str, actor: Actor, deps: Deps) -> WebhookPage:
    """`which` of WHICH, anything else is all; `before`: of the link to the next page. Raises Forbidden, NotFound."""
    which = which if which in WHICH else ""
    endpoint, found = read_endpoint(
        endpoint_id=endpoint_id, which=which, before=_number(before), limit=SHOWN + 1, actor=actor, deps=deps
    )
    now = deps.clock.now()
    return WebhookPage(
        may_act=may(actor, "write", "webhooks"),
        row=_row(endpoint, now),
        since=endpoint.created_at,
        old_until=endpoint.old_until if endpoint.old_until and endpoint.old_until > now else None,
        tested_at=endpoint.tested_at,
        test_problem=endpoint.test_problem,
        test_status=endpoint.test_status,
        test_took=endpoint.test_took,
        test_said=endpoint.test_said,
        which=which,
        deliveries=tuple(map(_delivery, found[:SHOWN])),
        next_before=found[SHOWN - 1].id if len(found) > SHOWN else None,
    )


def read_id(text: str) -> int:
    """Of an address. Raises NotFound for what no row has."""
    number = _number(text)
    if number is None:
        raise NotFound("webhook")
    return number


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def _row(endpoint: CountedEndpoint, now: datetime) -> WebhookRow:
    is_failing = endpoint.state == "on" and endpoint.failing_since is not None
    return WebhookRow(
        id=endpoint.id,
        url=without_query(endpoint.url),
        state="failing" if is_failing else endpoint.state,
        off_because=endpoint.off_because,
        kinds=tuple(endpoint.kinds),
        waiting=endpoint.waiting,
        dead=endpoint.dead,
        has_more=endpoint.has_more,
        succeeded_at=endpoint.succeeded_at,
        failing_since=endpoint.failing_since,
        resume_at=endpoint.resume_at if endpoint.resume_at and endpoint.resume_at > now else None,
    )


def _delivery(found: ListedDelivery) -> DeliveryRow:
    is_over = found.state in ("done", "dead")
    kind = found.kind.partition(":")[2]
    return DeliveryRow(
        id=found.id,
        kind=kind,
        name=STAFF_NAMES.get(kind, kind),
        order_no=found.order_no,
        at=found.at,
        state="waiting" if found.state == "ready" else found.state,
        attempts=found.attempts,
        next_at=found.next_at if found.state == "ready" and found.attempts else None,
        problem=found.problem,
        status=found.status,
        said=found.said,
        took=found.took,
        may_replay=is_over,
    )
