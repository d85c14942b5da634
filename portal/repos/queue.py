"""售后队列: pages of it, and how many wait in each view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    Subquery,
    func,
    literal_column,
    select,
    union_all,
    update,
)

from portal.domain.cases.case import Case
from portal.domain.identity.access import Actor, ActorKind, may
from portal.domain.identity.logins import Login
from portal.models.account import Customer
from portal.models.case import Case as CaseRow
from portal.models.case import CaseLine
from portal.models.message import Message
from portal.models.order import Order as OrderRow
from portal.models.order import OrderLine
from portal.models.refund import Refund
from portal.repos.at_most import at_most
from portal.repos.case_rows import case_of
from portal.repos.exact_matches import is_any_case_called
from portal.repos.queue_filters import QueueFilter, QueuePlace
from portal.repos.queue_order import order_of, places, unseen
from portal.repos.rows import Row, all_rows, one_row

CASES = CaseRow.__table__
CASE_LINES = CaseLine.__table__
CUSTOMERS = Customer.__table__
LINES = OrderLine.__table__
MESSAGES = Message.__table__
ORDERS = OrderRow.__table__
REFUNDS = Refund.__table__
MOST_COUNTED = 999
"""Counting costs the same however many wait: one more than this is "999+"."""
_SAID = ("author_kind", "body", "created_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWords:
    """The newest message that both sides see."""

    by: ActorKind
    body: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedCase:
    """A case of the queue: whose it is, by the name that is known, and where it stands. `title` and `picture` are of
    the first of its goods, "" where it is about none."""

    case: Case
    customer: str
    place: QueuePlace
    title: str
    picture: str
    said: LastWords | None


class Queue:
    """`work.queue`. Everything within the actor's shop."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def page(self, actor: Actor, wanted: QueueFilter, *, after: QueuePlace | None, limit: int) -> list[QueuedCase]:
        """Who must act first on top, or newest first."""
        found = _together(places(actor.shop_id, wanted, self._now, after=after, limit=limit))
        query = _shown(found).order_by(*order_of(wanted).listed(found))
        return [_queued(row) for row in all_rows(self._connection.execute(at_most(query, limit)))]

    def counts(self, actor: Actor, views: Mapping[str, tuple[QueueFilter, int]]) -> dict[str, int]:
        """How many each view holds, counted to so many and one more, and `failed`: how many refunds did not get
        through, for those who may know."""
        counts = {name: self._count(actor, view, most + 1) for name, (view, most) in views.items()}
        if may(actor, "read", "refunds"):
            counts["failed"] = _count(_failed_refunds(actor.shop_id))
        # By their places: what somebody calls a view of theirs is no name of a column.
        columns = (count.label(f"count_{place}") for place, count in enumerate(counts.values()))
        found = one_row(self._connection.execute(select(*columns))).values()
        return {name: int(count) for name, count in zip(counts, found, strict=True)}

    def called(self, actor: Actor, case_nos: Sequence[str]) -> list[Case]:
        """Those of these numbers, in any order."""
        query = select(CASES, ORDERS.c.number).join(ORDERS, ORDERS.c.id == CASES.c.order_id)
        mine = query.where(CASES.c.shop_id == actor.shop_id, CASES.c.case_no.in_(case_nos))
        return [case_of(row) for row in all_rows(self._connection.execute(mine))]

    def is_exact(self, actor: Actor, login: Login) -> bool:
        """Whether anything is called exactly so: then nothing else is looked for."""
        return bool(self._connection.execute(select(is_any_case_called(actor.shop_id, login))).scalar_one())

    def mark_unread(self, case_id: int, since: datetime | None) -> None:
        """Its customer wrote; None: somebody has taken that up, or seen that it needs no answer. What a form was shown
        of the case stays true, as with whatever is only of the queue."""
        self._connection.execute(update(CASES).where(CASES.c.id == case_id).values(unread_since=since))

    def snooze(self, case_id: int, until: datetime | None) -> None:
        """Out of the queue until then, None: in it again."""
        self._connection.execute(update(CASES).where(CASES.c.id == case_id).values(snoozed_until=until))

    def _count(self, actor: Actor, view: QueueFilter, limit: int) -> ScalarSelect[int]:
        return _count(_together(places(actor.shop_id, view, self._now, after=None, limit=limit, said=unseen)))


def _together(parts: list[Select[Any]]) -> Subquery:
    if len(parts) == 1:
        return parts[0].subquery()
    # A part of a union may have an order and a limit of its own only within parentheses.
    return union_all(*(select(part.subquery()) for part in parts)).subquery()


def _shown(found: Subquery) -> Select[Any]:
    """A row of the list with everything it says, in one statement."""
    return (
        select(
            CASES,
            found.c.rank.label("place_rank"),
            found.c.at.label("place_at"),
            ORDERS.c.number,
            ORDERS.c.recipient,
            _of_customer(CUSTOMERS.c.name).label("customer_name"),
            *(_of_first_line(LINES.c[name]).label(f"line_{name}") for name in ("title", "image_url")),
            *(_of_last_message(MESSAGES.c[name]).label(f"said_{name}") for name in _SAID),
        )
        .select_from(found)
        .join(CASES, CASES.c.id == found.c.id)
        .join(ORDERS, ORDERS.c.id == CASES.c.order_id)
    )


def _of_customer(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    return select(column).where(CUSTOMERS.c.id == CASES.c.customer_id).correlate(CASES).scalar_subquery()


def _of_first_line(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Row by row, as all of these: joined, PostgreSQL may read the lines of all orders first."""
    first = select(CASE_LINES.c.line_id).where(CASE_LINES.c.case_id == CASES.c.id).order_by(CASE_LINES.c.line_id)
    is_first = LINES.c.line_id == at_most(first, 1).correlate(CASES).scalar_subquery()
    return select(column).where(LINES.c.order_id == CASES.c.order_id, is_first).correlate(CASES).scalar_subquery()


def _of_last_message(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    mine = select(column).where(MESSAGES.c.case_id == CASES.c.id, MESSAGES.c.is_internal.is_(False))
    return at_most(mine.order_by(MESSAGES.c.id.desc()), 1).correlate(CASES).scalar_subquery()


def _count(found: Subquery) -> ScalarSelect[int]:
    return select(func.count()).select_from(found).scalar_subquery()


def _failed_refunds(shop_id: int) -> Subquery:
    failed = select(REFUNDS.c.id).where(REFUNDS.c.shop_id == shop_id, REFUNDS.c.state == literal_column("'failed'"))
    return at_most(failed.order_by(REFUNDS.c.created_at), MOST_COUNTED + 1).subquery()


def _queued(row: Row) -> QueuedCase:
    by = row["said_author_kind"]
    said = LastWords(by=by, body=row["said_body"], at=row["said_created_at"]) if by else None
    return QueuedCase(
        case=case_of(row),
        customer=row["customer_name"] or row["recipient"],
        place=QueuePlace(row["place_rank"], row["place_at"], row["priority"], row["id"], row["worth"]),
        title=row["line_title"] or "",
        picture=row["line_image_url"] or "",
        said=said,
    )
