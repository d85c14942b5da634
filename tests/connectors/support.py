"""A shop connected with its platform, without the web: what flows of every platform begin with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from portal.adapters.connect_platforms import ConnectedPlatforms
from portal.domain.connectors.config import Platform
from portal.domain.identity.access import Actor
from portal.repos.connectors import KeptConnector
from portal.repos.unit_of_work import reading
from portal.services.connectors.push import plan_pushes
from portal.services.connectors.receive_webhook import receive_webhook
from portal.services.connectors.set_connector import connect
from portal.services.jobs.work_jobs import work_all_jobs
from tests.connectors.woocommerce_counterpart import KEY, SECRET, WEBHOOK_SECRET, Woo
from tests.support.world import World


def woo_table(woo: Woo, **changes: Any) -> dict[str, Any]:
    table = {"url": woo.url, "consumer_key": KEY, "consumer_secret": SECRET, "webhook_secret": WEBHOOK_SECRET}
    return table | {"refund": True} | changes


def connected(world: World, platform: Platform, table: dict[str, Any]) -> World:
    """The same portal, which reaches counterparts on this machine, impatiently."""
    platforms = ConnectedPlatforms(world.clock, may_be_private=True, read=8.0, whole=16.0)
    world.deps = replace(world.deps, platforms=platforms)
    operator = Actor(kind="operator", shop_id=world.made.shop_id)
    connect(platform=platform, table=table, actor=operator, deps=world.deps)
    return world


def deliver(world: World, sent: tuple[dict[str, str], bytes], platform: str = "woocommerce") -> None:
    """A webhook arrives, and the worker comes to it."""
    headers, body = sent
    receive_webhook(shop_key="tepai", platform=platform, headers=headers, body=body, deps=world.deps)
    work_all_jobs(deps=world.deps)


def tell(world: World) -> int:
    """What happened is told the platform. How much of it there was."""
    world.let_others_end()
    planned = plan_pushes(deps=world.deps)
    work_all_jobs(deps=world.deps)
    return planned


def kept(world: World) -> KeptConnector:
    with reading(world.deps) as work:
        found = work.connectors.find(world.made.shop_id)
    assert found
    return found


def paid_lines(world: World, order_no: str) -> dict[str, int]:
    """Units of each line that are not gone."""
    with reading(world.deps) as work:
        order = work.orders.get(order_no, Actor(kind="feed", shop_id=world.made.shop_id)).order
    return {line.id: line.left for line in order.lines}
