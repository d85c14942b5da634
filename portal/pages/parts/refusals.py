"""Why something is not on offer, by which rule, and the ways on: what the sentence of a refusal names (UI rule 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from portal.domain.applying.offer import KindAvailable
from portal.domain.orders.decisions import Refused
from portal.domain.orders.order import Order
from portal.domain.policy.pack import Policy
from portal.pages.values.parts import Refusal, RuleWords


def refusal_of(
    act: str, decision: Refused, order: Order, policy: Policy, locale: str, *, returning: KindAvailable | None = None
) -> Refusal:
    """`returning`: of goods that have left or came, which cannot be cancelled any more: whether they can go back, and
    until when."""
    last = max(order.shipments, key=lambda parcel: (not parcel.delivered_at, parcel.shipped_at), default=None)
    refusal = refusal_of_goods(act, decision, policy, locale)
    if (act, decision.why) == ("cancel", "delivered") and returning:
        refusal = _of_goods_that_came(refusal, returning)
    elif (act, decision.why) == ("cancel", "shipped") and returning:
        refusal = replace(refusal, is_returnable=returning.refused is None, is_collected=bool(order.payments))
    if last is None:
        return refusal
    return replace(refusal, at=last.shipped_at, carrier=last.carrier, tracking_no=last.tracking_no)


def _of_goods_that_came(refusal: Refusal, returning: KindAvailable) -> Refusal:
    """The way on is to return them; where all of them are in a case by now, that case."""
    if returning.refused is None:
        return replace(refusal, until=returning.until, is_returnable=True)
    case_no = returning.refused.facts.get("case_no", "")
    return replace(refusal, case_no=case_no, instead=("case", *refusal.instead)) if case_no else refusal


def refusal_of_goods(act: str, decision: Refused, policy: Policy, locale: str) -> Refusal:
    """Without an order: of goods that nobody has bought yet."""
    return Refusal(
        act=act,
        rule=decision.rules[0],
        why=decision.why,
        case_no=decision.facts.get("case_no", ""),
        instead=decision.instead,
        rules=rule_words(decision.rules, policy, locale),
        **_named(decision.facts),
    )


def _named(facts: Mapping[str, str]) -> dict[str, Any]:
    """What the sentence of a refused application names."""
    moments = {"since": facts.get("from"), "confirmed_at": facts.get("confirmed_at"), "until": facts.get("until")}
    moments["ended_at"] = facts.get("ended_at")
    days = {name: facts.get(name) for name in ("signed", "last")}
    return {
        "title": facts.get("title", ""),
        "kind": facts.get("kind", ""),
        "state": facts.get("state", ""),
        "ground": facts.get("ground", ""),
        "is_moved": "moved" in facts,
        **{name: int(facts.get(name, 0)) for name in ("units", "left", "days")},
        **{name: datetime.fromisoformat(text) if text else None for name, text in moments.items()},
        **{name: date.fromisoformat(text) if text else None for name, text in days.items()},
    }


def rule_words(rules: tuple[str, ...], policy: Policy, locale: str) -> tuple[RuleWords, ...]:
    """The words of each of these rules in the policy in force; a rule it does not have is left out."""
    return tuple(RuleWords(rule, policy.rules[rule].says.in_locale(locale)) for rule in rules if rule in policy.rules)
