"""Applying: what an application for delivered (or lost, or refused) units would get now, and why not (POLICY).

Loads and changes nothing. The same decision serves the form, the quote, the act, the words of a refusal and replay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.applying_amounts import plan_application
from portal.domain.applying_judging import Judged, judge
from portal.domain.applying_reasons import SHOP_AT_FAULT, at_fault, may_give
from portal.domain.applying_terms import ApplicationTerms
from portal.domain.applying_units import pool_of, units_left
from portal.domain.applying_refusals import asks_wrongly, not_for_these_units, nothing_left, unknown_kind
from portal.domain.cases import CaseKind
from portal.domain.decisions import Allowed, Decision, Handling, Plan, Refused, Review
from portal.domain.money import Money, zero
from portal.domain.orders import Line, Order, Units
from portal.domain.policy import Policy

CONDITIONS = ("as_received", "complete", "packaging")
NEEDED_CONDITIONS = ("as_received", "complete")
"""Packaging is a wish. One of these left unticked leads to a review, never to an error (POLICY, returns)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationAsk:
    """What the customer asks. `units` empty: everything a contract can still be withdrawn from.

    `amount` None: what is computed; `conditions` are those ticked; `variants` (line id, variant) of an exchange.
    """

    kind: CaseKind
    units: Units = ()
    reason: str = ""
    received: bool = True
    note: str = ""
    amount: Money | None = None
    conditions: tuple[str, ...] = ()
    variants: tuple[tuple[str, str], ...] = ()


def decide_application(
    order: Order, ask: ApplicationAsk, policy: Policy, terms: ApplicationTerms, now: datetime
) -> Decision:
    """What `ask` gets at `now` (aware UTC). `terms` cover at least the lines asked for.

    Allowed by the rules of the window (CN-1, EU-1 …), for a fault by CN-13; Review(SHOP-7) where a person decides;
    Refused by SHOP-1 to SHOP-3 where the units have not been delivered, SHOP-4 window over, SHOP-5 restricted, SHOP-6
    nothing left. Raises Invalid for an `amount` above what is computed.
    """
    units = ask.units or _everything(order, ask, policy, terms)
    lines = {line.id: line for line in order.lines}
    if not units or any(line_id not in lines or count < 1 for line_id, count in units):
        return nothing_left(order, terms)
    asked = tuple((lines[line_id], count) for line_id, count in units)
    if policy.approves == "everything" and _fits(asked, "delivered", terms):
        judged = Judged(rules=policy.windows.cites.always)
        return _allowed(order, ask, units, policy, terms, judged)
    if ask.kind not in policy.kinds:
        return unknown_kind(policy)
    if not may_give(ask.kind, ask.reason, received=ask.received):
        return asks_wrongly(ask.reason)
    if not _fits(asked, pool_of(ask.kind, ask.reason), terms):
        return not_for_these_units(order, asked, pool_of(ask.kind, ask.reason), terms)
    judged = judge(order, asked, policy, terms, kind=ask.kind, reason=ask.reason, now=now)
    if isinstance(judged, Refused):
        return judged
    judged = _with_a_persons_part(order, ask, judged)
    return _decision(order, ask, units, policy, terms, judged)


def _everything(order: Order, ask: ApplicationAsk, policy: Policy, terms: ApplicationTerms) -> Units:
    """What a withdrawal without quantities is about: all that is left, without the goods the law excepts (EU-8)."""
    if ask.kind != "contract_withdrawal":
        return ()
    found = ((line, units_left(line, terms.claims).left) for line in order.lines)
    every = tuple((line.id, left) for line, left in found if left)
    free = tuple((line.id, left) for line, left in found if left and not excluded_by(line, order, policy))
    return free or every


def _fits(asked: tuple[tuple[Line, int], ...], pool: Pool, terms: ApplicationTerms) -> bool:
    return all(count <= units_left(line, terms.claims).of(pool) for line, count in asked)
