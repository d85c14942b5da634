"""Everything held on a customer, as rows: to hand out, and to take away (law 6; SECURITY, audit)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, or_, select, update

from portal.models.account import Customer, Session
from portal.models.case import Case, Decision
from portal.models.event import Event
from portal.models.evidence import EvidenceFile, EvidenceLink
from portal.models.fee import Fee, FeePayment
from portal.models.handoff import HandoffCode
from portal.models.job import Job, Notice
from portal.models.message import Message
from portal.models.order import Order, OrderLine, Payment
from portal.models.refund import Refund
from portal.repos.rows import Row, all_rows, one_row

CUSTOMERS: Table = Customer.__table__
SESSIONS: Table = Session.__table__
CODES: Table = HandoffCode.__table__
ORDERS: Table = Order.__table__
LINES: Table = OrderLine.__table__
PAYMENTS: Table = Payment.__table__
CASES: Table = Case.__table__
DECISIONS: Table = Decision.__table__
REFUNDS: Table = Refund.__table__
FEES: Table = Fee.__table__
FEE_PAYMENTS: Table = FeePayment.__table__
MESSAGES: Table = Message.__table__
FILES: Table = EvidenceFile.__table__
LINKS: Table = EvidenceLink.__table__
NOTICES: Table = Notice.__table__
JOBS: Table = Job.__table__
EVENTS: Table = Event.__table__
ERASED = dict.fromkeys(("name", "locale", "zone"), "") | dict.fromkeys(
    ("phone", "mail", "login_key", "phone_key", "mail_key", "password_hash", "digest_key")
)
_PERSONAL_EXTRA = {"fed_ship_to", "contact"}


class PersonalData:
    """Of one customer of a shop. The caller has found them there."""

    def __init__(self, connection: Connection, customer_id: int) -> None:
        self._connection, self._id = connection, customer_id
        self._orders = select(ORDERS.c.id).where(ORDERS.c.customer_id == customer_id)
        self._cases = select(CASES.c.id).where(
            or_(CASES.c.customer_id == customer_id, CASES.c.order_id.in_(self._orders))
        )

    def lock(self) -> Row:
        """The customer's row, then their orders, in the order in which everybody locks them (law 5)."""
        self._connection.execute(self._orders.order_by(ORDERS.c.id).with_for_update())
        mine = select(CUSTOMERS).where(CUSTOMERS.c.id == self._id).with_for_update()
        return one_row(self._connection.execute(mine))

    def order_ids(self) -> list[int]:
        return list(self._connection.execute(self._orders.order_by(ORDERS.c.id)).scalars())

    def open_cases_and_refunds(self) -> list[tuple[str, str]]:
        """("case", number) and ("refund", number) of what is not over."""
        cases = select(CASES.c.case_no).where(CASES.c.id.in_(self._cases), CASES.c.closed_at.is_(None))
        refunds = select(REFUNDS.c.number).where(REFUNDS.c.order_id.in_(self._orders), REFUNDS.c.state != "succeeded")
        return [("case", number) for number in self._connection.execute(cases).scalars()] + [
            ("refund", number) for number in self._connection.execute(refunds).scalars()
        ]

    def tables(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """(name, rows) of everything that is held on them, secrets left out."""
        of_orders, of_cases = self._orders, self._cases
        session_key, author = SESSIONS.c.customer_id == self._id, f"shopper:{self._id}"
        for name, table, mine in (
            ("customer", CUSTOMERS, CUSTOMERS.c.id == self._id),
            ("sessions", SESSIONS, session_key),
            ("orders", ORDERS, ORDERS.c.id.in_(of_orders)),
            ("lines", LINES, LINES.c.order_id.in_(of_orders)),
            ("payments", PAYMENTS, PAYMENTS.c.order_id.in_(of_orders)),
            ("cases", CASES, CASES.c.id.in_(of_cases)),
            ("messages", MESSAGES, MESSAGES.c.case_id.in_(of_cases) & MESSAGES.c.is_internal.is_(False)),
            ("evidence", FILES, FILES.c.order_id.in_(of_orders)),
            ("refunds", REFUNDS, REFUNDS.c.order_id.in_(of_orders)),
            ("fees", FEES, FEES.c.order_id.in_(of_orders)),
            (
                "fee_payments",
                FEE_PAYMENTS,
                FEE_PAYMENTS.c.fee_id.in_(select(FEES.c.id).where(FEES.c.order_id.in_(of_orders))),
            ),
            ("notices", NOTICES, NOTICES.c.customer_id == self._id),
            (
                "events",
                EVENTS,
                or_(EVENTS.c.order_id.in_(of_orders), EVENTS.c.actor == author, EVENTS.c.behalf == author),
            ),
        ):
            yield name, self._rows(_shown(table).where(mine).order_by(table.c.id))

    def erase(self, now: datetime) -> list[str]:
        """Nothing personal is left in the rows. The keys of files in the store, which the caller has to delete."""
        connection, of_orders, of_cases = self._connection, self._orders, self._cases
        for table in (SESSIONS, CODES):
            connection.execute(delete(table).where(table.c.customer_id == self._id))
        self._drop_notices()
        self._clear(ORDERS, ORDERS.c.id.in_(of_orders), recipient="", ship_to={}, search=ORDERS.c.number_key)
        self._clear_extra()
        self._clear(CASES, CASES.c.id.in_(of_cases), note="")
        self._clear_appeals()
        self._clear(MESSAGES, MESSAGES.c.case_id.in_(of_cases), body="")
        self._clear(REFUNDS, REFUNDS.c.order_id.in_(of_orders), account="")
        self._clear_decisions()
        keys = self._drop_files()
        external_id = f"erased-{self._id}"
        self._clear(CUSTOMERS, CUSTOMERS.c.id == self._id, **ERASED, external_id=external_id, erased_at=now)
        return keys

    def _clear(self, table: Table, mine: ColumnElement[bool], **values: Any) -> None:
        self._connection.execute(update(table).where(mine).values(**values))

    def _drop_notices(self) -> None:
        ids = list(self._connection.execute(select(NOTICES.c.id).where(NOTICES.c.customer_id == self._id)).scalars())
        for start in range(0, len(ids), 500):
            keys = [f"notice:{notice_id}" for notice_id in ids[start : start + 500]]
            self._connection.execute(delete(JOBS).where(JOBS.c.dedup_key.in_(keys)))
        self._connection.execute(delete(NOTICES).where(NOTICES.c.customer_id == self._id))

    def _clear_appeals(self) -> None:
        query = select(CASES.c.id, CASES.c.appeal).where(CASES.c.id.in_(self._cases), CASES.c.appeal.is_not(None))
        for row in self._connection.execute(query).all():
            if row.appeal:
                self._clear(CASES, CASES.c.id == row.id, appeal=row.appeal | {"body": ""})

    def _clear_extra(self) -> None:
        """The address as the shop last sent it is kept beside the one the customer chose, and how to reach them."""
        query = select(ORDERS.c.id, ORDERS.c.extra).where(ORDERS.c.customer_id == self._id)
        for row in self._connection.execute(query).all():
            if _PERSONAL_EXTRA & row.extra.keys():
                kept = {name: value for name, value in row.extra.items() if name not in _PERSONAL_EXTRA}
                self._clear(ORDERS, ORDERS.c.id == row.id, extra=kept)

    def _clear_decisions(self) -> None:
        """What the customer wrote is among the facts; nothing is ever decided by it, so replay still gives the same."""
        query = select(DECISIONS.c.id, DECISIONS.c.facts).where(DECISIONS.c.order_id.in_(self._orders))
        for row in self._connection.execute(query).all():
            facts = json.loads(row.facts)
            if facts.get("ask", {}).get("note"):
                facts["ask"]["note"] = ""
                text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
                self._clear(DECISIONS, DECISIONS.c.id == row.id, facts=text)

    def _drop_files(self) -> list[str]:
        mine = FILES.c.order_id.in_(self._orders)
        rows = self._connection.execute(select(FILES.c.id, FILES.c.key, FILES.c.small_key).where(mine)).all()
        self._connection.execute(delete(LINKS).where(LINKS.c.file_id.in_(select(FILES.c.id).where(mine))))
        self._connection.execute(delete(FILES).where(mine))
        return [key for row in rows for key in (row.key, row.small_key) if key]

    def _rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        return [dict(row) for row in all_rows(self._connection.execute(query))]


_SECRET = {"password_hash", "digest_key", "token_hash", "key", "small_key"}


def _shown(table: Table) -> Select[Any]:
    return select(*(column for column in table.c if column.name not in _SECRET))
