"""Everything held on a customer, as rows: to hand out, and to take away (law 6; SECURITY, audit)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, Table, or_, select

from portal.models.account import Customer, Session
from portal.models.behalf import Behalf
from portal.models.case import Case, Decision
from portal.models.credit import CreditAccount, CreditEntry
from portal.models.declaration import Declaration
from portal.models.event import Event
from portal.models.evidence import EvidenceFile, EvidenceLink
from portal.models.fee import Fee, FeePayment
from portal.models.handoff import HandoffCode
from portal.models.job import Job, Notice
from portal.models.message import Message
from portal.models.order import Order, OrderLine, Payment
from portal.models.pickup import Pickup
from portal.models.refund import Refund
from portal.repos.rows import all_rows, one_row

CUSTOMERS: Table = Customer.__table__
SESSIONS: Table = Session.__table__
BEHALF: Table = Behalf.__table__
CODES: Table = HandoffCode.__table__
ORDERS: Table = Order.__table__
LINES: Table = OrderLine.__table__
PAYMENTS: Table = Payment.__table__
CASES: Table = Case.__table__
CREDIT_ACCOUNTS: Table = CreditAccount.__table__
CREDIT_ENTRIES: Table = CreditEntry.__table__
DECISIONS: Table = Decision.__table__
DECLARATIONS: Table = Declaration.__table__
REFUNDS: Table = Refund.__table__
FEES: Table = Fee.__table__
PICKUPS: Table = Pickup.__table__
FEE_PAYMENTS: Table = FeePayment.__table__
MESSAGES: Table = Message.__table__
FILES: Table = EvidenceFile.__table__
LINKS: Table = EvidenceLink.__table__
NOTICES: Table = Notice.__table__
JOBS: Table = Job.__table__
EVENTS: Table = Event.__table__


class PersonalData:
    """Of one customer of a shop. The caller has found them there."""

    def __init__(self, connection: Connection, customer_id: int) -> None:
        self._connection, self._id = connection, customer_id
        self._orders = select(ORDERS.c.id).where(ORDERS.c.customer_id == customer_id)
        self._cases = select(CASES.c.id).where(
            or_(CASES.c.customer_id == customer_id, CASES.c.order_id.in_(self._orders))
        )
        self._credit = select(CREDIT_ACCOUNTS.c.id).where(CREDIT_ACCOUNTS.c.customer_id == customer_id)

    def lock(self) -> str:
        """Their orders and the customer, in the order in which everybody locks them (law 5); the customer's name."""
        self._connection.execute(self._orders.order_by(ORDERS.c.id).with_for_update())
        mine = select(CUSTOMERS).where(CUSTOMERS.c.id == self._id).with_for_update()
        return str(one_row(self._connection.execute(mine))["name"])

    def order_ids(self) -> list[int]:
        return list(self._connection.execute(self._orders.order_by(ORDERS.c.id)).scalars())

    def open_cases_and_refunds(self) -> list[tuple[str, str]]:
        """("case", number), ("refund", number) and ("credit", currency) of what is not over, or still owed."""
        cases = select(CASES.c.case_no).where(CASES.c.id.in_(self._cases), CASES.c.closed_at.is_(None))
        refunds = select(REFUNDS.c.number).where(REFUNDS.c.order_id.in_(self._orders), REFUNDS.c.state != "succeeded")
        owed = select(CREDIT_ACCOUNTS.c.currency).where(
            CREDIT_ACCOUNTS.c.id.in_(self._credit), CREDIT_ACCOUNTS.c.balance_minor > 0
        )
        credit = [("credit", currency) for currency in self._connection.execute(owed).scalars()]
        return (
            [("case", number) for number in self._connection.execute(cases).scalars()]
            + [("refund", number) for number in self._connection.execute(refunds).scalars()]
            + credit
        )

    def tables(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """(name, rows) of everything that is held on them, secrets left out."""
        of_orders, of_cases = self._orders, self._cases
        session_key, author = SESSIONS.c.customer_id == self._id, f"shopper:{self._id}"
        for name, table, mine in (
            ("customer", CUSTOMERS, CUSTOMERS.c.id == self._id),
            ("sessions", SESSIONS, session_key),
            ("acted_for", BEHALF, (BEHALF.c.customer_id == self._id) | BEHALF.c.order_id.in_(of_orders)),
            ("orders", ORDERS, ORDERS.c.id.in_(of_orders)),
            ("lines", LINES, LINES.c.order_id.in_(of_orders)),
            ("payments", PAYMENTS, PAYMENTS.c.order_id.in_(of_orders)),
            ("cases", CASES, CASES.c.id.in_(of_cases)),
            ("messages", MESSAGES, MESSAGES.c.case_id.in_(of_cases) & MESSAGES.c.is_internal.is_(False)),
            ("evidence", FILES, FILES.c.order_id.in_(of_orders) & FILES.c.id.not_in(_OF_NOTES)),
            ("refunds", REFUNDS, REFUNDS.c.order_id.in_(of_orders)),
            ("fees", FEES, FEES.c.order_id.in_(of_orders)),
            (
                "fee_payments",
                FEE_PAYMENTS,
                FEE_PAYMENTS.c.fee_id.in_(select(FEES.c.id).where(FEES.c.order_id.in_(of_orders))),
            ),
            ("pickups", PICKUPS, PICKUPS.c.order_id.in_(of_orders)),
            ("credit", CREDIT_ACCOUNTS, CREDIT_ACCOUNTS.c.customer_id == self._id),
            ("credit_entries", CREDIT_ENTRIES, CREDIT_ENTRIES.c.account_id.in_(self._credit)),
            ("declarations", DECLARATIONS, DECLARATIONS.c.order_id.in_(of_orders)),
            ("notices", NOTICES, NOTICES.c.customer_id == self._id),
            (
                "events",
                EVENTS,
                or_(EVENTS.c.order_id.in_(of_orders), EVENTS.c.actor == author, EVENTS.c.behalf == author),
            ),
        ):
            yield name, self._rows(_shown(table).where(mine).order_by(table.c.id))

    def _rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        return [dict(row) for row in all_rows(self._connection.execute(query))]


_SECRET = {"repeat_key", "contact_key", "request_id"} | {
    "password_hash",
    "digest_key",
    "token_hash",
    "key",
    "small_key",
    "salt",
    "seal",
}
_OF_NOTES = select(LINKS.c.file_id).join(MESSAGES, MESSAGES.c.id == LINKS.c.message_id).where(MESSAGES.c.is_internal)
"""Files that staff keep among themselves: not the customer's, and named nowhere to them."""


def _shown(table: Table) -> Select[Any]:
    return select(*(column for column in table.c if column.name not in _SECRET))
