"""All orders that the platform has, and its products, page by page; where it was interrupted it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from portal.domain.connectors.compare import MOST_KEPT, OrderDifference
from portal.domain.intake.imported_order import Read, Reject
from portal.ports import Deps, OrdersPage, ShopPlatform
from portal.repos.connectors import KeptConnector
from portal.repos.unit_of_work import unit_of_work
from portal.services.connectors.import_from_platform import take_products
from portal.services.connectors.open_platform import get_platform
from portal.services.intake.import_orders import import_stream

ORDERS, PRODUCTS = "orders:", "products:"
BACKFILL_JOB = "platform_backfill"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillStep:
    """After a page: orders read since it began, how many there are as far as the platform says, what was rejected."""

    orders_read: int
    total: int | None
    rejects: tuple[Reject, ...]
    is_done: bool


def begin_backfill(*, shop_id: int, since: datetime | None, deps: Deps) -> bool:
    """True: one that was interrupted goes on. Another `since` than that one's begins anew. Raises NotFound."""
    kept, _ = get_platform(shop_id=shop_id, deps=deps)
    if kept.backfill_cursor and (since is None or since == kept.backfill_since):
        return True
    with unit_of_work(deps) as work:
        fresh: dict[str, Any] = {"backfill_since": since, "backfill_cursor": ORDERS, "backfill_began_at": work.now}
        work.connectors.note(shop_id, **fresh, backfill_ended_at=None, orders_read=0)
    return False


def backfill_page(*, shop_id: int, deps: Deps) -> BackfillStep:
    """The next page. Raises ProviderUnavailable: the place is kept, it can be tried again. Raises NotFound."""
    kept, platform = get_platform(shop_id=shop_id, deps=deps)
    if not kept.backfill_cursor:
        return BackfillStep(orders_read=kept.orders_read, total=None, rejects=(), is_done=True)
    if kept.backfill_cursor.startswith(PRODUCTS):
        return _products(kept, platform, deps)
    page = platform.orders_page(kept.backfill_cursor.removeprefix(ORDERS), since=kept.backfill_since)
    rejects = take_page(shop_id=shop_id, page=page, deps=deps)
    read = kept.orders_read + len(page.orders)
    with unit_of_work(deps) as work:
        cursor = f"{ORDERS}{page.cursor}" if page.cursor else PRODUCTS
        differs = _with_rejects(kept, page, rejects)
        work.connectors.note(shop_id, backfill_cursor=cursor, orders_read=read, differences=differs)
    return BackfillStep(orders_read=read, total=page.total, rejects=rejects, is_done=False)


def _with_rejects(kept: KeptConnector, page: OrdersPage, rejects: tuple[Reject, ...]) -> list[dict[str, str]]:
    """What is rejected is compared again each night, until it can be imported."""
    known = {one["external_id"] for one in kept.differences}
    new = [
        OrderDifference(
            external_id=page.orders[one.line - 1].external_id,
            order_no=one.order,
            what="rejected",
            why=f"{one.field}: {one.reason}".strip(": ")[:200],
        )
        for one in rejects
        if one.is_order
    ]
    return [*kept.differences, *(asdict(one) for one in new if one.external_id not in known)][:MOST_KEPT]


def _products(kept: KeptConnector, platform: ShopPlatform, deps: Deps) -> BackfillStep:
    page = platform.products_page(kept.backfill_cursor.removeprefix(PRODUCTS))
    take_products(shop_id=kept.shop_id, products=page.products, deps=deps)
    with unit_of_work(deps) as work:
        if page.cursor:
            work.connectors.note(kept.shop_id, backfill_cursor=f"{PRODUCTS}{page.cursor}")
        else:
            # What changed while it ran is compared first.
            ended: dict[str, Any] = {"backfill_cursor": "", "backfill_ended_at": work.now}
            work.connectors.note(kept.shop_id, **ended, compared_from=kept.backfill_began_at)
    return BackfillStep(orders_read=kept.orders_read, total=None, rejects=(), is_done=not page.cursor)


def take_page(*, shop_id: int, page: OrdersPage, deps: Deps) -> tuple[Reject, ...]:
    """Imported together, as orders of a file are; `line` of a reject is its place on the page."""
    rejects: list[Reject] = []

    def orders() -> Iterator[Read | Reject]:
        for place, order in enumerate(page.orders, 1):
            if order.data is not None:
                yield Read(place, order.number, order.data)
            elif order.problem is not None:
                yield Reject(place, order.number, order.problem.field, order.problem.reason)

    import_stream(shop_id=shop_id, orders=orders(), deps=deps, on_reject=rejects.append)
    with unit_of_work(deps) as work:
        work.connectors.saw_orders(shop_id, {order.external_id: order.number for order in page.orders})
    return tuple(rejects)
