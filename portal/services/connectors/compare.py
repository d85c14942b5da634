"""Orders here and on the platform are compared, those that changed there since the last time: nightly by the worker.

What a lost webhook left behind is imported on the way; what differs after that is listed, and is a task where it
matters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from portal.domain.connectors.compare import MOST_KEPT, OrderDifference, differences_of
from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor
from portal.domain.intake.imported_order import ImportedOrder
from portal.ports import Deps, PlatformOrder, ShopPlatform
from portal.repos.connectors import KeptConnector
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.connectors.import_from_platform import take_order
from portal.services.connectors.open_platform import get_platform

DIFFERS, COMPARE_JOB = "platform_differs", "platform_compare"
FIRST_LOOK, OVERLAP = timedelta(days=30), timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`healed`: orders that were not here as they are there, and are now."""

    compared: int
    healed: int
    differences: tuple[OrderDifference, ...]


def plan_comparisons(*, deps: Deps) -> None:
    """For the worker, now and then: a job a day for each connected shop."""
    with unit_of_work(deps) as work:
        for kept in work.connectors.every():
            key = f"{COMPARE_JOB}:{kept.shop_id}:{work.now:%Y-%m-%d}"
            work.jobs.enqueue(COMPARE_JOB, {"shop": kept.shop_id}, dedup_key=key)


def compare_orders(*, shop_id: int, deps: Deps) -> Comparison:
    """Raises NotFound, ProviderUnavailable: then nothing is concluded."""
    kept, platform = get_platform(shop_id=shop_id, deps=deps)
    began = deps.clock.now()
    since = (kept.compared_from or began - FIRST_LOOK) - OVERLAP
    compared, healed, found = 0, 0, list[OrderDifference]()
    for order in _orders(_again(kept, deps), platform, since):
        compared += 1
        is_healed, differences = _compare(shop_id, order, deps)
        healed += is_healed
        found += differences
    with unit_of_work(deps) as work:
        rows = [asdict(one) for one in found[:MOST_KEPT]]
        work.connectors.note(shop_id, compared_at=work.now, compared_from=began, differences=rows)
        _note_tasks(work, shop_id, found)
    return Comparison(compared=compared, healed=healed, differences=tuple(found))


def _again(kept: KeptConnector, deps: Deps) -> set[str]:
    """The platform's ids of orders that differed last time, and of those that it has not been told of yet or has
    refused to hear of: they differ whether or not they changed there."""
    with reading(deps) as work:
        waiting = work.connectors.pushes(kept.shop_id, states=("waiting", "refused"), limit=MOST_KEPT)
        ids = {work.connectors.external_id(kept.shop_id, push.order_no) for push in waiting}
    return {str(one["external_id"]) for one in kept.differences} | {one for one in ids if one}


def _orders(again: set[str], platform: ShopPlatform, since: datetime) -> Iterator[PlatformOrder]:
    """Those that changed, then those of `again` that did not; each once."""
    seen: set[str] = set()
    cursor = ""
    while True:
        page = platform.orders_page(cursor, since=since)
        yield from (order for order in page.orders if order.external_id not in seen)
        seen |= {order.external_id for order in page.orders}
        cursor = page.cursor
        if not cursor:
            break
    for external_id in sorted(again - seen):
        if order := platform.find_order(external_id):
            yield order


def _kept(work: UnitOfWork, shop_id: int, order_no: str) -> OrderRecord | None:
    try:
        return work.orders.get(order_no, Actor(kind="feed", shop_id=shop_id))
    except NotFound:
        return None


def _compare(shop_id: int, order: PlatformOrder, deps: Deps) -> tuple[bool, list[OrderDifference]]:
    with reading(deps) as work:
        before = _kept(work, shop_id, order.number)
    problem = take_order(shop_id=shop_id, order=order, deps=deps)
    with reading(deps) as work:
        after = _kept(work, shop_id, order.number)
    is_healed = after is not None and (before is None or before.version != after.version)
    if problem and problem.reason != "cancel_open":
        why = f"{problem.field}: {problem.reason}".strip(": ")[:200]
        return False, [OrderDifference(external_id=order.external_id, order_no=order.number, what="rejected", why=why)]
    theirs = deps.schemas.read_order(order.data or {})
    if after is None or not isinstance(theirs, ImportedOrder):
        return is_healed, []
    return is_healed, differences_of(order.external_id, after.order, theirs)


def _note_tasks(work: UnitOfWork, shop_id: int, found: list[OrderDifference]) -> None:
    """One an order, closed by itself once both agree again."""
    prefix = f"{DIFFERS}:{shop_id}:"
    for one in found:
        record = work.orders.find_for_update(shop_id, one.order_no)
        detail = {"order": one.order_no, "reason": f"{one.what} {one.ours} / {one.theirs} {one.why}".strip()[:200]}
        order_id = record.id if record else None
        work.tasks.reopen(shop_id, DIFFERS, dedup_key=f"{prefix}{one.external_id}", detail=detail, order_id=order_id)
    for key in work.tasks.open_keys(DIFFERS) - {f"{prefix}{one.external_id}" for one in found}:
        if key.startswith(prefix):
            work.tasks.close(key)
