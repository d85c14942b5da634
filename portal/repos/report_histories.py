"""What is counted of orders, many at a time: a statement for each table, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select

from portal.domain.reports.counting import COUNTED_EVENTS
from portal.domain.reports.histories import CountedCase, CountedRefund, Goods, Happened, OrderHistory
from portal.models.case import Case, CaseLine, Decision
from portal.models.event import Event
from portal.models.order import OrderLine
from portal.models.refund import Refund
from portal.repos.archive_lists import ArchiveLists
from portal.repos.archive_view import laid_out
from portal.repos.rows import Row, all_rows

CASES = Case.__table__
CASE_LINES = CaseLine.__table__
DECISIONS = Decision.__table__
EVENTS = Event.__table__
LINES = OrderLine.__table__
REFUNDS = Refund.__table__
_SOURCES = ("staff", "system", "shopper", "feed")
_CANCELLED = ("order:cancelled", "units:cancelled")
_KINDS = [f"{source}:{what}" for source in _SOURCES for what in (*COUNTED_EVENTS, *_CANCELLED)]


def histories_of(connection: Connection, order_ids: Collection[int]) -> dict[int, OrderHistory]:
    """Of each of these orders, also of those that count for nothing. Those in the archive count as they did."""
    archived = set(ArchiveLists(connection).among(order_ids))
    found = _Histories(connection, sorted(set(order_ids) - archived)).found()
    if archived:
        with laid_out(connection, archived) as database, database.reading() as rows:
            found |= _Histories(rows, sorted(archived)).found()
    return found


class _Histories:
    """Read once, for orders that belong together only in being counted together."""

    def __init__(self, connection: Connection, ids: list[int]) -> None:
        self._connection, self._ids = connection, ids
        self._events = self._read_events()
        self._refunds = self._read_refunds()

    def found(self) -> dict[int, OrderHistory]:
        cases: dict[int, list[CountedCase]] = defaultdict(list)
        goods = self._goods_of_cases()
        shown = ("id", "order_id", "case_no", "kind", "reason", "state", "outcome", "opened_at", "solved")
        for row in self._rows(select(*(CASES.c[name] for name in shown)).where(CASES.c.order_id.in_(self._ids))):
            cases[row["order_id"]].append(self._case(row, goods.get(row["id"], ())))
        for order_id, at_once in self._cancels_at_once().items():
            cases[order_id] += at_once
        return {
            order_id: OrderHistory(tuple(cases[order_id]), tuple(self._refunds.pop((order_id, None), ())))
            for order_id in self._ids
        }

    def _case(self, row: Row, goods: tuple[Goods, ...]) -> CountedCase:
        happened = [
            Happened(*_source_and_what(event), event["at"])
            for event in self._events[row["order_id"]]
            if event["case_no"] == row["case_no"]
        ]
        return CountedCase(
            kind=row["kind"],
            reason=row["reason"],
            state=row["state"],
            answer=row["outcome"].get("answer", ""),
            opened_at=row["opened_at"],
            goods=goods,
            happened=tuple(happened),
            refunds=tuple(self._refunds.pop((row["order_id"], row["id"]), ())),
            solved=row["solved"],
        )

    def _rows(self, query: Any) -> list[Row]:
        return all_rows(self._connection.execute(query))

    def _read_events(self) -> dict[int, list[Row]]:
        shown = ("order_id", "case_no", "kind", "at", "text")
        query = select(*(EVENTS.c[name] for name in shown)).where(EVENTS.c.order_id.in_(self._ids))
        found: dict[int, list[Row]] = defaultdict(list)
        # The kind is compared here: a database would rather go through all events of a kind there are.
        for row in self._rows(query.order_by(EVENTS.c.order_id, EVENTS.c.seq)):
            if row["kind"] in _KINDS:
                found[row["order_id"]].append(row)
        return found

    def _read_refunds(self) -> dict[tuple[int, int | None], list[CountedRefund]]:
        shown = ("order_id", "case_id", "method", "to_credit", "currency", "amount_minor", "state", "created_at")
        query = select(*(REFUNDS.c[name] for name in shown), REFUNDS.c.settled_at)
        found: dict[tuple[int, int | None], list[CountedRefund]] = defaultdict(list)
        for row in self._rows(query.where(REFUNDS.c.order_id.in_(self._ids)).order_by(REFUNDS.c.id)):
            found[row["order_id"], row["case_id"]].append(
                CountedRefund(
                    method="credit" if row["to_credit"] else row["method"],
                    currency=row["currency"],
                    minor=row["amount_minor"],
                    created_at=row["created_at"],
                    settled_at=row["settled_at"] if row["state"] == "succeeded" else None,
                )
            )
        return found

    def _goods_of_cases(self) -> dict[int, tuple[Goods, ...]]:
        query = (
            select(CASE_LINES.c.case_id, LINES.c.sku, LINES.c.title)
            .join(CASES, CASES.c.id == CASE_LINES.c.case_id)
            .join(LINES, (LINES.c.order_id == CASES.c.order_id) & (LINES.c.line_id == CASE_LINES.c.line_id))
            .where(CASES.c.order_id.in_(self._ids))
            .order_by(CASE_LINES.c.id)
        )
        found: dict[int, list[Goods]] = defaultdict(list)
        for row in self._rows(query):
            found[row["case_id"]].append(Goods(row["sku"], row["title"]))
        return {case_id: tuple(goods) for case_id, goods in found.items()}

    def _cancels_at_once(self) -> dict[int, list[CountedCase]]:
        """Carried out as they were asked for, with money to give back: those of an unpaid order cost nothing."""
        found: dict[int, list[tuple[datetime, dict[str, Any]]]] = defaultdict(list)
        for order_id, events in self._events.items():
            for event in events:
                source, what = _source_and_what(event)
                if what in _CANCELLED and source != "feed" and not event["case_no"]:
                    said = orjson.loads(event["text"])["data"]
                    if said.get("refund", 0) > 0:
                        found[order_id].append((event["at"], said))
        reasons, lines = self._asked_at_once(found), self._lines_of(found)
        return {
            order_id: [self._cancel(order_id, at, said, reasons.get((order_id, at), ""), lines) for at, said in one]
            for order_id, one in found.items()
        }

    def _cancel(
        self, order_id: int, at: datetime, said: dict[str, Any], reason: str, lines: dict[tuple[int, str], Goods]
    ) -> CountedCase:
        loose = self._refunds.get((order_id, None), [])
        mine = [refund for refund in loose if refund.created_at == at]
        self._refunds[order_id, None] = [refund for refund in loose if refund.created_at != at]
        goods = (lines.get((order_id, line_id)) for line_id, _ in said.get("units", ()))
        return CountedCase(
            kind="cancel",
            reason=reason,
            state="completed",
            answer="accept",
            opened_at=at,
            goods=tuple(one for one in goods if one),
            refunds=tuple(mine),
            is_at_once=True,
        )

    def _asked_at_once(self, orders: Collection[int]) -> dict[tuple[int, datetime], str]:
        """The reasons by order and time: the decision was kept in the same transaction."""
        if not orders:
            return {}
        query = select(DECISIONS.c.order_id, DECISIONS.c.at, DECISIONS.c.facts)
        mine = DECISIONS.c.order_id.in_(sorted(orders)), DECISIONS.c.kind == "cancel", DECISIONS.c.case_id.is_(None)
        return {
            (row["order_id"], row["at"]): str((orjson.loads(row["facts"]).get("ask") or {}).get("reason") or "")[:32]
            for row in self._rows(query.where(*mine))
        }

    def _lines_of(self, orders: Collection[int]) -> dict[tuple[int, str], Goods]:
        if not orders:
            return {}
        query = select(LINES.c.order_id, LINES.c.line_id, LINES.c.sku, LINES.c.title)
        rows = self._rows(query.where(LINES.c.order_id.in_(sorted(orders))))
        return {(row["order_id"], row["line_id"]): Goods(row["sku"], row["title"]) for row in rows}


def _source_and_what(event: Row) -> tuple[str, str]:
    source, _, what = event["kind"].partition(":")
    return source, what
