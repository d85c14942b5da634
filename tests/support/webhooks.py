"""Endpoints of a test's shop, and orders to which something happens."""

from __future__ import annotations

import json
from typing import Any

from portal.domain.identity.access import Actor, system
from portal.domain.records.events import NewEvent
from portal.models.webhook import WebhookDelivery, WebhookEndpoint
from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.webhooks.add_endpoint import TypedEndpoint, add_endpoint
from portal.services.webhooks.feed import feed_webhooks
from tests.support.order_facts import make_line, make_order
from tests.support.world import World

URL = "https://shop.example/hooks?token=of-the-shop"


def operator(world: World) -> Actor:
    return Actor(kind="operator", shop_id=world.made.shop_id)


def connect(world: World, *kinds: str, url: str = URL) -> tuple[int, str]:
    """An endpoint's id and secret."""
    return add_endpoint(typed=TypedEndpoint(url=url, kinds=kinds), actor=operator(world), deps=world.deps)


def take_order(world: World) -> str:
    return world.take(make_order(make_line("1", 1, 5000)))


def happens(world: World, order_no: str, *whats: str) -> None:
    """Events of an order in one transaction, each `system:case:<what>`."""
    actor = system(world.made.shop_id)
    with unit_of_work(world.deps) as work:
        record = work.orders.get_for_update(order_no, actor)
        work.events.append(record, actor, *(NewEvent(kind=f"system:case:{what}") for what in whats))


def feed(world: World) -> int:
    """How many events were read."""
    world.let_others_end()
    return feed_webhooks(deps=world.deps)


def go(world: World, rounds: int = 1, **by: float) -> None:
    """The feed is read and what is due is sent; then time goes on, where told."""
    for _ in range(rounds):
        feed(world)
        work_all_jobs(deps=world.deps)
        if by:
            world.clock.move(**by)


def endpoint(world: World, number: int = 0) -> Any:
    return world.rows(WebhookEndpoint)[number]


def deliveries(world: World) -> list[Any]:
    return world.rows(WebhookDelivery)


def states(world: World) -> list[str]:
    return [row["state"] for row in deliveries(world)]


def told(world: World, order_no: str = "") -> list[str]:
    """What happened as the endpoints were told it, call by call: `approved`, of one order where named."""
    seen = [json.loads(call.body)["data"] for call in world.webhooks.calls]
    return [data["type"].rpartition(":")[2] for data in seen if not order_no or data["order"] == order_no]
