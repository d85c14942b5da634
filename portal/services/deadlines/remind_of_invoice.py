"""An invoice that nobody has paid stays due: its customer is reminded, ever less often, and staff see it (P17)."""

from __future__ import annotations

from datetime import datetime

from portal.domain.errors import Conflict, NotFound
from portal.domain.identity.access import system
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import lock_case
from portal.services.fees.invoices import UNPAID


def remind_of_invoice(case_no: str, shop_id: int, moment: datetime, deps: Deps) -> bool:
    """False where it is no longer due, in the transaction that checks it (T30)."""
    try:
        with unit_of_work(deps) as work:
            act = lock_case(work, case_no, system(shop_id), deps)
            fee = work.fees.open_for_update(act.case.id)
            if fee is None or fee.for_what != "return" or fee.state != "due" or fee.due_at >= moment:
                return False
            work.fees.reminded(fee)
            act.happened("invoice:reminded", **fee.facts())
            act.open_task(UNPAID)
            act.notify_customer("invoice_reminder", amount=fee.amount)
            return True
    except (Conflict, NotFound):
        return False
