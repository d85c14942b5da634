"""A case together with its order, whose rows come in one statement: what a page of a case begins with."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from portal.domain.cases.case import Case
from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor
from portal.models.case import Case as CaseRow
from portal.models.order import Order
from portal.repos.case_rows import case_of
from portal.repos.cases import owned_cases
from portal.repos.order_record import OrderRecord
from portal.repos.orders import Side, anybody, ids_of, side_of
from portal.repos.rows import row_or_none
from portal.repos.unit_of_work import UnitOfWork

CASES = CaseRow.__table__
ORDERS = Order.__table__


@cache
def _numbered(side: Side) -> Select[Any]:
    order = (column.label(f"o_{column.name}") for column in ORDERS.c)
    query = select(CASES, *order).join(ORDERS, ORDERS.c.id == CASES.c.order_id)
    return owned_cases(query, anybody(side)).where(CASES.c.case_no == bindparam("case_no"))


def case_with_order(work: UnitOfWork, case_no: str, actor: Actor) -> tuple[Case, OrderRecord]:
    """Without what the case claims; the order with the refunds of all its cases. Raises NotFound, also for somebody
    else's."""
    found = row_or_none(work.connection.execute(_numbered(side_of(actor)), ids_of(actor) | {"case_no": case_no}))
    if found is None:
        raise NotFound("case")
    record = work.orders.read_row({column.name: found[f"o_{column.name}"] for column in ORDERS.c}, with_refunds=True)
    return replace(case_of(found), order_no=record.order.no), record
