"""Notices to customers, written in the transaction of what they tell of (S15)."""

from __future__ import annotations

from typing import Any

from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork


def tell(work: UnitOfWork, record: OrderRecord, case_no: str, kind: str, params: dict[str, Any]) -> None:
    """A notice to the customer of the order, in the transaction of what it tells of."""
    work.notices.tell(record.shop_id, record.customer_id, kind, params, order_no=record.order.no, case_no=case_no)
