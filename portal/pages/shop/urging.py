"""催发货 and 催处理: asked of the decision that pressing asks (N2)."""

from __future__ import annotations

from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.pages.parts.zone import zone_of
from portal.pages.values.urging import UrgePage
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.act import Act, CaseAct
from portal.services.cases.urge_case import case_urging_now
from portal.services.orders.urge_shipment import urging_now


def urge_order_page(*, order_no: str, actor: Actor, deps: Deps) -> UrgePage:
    """Raises NotFound, Conflict("nothing_to_urge")."""
    with reading(deps) as work:
        act = Act(work, work.orders.get(order_no, actor), actor, deps)
        found = urging_now(act)
    if found.state not in ("may", "pressed"):
        raise Conflict("nothing_to_urge")
    return UrgePage(
        order_no=order_no,
        state=found.state,
        due=found.due,
        is_late=found.is_late,
        zone=zone_of(act.order),
    )


def urge_case_page(*, case_no: str, actor: Actor, deps: Deps) -> UrgePage:
    """Raises NotFound, Conflict("nothing_to_urge")."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
        act = CaseAct(work, work.orders.get(case.order_no, actor), case, actor, deps)
        found = case_urging_now(act)
    if found == "not_waiting":
        raise Conflict("nothing_to_urge")
    return UrgePage(
        order_no=act.order.no,
        case_no=case_no,
        state=found,
        due=case.due_at,
        zone=zone_of(act.order),
    )
