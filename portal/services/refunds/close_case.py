"""A case whose money has all arrived is completed, by the system."""

from __future__ import annotations

from portal.domain.identity.access import system
from portal.domain.records.events import Event
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork


def close_refunded_case(work: UnitOfWork, record: OrderRecord, case_id: int) -> None:
    """The last refund of the case succeeded: 处理结果：已成功."""
    case = work.cases.get_by_id_for_update(case_id)
    if case.state != "refunding":
        return
    work.cases.step(case, "refunded", deadline_at=None)
    work.events.append(record, system(record.shop_id), Event(kind="system:case:completed", case_no=case.case_no))
