"""帮助: what the policy and the settings of this moment say, for sentences that name a number (S45)."""

from __future__ import annotations

from dataclasses import fields

from portal.domain.errors import NotFound
from portal.domain.fees.fee import charged_fee
from portal.domain.identity.access import Actor
from portal.domain.policy.describe import span_words
from portal.domain.policy.jurisdictions import NO_LAW
from portal.domain.policy.pack import Policy
from portal.domain.shops.contracts import complaint_line
from portal.domain.shops.profile import ROUND_THE_CLOCK
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.refusals import rule_words
from portal.pages.values.help import HelpArrival, HelpFacts
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.identity.visits import VisitedShop


def help_facts(*, order_no: str, actor: Actor | None, shop: VisitedShop, locale: str, deps: Deps) -> HelpFacts:
    """Of the reader's order, where they came from one and may see it; else of an order that was placed now."""
    with reading(deps) as work:
        policy = _policy_of(work, order_no, actor) or _policy_now(work, shop)
    return _facts(policy, shop.settings, locale) if policy else HelpFacts()


def _policy_of(work: UnitOfWork, order_no: str, actor: Actor | None) -> Policy | None:
    if not order_no or actor is None:
        return None
    try:
        return work.policies.of(work.orders.get(order_no, actor))
    except NotFound:
        return None


def _policy_now(work: UnitOfWork, shop: VisitedShop) -> Policy | None:
    newest = work.policies.newest(shop.id, shop.policy)
    if newest is None:
        return None
    law = work.policies.in_force(newest, None).law
    return work.policies.in_force(newest, None if law == NO_LAW else work.policies.newest(shop.id, law))


def _facts(policy: Policy, settings: ShopSettings, locale: str) -> HelpFacts:
    days, law, line = policy.windows.no_reason_days, policy.legal_refund, complaint_line(policy, settings)
    codes = (exclusion.rule for exclusion in policy.exclusions.values())
    excluded = tuple(dict.fromkeys((*codes, *policy.confirmed_grounds.values())))
    charged = charged_fee(policy, settings.fees)
    fixed = charged.fixed.of(settings.currency) if charged else None
    hours = settings.warehouse.hours
    return HelpFacts(
        spans=_spans(policy, locale),
        no_reason_days=None if days == "unlimited" else int(days),
        excluded=rule_words(excluded, policy, locale),
        arrivals=_arrivals(settings, locale),
        reminders=tuple(span_words(span, locale) for span in policy.send_back_reminders),
        withdrawal_fee=fixed or None,
        withdrawal_percent=f"{charged.percent.normalize():f}" if charged and charged.percent else "",
        carriage_cap=policy.freight.cap(settings.currency, settings.fees.return_freight_cap),
        refund_limit=policy.limits.refund_only_auto.of(settings.currency),
        resubmissions=settings.limits.resubmissions,
        complaint_line=line.in_locale(locale) if line else "",
        legal_refund_days=law.days if law else 0,
        legal_refund_from=law.counted_from if law else "",
        is_shop_paying_return_freight=policy.freight.return_carriage == "shop",
        takes_returns=settings.returns,
        sends_again="reship" in policy.kinds,
        repairs="repair" in policy.kinds and settings.returns,
        has_contract_withdrawal="contract_withdrawal" in policy.kinds,
        warehouse_hours="" if hours == ROUND_THE_CLOCK else hours,
    )


def _spans(policy: Policy, locale: str) -> dict[str, str]:
    named = {one.name: getattr(part, one.name) for part in (policy.timers, policy.waits) for one in fields(part)}
    named |= {"quality": policy.windows.quality, "ship_within": policy.ship_within}
    if fresh := policy.windows.quality_by_tag.get("fresh"):
        named["quality_fresh"] = fresh
    return {name: span_words(span, locale) for name, span in named.items()}


def _arrivals(settings: ShopSettings, locale: str) -> tuple[HelpArrival, ...]:
    return tuple(
        HelpArrival(label=arrival.label.in_locale(locale), first=arrival.min_days, last=arrival.max_days)
        for method, arrival in settings.arrival.items()
        if method != "cod"
    )
