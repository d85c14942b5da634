"""Applying: what an application for delivered (or lost, or refused) units would get now, and why not (POLICY).

Loads and changes nothing. The same decision serves the form, the quote, the act, the words of a refusal and replay.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from portal.domain.applying.amounts import plan_application
from portal.domain.applying.early import is_early
from portal.domain.applying.judge import Judged, doubtful, excluded_by, judge
from portal.domain.applying.reasons import SHOP_AT_FAULT, at_fault, may_give
from portal.domain.applying.refusals import Asked, asks_wrongly, not_for_these_units, nothing_available, unknown_kind
from portal.domain.applying.terms import ApplicationTerms
from portal.domain.applying.units import Pool, pool_of, units_left
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.life_cycle import CaseKind
from portal.domain.orders.decisions import Allowed, Decision, Handling, Plan, Refused, Remedy, Review
from portal.domain.orders.order import Order, Units
from portal.domain.policy.pack import HandoverRule, Policy
from portal.domain.policy.prepaid import is_prepaid

CONDITIONS = ("as_received", "complete", "packaging")
CONDITIONED_KINDS: tuple[CaseKind, ...] = ("return_refund", "exchange")
"""Goods that the shop takes back for good: what is repaired need not be as good as new."""
NEEDED_CONDITIONS = ("as_received", "complete")
"""Packaging is a wish. One of these left unticked leads to a review, never to an error (POLICY, returns)."""


_REMEDIES: dict[CaseKind, Remedy] = {"exchange": "replace", "repair": "repair"}


def decide_application(
    order: Order, ask: ApplicationAsk, policy: Policy, terms: ApplicationTerms, now: datetime
) -> Decision:
    """What `ask` gets at `now` (aware UTC). `terms` cover at least the lines asked for.

    Allowed by the rules of the window (CN-1, EU-1 …), for a fault by CN-13; Review(SHOP-7) where a person decides;
    Refused by SHOP-1 to SHOP-3 where the units have not been delivered, SHOP-4 window over, SHOP-5 restricted, SHOP-6
    nothing left. Raises Invalid for an `amount` above what is computed.
    """
    units = ask.units or _everything(order, ask, policy, terms)
    judged = judge_application(order, replace(ask, units=units) if units != ask.units else ask, policy, terms, now)
    return judged if isinstance(judged, Refused) else _decision(order, ask, units, policy, terms, judged)


def judge_application(
    order: Order, ask: ApplicationAsk, policy: Policy, terms: ApplicationTerms, now: datetime
) -> Judged | Refused:
    """The decision but for its money: whether `ask`, with its units, is a right, somebody's to answer, or refused."""
    lines = {line.id: line for line in order.lines}
    if not ask.units or any(line_id not in lines or count < 1 for line_id, count in ask.units):
        return nothing_available(terms)
    asked = tuple((lines[line_id], count) for line_id, count in ask.units)
    return judge_units(order, ask, asked, policy, terms, now)


def judge_units(
    order: Order, ask: ApplicationAsk, asked: Asked, policy: Policy, terms: ApplicationTerms, now: datetime
) -> Judged | Refused:
    """The same where the lines of its units have been looked up: `asked`, each with a count of at least one."""
    if order.status == "cancelled":
        return nothing_available(terms)
    if policy.approves == "everything" and _fits(asked, "delivered", terms):
        return Judged(rules=policy.windows.cites.always)
    if ask.kind not in policy.kinds:
        return unknown_kind(policy)
    if not may_give(ask.kind, ask.reason, received=ask.received):
        return asks_wrongly(ask.reason)
    pool = pool_of(ask.kind, ask.reason)
    if not _fits(asked, pool, terms):
        return not_for_these_units(order, asked, pool, terms)
    judged = judge(order, asked, policy, terms, kind=ask.kind, reason=ask.reason, now=now)
    if isinstance(judged, Refused):
        return judged
    if not ask.is_proven and _some_never_left(asked, terms):
        return judged.left_to("person", "unproven", rules=("SHOP-7", *doubtful(policy)))
    return judged.left_to("shop", "conditions") if _leaves_a_condition_open(ask) else judged


def _everything(order: Order, ask: ApplicationAsk, policy: Policy, terms: ApplicationTerms) -> Units:
    """What a withdrawal without quantities is about: all that is left, without the goods the law excepts (EU-8)."""
    if ask.kind != "contract_withdrawal":
        return ()
    found = [(line, units_left(line, terms.claims).left) for line in order.lines]
    free = tuple((line.id, left) for line, left in found if left and not excluded_by(line, order, policy))
    return free or tuple((line.id, left) for line, left in found if left)


def _fits(asked: Asked, pool: Pool, terms: ApplicationTerms) -> bool:
    return all(count <= units_left(line, terms.claims).of(pool) for line, count in asked)


def _some_never_left(asked: Asked, terms: ApplicationTerms) -> bool:
    """Whether money would go back at once, with no goods to wait for."""
    found = [(units_left(line, terms.claims), count) for line, count in asked]
    return any(count > left.on_the_way + left.delivered for left, count in found)


