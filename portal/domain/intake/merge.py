"""A newer version of an order that is already in: what of it is taken, and what follows (INTERFACE, who owns what).

The portal owns its cancels, cases, refunds and claimed units; the feed everything else. Pure: `merge` decides, the
service does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from portal.domain.intake.balance import balance_problem
from portal.domain.intake.feed_refunds import Given, with_feed_refunds
from portal.domain.intake.imported_order import FeedRefund, ImportedOrder, OrderProblem
from portal.domain.intake.order_facts import called_off, order_of
from portal.domain.intake.stored_order import MergeProblem, Stored, Task, Update
from portal.domain.orders.order import (
    STATUSES,
    Line,
    Order,
    Packed,
    Payment,
    Shipment,
    Status,
    packed_units,
    parcels_count,
)

Seen = Literal["unchanged", "older"]


def seen_before(updated_at: datetime, digest: str, taken: ImportedOrder, newest: str) -> Seen | None:
    """An older version is ignored, and a repeat of the same content (its digest) changes nothing. The same time with
    other content counts as newer: platforms send such pairs, the second with the refund (TRAPS T38)."""
    if taken.updated_at == updated_at and digest == newest:
        return "unchanged"
    return "older" if taken.updated_at < updated_at else None


def merge(stored: Stored, taken: ImportedOrder, digest: str = "") -> Seen | Update | MergeProblem | OrderProblem:
    """A Problem where the newer version does not add up, which is not asked once the portal has cancelled the order."""
    if seen := seen_before(stored.updated_at, stored.digest, taken, digest):
        return seen
    before = stored.order
    if taken.updated_at == stored.updated_at and (lost := _lost_lines(before, taken)):
        return OrderProblem("lines", f"are not those of the version of the same updated_at: there is no {lost}")
    new_shipments = _new_parcels(before.shipments, taken.shipments)
    if before.waiting_case and (new_shipments or _ships(before, taken)):
        return MergeProblem("cancel_open", "shipments" if new_shipments else "status", before.waiting_case)
    if not stored.is_cancelled_by_portal and (problem := balance_problem(taken)):
        return problem
    if stored.is_frozen:
        if frozen := _frozen_field(stored, taken):
            return MergeProblem("frozen", frozen)
        order = _on_frozen(before, taken)
    else:
        order = _on_untouched(before, taken)
    given = _with_refunds(stored, order, taken)
    order = given.order
    is_called_off = taken.status == "cancelled" and before.state != "cancelled"
    if is_called_off:
        order = called_off(order)
    new_payments = _new_payments(before, order)
    late = new_payments if stored.is_cancelled_by_portal else ()
    return Update(
        order=order,
        takes_lines=not stored.is_frozen,
        new_shipments=new_shipments,
        new_payments=new_payments,
        new_refunds=_said_first(stored.feed_refunds, given.refunds),
        feed_refunds=given.refunds,
        late_payments=tuple(payment for payment in late if payment.left > 0),
        tasks=(
            *_shipping_tasks(stored, taken),
            *money_tasks(order, given.collided, by_feed=_off_by_feed(stored, order)),
            *(_raised_tasks(before, order) if stored.is_cancelled_by_portal else ()),
        ),
        is_called_off=is_called_off,
    )


def forward(now: Status, fed: Status) -> Status:
    """The feed's status moves forward only; `cancelled` is dealt with apart."""
    if "cancelled" in (now, fed):
        return now
    return fed if STATUSES.index(fed) > STATUSES.index(now) else now


def money_tasks(order: Order, collided: tuple[FeedRefund, ...], *, by_feed: bool) -> tuple[Task, ...]:
    """Refunds of the shop that do not fit ours, and money left with an order the shop itself called off."""
    tasks = [
        Task("feed_refund_collides", {"refund": refund.id, "amount": refund.amount.minor, "currency": order.currency})
        for refund in collided
    ]
    if by_feed and order.money_left.minor > 0:
        tasks.append(Task("payment_left", {"amount": order.money_left.minor, "currency": order.currency}))
    return tuple(tasks)


