"""Cases as a shop's program follows them: by when they last changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, literal, select, tuple_

from portal.domain.cases.case import Case
from portal.domain.errors import NotFound
from portal.models.account import Customer
from portal.models.case import Case as CaseRow
from portal.models.columns import UtcDateTime
from portal.models.order import Order
from portal.repos.case_rows import case_of
from portal.repos.order_lists import Cursor
from portal.repos.rows import Row, all_rows, row_or_none

CASES = CaseRow.__table__
CUSTOMERS = Customer.__table__
ORDERS = Order.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedCase:
    """`customer`: as the shop calls them, None for a guest; `units` of the case are not read."""

    case: Case
    updated_at: datetime
    customer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesAsked:
    """Those that changed at `since` or later, behind `after`; of one `state`, "" for all."""

    state: str = ""
    since: datetime | None = None
    after: Cursor | None = None
    limit: int = 50


class CaseFeed:
    """Everything within one shop."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, shop_id: int, asked: CasesAsked) -> list[FollowedCase]:
        """The one that changed first comes first."""
        query = _of_shop(shop_id).where(CASES.c.updated_at.is_not(None))
        if asked.state:
            query = query.where(CASES.c.state == asked.state)
        if asked.since:
            query = query.where(CASES.c.updated_at >= asked.since)
        if asked.after:
            place = tuple_(CASES.c.updated_at, CASES.c.id)
            here = (literal(asked.after.placed_at, UtcDateTime), literal(asked.after.id, BigInteger))
            query = query.where(place > tuple_(*here))
        query = query.order_by(CASES.c.updated_at, CASES.c.id).limit(asked.limit)
        return [_followed(row) for row in all_rows(self._connection.execute(query))]

    def get(self, shop_id: int, case_no: str) -> FollowedCase:
        """Raises NotFound."""
        row = row_or_none(self._connection.execute(_of_shop(shop_id).where(CASES.c.case_no == case_no)))
        if row is None:
            raise NotFound("case")
        return _followed(row)


def _of_shop(shop_id: int) -> Select[Any]:
    query = select(CASES, ORDERS.c.number, CUSTOMERS.c.external_id.label("customer"))
    query = query.join(ORDERS, ORDERS.c.id == CASES.c.order_id)
    return query.outerjoin(CUSTOMERS, CUSTOMERS.c.id == CASES.c.customer_id).where(CASES.c.shop_id == shop_id)


def _followed(row: Row) -> FollowedCase:
    return FollowedCase(case=case_of(row), updated_at=row["updated_at"] or row["opened_at"], customer=row["customer"])
