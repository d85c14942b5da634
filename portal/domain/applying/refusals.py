"""Why an application is not possible: the rule, a code of the sentence, the facts in it, and what to do instead."""

from __future__ import annotations

from portal.domain.applying.terms import ApplicationTerms
from portal.domain.applying.units import Claim, Pool, UnitsLeft, units_left
from portal.domain.applying.windows import Window
from portal.domain.orders.decisions import Refused
from portal.domain.orders.order import Line, Order
from portal.domain.policy.pack import Policy

Asked = tuple[tuple[Line, int], ...]


def nothing_available(terms: ApplicationTerms) -> Refused:
    """Everything is cancelled, refunded or in other cases."""
    if terms.claims:
        return _already_asked(terms.claims[0])
    return Refused(rules=("SHOP-6",), why="nothing_left", instead=("buy_again",))


def unknown_kind(policy: Policy) -> Refused:
    """The pack does not know this kind of application, such as a withdrawal from contract in China."""
    return Refused(rules=policy.windows.cites.always[:1], why="kind", instead=("return_after_delivery", "contact"))


def asks_wrongly(reason: str) -> Refused:
    return Refused(rules=("SHOP-7",), why="reason", instead=("contact",), facts={"reason": reason})


def not_for_these_units(order: Order, asked: Asked, pool: Pool, terms: ApplicationTerms) -> Refused:
    """The first line with fewer units of that pool than asked: where the others are."""
    for line, count in asked:
        found = units_left(line, terms.claims)
        if count > found.of(pool):
            return _why_fewer(order, line, count, found, pool, terms.claims)
    raise ValueError("every unit asked for is there")


def _why_fewer(
    order: Order, line: Line, count: int, found: UnitsLeft, pool: Pool, claims: tuple[Claim, ...]
) -> Refused:
    facts = {"line_id": line.id, "title": line.title, "left": str(found.of(pool))}
    holding = [claim for claim in claims if claim.of(line.id)]
    if holding and count <= found.of(pool) + found.claimed:
        return _already_asked(holding[0], line, found.of(pool))
    if pool == "delivered" and found.on_the_way and count <= min(found.left, found.delivered + found.on_the_way):
        on = ("refuse_parcel", "return_after_delivery", "contact")
        return Refused(rules=("SHOP-3",), why="on_the_way", instead=on, facts=facts)
    if line.unshipped and count <= found.left:
        why = before_shipping(order)
        rule = {"being_packed": "SHOP-2", "cod_collected": "SHOP-7"}.get(why, "SHOP-1")
        way = "contact" if why == "cod_collected" else "cancel"
        return Refused(rules=(rule,), why=why, instead=(way,), facts=facts)
    if pool == "on_the_way" and found.delivered:
        back = ("return_after_delivery", "contact")
        return Refused(rules=("SHOP-7",), why="delivered", instead=back, facts=facts)
    why = "too_many" if found.left else "nothing_left"
    return Refused(rules=("SHOP-6",), why=why, instead=("buy_again",), facts=facts)


def before_shipping(order: Order) -> str:
    """What can be done about units that have not left, which is to cancel them: the sentence promises no more than
    `decide_cancel` would do."""
    if order.state == "awaiting_payment":
        return "unpaid"
    if order.payment_terms == "cod" and order.payments:
        return "cod_collected"
    is_in_trouble = any(line.stock_problem and line.unshipped for line in order.lines)
    if order.state == "picking" and not is_in_trouble:
        return "being_packed"
    return "not_collected" if order.payment_terms == "cod" else "not_shipped"


def _already_asked(claim: Claim, line: Line | None = None, left: int = 0) -> Refused:
    """Led to the case that holds them; the others can still be applied for (S37)."""
    units = str(claim.of(line.id) if line else sum(count for _, count in claim.units))
    facts = {"case_no": claim.case_no, "kind": claim.kind, "state": claim.state, "units": units, "left": str(left)}
    if line:
        facts |= {"line_id": line.id, "title": line.title}
    return Refused(rules=("SHOP-6",), why="already_asked", instead=("case",), facts=facts)


def window_over(line: Line, window: Window) -> Refused:
    """Named with the day it ended (SHOP-4); goodwill may be asked for. Of prepaid goods `signed` is when they were
    paid."""
    facts = {"line_id": line.id, "title": line.title, "signed": window.signed_day.isoformat()}
    if window.last_day and window.ends_at:
        facts |= {"last": window.last_day.isoformat(), "ended_at": window.ends_at.isoformat()}
        facts["days"] = str(window.day_number)
    if window.moved_by_holiday:
        facts["moved"] = "yes"
    rules = ("SHOP-4", *(rule for rule in window.rules if rule != "SHOP-4"))
    if window.from_payment:
        return Refused(rules=rules, why="prepaid_over", instead=("goodwill", "contact"), facts=facts)
    return Refused(rules=rules, why="window_over", instead=("goodwill", "contact"), facts=facts)


def restricted(line: Line, rule: str = "") -> Refused:
    """No return without a reason for these goods (SHOP-5), with the law's rule where it is the law's."""
    facts = {"line_id": line.id, "title": line.title}
    if ground := _ground_of(line):
        facts["ground"] = ground
    if line.restriction and line.restriction.confirmed_at:
        facts["confirmed_at"] = line.restriction.confirmed_at.isoformat()
    rules = ("SHOP-5", rule) if rule and rule != "SHOP-5" else ("SHOP-5",)
    return Refused(rules=rules, why="restricted", instead=("quality", "contact"), facts=facts)


def _ground_of(line: Line) -> str:
    """What of the goods themselves the law excepts (CN-2); downloads and recordings once they are opened."""
    grounds = ("custom", "fresh", "newspaper", *(("digital",) if line.opened_at else ()))
    return next((ground for ground in grounds if ground in line.tags), "")


def not_missing_yet(line: Line, since: str) -> Refused:
    """Before that moment the trail of the parcel is what helps."""
    facts = {"line_id": line.id, "title": line.title, "from": since}
    return Refused(rules=("SHOP-3",), why="not_missing_yet", instead=("track", "contact"), facts=facts)
