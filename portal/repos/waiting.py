"""What waits for a customer: orders to pay, cases to answer, send goods for or contest, fees; one query, due first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from portal.domain.codec import from_plain
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.orders.card import Card
from portal.models.case import Case
from portal.models.fee import Fee
from portal.models.order import Order
from portal.repos.orders import Side, anybody, ids_of, owned_by, side_of
from portal.repos.rows import Row, all_rows

ORDERS = Order.__table__
CASES = Case.__table__
FEES = Fee.__table__
CHOOSES = "customer_chooses_rejected"
"""The deadline of goods received of which some were not accepted: they wait for the customer, not for the inspector."""
_ASKED = ("needs_info", "offered", "awaiting_return")
_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """`code`: pay, fee, surcharge, or the label of the case's state. `amount`: of what is to be paid, None for
    the others."""

    code: str
    order_no: str
    case_no: str
    card: Card
    amount: Money | None
    due_at: datetime | None
    jurisdiction: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The first twenty; how many there are, of orders to pay and of cases."""

    rows: tuple[WaitingRow, ...] = ()
    to_pay: int = 0
    cases: int = 0


def waiting_of(connection: Connection, actor: Actor, now: datetime) -> Waiting:
    """Nearest deadline first, those without one last. `now`: aware UTC."""
    rows = all_rows(connection.execute(_waiting(side_of(actor)), ids_of(actor) | {"now": now}))
    if not rows:
        return Waiting()
    to_pay = int(rows[0]["to_pay"])
    return Waiting(rows=tuple(map(_row, rows)), to_pay=to_pay, cases=int(rows[0]["total"]) - to_pay)


def label_of(state: str, deadline_kind: str | None) -> str:
    """The label of a case's state, as `Case.label`; whether what the shop sends has left is not known here."""
    if state == "replacing":
        return "replacing_open"
    return "received_choice" if state == "received" and deadline_kind == CHOOSES else state


def _row(row: Row) -> WaitingRow:
    is_money = row["code"] in ("pay", "fee", "surcharge", "invoice")
    return WaitingRow(
        code=label_of(row["code"], CHOOSES),
        order_no=row["number"],
        case_no=row["case_no"],
        card=from_plain(Card, row["card"]),
        amount=Money(row["minor"], row["currency"]) if is_money else None,
        due_at=row["due_at"],
        jurisdiction=row["jurisdiction"],
        country=row["country"],
    )


@cache
def _waiting(side: Side) -> Select[Any]:
    asked = _part(CASES.c.state, CASES.c.case_no, ORDERS.c.total_minor, ORDERS.c.currency, CASES.c.deadline_at)
    refused = _part(CASES.c.state, CASES.c.case_no, ORDERS.c.total_minor, ORDERS.c.currency, CASES.c.contest_by)
    kinds = {"exchange": "surcharge", "return": "invoice"}
    what = case(*((FEES.c.for_what == name, _text(code)) for name, code in kinds.items()), else_=_text("fee"))
    fees = _part(what, CASES.c.case_no, FEES.c.amount_minor, FEES.c.currency, FEES.c.due_at)
    orders = _part(_text("pay"), _text(""), ORDERS.c.total_minor, ORDERS.c.currency, ORDERS.c.pay_by)
    of_their_orders = CASES.c.order_id == ORDERS.c.id
    waits = or_(CASES.c.state.in_(_ASKED), and_(CASES.c.state == "received", CASES.c.deadline_kind == CHOOSES))
    again = CASES.alias()
    is_followed = select(again.c.id).where(again.c.follows_id == CASES.c.id).exists()
    can_contest = and_(CASES.c.state == "rejected", CASES.c.contest_by > bindparam("now"), ~is_followed)
    is_theirs = _is_theirs(anybody(side))
    of_cases = (
        asked.join(CASES, of_their_orders).where(waits),
        refused.join(CASES, of_their_orders).where(can_contest),
        fees.join(CASES, of_their_orders).join(FEES, FEES.c.case_id == CASES.c.id).where(FEES.c.state == "due"),
    )
    parts = [
        orders.where(ORDERS.c.tab == "awaiting_payment"),
        *(part.where(ORDERS.c.after_sales, is_theirs) for part in of_cases),
    ]
    found = union_all(*(owned_by(part, anybody(side)) for part in parts)).subquery()
    to_pay = func.count().filter(found.c.code == "pay").over()
    return (
        select(*found.c, func.count().over().label("total"), to_pay.label("to_pay"))
        .order_by(found.c.due_at.asc().nulls_last(), found.c.number)
        .limit(_MOST)
    )


def _is_theirs(actor: Actor) -> ColumnElement[bool]:
    """Of whose orders cases are, said of the cases too: PostgreSQL, where it has not counted yet what is in a column,
    would find them by their state among all of the shop's."""
    if actor.kind == "guest":
        of_guest = select(ORDERS.c.id).where(ORDERS.c.shop_id == actor.shop_id, ORDERS.c.number == actor.order_no)
        return CASES.c.order_id == of_guest.scalar_subquery()
    return CASES.c.customer_id == actor.id


def _part(
    code: ColumnElement[str],
    case_no: ColumnElement[str],
    minor: ColumnElement[int],
    currency: ColumnElement[str],
    due_at: ColumnElement[datetime],
) -> Select[Any]:
    named = (code.label("code"), case_no.label("case_no"), minor.label("minor"), currency.label("currency"))
    of_order = (ORDERS.c.number, ORDERS.c.card, ORDERS.c.jurisdiction, ORDERS.c.country)
    return select(*named, due_at.label("due_at"), *of_order).select_from(ORDERS)


def _text(value: str) -> ColumnElement[str]:
    return literal_column(f"'{value}'", String)
