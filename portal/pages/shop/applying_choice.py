"""What a choice on the form of an application would give, shown before it is sent; the act decides the same (N2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from portal.domain.applying.amounts import plan_application
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.life_cycle import REPLACING_KINDS
from portal.domain.errors import Invalid
from portal.domain.exchanging.variants import priced
from portal.domain.money import Money
from portal.domain.orders.decisions import Allowed, Decision, Plan, Refused, Review
from portal.pages.parts.early_refunds import early_promised
from portal.pages.parts.exchanging import exchange_of
from portal.pages.parts.payouts import as_credit, payout_of
from portal.pages.parts.refunds import awaited_by, summary_of, with_return_freight
from portal.pages.parts.refusals import refusal_of, rule_words
from portal.pages.shop.applying import Applying, Choices
from portal.pages.values.applying import ApplyPage
from portal.pages.values.credit import PayoutView
from portal.services.applying.decide_now import decide_application_now
from portal.services.situation import Situation


def choosing(read: Applying, ask: ApplicationAsk | None = None) -> Applying:
    """Computes only, from what was read for the form. `ask`: what it has chosen so far; None: what it opens with."""
    found, page = read.found, read.page
    asked, wrong = _with_prices(read, ask or read.choices.asked or _only_choice(read.choices))
    decision, plan, problems = _decide(found, asked)
    if isinstance(decision, Refused):
        page = replace(page, refused=refusal_of(page.act, decision, found.order, found.policy, read.locale))
    elif plan is not None:
        payout = _payout(read, plan, is_credit=asked is not None and asked.payout == "store_credit")
        shown = as_credit(plan) if payout and payout.is_credit else plan
        page = replace(_with_plan(read, shown, decision), payout=payout)
        if asked and asked.kind == "exchange":
            page = replace(page, summary=None, exchange=exchange_of(plan, asked.variants, found.order))
        page = replace(page, rules=rule_words(decision.rules if decision else (), found.policy, read.locale))
    return replace(read, page=page, problems=(*wrong, *problems))


def _with_prices(
    read: Applying, asked: ApplicationAsk | None
) -> tuple[ApplicationAsk | None, tuple[tuple[str, str], ...]]:
    """As the act prices it; what is not on offer any more is exchanged for the same goods, and said."""
    if asked is None or asked.kind != "exchange":
        return asked, ()
    try:
        return priced(asked, read.variants), ()
    except Invalid as invalid:
        return replace(asked, variants=()), invalid.problems


def _only_choice(choices: Choices) -> ApplicationAsk | None:
    """What a form holds before anything is typed: the units, where there is one line to choose, and no reason."""
    offer = choices.in_hand or choices.not_in_hand
    if offer is None or len(offer.units) != 1:
        return None
    return ApplicationAsk(kind=choices.kind, units=offer.units, received=offer.received)


def _decide(
    found: Situation, asked: ApplicationAsk | None
) -> tuple[Decision | None, Plan | None, tuple[tuple[str, str], ...]]:
    """Without a reason only the money is computed; without units nothing is."""
    if asked is None or not asked.units:
        return None, None, ()
    problems: tuple[tuple[str, str], ...] = ()
    try:
        return *_plan_of(found, asked), ()
    except Invalid as invalid:
        problems = invalid.problems
    return *_plan_of(found, replace(asked, amount=None)), problems


def _plan_of(found: Situation, asked: ApplicationAsk) -> tuple[Decision | None, Plan | None]:
    if not asked.reason:
        about: dict[str, Any] = {"kind": asked.kind, "amount": asked.amount, "variants": asked.variants}
        return None, plan_application(found.order, asked.units, found.policy, reason="", **about)
    decision, _ = decide_application_now(found, asked)
    return decision, None if isinstance(decision, Refused) else decision.plan


def _with_plan(read: Applying, plan: Plan, decision: Decision | None) -> ApplyPage:
    page, order, settings, now, deps = read.page, read.found.order, read.settings, read.found.now, read.deps
    if read.choices.kind in REPLACING_KINDS:
        page = replace(page, sent_units=plan.count)
        return page if decision is None or isinstance(decision, Refused) else replace(page, **_decided(decision))
    if decision is None or isinstance(decision, Refused):
        return replace(page, summary=summary_of(plan, order, settings, now, deps), most=_most(plan))
    handling = decision.handling
    after = awaited_by(page.act, handling, is_decided=isinstance(decision, Allowed))
    summary = summary_of(plan, order, settings, now, deps, after=after)
    return replace(
        page,
        summary=with_return_freight(summary, handling),
        most=_most(plan),
        early=early_promised(handling, plan),
        **_decided(decision),
    )


def _payout(read: Applying, plan: Plan, *, is_credit: bool) -> PayoutView | None:
    """What there is to choose, as it is chosen now."""
    credit = read.page.credit
    return payout_of(plan, credit, is_credit=is_credit) if credit and plan.refund else None


def _decided(decision: Allowed | Review) -> dict[str, Any]:
    """Who answers and by when, and what the customer does next."""
    handling, review = decision.handling, decision if isinstance(decision, Review) else None
    return {
        "decided": "review" if review else "at_once",
        "remedy": handling.remedy if handling else "",
        "answer_by": review.answer_by if review else None,
        "at_zero": review.at_zero if review else "",
        "is_past_self_service": bool(review and "self_service_over" in review.notes),
        "send_back_by": handling.send_back_by if handling else None,
    }


def _most(plan: Plan) -> Money:
    """What could be asked for at most."""
    less = sum(deduction.amount.minor for deduction in plan.deductions if deduction.why == "less")
    return Money(plan.refund.minor + less, plan.refund.currency)
