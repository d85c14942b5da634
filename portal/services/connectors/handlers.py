"""Jobs about shops' platforms, by their kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from portal.ports import Deps
from portal.repos.jobs import Leased
from portal.services.connectors.backfill import BACKFILL_JOB, backfill_page
from portal.services.connectors.compare import COMPARE_JOB, compare_orders
from portal.services.connectors.import_from_platform import import_from_platform, import_product_from_platform
from portal.services.connectors.open_platform import find_platform
from portal.services.connectors.push import PUSH_JOB, push_to_platform
from portal.services.connectors.receive_webhook import ORDER_JOB, PRODUCT_JOB
from portal.services.refunds.record_answer import NextTry


def _order(job: Leased, deps: Deps) -> NextTry:
    return import_from_platform(shop_id=job.payload["shop"], external_id=job.payload["id"], deps=deps)


def _product(job: Leased, deps: Deps) -> NextTry:
    import_product_from_platform(shop_id=job.payload["shop"], external_id=job.payload["id"], deps=deps)
    return NextTry(None)


def _push(job: Leased, deps: Deps) -> NextTry:
    push_to_platform(shop_id=job.payload["shop"], key=job.payload["key"], deps=deps)
    return NextTry(None)


def _backfill(job: Leased, deps: Deps) -> NextTry:
    """A page a time, so that what is urgent comes in between."""
    if find_platform(shop_id=job.payload["shop"], deps=deps) is None:
        return NextTry(None)
    is_done = backfill_page(shop_id=job.payload["shop"], deps=deps).is_done
    return NextTry(None if is_done else deps.clock.now())


def _compare(job: Leased, deps: Deps) -> NextTry:
    if find_platform(shop_id=job.payload["shop"], deps=deps):
        compare_orders(shop_id=job.payload["shop"], deps=deps)
    return NextTry(None)


CONNECTOR_JOBS: Mapping[str, Callable[[Leased, Deps], NextTry]] = {
    ORDER_JOB: _order,
    PRODUCT_JOB: _product,
    PUSH_JOB: _push,
    BACKFILL_JOB: _backfill,
    COMPARE_JOB: _compare,
}
