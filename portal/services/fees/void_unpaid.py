"""A fee that nobody has paid in time is void, and what depended on it does not happen (POLICY, timers)."""

from __future__ import annotations

from datetime import datetime

from portal.domain.errors import Conflict, NotFound
from portal.domain.identity.access import system
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import lock_case
from portal.services.fees.fee_steps import void_fee


def void_unpaid_fee(case_no: str, shop_id: int, moment: datetime, deps: Deps) -> bool:
    """False where it is no longer due: paid, or being confirmed, in the transaction that checks it (T30)."""
    actor = system(shop_id)
    try:
        with unit_of_work(deps) as work:
            act = lock_case(work, case_no, actor, deps)
            fee = work.fees.open_for_update(act.case.id)
            if fee is None or fee.state != "due" or fee.due_at >= moment:
                return False
            void_fee(act, fee, "time")
            return True
    except (Conflict, NotFound):
        return False