def _raised_tasks(before: Order, after: Order) -> tuple[Task, ...]:
    """More was captured of a payment after our cancel has given it back: nobody asks for the rest by itself."""
    had = {payment.id: payment.captured.minor for payment in before.payments}
    raised = {paid.id: paid.captured.minor - had[paid.id] for paid in after.payments if paid.id in had}
    return tuple(
        Task("payment_left", {"payment": payment_id, "amount": more, "currency": after.currency})
        for payment_id, more in raised.items()
        if more > 0
    )


def _off_by_feed(stored: Stored, after: Order) -> bool:
    return after.status == "cancelled" and stored.cancelled_by != "portal"


def _ships(before: Order, taken: ImportedOrder) -> bool:
    shipped = STATUSES.index("shipped")
    return taken.status != "cancelled" and STATUSES.index(taken.status) >= shipped > STATUSES.index(before.status)


def _frozen_field(stored: Stored, taken: ImportedOrder) -> str | None:
    before = stored.order
    if taken.currency != before.currency:
        return "currency"
    by_id = {line.id: line for line in before.lines}
    if by_id.keys() != {line.id for line in taken.lines}:
        return "lines"
    for index, line in enumerate(taken.lines):
        old, price = by_id[line.id], stored.prices[line.id]
        if (line.quantity, line.sku, line.total) != (old.quantity, old.sku, old.total):
            return f"lines.{index}"
        if (line.unit_price, line.discount.minor, line.tax.minor) != (price.unit_price, price.discount, price.tax):
            return f"lines.{index}.unit_price"
    if taken.discounts != before.discounts:
        return "discounts"
    if (taken.freight, taken.freight_tax, taken.fees) != (before.freight, before.freight_tax, before.fees):
        return "freight"
    for payment in taken.payments:
        held = next((old.refunded + old.in_flight for old in before.payments if old.id == payment.id), 0)
        if payment.captured.minor < held:
            return "payments"
    return None


def _on_frozen(before: Order, taken: ImportedOrder) -> Order:
    """Parcels, payments, dates and reported stock problems of the newer version on the lines as they are."""
    shipments = _merged_parcels(before.shipments, taken.shipments)
    status = forward(before.status, taken.status) if before.state != "cancelled" else before.status
    fed, packed = {line.id: line for line in taken.lines}, packed_units(status, shipments)
    lines = tuple(
        replace(_moved(line, status, shipments, packed), stock_problem=fed[line.id].stock_problem)
        for line in before.lines
    )
    captured = {payment.id: payment.captured for payment in taken.payments}
    kept = tuple(replace(old, captured=captured.get(old.id, old.captured)) for old in before.payments)
    known = {payment.id for payment in before.payments}
    fresh = tuple(payment for payment in taken.payments if payment.id not in known)
    return replace(
        before,
        status=status,
        lines=lines,
        shipments=shipments,
        payments=(*kept, *fresh),
        promised_ship_by=taken.promised_ship_by,
        pay_by=taken.pay_by,
        pay_url=taken.pay_url,
    )


def _on_untouched(before: Order, taken: ImportedOrder) -> Order:
    """The newer version as it is; but parcels recorded here stay, and its status does not go back."""
    shipments = _merged_parcels(before.shipments, taken.shipments)
    fed = replace(order_of(taken), status=forward(before.status, taken.status), shipments=shipments)
    had, packed = {line.id: line for line in before.lines}, packed_units(fed.status, shipments)
    progressed = (_with_earlier_progress(line, had.get(line.id)) for line in fed.lines)
    lines = tuple(_moved(line, fed.status, shipments, packed) for line in progressed)
    return replace(fed, lines=lines, version=before.version, agreed_ship_by=before.agreed_ship_by)


def _with_earlier_progress(line: Line, had: Line | None) -> Line:
    """What has left does not come back because a later version forgets it."""
    if had is None:
        return line
    shipped = min(line.quantity, max(line.shipped, had.shipped))
    return replace(line, shipped=shipped, delivered=min(shipped, max(line.delivered, had.delivered)))


