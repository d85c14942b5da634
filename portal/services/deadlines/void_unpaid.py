"""A fee that nobody has paid in time is void, and what depended on it does not happen (POLICY, timers).

Of an exchange that is what should have been sent: its goods are with the shop, so they are paid for as a return.
"""

from __future__ import annotations

from datetime import datetime

from portal.domain.errors import Conflict, NotFound
from portal.domain.identity.access import system
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.applying.begin_replacing import TASK
from portal.services.cases.decide_case import needs_payout
from portal.services.fees.fee_steps import void_fee
from portal.services.replacing.refund_instead import effect_of_refunding, pay_instead


def void_unpaid_fee(case_no: str, shop_id: int, moment: datetime, deps: Deps) -> bool:
    """False where it is no longer due: paid, or being confirmed, in the transaction that checks it (T30)."""
    actor = system(shop_id)
    try:
        with unit_of_work(deps) as work:
            act = lock_case(work, case_no, actor, deps)
            fee = work.fees.open_for_update(act.case.id)
            if fee is None or fee.state != "due" or fee.due_at >= moment or fee.for_what == "return":
                return False
            void_fee(act, fee, "time")
            if fee.for_what == "exchange" and act.case.may("refund_instead"):
                _pay_for_goods(act)
            return True
    except (Conflict, NotFound):
        return False


def _pay_for_goods(act: CaseAct) -> None:
    """What was collected at the door has no way back of its own: a person agrees on where the money goes."""
    granted = effect_of_refunding(act.order, act.case, act.policy)
    if needs_payout(act, granted):
        act.open_task_again(TASK)
        return
    pay_instead(act, granted, "")
