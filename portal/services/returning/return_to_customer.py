"""A withdrawal while the goods are on their way takes effect: the parcel gets a way to the customer (N10, TRAPS T25).

The case stays open and holds its units until the goods are in the customer's hands: send_goods_back.
"""

from __future__ import annotations

from typing import Any

from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.records.events import Event
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork
from portal.services.actor_source import event_source
from portal.services.notify import tell
from portal.services.returning.send_back import begin_sending_back


def turn_back(
    work: UnitOfWork,
    record: OrderRecord,
    case: CaseRecord,
    reason: str,
    actor: Actor,
    *,
    paid: Money | None = None,
    on_delivery: Money | None = None,
    **outcome: Any,
) -> None:
    """`paid`: the fee for it; `on_delivery`: the one the courier takes. `outcome`: what else is known of the answer.

    Raises Conflict where the goods are not on their way any more.
    """
    known = case.row["outcome"] | {"withdrawn_for": reason, "at": work.now.isoformat()} | outcome
    begin_sending_back(work, record, case, "turn_back", outcome=known)
    event = Event(kind=f"{event_source(actor)}:withdrawal:begun", data={"code": reason}, case_no=case.case_no)
    work.events.append(record, actor, event)
    params = {"order_no": record.order.no, "case_no": case.case_no, "amount": paid, "on_delivery": on_delivery}
    tell(work, record, case.case_no, "withdrawal_begun", params)
