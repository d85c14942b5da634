"""Which cases a list of the queue holds, and in which order: conditions and keys that its indexes are made of.

They are written as the indexes are, word for word, so that a database sees that an index holds what is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    union,
)

from portal.domain.cases.search_keys import is_phone_end
from portal.domain.cases.stuck import LONGEST_OPEN, MOST_TURNS
from portal.domain.identity.logins import Login
from portal.models.case import (
    BY_AMOUNT,
    BY_PRIORITY,
    DUE,
    DUE_OF_ONE,
    HAS_TURNED,
    IS_THEIRS,
    IS_TO_ANSWER,
    OPEN_SINCE,
    PRIORITY_OF_ONE,
    RANK,
    Case,
)
from portal.models.columns import UtcDateTime
from portal.repos.at_most import at_most
from portal.repos.exact_matches import cases_called
from portal.repos.queue_filters import QueueFilter, QueuePlace
from portal.repos.text_matches import cases_that_say

CASES = Case.__table__
RANKS = (0, 1)
rank: ColumnElement[int] = literal_column(RANK, Integer())
assignee = func.coalesce(CASES.c.assignee_id, literal_column("0"))
"""Whose a case is, 0 for nobody's: what is NULL is not sorted by an index on PostgreSQL."""
_NOT_INSPECTED = "coalesce(CAST(inspection AS TEXT), 'null') = 'null'"
"""Nothing is known of it: as JSON it is null, where the row says nothing of it NULL."""
_PUT_OFF_BY_NOBODY = ("to_answer", "escalated", "unread")


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """What a list goes by: the keys, each the column of a place by its name, all of them descending where it
    `is_descending`. `within_rank`: parcels to be stopped stand before all others."""

    at: ColumnElement[datetime]
    keys: tuple[str, ...] = ("at", "id")
    within_rank: bool = False
    is_descending: bool = False
    priority: ColumnElement[int] = CASES.c.priority

    def by(self) -> list[ColumnElement[Any]]:
        """As ORDER BY says it."""
        return [key.desc() if self.is_descending else key for key in self._columns()]

    def listed(self, found: Subquery) -> list[ColumnElement[Any]]:
        """The same of places that were found."""
        keys = [found.c[name] for name in (("rank", *self.keys) if self.within_rank else self.keys)]
        return [key.desc() if self.is_descending else key for key in keys]

    def is_past(self, place: QueuePlace) -> ColumnElement[bool]:
        """What comes after that place, within its rank."""
        mine = self._columns()
        there = [literal(getattr(place, name), key.type) for name, key in zip(self.keys, mine, strict=True)]
        # The first key is said alone as well: it is what a database begins to read an index at.
        if self.is_descending:
            return and_(mine[0] <= there[0], tuple_(*mine) < tuple_(*there))
        return and_(mine[0] >= there[0], tuple_(*mine) > tuple_(*there))

    def _columns(self) -> list[ColumnElement[Any]]:
        columns: dict[str, ColumnElement[Any]] = {"rank": rank, "at": self.at, "priority": self.priority}
        columns |= {"worth": CASES.c.worth, "id": CASES.c.id}
        return [columns[name] for name in self.keys]


_BY_DUE_KEYS = ("at", "priority", "id")
_BY_PRIORITY_KEYS = ("priority", "rank", "at", "id")
_DUE = literal_column(DUE, UtcDateTime())
_BY_DUE = Order(_DUE, _BY_DUE_KEYS, within_rank=True)
_BY_DUE_OF_ONE = Order(literal_column(DUE_OF_ONE, UtcDateTime()), _BY_DUE_KEYS, within_rank=True)
_BY_PRIORITY = Order(_DUE, _BY_PRIORITY_KEYS)
_BY_PRIORITY_OF_ONE = Order(_DUE, _BY_PRIORITY_KEYS, priority=literal_column(PRIORITY_OF_ONE, Integer()))
_BY_AMOUNT = Order(_DUE, ("worth", "id"), is_descending=True)
_NEWEST = Order(CASES.c.opened_at, is_descending=True)
_STUCK = Order(literal_column(OPEN_SINCE, UtcDateTime()))
_OF = {
    "unread": Order(CASES.c.unread_since),
    "snoozed": Order(CASES.c.snoozed_until),
    "stuck": _STUCK,
}


def as_it_is(moment: datetime) -> Any:
    return moment


def unseen(moment: datetime) -> ScalarSelect[datetime]:
    """Not looked at by the planner, so that it takes the same for any moment and keeps its plan: with the moment known
    the plan of a view that holds little looks so cheap that PostgreSQL makes it anew each time, which takes longer
    than everything it does by it. For counts: how a list is best read that goes by something else depends on how much
    is due."""
    return select(literal(moment, UtcDateTime())).scalar_subquery()


def order_of(wanted: QueueFilter) -> Order:
    if wanted.which == "to_answer" and wanted.by == "amount":
        return _BY_AMOUNT
    if wanted.which == "to_answer" and wanted.by == "priority":
        return _BY_PRIORITY if wanted.assignee is None else _BY_PRIORITY_OF_ONE
    by_due = _BY_DUE if wanted.assignee is None else _BY_DUE_OF_ONE
    return _OF.get(wanted.which, by_due if wanted.is_open else _NEWEST)


