"""Before buying: what could be asked for once these goods came, by the rules that an order of now would stand under."""

from __future__ import annotations

from itertools import groupby
from zoneinfo import ZoneInfo

from portal.domain.applying.options import GoodsOption, GoodsTerms, goods_options
from portal.domain.applying.reasons import SHOP_AT_FAULT
from portal.domain.applying.terms import Surroundings
from portal.domain.cases.life_cycle import RETURNING_KINDS
from portal.domain.errors import NotFound
from portal.domain.policy.jurisdictions import place_of
from portal.domain.policy.pack import Policy
from portal.domain.shops.settings import ShopSettings
from portal.pages.api.options import ACTS
from portal.pages.parts.refusals import refusal_of_goods, rule_words
from portal.pages.values.options import GoodsAct, GoodsReason, ProductOptions, ProductQuestion
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.policy.order_terms import policy_at


def product_options(asked: ProductQuestion, *, locale: str, settings: ShopSettings, deps: Deps) -> ProductOptions:
    """`locale`: zh or en. Raises NotFound for goods that the shop has never told of."""
    with reading(deps) as work:
        product = work.products.find(asked.shop_id, asked.sku)
        if product is None:
            raise NotFound("product")
        at = asked.placed_at or work.now
        policy = policy_at(work, asked.shop_id, country=asked.country, placed_at=at, laws=deps.laws)
    goods = GoodsTerms(tags=product.tags, category=product.category, return_days=product.return_days)
    around = _around(policy, asked.country, settings, deps)
    kinds = tuple(kind for kind in ACTS if kind in policy.kinds and (kind not in RETURNING_KINDS or settings.returns))
    options = goods_options(goods, policy, around, at, kinds=kinds)
    return ProductOptions(
        sku=product.sku,
        title=product.title,
        placed_at=at,
        law=policy.law,
        acts=tuple(
            GoodsAct(act=ACTS[kind], reasons=tuple(_reason(one, policy, locale) for one in of_kind))
            for kind, of_kind in groupby(options, key=lambda option: option.kind)
        ),
    )


def _around(policy: Policy, country: str, settings: ShopSettings, deps: Deps) -> Surroundings:
    place = place_of(policy.clock, jurisdiction=None, country=country, customer_zone=None, shop_zone=settings.zone)
    zone = ZoneInfo(settings.zone)
    return Surroundings(place=place, calendar=deps.calendar, zone=zone, informed=settings.eu_information_given)


def _reason(option: GoodsOption, policy: Policy, locale: str) -> GoodsReason:
    act, offer, refused = ACTS[option.kind], option.offer, option.refused
    return GoodsReason(
        code=_code(option),
        reason=option.reason,
        decided_by=offer.by if offer else "",
        rules=rule_words(offer.rules if offer else refused.rules if refused else (), policy, locale),
        within=option.within,
        refusal=refusal_of_goods(act, refused, policy, locale) if refused else None,
    )


def _code(option: GoodsOption) -> str:
    """Which sentence says it."""
    if option.refused:
        return "restricted" if option.refused.why == "restricted" else "none"
    if option.kind == "contract_withdrawal":
        return "contract"
    if option.kind == "exchange" and option.reason == "no_reason":
        return "exchange"
    if option.reason == "no_reason":
        return "unopened" if option.only_unopened else "no_reason"
    return "fault" if option.reason in SHOP_AT_FAULT else "other"
