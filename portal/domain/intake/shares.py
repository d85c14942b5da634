"""The order's discounts go to its lines once, when it is imported, and never change after (ARCHITECTURE law 3, P2)."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.intake.imported_order import ImportedLine, OrderProblem
from portal.domain.intake.lines import LineDraft
from portal.domain.money import Money
from portal.domain.orders.apportion import CannotApportion, largest_remainder
from portal.domain.orders.order import Discount


def share_discounts(
    discounts: Sequence[Discount], lines: Sequence[LineDraft], currency: str
) -> tuple[ImportedLine, ...] | list[OrderProblem]:
    """Each discount by largest remainder over the lines it covers, weighted by their totals, never above what is left.

    In the order given: a later one finds less room where an earlier one took a line's whole price. Points go the same
    way as the money they paid. A discount that does not fit is a problem.
    """
    if not discounts:
        return tuple(_taken(line) for line in lines)
    room = [line.total.minor for line in lines]
    shares: list[list[tuple[int, int]]] = [[] for _ in lines]
    points = [0] * len(lines)
    problems: list[OrderProblem] = []
    for index, discount in enumerate(discounts):
        if discount.on == "freight" or (not discount.amount.minor and not discount.points):
            continue
        covered = [i for i, line in enumerate(lines) if discount.covers(line.id)]
        weights, caps = [lines[i].total.minor for i in covered], [room[i] for i in covered]
        try:
            parts = largest_remainder(discount.amount.minor, weights, caps)
        except CannotApportion:
            left = Money(sum(caps), currency)
            reason = f"is {discount.amount}, more than the {left} that is left of its lines"
            problems.append(OrderProblem(f"discounts.{index}.amount", reason))
            continue
        for i, part in zip(covered, parts, strict=True):
            if part:
                shares[i].append((index, part))
                room[i] -= part
        if discount.points:
            _share_points(discount.points, covered, parts if any(parts) else weights, points)
    return problems or tuple(
        _with_shares(line, share, count, discounts) for line, share, count in zip(lines, shares, points, strict=True)
    )


def _share_points(count: int, covered: list[int], weights: Sequence[int], points: list[int]) -> None:
    for i, part in zip(covered, largest_remainder(count, weights, [count] * len(covered)), strict=True):
        points[i] += part


def _with_shares(
    line: LineDraft, shares: list[tuple[int, int]], points: int, discounts: Sequence[Discount]
) -> ImportedLine:
    by_kind: dict[str, int] = {}
    for index, part in shares:
        kind = discounts[index].kind
        by_kind[kind] = by_kind.get(kind, 0) + part
    return _taken(line, shares=tuple(shares), points_count=points, **by_kind)


def _taken(line: LineDraft, **shares: object) -> ImportedLine:
    return ImportedLine(
        id=line.id,
        sku=line.sku,
        title=line.title,
        variant=line.variant,
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        tax=line.tax,
        total=line.total,
        **line.rare,  # type: ignore[arg-type] # fields of a Line by their names, as they were read
        **shares,  # type: ignore[arg-type] # amounts by the names of their fields
    )
