"""Whether an application is a right, the shop's to answer, a person's to decide, or refused: windows, faults, goods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from portal.domain.applying.reasons import SHOP_AT_FAULT
from portal.domain.applying.refusals import Asked, not_missing_yet, restricted, window_over
from portal.domain.applying.terms import ApplicationTerms, ParcelTerms
from portal.domain.applying.units import missing_since, units_left
from portal.domain.applying.windows import Window
from portal.domain.cases.life_cycle import CaseKind
from portal.domain.orders.card import CameGoods
from portal.domain.orders.decisions import Refused
from portal.domain.orders.order import Line, Order, Restriction
from portal.domain.policy.pack import Policy
from portal.domain.policy.prepaid import is_prepaid

By = Literal["rule", "shop", "person"]
_CLOCKS_DIFFER = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Who says yes: a `rule` at once, the `shop` within its time, or only a `person`. `until`: its window's end."""

    rules: tuple[str, ...]
    by: By = "rule"
    notes: tuple[str, ...] = ()
    until: datetime | None = None

    def left_to(self, by: By, *notes: str, rules: tuple[str, ...] = ()) -> Judged:
        """At least that much left to people; a person stays a person."""
        stricter = max(self.by, by, key=("rule", "shop", "person").index)
        merged = tuple(dict.fromkeys((*rules, *self.rules)))
        return replace(self, by=stricter, notes=(*self.notes, *notes), rules=merged)


def judge(
    order: Order,
    asked: Asked,
    policy: Policy,
    terms: ApplicationTerms,
    *,
    kind: CaseKind,
    reason: str,
    now: datetime,
) -> Judged | Refused:
    """The units are there; what remains is what the policy says of the reason and the time."""
    if kind == "contract_withdrawal":
        return _of_a_withdrawal(order, asked, policy, terms, now)
    if kind == "exchange" and reason not in SHOP_AT_FAULT and (line := _never_exchanged(asked, policy)):
        return restricted(line)
    if reason in SHOP_AT_FAULT:
        judged: Judged | Refused = _for_a_fault(asked, policy, terms, now)
    elif reason == "not_received":
        return _if_missing(order, asked, policy, now)
    elif reason == "parcel_refused":
        return _if_refused_at_the_door(order, asked, policy)
    elif reason == "no_reason":
        judged = _without_reason(order, asked, policy, terms, now)
    elif reason == "other":
        judged = _for_another_reason(order, asked, policy, terms, now)
    else:
        return Judged(rules=("SHOP-7",), by="person")
    if isinstance(judged, Refused) or kind == "return_refund":
        return judged
    if kind == "repair" and "EU-15" in policy.rules:
        judged = replace(judged, rules=(*judged.rules, "EU-15"))
    return judged.left_to("shop", rules=("SHOP-7",))


def _never_exchanged(asked: Asked, policy: Policy) -> Line | None:
    """The first line whose tags the pack excludes from exchanges."""
    for line, _ in asked:
        if any(tag in policy.restrictions and policy.restrictions[tag].exchange for tag in line.tags):
            return line
    return None


def excluded_by(line: Line, order: Order, policy: Policy) -> str | None:
    """The rule that takes the no-reason return of these goods away, or None (CN-2, CN-3, EU-8)."""
    return excluding_rule(line, order.placed_at, policy)


def excluding_rule(goods: Line | CameGoods, placed_at: datetime, policy: Policy) -> str | None:
    """As `excluded_by`, of goods bought at `placed_at`."""
    if not goods.tags and goods.restriction is None:
        return None
    ground = goods.restriction.ground if goods.restriction else None
    is_confirmed = _confirmed_when_buying(goods.restriction, placed_at)
    is_opened = goods.opened_at is not None
    return policy.excluding_rule(tags=goods.tags, opened=is_opened, ground=ground, confirmed=is_confirmed)


def _confirmed_when_buying(restriction: Restriction | None, placed_at: datetime) -> bool:
    """Only the confirmation of that single purchase counts (CN-4): given by the time it was placed.

    The page that asks for it and the order may have been written by clocks that differ a little.
    """
    if restriction is None or restriction.confirmed_at is None:
        return False
    return restriction.confirmed_at <= placed_at + _CLOCKS_DIFFER


def _of_a_withdrawal(
    order: Order, asked: Asked, policy: Policy, terms: ApplicationTerms, now: datetime
) -> Judged | Refused:
    """A late or doubtful statement is recorded and looked at by a person, not blocked (EU-12)."""
    judged = _without_reason(order, asked, policy, terms, now, before_delivery=True)
    if isinstance(judged, Refused) and judged.why == "window_over":
        rules = tuple(dict.fromkeys(("SHOP-7", *doubtful(policy), *judged.rules)))
        return Judged(rules=rules, by="person", notes=("late",))
    return judged


def doubtful(policy: Policy) -> tuple[str, ...]:
    """The law's own rule for a late or doubtful statement, where it has one (EU-12)."""
    return ("EU-12",) if "EU-12" in policy.rules else ()


