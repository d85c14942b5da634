"""退款方式 (P10): as it was paid, or as credit with the shop where its customer wants that."""

from __future__ import annotations

from decimal import Decimal

from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.domain.shops.profile import StoreCredit
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.payouts import payout_of
from portal.pages.parts.zone import zone_of
from portal.pages.values.credit import PayoutPage, PayoutView
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.act import CaseAct
from portal.services.refunds.choose_payout import may_be_chosen


def payout_view(act: CaseAct) -> PayoutView | None:
    """While it can be chosen, or was. No query."""
    case, offer = act.case, act.settings.store_credit
    may_choose, chosen = may_be_chosen(act), case.payout
    if not (chosen or (offer.refunds and may_choose)):
        return None
    if chosen:
        offer = StoreCredit(bonus_percent=Decimal(chosen.bonus_percent), valid_days=chosen.valid_days)
    return payout_of(case.plan, offer, is_credit=chosen is not None, may_choose=may_choose)


def payout_page(*, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps) -> PayoutPage:
    """Raises NotFound, Conflict("payout_fixed")."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
        act = CaseAct(work, work.orders.get(case.order_no, actor), case, actor, deps, settings=settings)
        view = payout_view(act)
    if view is None or not view.may_choose:
        raise Conflict("payout_fixed", at=case.closed_at)
    return PayoutPage(case_no=case_no, order_no=case.order_no, payout=view, zone=zone_of(act.order))
