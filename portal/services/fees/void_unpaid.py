"""A fee that nobody has paid in time is void, and what depended on it does not happen (POLICY, timers)."""

from __future__ import annotations

from datetime import datetime

from portal.domain.errors import Conflict, NotFound
from portal.domain.identity.access import system
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.fees.fee_steps import void_fee


def void_unpaid_fee(case_no: str, shop_id: int, moment: datetime, deps: Deps) -> bool:
    """False where it is no longer due: paid, or being confirmed, in the transaction that checks it (T30)."""
    actor = system(shop_id)
    try:
        with unit_of_work(deps) as work:
            record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
            case = work.cases.get_for_update(case_no, actor)
            fee = work.fees.open_for_update(case.id)
            if fee is None or fee["state"] != "due" or fee["due_at"] >= moment:
                return False
            void_fee(work, record, case_no, fee, actor, "time")
            return True
    except (Conflict, NotFound):
        return False
