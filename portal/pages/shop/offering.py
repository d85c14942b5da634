"""商家的新方案: what accepting it gives and what follows from each answer (P13)."""

from __future__ import annotations

from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.offering import offer_view
from portal.pages.values.offering import OfferView
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.act import CaseAct


def offer_page(*, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps) -> OfferView:
    """Raises NotFound, and Conflict("offer_over") where none waits any more."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
        if case.open_offer is None:
            raise Conflict("offer_over", at=case.offer.answered_at if case.offer else case.closed_at)
        act = CaseAct(work, work.orders.get(case.order_no, actor), case, actor, deps, settings=settings)
        view = offer_view(act)
    assert view is not None
    return view
