"""What a customer has been refunded at hand-over, or is to be: counted for the limits of a shop (P17)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, and_, or_, select

from portal.domain.applying.early import EarlyStanding
from portal.domain.codec import from_plain
from portal.domain.fees.fee import OPEN_FEE_STATES
from portal.domain.orders.decisions import Plan
from portal.domain.policy.small_refunds import HandoverRule
from portal.models.account import Customer
from portal.models.case import Case
from portal.models.fee import Fee
from portal.models.order import Order
from portal.repos.order_record import OrderRecord
from portal.repos.rows import all_rows

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
        """Other orders that have come, `most` at most."""
        came = and_(ORDERS.c.state.in_(("delivered", "completed")), ORDERS.c.id != record.id)
        query = select(ORDERS.c.id).where(ORDERS.c.customer_id == owner, ORDERS.c.shop_id == record.shop_id, came)
        return len(self._connection.execute(query.limit(most)).all())

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
