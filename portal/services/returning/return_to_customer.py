"""A withdrawal while the goods are on their way takes effect: the parcel gets a way to the customer (N10, TRAPS T25).

The case stays open and holds its units until the goods are in the customer's hands: send_goods_back.
"""

from __future__ import annotations

from portal.domain.cases import steps
from portal.domain.money import Money
from portal.services.act import CaseAct
from portal.services.returning.send_back import begin_sending_back


def return_to_customer(
    act: CaseAct, reason: str, *, paid: Money | None = None, on_delivery: Money | None = None, consent: str = ""
) -> None:
    """`paid`: the fee for it; `on_delivery`: the one the courier takes. `consent`: how the customer agreed, where staff
    take it back for them. Raises Conflict where the goods are not on their way any more."""
    closed_by = act.actor.key if consent else ""
    begin_sending_back(
        act, steps.turned_back(act.case, reason=reason, at=act.now, consent=consent, closed_by=closed_by)
    )
    act.happened("withdrawal:begun", code=reason)
    act.notify_customer("withdrawal_begun", amount=paid, on_delivery=on_delivery)
