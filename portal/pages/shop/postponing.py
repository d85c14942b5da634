"""延后发货: asked of the decision that the act asks (S17, N2)."""

from __future__ import annotations

from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.pages.parts.zone import zone_of
from portal.pages.values.postponing import LaterPage
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.act import Act
from portal.services.orders.postpone_shipping import later_now


def later_page(*, order_no: str, actor: Actor, deps: Deps) -> LaterPage:
    """Raises NotFound, Conflict("later_fixed")."""
    with reading(deps) as work:
        act = Act(work, work.orders.get(order_no, actor), actor, deps)
        offer = later_now(act)
    if offer is None:
        raise Conflict("later_fixed")
    return LaterPage(
        order_no=order_no,
        first=offer.first,
        last=offer.last,
        promised=offer.promised,
        agreed=offer.agreed,
        note=act.record.kept.later_note,
        zone=zone_of(act.order),
    )
