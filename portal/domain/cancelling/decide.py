"""Cancelling: what may be cancelled now, what it would give back, and why not (POLICY, who may do what).

Cancelling is only for units that have not left. Loads and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.cases.payout import PayoutTo
from portal.domain.orders.decisions import Allowed, Decision, Refused, Review
from portal.domain.orders.order import Line, Order, Units
from portal.domain.orders.planning import plan_units


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAsk:
    """What the customer asks: `units` empty = everything that has not left; `payout`: how the refund is to be paid."""

    units: Units = ()
    reason: str = ""
    note: str = ""
    payout: PayoutTo = "original"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTerms:
    """The part of the policy that binds a cancel: when an order is late, and by when a warehouse must answer now."""

    ship_within: timedelta
    answer_by: datetime


def decide_cancel(order: Order, ask: CancelAsk, terms: CancelTerms, now: datetime) -> Decision:
    """What cancelling `ask.units` of `order` would do at `now` (aware UTC).

    SHOP-1 cancelled by rule; SHOP-2 it is being packed, the warehouse answers; SHOP-3 it has left; SHOP-6 nothing
    left to ask for; SHOP-7 a person decides (money collected on delivery has no way back).
    """
    refusal = _refusal(order, ask)
    if refusal:
        return refusal
    units = with_gifts(order, ask.units or order.units_unshipped())
    is_whole = units == order.units_unshipped()
    plan = plan_units(order, units, with_freight=returns_freight(order, units))
    notes = _notes(order, terms, now)
    if order.state == "picking" and not _stock_problem_frees(order, units, is_whole=is_whole):
        if order.waiting_case:
            return _already_asked(order)
        is_late = "late" in notes
        return Review(rules=("SHOP-2",), plan=plan, answer_by=terms.answer_by, priority=is_late, notes=notes)
    return Allowed(rules=("SHOP-1",), plan=plan, notes=notes)


def _refusal(order: Order, ask: CancelAsk) -> Refused | None:
    state = order.state
    if state == "cancelled":
        return Refused(rules=("SHOP-6",), why="already_cancelled", instead=("buy_again",))
    unshipped = order.units_unshipped()
    if order.waiting_case and not unshipped:
        return _already_asked(order)
    if not unshipped or not _fits(ask.units, unshipped):
        return _why_nothing_is_left(order)
    if state == "awaiting_payment" and ask.units and ask.units != unshipped:
        return Refused(rules=("SHOP-7",), why="unpaid_whole_only", instead=("cancel_whole",))
    if order.payment_terms == "cod" and order.payments:
        return Refused(rules=("SHOP-7",), why="cod_collected", instead=("contact",))
    return None


def _already_asked(order: Order) -> Refused:
    """The warehouse answers one question about an order at a time."""
    facts = {"case_no": order.waiting_case or ""}
    return Refused(rules=("SHOP-6",), why="already_asked", instead=("case",), facts=facts)


def _why_nothing_is_left(order: Order) -> Refused:
    if order.state in ("delivered", "completed"):
        return Refused(rules=("SHOP-3",), why="delivered", instead=("return_after_delivery", "contact"))
    if order.is_shipped_at_all and any(line.left for line in order.lines):
        last = max(order.shipments, key=lambda parcel: parcel.shipped_at, default=None)
        facts = {"shipped_at": last.shipped_at.isoformat(), "carrier": last.carrier} if last else {}
        ways = ("refuse_parcel", "return_after_delivery", "contact")
        return Refused(rules=("SHOP-3",), why="shipped", instead=ways, facts=facts)
    return Refused(rules=("SHOP-6",), why="nothing_left", instead=("contact",))


def _fits(units: Units, available: Units) -> bool:
    have = dict(available)
    return all(0 < count <= have.get(line_id, 0) for line_id, count in units)


def with_gifts(order: Order, units: Units) -> Units:
    """`units` plus the unshipped gifts whose parent goes entirely (POLICY: gifts go with it), in line order."""
    going = dict(units)
    by_id = {line.id: line for line in order.lines}
    for line in order.lines:
        parent = by_id.get(line.gift_of or "")
        if parent and line.unshipped and _goes_entirely(parent, going):
            going[line.id] = line.unshipped
    return tuple((line.id, going[line.id]) for line in order.lines if line.id in going)


def _goes_entirely(line: Line, going: dict[str, int]) -> bool:
    return line.id in going and line.gone + going[line.id] == line.quantity


def returns_freight(order: Order, units: Units) -> bool:
    """Freight goes back once: with the last unit cancelled when none was shipped (ARCHITECTURE law 3, TRAPS T8)."""
    going = dict(units)
    is_last = all(line.gone + going.get(line.id, 0) == line.quantity for line in order.lines)
    return is_last and not order.is_shipped_at_all and not order.freight_returned


def _stock_problem_frees(order: Order, units: Units, *, is_whole: bool) -> bool:
    """A reported stock problem lets its line go by rule, or the whole order, even while being packed (S10)."""
    by_id = {line.id: line for line in order.lines}
    troubled = [bool(by_id[line_id].stock_problem) for line_id, _ in units]
    return all(troubled) or (is_whole and any(troubled))


def _notes(order: Order, terms: CancelTerms, now: datetime) -> tuple[str, ...]:
    """Codes of the sentences the confirmation adds (WORDS, copy deck 1)."""
    found = {
        "unpaid": order.state == "awaiting_payment",
        "cod": order.payment_terms == "cod",
        "late": order.is_late(now, terms.ship_within),
        "partly_shipped": order.is_shipped_at_all,
    }
    return tuple(note for note, holds in found.items() if holds)
