"""What of a case can be offered otherwise, without the rest of its desk (P13)."""

from __future__ import annotations

from portal.domain.identity.access import Actor
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.offering import offer_desk
from portal.pages.values.offering import OfferDesk
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.act import CaseAct


def find_offer_desk(*, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps) -> OfferDesk | None:
    """Raises NotFound."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
        act = CaseAct(work, work.orders.get(case.order_no, actor), case, actor, deps, settings=settings)
        return offer_desk(act, {})