def places(
    shop_id: int,
    wanted: QueueFilter,
    now: datetime,
    *,
    after: QueuePlace | None,
    limit: int,
    said: Callable[[datetime], Any] = as_it_is,
) -> list[Select[Any]]:
    """The first `limit` places of the list, as `id`, `rank`, `at` and `priority` of its cases, and `worth` where it
    goes by that: in one part, or parcels to be stopped apart from the others where the list begins or ends at some
    moment, so that an index is read from there. In the order of the list also where only their number is asked for:
    the database then goes by its index. `said`: how moments are told to it.
    """
    if wanted.which == "on_the_way" and len(wanted.states) > 1:
        each = (replace(wanted, states=(state,)) for state in wanted.states)
        return [part for one in each for part in places(shop_id, one, now, after=after, limit=limit, said=said)]
    order, conditions = order_of(wanted), _conditions(shop_id, wanted, now, said)
    if not order.within_rank:
        past = [order.is_past(after)] if after else []
        of_any = rank if "rank" in order.keys else literal_column("1", Integer())
        query = select(CASES.c.id, of_any.label("rank"), *_as_place(order))
        query = at_most(query.where(*conditions, *past).order_by(*order.by()), limit)
        return [query.where(*some) for some in _apart(wanted, said(now - LONGEST_OPEN))]
    if not (after or wanted.due_from or wanted.due_before):
        query = select(CASES.c.id, rank.label("rank"), *_as_place(order))
        return [at_most(query.where(*conditions).order_by(rank, *order.by()), limit)]
    ranks = [one for one in RANKS if not after or one >= after.rank]
    return [at_most(_of_rank(order, conditions, one, after), limit) for one in ranks]


def _apart(wanted: QueueFilter, long_ago: Any) -> list[list[Any]]:
    """What is asked of each part besides: what is stuck for either reason has an index for each."""
    if wanted.which != "stuck":
        return [[]]
    is_old = order_of(wanted).at < long_ago
    return [[text(HAS_TURNED)], [CASES.c.turns < literal_column(str(MOST_TURNS)), is_old]]


def _as_place(order: Order) -> tuple[ColumnElement[Any], ...]:
    place = (order.at.label("at"), CASES.c.priority)
    return (*place, CASES.c.worth) if "worth" in order.keys else place


def _of_rank(order: Order, conditions: list[Any], one: int, after: QueuePlace | None) -> Select[Any]:
    said = literal_column(str(one), Integer())
    query = select(CASES.c.id, said.label("rank"), *_as_place(order)).where(*conditions, rank == said)
    if after and one == after.rank:
        query = query.where(order.is_past(after))
    return query.order_by(*order.by())


def _conditions(shop_id: int, wanted: QueueFilter, now: datetime, said: Callable[[datetime], Any]) -> list[Any]:
    found = _searched(shop_id, wanted)
    if wanted.is_open or wanted.which in ("to_answer", "theirs", "escalated", "stuck"):
        found.append(CASES.c.closed_at.is_(None))
    if wanted.states:
        found.append(_is_in(wanted.states))
    found += _of_view(wanted, said(now))
    if wanted.priority is not None:
        found.append(CASES.c.priority == wanted.priority)
    if wanted.assignee is not None:
        found.append(assignee == wanted.assignee)
    if wanted.due_from:
        found.append(order_of(wanted).at >= said(wanted.due_from))
    if wanted.due_before:
        found.append(order_of(wanted).at < said(wanted.due_before))
    return found


def _of_view(wanted: QueueFilter, now: Any) -> list[Any]:
    views: dict[str, Any] = {
        "to_answer": text(IS_TO_ANSWER),
        "theirs": text(IS_THEIRS),
        "escalated": CASES.c.escalated_at.is_not(None),
        "unread": CASES.c.unread_since.is_not(None),
        "snoozed": CASES.c.snoozed_until > now,
        "to_stop": rank == literal_column("0"),
        "to_inspect": text(_NOT_INSPECTED),
        "to_send": CASES.c.replacement["shipped_at"].as_string().is_(None),
    }
    found = [views[wanted.which]] if wanted.which in views else []
    held = {_BY_AMOUNT: BY_AMOUNT, _BY_PRIORITY_OF_ONE: BY_PRIORITY}.get(order_of(wanted))
    found += [text(held)] if held else []
    if wanted.which in _PUT_OFF_BY_NOBODY:
        found.append(or_(CASES.c.snoozed_until.is_(None), CASES.c.snoozed_until <= now))
    return found


def _searched(shop_id: int, wanted: QueueFilter) -> list[Any]:
    if wanted.search and wanted.is_exact:
        # The shop is in there. Said again out here, a database without statistics goes through all of the shop's cases.
        return [CASES.c.id.in_(cases_called(shop_id, wanted.search))]
    if wanted.search:
        return [CASES.c.id.in_(_anything_like(shop_id, wanted.search))]
    return [CASES.c.shop_id == shop_id]


def _anything_like(shop_id: int, login: Login) -> Any:
    """By part of a text; four digits are also how a phone ends."""
    said = cases_that_say(shop_id, login)
    if not is_phone_end(login.text):
        return said
    found = union(cases_called(shop_id, login), said).subquery()
    return select(found.c.id)


def _is_in(states: tuple[str, ...]) -> ColumnElement[bool]:
    """Written into the statement, so that a database sees that a view's own index holds what is asked for."""
    names: BindParameter[Any] = bindparam("states", states, expanding=True, literal_execute=True, unique=True)
    return CASES.c.state.in_(names)
