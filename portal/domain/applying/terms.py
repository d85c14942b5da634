"""What place, calendar and the shop's hours make of a policy for one order, at a moment: facts, stored with a decision.

Calendars learn of new holidays, so a window is counted once and kept: replay needs none.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from portal.domain.applying.early import EarlyStanding
from portal.domain.applying.units import (
    Claim,
    Delivery,
    deliveries_of,
    last_delivered_at,
    parcels_by_line,
    review_from,
    undated_from,
)
from portal.domain.applying.windows import SignedGoods, Window, quality_until, return_window
from portal.domain.deadlines.calendars import Calendar
from portal.domain.deadlines.spans import ROUND_THE_CLOCK, OpenHours, Span, due
from portal.domain.money import Money
from portal.domain.orders.order import Line, Order
from portal.domain.policy.jurisdictions import Place
from portal.domain.policy.pack import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelTerms:
    """Units of a line that came together. `window` None: it has not started, so nothing in it can be late.

    `self_service_until`: faults until then by rule, later a person decides; None without a date of delivery. From
    `review_from` on a person decides about goods delivered without a date, or waiting for such ones (T29).
    """

    units: int
    window: Window | None
    self_service_until: datetime | None
    review_from: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTerms:
    """Of a line: its parcels, the earliest first. Before anything came `window` is that of goods on their way: None."""

    line_id: str
    parcels: tuple[ParcelTerms, ...]


@dataclass(frozen=True, kw_only=True)
class ApplicationTerms:
    """`lines` are those it was asked for. The rest is when who must have acted, if the application came now, and
    `freight_cap`: what the shop pays back at most for sending goods back, where it says so; `early`: how the customer
    stands where the shop refunds at hand-over."""

    lines: tuple[LineTerms, ...]
    answer_return_by: datetime
    answer_refund_by: datetime
    send_back_by: datetime
    claims: tuple[Claim, ...] = ()
    freight_cap: Money | None = None
    early: EarlyStanding | None = None

    def only(self, line_ids: Iterable[str]) -> ApplicationTerms:
        """As if it had been asked for these lines alone."""
        wanted = frozenset(line_ids)
        return replace(self, lines=tuple(line for line in self.lines if line.line_id in wanted))

    def of(self, line_id: str) -> tuple[ParcelTerms, ...]:
        return self._parcels.get(line_id, ())

    @cached_property
    def _parcels(self) -> dict[str, tuple[ParcelTerms, ...]]:
        return {line.line_id: line.parcels for line in self.lines}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the world adds to a policy. `informed`: the shop told of the right to withdraw (EU-3); `freight_cap`: what
    it pays back at most for sending goods back, where it says so."""

    place: Place
    calendar: Calendar
    zone: ZoneInfo
    hours: OpenHours = ROUND_THE_CLOCK
    informed: bool = True
    freight_cap: Money | None = None


def application_terms(
    order: Order,
    policy: Policy,
    around: Surroundings,
    now: datetime,
    *,
    line_ids: Iterable[str] | None = None,
    claims: tuple[Claim, ...] = (),
    early: EarlyStanding | None = None,
) -> ApplicationTerms:
    """Terms of an application that comes at `now`, for `line_ids` (None: every line of the order)."""
    wanted = None if line_ids is None else frozenset(line_ids)

    def by(span: Span, hours: OpenHours = around.hours) -> datetime:
        country = policy.clock.calendar
        return due(span, now, zone=around.zone, hours=hours, calendar=around.calendar, country=country)

    return ApplicationTerms(
        lines=lines_terms(order, policy, around, wanted),
        answer_return_by=by(policy.timers.shop_answers_return),
        answer_refund_by=by(policy.timers.shop_answers_refund),
        send_back_by=max(
            due(policy.timers.customer_sends_back, now, zone=zone, hours=ROUND_THE_CLOCK) for zone in around.place.zones
        ),
        claims=claims,
        freight_cap=around.freight_cap,
        early=early,
    )


def lines_terms(
    order: Order, policy: Policy, around: Surroundings, wanted: Set[str] | None = None
) -> tuple[LineTerms, ...]:
    """The windows of the wanted lines (None: all). Lines delivered together under the same promise share one count."""
    parcels, last, doubtful_from = parcels_by_line(order), None, None
    if policy.windows.starts_with == "last_goods":
        last = last_delivered_at(order, parcels)
        doubtful_from = undated_from(order, parcels, policy.waits) if last is None else None
    counted: dict[object, ParcelTerms] = {}
    paid_at = (order.paid_at or order.placed_at) if policy.prepaid else None
    return tuple(
        LineTerms(
            line_id=line.id,
            parcels=tuple(
                _terms_of(delivery, line, policy, around, (last, doubtful_from, paid_at), counted)
                for delivery in deliveries_of(order, line, parcels)
            ),
        )
        for line in order.lines
        if wanted is None or line.id in wanted
    )


def _terms_of(
    delivery: Delivery,
    line: Line,
    policy: Policy,
    around: Surroundings,
    of_order: tuple[datetime | None, datetime | None, datetime | None],
    counted: dict[object, ParcelTerms],
) -> ParcelTerms:
    key = (delivery, line.tags, line.return_days)
    if key not in counted:
        last, doubtful_from, paid_at = of_order
        at, place = delivery.at, around.place
        goods = SignedGoods(
            signed_at=at, last_signed_at=last, tags=line.tags, return_days=line.return_days, paid_at=paid_at
        )
        counted[key] = ParcelTerms(
            units=delivery.units,
            window=return_window(policy, place, around.calendar, goods, informed=around.informed),
            self_service_until=quality_until(policy, place, signed_at=at, tags=line.tags) if at else None,
            review_from=doubtful_from if at else review_from(delivery, policy.waits),
        )
    return counted[key]