def _moved(line: Line, status: Status, shipments: tuple[Shipment, ...], packed: Packed) -> Line:
    shipped, delivered = parcels_count(line.id, line.quantity, status, shipments, packed)
    most = line.quantity - line.cancelled
    return replace(
        line, shipped=max(line.shipped, min(shipped, most)), delivered=max(line.delivered, min(delivered, most))
    )


def _new_payments(before: Order, after: Order) -> tuple[Payment, ...]:
    known = {payment.id for payment in before.payments}
    return tuple(payment for payment in after.payments if payment.id not in known)


def _new_parcels(known: tuple[Shipment, ...], fed: tuple[Shipment, ...]) -> tuple[Shipment, ...]:
    """Those the portal has not heard of, neither by their id nor by their tracking number."""
    return tuple(parcel for parcel in fed if not any(_is_same(parcel, old) for old in known))


def _merged_parcels(known: tuple[Shipment, ...], fed: tuple[Shipment, ...]) -> tuple[Shipment, ...]:
    kept = tuple(old for old in known if not any(_is_same(parcel, old) for parcel in fed))
    return (*kept, *fed)


def _is_same(one: Shipment, other: Shipment) -> bool:
    return one.id == other.id or bool(one.tracking_no and one.tracking_no == other.tracking_no)


def _is_ours(refund: FeedRefund, ours: frozenset[str]) -> bool:
    """By our refund number, `<refund id>-<series>`, whatever the series was then."""
    return any(name in ours or name.rpartition("-")[0] in ours for name in (refund.id, refund.reference))


def _with_refunds(stored: Stored, order: Order, taken: ImportedOrder) -> Given:
    """The shop's refunds, those of earlier versions that this one does not name among them: money that went back does
    not come again. On an order that is as the feed has it all of them are counted, on a frozen one what is new."""
    theirs = tuple(refund for refund in taken.refunds if not _is_ours(refund, stored.our_refunds))
    named = {refund.id for refund in theirs}
    forgotten = tuple(refund for refund in stored.feed_refunds if refund.id not in named)
    if stored.is_frozen:
        given = with_feed_refunds(order, theirs, stored.feed_refunds)
        return replace(given, refunds=(*forgotten, *given.refunds))
    lines, payments = {line.id for line in order.lines}, {payment.id for payment in order.payments}
    still = (one for one in forgotten if one.payment_id in payments and lines >= {line for line, _ in one.lines})
    return with_feed_refunds(order, (*still, *theirs))


def _said_first(known: tuple[FeedRefund, ...], given: tuple[FeedRefund, ...]) -> tuple[FeedRefund, ...]:
    """Those that are new, or of which something else is said than before."""
    before = {refund.id: (refund.amount, refund.status) for refund in known}
    return tuple(one for one in given if before.get(one.id) != (one.amount, one.status) and one.status != "failed")


def _lost_lines(before: Order, taken: ImportedOrder) -> str:
    """Lines of the order that a version of the same time does not have: rows of one order that stood apart."""
    there = {line.id for line in taken.lines}
    return ", ".join(line.id for line in before.lines if line.id not in there)[:100]


def _shipping_tasks(stored: Stored, taken: ImportedOrder) -> tuple[Task, ...]:
    """Shipped although the portal had cancelled it, all or in part: the order stays as it is, the refund goes on."""
    before = stored.order
    if before.state == "cancelled" and stored.cancelled_by == "portal":
        left_anyway = bool(_new_parcels(before.shipments, taken.shipments)) or _ships(before, taken)
    else:
        sent: dict[str, int] = {}
        for parcel in _merged_parcels(before.shipments, taken.shipments):
            for line_id, count in parcel.lines:
                sent[line_id] = sent.get(line_id, 0) + count
        left_anyway = stored.after_sales and any(
            line.cancelled and sent.get(line.id, 0) > line.quantity - line.cancelled for line in before.lines
        )
    return (Task("shipped_after_cancel", {}),) if left_anyway else ()