def _without_reason(
    order: Order,
    asked: Asked,
    policy: Policy,
    terms: ApplicationTerms,
    now: datetime,
    *,
    before_delivery: bool = False,
) -> Judged | Refused:
    """A right inside the window (CN-1, EU-1); in doubt about its end a person decides; over, refused with the date."""
    judged = Judged(rules=())
    for line, count in asked:
        if rule := excluded_by(line, order, policy):
            return restricted(line, rule)
        found = units_left(line, terms.claims)
        one = _in_window(line, count, found.left - found.delivered if before_delivery else 0, policy, terms, now)
        if isinstance(one, Refused):
            return one
        if line.restriction and line.restriction.ground in policy.confirmed_grounds and "CN-4" in policy.rules:
            one = one.left_to("rule", rules=(*one.rules, "CN-4"))
        if is_prepaid(line.tags, policy.prepaid):
            # Nothing comes back that would show whether it was spent: only the shop's books do.
            one = one.left_to("shop", "prepaid")
        judged = _both(judged, one)
    return judged


def _in_window(
    line: Line, count: int, unstarted: int, policy: Policy, terms: ApplicationTerms, now: datetime
) -> Judged | Refused:
    """Of `count` units of one line: all in time, some in doubt, or some late; `unstarted` of it have not come yet."""
    in_time, in_doubt = unstarted, 0
    over: Window | None = None
    doubt, rules, ends = "undated", policy.windows.cites.always, []
    for units, parcel in _remaining(line, terms):
        window = parcel.window
        rules = window.rules if window else rules
        if window is None and (parcel.review_from is None or now < parcel.review_from):
            in_time += units
        elif window is None:
            in_doubt += units
        elif window.is_open(now):
            in_time += units
            ends += [window.ends_at] if window.ends_at else []
        elif window.is_over(now):
            over = window
        else:
            in_doubt, doubt = in_doubt + units, "provisional"
    if count <= in_time:
        return Judged(rules=rules, until=min(ends, default=None))
    if count <= in_time + in_doubt or over is None:
        return Judged(rules=("SHOP-7", *rules), by="person", notes=(doubt,), until=min(ends, default=None))
    if not over.day_number and any(tag in policy.restrictions for tag in line.tags):
        return restricted(line)
    return window_over(line, over)


def _for_a_fault(asked: Asked, policy: Policy, terms: ApplicationTerms, now: datetime) -> Judged:
    """Self-service for its days; later a person decides on repair, replacement or refund, never refused by date."""
    rules = ("CN-13",) if "CN-13" in policy.rules else ("SHOP-4",)
    ends = []
    for line, count in asked:
        served = 0
        for units, parcel in _remaining(line, terms):
            end = parcel.self_service_until or parcel.review_from
            if end is None or now < end:
                served += units
                ends += [parcel.self_service_until] if parcel.self_service_until else []
        if served < count:
            return Judged(rules=("SHOP-7", *rules), by="person", notes=("self_service_over",))
    return Judged(rules=rules, until=min(ends, default=None))


def _for_another_reason(order: Order, asked: Asked, policy: Policy, terms: ApplicationTerms, now: datetime) -> Judged:
    """The shop answers where a return without a reason would be a right; else it is goodwill, and a person's."""
    judged = _without_reason(order, asked, policy, terms, now)
    if isinstance(judged, Refused):
        return Judged(rules=("SHOP-7",), by="person", notes=("goodwill",))
    return Judged(rules=("SHOP-7",), by=judged.by, notes=judged.notes, until=judged.until).left_to("shop")


def _if_missing(order: Order, asked: Asked, policy: Policy, now: datetime) -> Judged | Refused:
    for line, _ in asked:
        since = missing_since(order, line.id, policy.waits)
        if since is None or now < since:
            return not_missing_yet(line, since.isoformat() if since else "")
    return Judged(rules=("SHOP-7",), by="person")


def _if_refused_at_the_door(order: Order, asked: Asked, policy: Policy) -> Judged:
    """As a return without a reason. Restricted goods are on their way back all the same: a person decides (T25)."""
    rules = policy.windows.cites.always
    if any(excluded_by(line, order, policy) for line, _ in asked):
        return Judged(rules=("SHOP-7", "SHOP-5"), by="person", notes=("restricted",))
    return Judged(rules=rules)


def _remaining(line: Line, terms: ApplicationTerms) -> Iterator[tuple[int, ParcelTerms]]:
    """The units of each parcel that have not gone."""
    went = units_left(line, terms.claims).went
    for parcel in terms.of(line.id):
        taken = min(went, parcel.units)
        went -= taken
        if parcel.units > taken:
            yield parcel.units - taken, parcel


def _both(first: Judged, second: Judged) -> Judged:
    ends: Iterable[datetime] = (end for end in (first.until, second.until) if end)
    return replace(second.left_to(first.by, *first.notes, rules=first.rules), until=min(ends, default=None))
