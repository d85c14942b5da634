"""An order or a product as the platform has it now is imported, by the same intake as every other way in."""

from __future__ import annotations

from datetime import timedelta

from portal.domain.errors import Conflict, Invalid
from portal.domain.intake.imported_order import OrderProblem
from portal.ports import Deps, PlatformOrder, PlatformProduct
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.connectors.open_platform import find_platform
from portal.services.intake.import_orders import import_order
from portal.services.intake.import_product import import_product
from portal.services.refunds.record_answer import NextTry

GONE, REJECTED = "platform_order_gone", "platform_order_rejected"
_AFTER_CANCEL = timedelta(minutes=5)


def import_from_platform(*, shop_id: int, external_id: str, deps: Deps) -> NextTry:
    """Raises ProviderUnavailable; the job comes back. An update that a waiting cancel holds up comes again later."""
    found = find_platform(shop_id=shop_id, deps=deps)
    if found is None:
        return NextTry(None)
    order = found[1].find_order(external_id)
    if order is None:
        _note_gone(shop_id, external_id, deps)
        return NextTry(None)
    problem = take_order(shop_id=shop_id, order=order, deps=deps)
    if problem and problem.reason == "cancel_open":
        return NextTry(deps.clock.now() + _AFTER_CANCEL, problem.reason)
    return NextTry(None)


def take_order(*, shop_id: int, order: PlatformOrder, deps: Deps) -> OrderProblem | None:
    """None: it is in, as new as the platform has it. Else why not: a task for people, but for what a cancel holds up
    and what is frozen by a case, which the comparison names."""
    problem = order.problem
    if order.data is not None:
        try:
            import_order(shop_id=shop_id, data=order.data, deps=deps)
        except Invalid as refused:
            field, reason = refused.problems[0]
            problem = OrderProblem(field, reason)
        except Conflict as refused:
            problem = OrderProblem(str(refused.detail.get("field", "")), refused.what)
    with unit_of_work(deps) as work:
        work.connectors.saw_orders(shop_id, {order.external_id: order.number})
        _note_problem(work, shop_id, order, problem)
    return problem


def _note_problem(work: UnitOfWork, shop_id: int, order: PlatformOrder, problem: OrderProblem | None) -> None:
    key = f"{REJECTED}:{shop_id}:{order.external_id}"
    if problem is None:
        work.tasks.close(key)
    elif problem.reason not in ("cancel_open", "frozen"):
        detail = {"order": order.number[:64], "reason": f"{problem.field} {problem.reason}".strip()[:200]}
        known = work.orders.find_for_update(shop_id, order.number)
        work.tasks.reopen(shop_id, REJECTED, dedup_key=key, detail=detail, order_id=known.id if known else None)


def _note_gone(shop_id: int, external_id: str, deps: Deps) -> None:
    """Deleted there: what becomes of it here only people can say. One that is cancelled here is nobody's concern."""
    with unit_of_work(deps) as work:
        order_no = work.connectors.order_no(shop_id, external_id)
        record = work.orders.find_for_update(shop_id, order_no) if order_no else None
        if record is not None and record.order.state != "cancelled":
            key = f"{GONE}:{shop_id}:{order_no}"
            work.tasks.open(shop_id, GONE, dedup_key=key, detail={"order": order_no}, order_id=record.id)


def import_product_from_platform(*, shop_id: int, external_id: str, deps: Deps) -> None:
    """Raises ProviderUnavailable; the job comes back. What is deleted there stays as it was: nothing says its sku."""
    found = find_platform(shop_id=shop_id, deps=deps)
    if found:
        take_products(shop_id=shop_id, products=found[1].find_product(external_id), deps=deps)


def take_products(*, shop_id: int, products: tuple[PlatformProduct, ...], deps: Deps) -> int:
    """How many are in. One that cannot be read is left out: it is not for sale here until it can."""
    with unit_of_work(deps) as work:
        currency, now = work.shops.settings_of(shop_id).currency, work.now
    done = 0
    for product in products:
        try:
            read = deps.schemas.read_product(product.sku, product.body, currency=currency, now=now)
        except Invalid:
            continue
        import_product(shop_id=shop_id, product=read, deps=deps)
        done += 1
    return done
