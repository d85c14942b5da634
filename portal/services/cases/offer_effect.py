"""What accepting an offer would do: the same for the desk that makes it, the page that shows it and the act (N2)."""

from __future__ import annotations

from portal.domain.applying.offering import offer_kinds, plan_offer
from portal.domain.cases.case import Case
from portal.domain.cases.offer import Offer, OfferKind
from portal.domain.codec import fingerprint
from portal.domain.errors import Invalid
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.order import Order
from portal.domain.policy.pack import Policy
from portal.services.act import CaseAct
from portal.services.applying.grant import Grant, effect_of_granting
from portal.services.cases.decide_case import may_need_second, needs_payout


def effect_of_offer(order: Order, case: Case, policy: Policy, kind: OfferKind, amount: Money | None = None) -> Grant:
    """Without an `amount` the most that can be offered. Raises Invalid (amount)."""
    freed = effects.released(order, case.units)
    return Grant(freed, plan_offer(freed, case, policy, kind, amount))


def kinds_open(act: CaseAct) -> tuple[OfferKind, ...]:
    """Those that the desk offers: none where no rule gives what is asked for, which is goodwill's (S44), or where the
    money would have no way back."""
    if act.case.asked is None or may_need_second(act.case):
        return ()
    most = {kind: most_of(act, kind) for kind in offer_kinds(act.case)}
    return tuple(kind for kind, granted in most.items() if granted.plan.refund and not needs_payout(act, granted))


def most_of(act: CaseAct, kind: OfferKind) -> Grant:
    """The most that can be offered of that kind."""
    return effect_of_offer(act.order, act.case, act.policy, kind)


def check_offer(act: CaseAct, kind: OfferKind, amount: Money) -> Grant:
    """Raises Invalid (kind: not_offered; amount: too_small, above_computed, not_less: it is what an approval pays)."""
    if kind not in kinds_open(act):
        raise Invalid((("kind", "not_offered"),))
    granted = effect_of_offer(act.order, act.case, act.policy, kind, amount)
    goods_stay = act.case.handling.remedy == "refund"
    if (kind == "amount" or goods_stay) and amount == effect_of_granting(act.order, act.case, act.policy).plan.refund:
        raise Invalid((("amount", "not_less"),))
    return granted


def shown_offer(case: Case, offer: Offer) -> str:
    """What the customer's form carries as `shown`: which offer it is, and what it gives."""
    return fingerprint([case.case_no, offer.kind, offer.amount, offer.at, offer.until])[:32]
