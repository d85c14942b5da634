"""How orders stand, many at a time, as the archive asks: a statement for each table, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, or_, select, text

from portal.domain.cases.life_cycle import CLOSED_STATES
from portal.domain.fees.fee import OPEN_FEE_STATES
from portal.domain.records.archiving import OVER_STATES, Reason, Standing
from portal.models.connector import PlatformPush
from portal.models.declaration import Declaration
from portal.models.desk import DeskDraft
from portal.models.inbox import InboundMail
from portal.models.job import Job, StaffTask
from portal.models.transfer import IS_OPEN as TRANSFER_IS_OPEN
from portal.repos.archive_document import (
    CASES,
    DECISIONS,
    DISPUTES,
    FEE_PAYMENTS,
    FEES,
    GOODWILL,
    LINES,
    MESSAGES,
    NOTICES,
    ORDERS,
    PAYMENTS,
    PICKUPS,
    REFUNDS,
    TRANSFERS,
)
from portal.repos.rows import Row, all_rows

JOBS: Table = Job.__table__
TASKS: Table = StaffTask.__table__
DECLARATIONS: Table = Declaration.__table__
MAILS: Table = InboundMail.__table__
DRAFTS: Table = DeskDraft.__table__
PUSHES: Table = PlatformPush.__table__
_OF_PARCEL = ("shipped_at", "delivered_at")


def standings(connection: Connection, orders: Collection[Row], now: datetime) -> list[Standing]:
    """In the order they came in; `orders` are rows of the table."""
    return _Looked(connection, orders, now).found()


class _Looked:
    def __init__(self, connection: Connection, orders: Collection[Row], now: datetime) -> None:
        self._connection, self._orders, self._now = connection, orders, now
        self._ids = sorted(row["id"] for row in orders)
        self._open: dict[int, set[Reason]] = defaultdict(set)
        self._moments: dict[int, list[datetime]] = defaultdict(list)
        self._numbers: dict[str, int] = {row["number"]: row["id"] for row in orders}

    def found(self) -> list[Standing]:
        for row in self._orders:
            self._order(row)
        self._goods()
        self._money()
        self._cases()
        self._people()
        self._jobs()
        if self._connection.dialect.name == "sqlite":
            self._newest()
        return [
            Standing(
                order_id=row["id"],
                shop_id=row["shop_id"],
                placed_at=row["placed_at"],
                closed_at=max(self._moments[row["id"]]),
                open=frozenset(self._open[row["id"]]),
            )
            for row in self._orders
        ]

    def _order(self, row: Row) -> None:
        if row["state"] not in OVER_STATES:
            self._open[row["id"]].add("under_way")
        self._happened(row["id"], row["placed_at"], row["updated_at"], row["cancelled_at"])
        for parcel in row["shipments"]:
            self._happened(
                row["id"], *(datetime.fromisoformat(parcel[name]) for name in _OF_PARCEL if parcel.get(name))
            )

    def _goods(self) -> None:
        for row in self._of(LINES, "order_id", or_(LINES.c.claimed > 0, LINES.c.guarantee_until.is_not(None))):
            if row["claimed"]:
                self._open[row["order_id"]].add("units")
            if row["guarantee_until"] and row["guarantee_until"] >= self._now:
                self._open[row["order_id"]].add("guarantee")

    def _money(self) -> None:
        payments = {}
        for row in self._of(PAYMENTS, "order_id"):
            payments[row["id"]] = row["order_id"]
            self._happened(row["order_id"], row["paid_at"])
            if row["in_flight_minor"]:
                self._open[row["order_id"]].add("refund")
        for row in self._of(REFUNDS, "order_id"):
            self._numbers |= {row["refund_id"]: row["order_id"], row["number"]: row["order_id"]}
            self._happened(row["order_id"], row["created_at"], row["settled_at"])
            if row["state"] != "succeeded":
                self._open[row["order_id"]].add("refund")
        for row in self._rows(select(DISPUTES).where(DISPUTES.c.payment_row_id.in_(sorted(payments)))):
            self._happened(payments[row["payment_row_id"]], row["opened_at"], row["closed_at"])
            if row["state"] == "open":
                self._open[payments[row["payment_row_id"]]].add("dispute")
        for row in self._of(TRANSFERS, "order_id", text(TRANSFER_IS_OPEN)):
            self._open[row["order_id"]].add("approval")
        self._fees()

    def _fees(self) -> None:
        fees = {}
        for row in self._of(FEES, "order_id"):
            fees[row["id"]] = row["order_id"]
            self._happened(row["order_id"], row["created_at"], row["settled_at"])
            if row["state"] in OPEN_FEE_STATES:
                self._open[row["order_id"]].add("fee")
        for row in self._rows(select(FEE_PAYMENTS).where(FEE_PAYMENTS.c.fee_id.in_(sorted(fees)))):
            self._numbers[row["number"]] = fees[row["fee_id"]]
            self._happened(fees[row["fee_id"]], row["created_at"], row["settled_at"])
            if row["state"] in ("processing", "returning"):
                self._open[fees[row["fee_id"]]].add("fee")

    def _cases(self) -> None:
        cases = {}
        for row in self._of(CASES, "order_id"):
            cases[row["id"]] = row["order_id"]
            self._numbers[row["case_no"]] = row["order_id"]
            self._happened(row["order_id"], row["opened_at"], row["closed_at"])
            if row["closed_at"] is None or row["state"] not in CLOSED_STATES:
                self._open[row["order_id"]].add("case")
            if row["unread_since"]:
                self._open[row["order_id"]].add("unread")
        for row in self._rows(select(MESSAGES.c.case_id, MESSAGES.c.created_at).where(_in(MESSAGES, cases))):
            self._happened(cases[row["case_id"]], row["created_at"])
        for row in self._rows(select(DRAFTS.c.case_id).where(_in(DRAFTS, cases))):
            self._open[cases[row["case_id"]]].add("draft")
        for row in self._of(GOODWILL, "order_id"):
            self._happened(row["order_id"], row["proposed_at"], row["answered_at"])
            if row["state"] == "waiting":
                self._open[row["order_id"]].add("approval")
        for row in self._of(PICKUPS, "order_id"):
            self._numbers[row["number"]] = row["order_id"]
            if row["state"] in ("requested", "booked", "cancelling"):
                self._open[row["order_id"]].add("case")

    def _people(self) -> None:
        """What waits for somebody outside of a case."""
        for row in self._of(TASKS, "order_id", TASKS.c.done_at.is_(None)):
            self._open[row["order_id"]].add("task")
        for row in self._of(DECLARATIONS, "order_id"):
            self._happened(row["order_id"], row["made_at"], row["handled_at"])
            if row["state"] in ("received", "waiting"):
                self._open[row["order_id"]].add("declaration")
        for row in self._of(MAILS, "order_id", MAILS.c.handled_at.is_(None)):
            self._open[row["order_id"]].add("mail")
        shops = sorted({row["shop_id"] for row in self._orders})
        waiting = and_(PUSHES.c.shop_id.in_(shops), PUSHES.c.state == "waiting")
        for row in self._rows(select(PUSHES.c.order_no).where(waiting)):
            if row["order_no"] in self._numbers:
                self._open[self._numbers[row["order_no"]]].add("platform")

    def _jobs(self) -> None:
        """A job names what it is about in its payload or its key, that of a notice a row, which names its order."""
        waits = and_(JOBS.c.done_at.is_(None), JOBS.c.dead_at.is_(None))
        notices = []
        for row in self._rows(select(JOBS.c.kind, JOBS.c.payload, JOBS.c.dedup_key).where(waits)):
            if row["kind"] == "notice":
                notices.append(row["payload"]["notice"])
            for word in (*_words(row["payload"]), *(row["dedup_key"] or "").split(":")):
                if word in self._numbers:
                    self._open[self._numbers[word]].add("job")
        for start in range(0, len(notices), 500):
            some = NOTICES.c.id.in_(notices[start : start + 500])
            for row in self._rows(select(NOTICES.c.order_no).where(some)):
                if row["order_no"] in self._numbers:
                    self._open[self._numbers[row["order_no"]]].add("job")

    def _newest(self) -> None:
        """A row whose number is given away again would be taken for the one that left, by what stays of that (payments,
        events, refunds), and be in its way when it comes back."""
        for table in (ORDERS, CASES, DECISIONS, MESSAGES, PICKUPS):
            newest = select(func.max(table.alias("all").c.id)).scalar_subquery()
            for row in self._rows(_owner(table).where(table.c.id == newest)):
                if row["order_id"] in self._ids:
                    self._open[row["order_id"]].add("newest")

    def _happened(self, order_id: int, *moments: datetime | None) -> None:
        self._moments[order_id] += [moment for moment in moments if moment]

    def _of(self, table: Table, column: str, *also: Any) -> list[Row]:
        return self._rows(select(table).where(table.c[column].in_(self._ids), *also))

    def _rows(self, query: Select[Any]) -> list[Row]:
        return all_rows(self._connection.execute(query))


def _owner(table: Table) -> Select[Any]:
    """The order that a row of the table belongs to."""
    if table is ORDERS:
        return select(ORDERS.c.id.label("order_id"))
    if "order_id" in table.c:
        return select(table.c.order_id)
    return select(CASES.c.order_id).join(table, table.c.case_id == CASES.c.id)


def _in(table: Table, cases: Collection[int]) -> ColumnElement[bool]:
    return table.c.case_id.in_(sorted(cases))


def _words(held: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(held, str):
        yield held
    parts: Iterable[Any] = held.values() if isinstance(held, dict) else held if isinstance(held, list) else ()
    for part in parts:
        yield from _words(part)
