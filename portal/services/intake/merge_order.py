"""A newer version of an order that is in: decided by `merge`, done here under the order's lock."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.domain.intake.imported_order import ImportedOrder, OrderProblem
from portal.domain.intake.merge import merge
from portal.domain.intake.stored_order import MergeProblem, Price, Stored, Task, Update
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.decisions import PlanTender
from portal.domain.orders.order import Payment
from portal.domain.records.events import NewEvent
from portal.ports import Deps
from portal.repos.intake_rows import NewOrder, address_of
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork
from portal.services.act import Act
from portal.services.orders.urge_shipment import close_urging
from portal.services.policy.order_terms import ShopTerms
from portal.services.refunds.start_refunds import start_refunds


def merge_into(
    work: UnitOfWork, record: OrderRecord, taken: ImportedOrder, digest: str, *, terms: ShopTerms, deps: Deps
) -> Literal["updated", "unchanged", "older"] | OrderProblem:
    """`record` is under lock. Raises Conflict `frozen` or `cancel_open`; a Problem where it does not add up."""
    outcome = merge(_stored(work, record), taken, digest)
    match outcome:
        case MergeProblem(reason=reason, field=field, case_no=case_no):
            raise Conflict(reason, detail={"field": field} | ({"case_no": case_no} if case_no else {}))
        case Update():
            _apply(work, record, taken, digest, outcome, terms, deps)
            return "updated"
    return outcome


def open_tasks(work: UnitOfWork, shop_id: int, order_id: int, order_no: str, tasks: tuple[Task, ...]) -> None:
    """One task of a kind per order, per refund that collides and per payment that was raised."""
    for task in tasks:
        about = task.detail.get("refund") or task.detail.get("payment") or ""
        key = f"{task.kind}:{shop_id}:{order_no}:{about}".rstrip(":")
        work.tasks.open(shop_id, task.kind, dedup_key=key[:120], detail=dict(task.detail), order_id=order_id)


def _stored(work: UnitOfWork, record: OrderRecord) -> Stored:
    kept = record.kept
    ours = [refund.refund_id for refund in work.refunds.of_order(record.id)] if record.after_sales else []
    return Stored(
        order=record.order,
        updated_at=kept.updated_at,
        digest=kept.digest,
        prices={
            line_id: Price(line.unit_price, line.discount_minor, line.tax_minor)
            for line_id, line in record.lines.items()
        },
        feed_refunds=kept.feed_refunds,
        our_refunds=frozenset(ours),
        cancelled_by=kept.cancelled_by,
        # A question alone freezes nothing.
        after_sales=bool(ours) or (record.after_sales and work.cases.has_application(record.id)),
    )


def _apply(
    work: UnitOfWork,
    record: OrderRecord,
    taken: ImportedOrder,
    digest: str,
    update: Update,
    terms: ShopTerms,
    deps: Deps,
) -> None:
    feed = Actor(kind="feed", shop_id=record.shop_id)
    kept = record.kept
    policy = terms.kept(kept.shop_version_id, kept.law_version_id)
    new = NewOrder(
        taken=taken,
        order=update.order,
        shop_version_id=kept.shop_version_id,
        law_version_id=kept.law_version_id,
        ship_due_at=update.order.ship_due(policy.ship_within),
        digest=digest,
        feed_refunds=update.feed_refunds,
    )
    if update.takes_lines:
        work.intake.replace_lines(record, new)
    else:
        _update_frozen(work, record, new, update)
    work.intake.take_version(record, new)
    _import_customer(work, record, taken)
    work.orders.save(record, update.order)
    close_urging(work, record)
    if update.is_called_off:
        record.is_cancelled(at=work.now, by="feed")
    work.events.append(record, feed, *_events(taken, update))
    open_tasks(work, record.shop_id, record.id, taken.number, update.tasks)
    if update.late_payments:
        _give_back(work, record, update.late_payments, feed, deps)


def _update_frozen(work: UnitOfWork, record: OrderRecord, new: NewOrder, update: Update) -> None:
    """Payments, parcels, dates and stock problems; lines and prices stay."""
    work.intake.add_payments(record, update.new_payments)
    before = {payment.id: payment for payment in record.order.payments}
    for payment in update.order.payments:
        if payment.id in before and payment.captured != before[payment.id].captured:
            work.intake.set_captured(record, payment)
    work.intake.set_stock_problems(record, update.order)
    record.order = replace(record.order, payments=(*record.order.payments, *update.new_payments))
    work.intake.take_dates(record, new.order)


def _import_customer(work: UnitOfWork, record: OrderRecord, taken: ImportedOrder) -> None:
    """Owner and address. An address the customer corrected here stays until the feed has another than it had before."""
    if taken.customer:
        work.intake.take_owner(record, taken.customer)
    is_repeated = address_of(taken.ship_to) == record.kept.fed_ship_to
    if taken.ship_to and not (record.kept.ship_to.get("from_portal") and is_repeated):
        work.intake.take_address(record, taken.ship_to)
    work.intake.take_extra(record, taken)


def _events(taken: ImportedOrder, update: Update) -> list[NewEvent]:
    order = update.order
    events = [NewEvent(kind="feed:order:updated", data={"status": taken.status, "total": taken.total.minor})]
    for payment in update.new_payments:
        data = {"payment": payment.id, "amount": payment.captured.minor, "currency": order.currency}
        events.append(NewEvent(kind="feed:payment:taken", data=data))
    for parcel in update.new_shipments:
        data = {
            "shipment": parcel.id,
            "carrier": parcel.carrier,
            "units": [list(pair) for pair in parcel.lines],
            "at": parcel.shipped_at.isoformat(),
        }
        events.append(NewEvent(kind="feed:parcel:shipped", data=data))
    for refund in update.new_refunds:
        data = {"refund": refund.id, "amount": refund.amount.minor, "currency": order.currency}
        events.append(NewEvent(kind="feed:refund:taken", data=data))
    if update.is_called_off:
        events.append(NewEvent(kind="feed:order:cancelled", data={"currency": order.currency}))
    return events


def _give_back(work: UnitOfWork, record: OrderRecord, payments: tuple[Payment, ...], feed: Actor, deps: Deps) -> None:
    """A payment that arrives after our cancel is refunded, whole, by itself (TRAPS T19)."""
    tenders = tuple(
        PlanTender(payment_id=payment.id, method=payment.method, amount=Money(payment.left, record.order.currency))
        for payment in payments
    )
    work.orders.save(record, replace(record.order, payments=effects.reserved(record.order.payments, tenders)))
    for tender in tenders:
        data = {"payment": tender.payment_id, "amount": tender.amount.minor, "currency": tender.amount.currency}
        work.events.append(record, feed, NewEvent(kind="system:payment:after_cancel", data=data))
    start_refunds(Act(work, record, feed, deps), tenders, why="late_payment")
    for tender in tenders:
        params = {"order_no": record.order.no, "amount": tender.amount}
        work.notices.add(record.shop_id, record.customer_id, "refund_late_payment", params, order_no=record.order.no)
