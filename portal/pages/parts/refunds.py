"""Refunds and their summary as pages show them: the same figures before the act, after it, and for staff (N3, N7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.domain.money import Money
from portal.domain.orders.decisions import Handling, Plan
from portal.domain.orders.order import Order
from portal.domain.refunds.arrival import arrival_of
from portal.domain.refunds.by_dispute import METHOD as DISPUTE
from portal.domain.refunds.dots import refund_dots
from portal.domain.refunds.refund import Refund
from portal.domain.shops.settings import ShopSettings
from portal.pages.values.amounts import (
    AmountRow,
    CouponRow,
    RefundProgress,
    RefundStep,
    RefundSummary,
    SummaryLine,
    SummaryNote,
    TenderBack,
)
from portal.ports import Deps

_POLL_SECONDS = 20
_ALWAYS = ("goods", "freight")
"""Rows that stand in the table at 0, too."""


def summary_of(
    plan: Plan,
    order: Order,
    settings: ShopSettings,
    now: datetime,
    deps: Deps,
    *,
    after: str = "",
) -> RefundSummary:
    """UI rule 3: each part of the amount, where it goes, when it arrives; `after`: what it waits for (awaited_by).

    Where nothing was collected there is no refund to sum up: only the units and what comes back besides money.
    """
    currency = plan.refund.currency
    variants = {line.id: line.variant for line in order.lines}
    is_collected = bool(order.payments)
    return RefundSummary(
        lines=tuple(
            SummaryLine(
                line_id=line.line_id,
                title=line.title,
                variant=variants[line.line_id],
                quantity=line.units,
                goods=Money(line.goods, currency),
                discount=Money(line.discount, currency),
                tax=Money(line.tax, currency),
                amount=Money(line.amount, currency),
            )
            for line in plan.lines
        ),
        rows=rows_of(plan) if is_collected else (),
        total=plan.refund,
        tenders=tuple(_tender(tender.method, tender.amount, settings, now, deps, after) for tender in plan.tenders),
        points_back=plan.points_back,
        coupons=tuple(_coupon(coupon, now) for coupon in plan.coupons_back),
        notes=tuple(_notes(plan, is_paid=is_collected)),
    )


def rows_of(plan: Plan) -> tuple[AmountRow, ...]:
    """List price, what every kind of discount took of it, freight even at 0, what is held back and why.

    Their sum is what is refunded, to the minor unit.
    """
    currency = plan.refund.currency

    def over_lines(*names: str) -> int:
        return sum(getattr(line, name) for line in plan.lines for name in names)

    offers = sum(deduction.amount.minor for deduction in plan.deductions if deduction.why == "offer")
    parts = (
        ("goods", over_lines("goods")),
        ("discount", -over_lines("own", "promotion")),
        *((name, -over_lines(name)) for name in ("coupon", "points", "adjustment")),
        ("tax", over_lines("tax")),
        ("freight", plan.freight.minor),
        ("fee", plan.fees.minor),
        ("deducted", -over_lines("deducted") - offers),
        ("less", -over_lines("less")),
        ("already", -plan.already.minor - over_lines("already")),
        ("return_freight", plan.carriage.minor if plan.carriage else 0),
    )
    return tuple(AmountRow(name, Money(minor, currency)) for name, minor in parts if minor or name in _ALWAYS)


def awaited_by(kind: str, handling: Handling | None, *, is_decided: bool) -> str:
    """What a refund waits for before its days begin to count; "" where it starts at once."""
    if handling and handling.remedy == "replace":
        return "replacement"
    if handling and handling.pays == "handed_over":
        return "handover"
    if handling and handling.remedy in ("send_back", "await_parcel"):
        return "goods" if kind == "contract_withdrawal" else "inspection"
    return "" if is_decided else "approval"


def _tender(method: str, amount: Money, settings: ShopSettings, now: datetime, deps: Deps, after: str) -> TenderBack:
    arrival = settings.arrival_of(method)
    if after:
        days = (arrival.min_days, arrival.max_days)
        return TenderBack(method=method, account="", amount=amount, after=after, days=days)
    first, last = arrival_of(method, now, settings, deps.calendar)
    return TenderBack(method=method, account="", amount=amount, arrives_from=first, arrives_to=last)


def _coupon(coupon: Any, now: datetime) -> CouponRow:
    is_over = coupon.expires_at is not None and coupon.expires_at <= now
    return CouponRow(name=coupon.code, valid_until=coupon.expires_at, is_over=is_over)


def _notes(plan: Plan, *, is_paid: bool) -> Iterable[SummaryNote]:
    is_broken = any(deduction.why == "offer" for deduction in plan.deductions)
    if not plan.whole and not is_broken and is_paid and _has_offer(plan):
        yield SummaryNote(code="offer_kept")
    yield from _deduction_notes(plan)
    if plan.coupons_wait:
        yield SummaryNote(code="coupon_waits", name="、".join(plan.coupons_wait))
    if plan.freight_kept and is_paid:
        yield SummaryNote(code="freight_kept", amount=plan.freight_kept)
    if len(plan.tenders) > 1:
        yield SummaryNote(code="split", count=len(plan.tenders))
    if plan.carriage_left:
        yield SummaryNote(code="carriage_left", amount=plan.carriage_left)
    if plan.points_taken:
        yield SummaryNote(code="points_taken", count=plan.points_taken)


def _has_offer(plan: Plan) -> bool:
    return not plan.money_only and any(line.promotion for line in plan.lines)


_DEDUCTION_NOTES = {"gift": "gift", "fee": "fee_withheld", "offer": "offer_broken"}


def _deduction_notes(plan: Plan) -> Iterable[SummaryNote]:
    """Why less goes back than the units are worth; what is given back again needs no reason."""
    for deduction in plan.deductions:
        if deduction.why == "less":
            yield SummaryNote(code="less", amount=plan.refund, limit=plan.refund + deduction.amount)
        elif deduction.amount.minor > 0:
            yield SummaryNote(code=_DEDUCTION_NOTES[deduction.why], name=deduction.name, amount=deduction.amount)


def with_return_freight(summary: RefundSummary, handling: Handling | None) -> RefundSummary:
    """Who pays for sending the goods back (CN-12, CN-13)."""
    note = carriage_note(handling)
    return replace(summary, notes=(*summary.notes, note)) if note else summary


def carriage_note(handling: Handling | None) -> SummaryNote | None:
    """Who pays for sending the goods back, in a sentence; None where nothing is sent."""
    if handling is None or handling.carriage == "none":
        return None
    if handling.carriage == "shop" and handling.carriage_cap:
        return SummaryNote(code="shop_at_fault", amount=handling.carriage_cap)
    return SummaryNote(code="customer_sends")


def told_as_granted(summary: RefundSummary, requested: Money | None) -> RefundSummary:
    """Less than what was `requested` is what the shop granted, not what the customer asked for."""
    if requested is None or requested == summary.total:
        return summary
    notes = tuple(note for note in summary.notes if note.code != "less")
    return replace(summary, notes=(SummaryNote(code="granted", amount=summary.total, limit=requested), *notes))


def progress_of(refund: Refund, order_no: str, settings: ShopSettings, now: datetime) -> RefundProgress:
    """One refund, told truthfully: submitted, with the provider, at the bank, failed and retried, arrived."""
    state = refund.state
    # Of a dispute the provider itself says that the customer has the money.
    is_wallet = refund.method == DISPUTE or settings.arrival_of(refund.method).kind == "wallet"
    today = now.astimezone(ZoneInfo(settings.zone)).date()
    return RefundProgress(
        refund_no=refund.number,
        order_no=order_no,
        state=state,
        amount=refund.amount,
        method=refund.method,
        provider=refund.method,
        account=refund.account or refund.method,
        steps=tuple(_steps(refund)),
        is_wallet=is_wallet,
        is_overdue=refund.arrival_to is not None and today > refund.arrival_to,
        arrives_from=refund.arrival_from,
        arrives_to=refund.arrival_to,
        failed_reason=refund.reason if state == "failed" else "",
        poll_seconds=None if state == "succeeded" else _POLL_SECONDS,
        quote_no=refund.quote_no,
        trace=refund.trace,
        reference=refund.rail_reference if refund.rail_reference != refund.trace else "",
        dots=refund_dots(refund, is_wallet=is_wallet),
    )


def _steps(refund: Refund) -> Iterable[RefundStep]:
    yield RefundStep(name="approved", at=refund.created_at)
    yield RefundStep(name="submitted", at=refund.submitted_at)
    yield RefundStep(name="pending", at=refund.pending_at or refund.settled_at)
    if refund.state == "failed":
        yield RefundStep(name="failed", at=refund.failed_at)
    yield RefundStep(name="succeeded", at=refund.settled_at)


def poll_of(refunds: tuple[RefundProgress, ...]) -> int | None:
    """How often a page asks again: never once every refund has settled."""
    return _POLL_SECONDS if any(refund.poll_seconds for refund in refunds) else None
