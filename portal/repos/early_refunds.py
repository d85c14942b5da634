"""What a customer has been refunded at hand-over, or is to be: counted for the limits of a shop (P17)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, or_, select, union_all

from portal.domain.applying.early import EarlyStanding
from portal.domain.codec import from_plain
from portal.domain.fees.fee import OPEN_FEE_STATES
from portal.domain.orders.decisions import Plan
from portal.domain.policy.small_refunds import HandoverRule
from portal.models.account import Customer
from portal.models.archive import ArchivedOrder
from portal.models.case import Case
from portal.models.fee import Fee
from portal.models.order import Order
from portal.repos.order_record import OrderRecord
from portal.repos.rows import all_rows

ARCHIVED: Table = ArchivedOrder.__table__
CASES: Table = Case.__table__
FEES: Table = Fee.__table__
ORDERS: Table = Order.__table__
CUSTOMERS: Table = Customer.__table__
_COLUMNS = (CASES.c.id, CASES.c.outcome, CASES.c.summary, CASES.c.parcel)


class EarlyRefunds:
    """`work.early_refunds`. A customer's cases are few: they are read whole, by the index of the customer's list."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def standing(self, record: OrderRecord, owner: int, rule: HandoverRule) -> EarlyStanding:
        """As an application for the order would find it: what is promised counts as what is paid. Three queries."""
        return replace(self._counted(record, owner, rule), delivered=self._delivered(record, owner, rule.proven))

    def paid(self, record: OrderRecord, owner: int, rule: HandoverRule) -> EarlyStanding:
        """What has been paid, under the customer's lock: parcels of two orders that are handed over at once are counted
        one after the other. The order is under lock before (law 5)."""
        mine = select(CUSTOMERS.c.id).where(CUSTOMERS.c.id == owner).with_for_update(key_share=True)
        self._connection.execute(mine)
        return replace(self._counted(record, owner, rule, only_paid=True), delivered=rule.proven)

    def _delivered(self, record: OrderRecord, owner: int, most: int) -> int:
        """Other orders that have come, `most` at most, those in the archive with them: whoever has bought for years is
        not unknown all at once."""
        tables = ((ORDERS, ORDERS.c.id), (ARCHIVED, ARCHIVED.c.order_id))
        found = union_all(*(_came(table, own_id, record, owner, most) for table, own_id in tables))
        return min(len(self._connection.execute(found).all()), most)

    def _counted(
        self, record: OrderRecord, owner: int, rule: HandoverRule, *, only_paid: bool = False
    ) -> EarlyStanding:
        since = self._now - timedelta(days=rule.days)
        theirs = and_(CASES.c.customer_id == owner, CASES.c.shop_id == record.shop_id)
        counts = or_(CASES.c.closed_at.is_(None), CASES.c.opened_at >= since)
        query = select(*_COLUMNS).where(theirs, CASES.c.kind == "return_refund", counts)
        count = minor = 0
        for row in all_rows(self._connection.execute(query)):
            paid = (row["parcel"] or {}).get("paid")
            handling = row["outcome"].get("handling") or {}
            if not paid and (only_paid or handling.get("pays") != "handed_over"):
                continue
            refund = from_plain(Plan, paid or row["summary"]).refund
            count += 1
            minor += refund.minor if refund.currency == record.order.currency else 0
        is_open = and_(FEES.c.for_what == "return", FEES.c.state.in_(OPEN_FEE_STATES))
        owes = select(FEES.c.id).join(CASES, CASES.c.id == FEES.c.case_id).where(theirs, is_open).limit(1)
        return EarlyStanding(count=count, minor=minor, owes=self._connection.execute(owes).first() is not None)


def _came(table: Table, own_id: ColumnElement[int], record: OrderRecord, owner: int, most: int) -> Select[tuple[int]]:
    came = and_(table.c.state.in_(("delivered", "completed")), own_id != record.id)
    theirs = and_(table.c.customer_id == owner, table.c.shop_id == record.shop_id)
    # SQLite takes a limit in a part of a union only where that part stands by itself.
    return select(select(own_id.label("id")).where(theirs, came).limit(most).subquery().c.id)
