"""The platform that a shop runs on as staff see it: how it is going, never its keys."""

from __future__ import annotations

from typing import cast

from portal.domain.connectors.compare import DifferenceKind, OrderDifference
from portal.domain.identity.access import Actor, may
from portal.pages.values.connectors import ConnectorPage
from portal.ports import Deps
from portal.repos.connectors import KeptConnector
from portal.repos.unit_of_work import reading

OFF, MOST_SHOWN = "off", 50


def connector_page(*, actor: Actor, deps: Deps) -> ConnectorPage:
    """One query, and three more where there is a platform."""
    may_act = may(actor, "write", "settings")
    with reading(deps) as work:
        kept = work.connectors.find(actor.shop_id)
        if kept is None:
            return ConnectorPage(may_act=may_act, platform=OFF)
        refused = work.connectors.pushes(actor.shop_id, states=("refused",), limit=MOST_SHOWN)
        waiting = work.connectors.count_pushes(actor.shop_id, "waiting")
        shop_key = work.shops.get_by_id(actor.shop_id).key
    return ConnectorPage(
        may_act=may_act,
        platform=kept.platform,
        host=kept.host,
        webhook_url=f"{deps.base_url}/hooks/{shop_key}/{kept.platform}",
        refund=kept.refund,
        webhook_at=kept.webhook_at,
        refused_webhook_at=kept.refused_webhook_at,
        orders_read=kept.orders_read,
        is_reading=bool(kept.backfill_cursor),
        read_at=kept.backfill_ended_at,
        compared_at=kept.compared_at,
        differences=_differences(kept),
        waiting=waiting,
        refused=tuple((push.order_no, push.what, push.reason) for push in refused),
    )


def _differences(kept: KeptConnector) -> tuple[OrderDifference, ...]:
    return tuple(
        OrderDifference(
            external_id=one["external_id"],
            order_no=one["order_no"],
            what=cast("DifferenceKind", one["what"]),
            ours=one["ours"],
            theirs=one["theirs"],
            why=one["why"],
        )
        for one in kept.differences[:MOST_SHOWN]
    )
