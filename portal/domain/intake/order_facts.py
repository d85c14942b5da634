"""A taken order as the portal's own facts, and what becomes of them when the shop calls it off."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.intake.imported_order import ImportedLine, ImportedOrder
from portal.domain.orders.order import Line, Order, Packed, packed_units, parcels_count


def order_of(taken: ImportedOrder) -> Order:
    """The facts of an order the portal has not touched: nothing claimed, nothing gone."""
    packed = packed_units(taken.status, taken.shipments)
    return Order(
        no=taken.number,
        currency=taken.currency,
        status=taken.status,
        placed_at=taken.placed_at,
        lines=tuple(_line(line, taken, packed) for line in taken.lines),
        payments=taken.payments,
        shipments=taken.shipments,
        discounts=taken.discounts,
        fees=taken.fees,
        freight=taken.freight,
        freight_tax=taken.freight_tax,
        freight_waived=taken.freight_waived,
        promised_ship_by=taken.promised_ship_by,
        pay_by=taken.pay_by,
        pay_url=taken.pay_url,
        payment_terms=taken.payment_terms,
        jurisdiction=taken.jurisdiction,
        country=taken.ship_to.country if taken.ship_to else "",
        points_earned=taken.points_earned,
    )


def _line(line: ImportedLine, taken: ImportedOrder, packed: Packed) -> Line:
    shipped, delivered = parcels_count(line.id, line.quantity, taken.status, taken.shipments, packed)
    return Line(
        id=line.id,
        sku=line.sku,
        title=line.title,
        quantity=line.quantity,
        total=line.total,
        variant=line.variant,
        promotion=line.promotion,
        coupon=line.coupon,
        points=line.points,
        adjustment=line.adjustment,
        points_count=line.points_count,
        discount=line.discount.minor,
        tax=line.tax.minor,
        shipped=shipped,
        delivered=delivered,
        gift_of=line.gift_of,
        gift_value=line.gift_value,
        stock_problem=line.stock_problem,
        tags=line.tags,
        category=line.category,
        return_days=line.return_days,
        opened_at=line.opened_at,
        restriction=line.restriction,
    )


def gone_too(line: Line, count: int, worth: int) -> Line:
    """`count` more units are gone. Those that never left count as cancelled: they will not be shipped."""
    return replace(
        line,
        gone=line.gone + count,
        cancelled=line.cancelled + min(count, line.unshipped),
        refunded=line.refunded + worth,
    )


def called_off(order: Order) -> Order:
    """The feed's `cancelled`: everything nobody has claimed is gone, with no refund of ours (INTERFACE, who owns what).

    While units are claimed the order keeps its status: the case that holds them ends as it would have.
    """
    lines = tuple(gone_too(line, line.left, 0) if line.left else line for line in order.lines)
    is_held = any(line.claimed for line in lines)
    return replace(order, lines=lines, status=order.status if is_held else "cancelled")
