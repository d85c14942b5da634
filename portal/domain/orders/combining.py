"""Several refunds of one case as one plan, for reading: each was carried out by itself."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.money import Money
from portal.domain.orders.decisions import Plan, PlanLine, PlanTender
from portal.domain.orders.order import Units

_SUMS = (
    *("units", "goods", "own", "promotion", "coupon", "points", "adjustment", "tax"),
    *("amount", "points_count", "deducted", "already", "less"),
)


def combined(first: Plan, second: Plan) -> Plan:
    """Two refunds, each for units of its own."""
    # Where nothing was accepted the lines only say what it was about.
    lines: dict[str, PlanLine] = {line.line_id: line for line in first.lines if first.units}
    for line in second.lines:
        lines[line.line_id] = _sum(lines[line.line_id], line) if line.line_id in lines else line
    return _as_one(first, second, tuple(lines.values()))


def topped_up(first: Plan, second: Plan) -> Plan:
    """More money for the units that `first` was about: what it paid is `already` in the lines of `second`."""
    paid = {line.line_id: line.amount for line in first.lines}
    lines = tuple(
        replace(line, amount=line.amount + before, already=line.already - before)
        for line in second.lines
        for before in (paid.get(line.line_id, 0),)
    )
    return _as_one(first, second, lines)


def _as_one(first: Plan, second: Plan, lines: tuple[PlanLine, ...]) -> Plan:
    return replace(
        second,
        units=_units(first, second),
        money_only=first.money_only and second.money_only,
        lines=lines,
        freight=first.freight + second.freight,
        fees=first.fees + second.fees,
        already=first.already + second.already,
        refund=first.refund + second.refund,
        tenders=_tenders(first, second),
        points_back=first.points_back + second.points_back,
        points_taken=first.points_taken + second.points_taken,
        coupons_back=(*first.coupons_back, *second.coupons_back),
        freight_returned=first.freight_returned or second.freight_returned,
        deductions=(*first.deductions, *second.deductions),
        carriage=_either(first.carriage, second.carriage),
        carriage_left=_either(first.carriage_left, second.carriage_left),
    )


def _units(first: Plan, second: Plan) -> Units:
    """Those that went; where only money did, those whose money it was."""
    units: dict[str, int] = {}
    for plan in (first, second):
        for line_id, count in () if plan.money_only else plan.units:
            units[line_id] = units.get(line_id, 0) + count
    return tuple(units.items()) or second.units


def _tenders(first: Plan, second: Plan) -> tuple[PlanTender, ...]:
    tenders = {tender.payment_id: tender for tender in first.tenders}
    for tender in second.tenders:
        before = tenders.get(tender.payment_id)
        tenders[tender.payment_id] = replace(tender, amount=before.amount + tender.amount) if before else tender
    return tuple(tenders.values())


def _sum(first: PlanLine, second: PlanLine) -> PlanLine:
    return replace(first, **{name: getattr(first, name) + getattr(second, name) for name in _SUMS})


def _either(first: Money | None, second: Money | None) -> Money | None:
    return first + second if first and second else first or second