def _leaves_a_condition_open(ask: ApplicationAsk) -> bool:
    """A faulty thing need not be as good as new; goods that came back by themselves were never unpacked."""
    is_asked = ask.kind in CONDITIONED_KINDS and ask.reason in ("no_reason", "other")
    return is_asked and not set(NEEDED_CONDITIONS) <= set(ask.conditions)


def _decision(
    order: Order, ask: ApplicationAsk, units: Units, policy: Policy, terms: ApplicationTerms, judged: Judged
) -> Allowed | Review:
    """The judgement with its money. What was collected at the door has no way back: a person pays it out."""
    plan = plan_application(
        order, units, policy, kind=ask.kind, reason=ask.reason, amount=ask.amount, variants=ask.variants
    )
    if order.payment_terms == "cod" and plan.refund:
        is_open = policy.approves == "everything"
        judged = judged.left_to("rule", "payout") if is_open else judged.left_to("person", "payout", rules=("SHOP-7",))
    keeps = _goods_stay(order, plan, ask, policy, judged)
    if keeps and policy.keep_goods:
        judged = replace(judged, rules=(*judged.rules, policy.keep_goods.rule))
    handling = _handling(order, ask, units, policy, terms, judged, keeps=keeps)
    rule = policy.refund_at_handover
    if rule and _is_paid_early(order, plan, ask, rule, terms, judged, handling):
        judged = replace(judged, rules=(*judged.rules, rule.rule))
        handling = replace(handling, pays="handed_over")
    if judged.by == "rule":
        return Allowed(rules=judged.rules, plan=plan, notes=judged.notes, handling=handling)
    return Review(
        rules=judged.rules,
        plan=plan,
        answer_by=terms.answer_refund_by if ask.kind == "refund_only" else terms.answer_return_by,
        priority=ask.reason in SHOP_AT_FAULT,
        notes=judged.notes,
        at_zero="approve" if judged.by == "shop" and _is_under_limit(order, plan, ask, policy, keeps) else "escalate",
        handling=handling,
    )


def _goods_stay(order: Order, plan: Plan, ask: ApplicationAsk, policy: Policy, judged: Judged) -> bool:
    """Whether the shop pays and does without the goods (P18). Who says yes stays who it was, but where only a person
    may, that person has the goods come back; what was refunded of the order before counts, in flight too."""
    keep = policy.keep_goods
    if keep is None or ask.kind != "return_refund" or ask.reason not in keep.reasons or judged.by == "person":
        return False
    before = sum(payment.captured.minor - payment.left for payment in order.payments)
    return plan.refund.minor > 0 and before + plan.refund.minor <= keep.under.of(order.currency).minor


def _is_paid_early(
    order: Order,
    plan: Plan,
    ask: ApplicationAsk,
    rule: HandoverRule,
    terms: ApplicationTerms,
    judged: Judged,
    handling: Handling,
) -> bool:
    """Whether a return is paid when it is handed over (P17): a rule approved it, and the customer is within limits."""
    is_return = ask.kind == "return_refund" and handling.remedy == "send_back" and order.payment_terms != "cod"
    is_by_rule = judged.by == "rule" and ask.reason in rule.reasons
    return is_return and is_by_rule and is_early(plan.refund, rule, terms.early)


def _is_under_limit(order: Order, plan: Plan, ask: ApplicationAsk, policy: Policy, keeps: bool) -> bool:
    """What a timer may approve by itself (POLICY, timers: default 50.00 where goods are kept). Goods that are sent
    again are worth what would be paid for them."""
    limits, worth = policy.limits, plan.refund
    limit = limits.refund_only_auto if keeps or ask.kind in ("refund_only", "reship") else limits.auto
    if ask.kind == "reship":
        worth = plan_application(order, plan.units, policy, kind="refund_only", reason=ask.reason).refund
    return limit is None or worth <= limit.of(worth.currency)


def _handling(
    order: Order,
    ask: ApplicationAsk,
    units: Units,
    policy: Policy,
    terms: ApplicationTerms,
    judged: Judged,
    *,
    keeps: bool,
) -> Handling:
    """What comes after an approval. Nobody sends back what never came, or what comes back by itself."""
    going = dict(units)
    is_away = any(
        line.shipped and not is_prepaid(line.tags, policy.prepaid) for line in order.lines if line.id in going
    )
    if ask.reason == "parcel_refused":
        return Handling(remedy="await_parcel", until=judged.until)
    if ask.kind == "reship":
        return Handling(remedy="reship", until=judged.until)
    if ask.kind == "refund_only" or keeps or not is_away:
        return Handling(remedy="refund", until=judged.until)
    bears = "shop" if at_fault(ask.reason) else policy.freight.return_carriage
    return Handling(
        remedy=_REMEDIES.get(ask.kind, "send_back"),
        carriage="shop" if bears == "shop" else "customer",
        carriage_cap=policy.freight.cap(order.currency, terms.freight_cap) if bears == "shop" else None,
        until=judged.until,
        send_back_by=terms.send_back_by if judged.by == "rule" else None,
    )
