"""The queue: who must act first stands on top. Four queries, five where something is searched for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo

from portal.domain.cases.case import Case
from portal.domain.cases.life_cycle import UNDECIDED_STATES
from portal.domain.cases.presence import IN_LISTS
from portal.domain.cases.snoozing import is_snoozed
from portal.domain.cases.urging import waiting_since, waits_for_shop
from portal.domain.identity.access import Actor, may
from portal.pages.staff.queue_asked import (
    GROUPS,
    ORDERS,
    STATES,
    QueueAsked,
    exactly,
    filter_of,
    ids_of_people,
    read_place,
    saved_by,
    understood,
    write_place,
)
from portal.pages.values.parts import Picture
from portal.pages.values.staff import QueuePage, QueueRow, View
from portal.ports import Deps
from portal.repos.queue import MOST_COUNTED, QueuedCase
from portal.repos.text_matches import MOST_SEARCHED
from portal.repos.unit_of_work import reading

PAGE_SIZE = 50
VIEWS = {
    "waiting": QueueAsked(state="waiting"),
    "overdue": QueueAsked(state="overdue"),
    "today": QueueAsked(state="today"),
    "nobodys": QueueAsked(state="waiting", assignee="none"),
    "mine": QueueAsked(state="waiting", assignee="me"),
    "unread": QueueAsked(state="unread"),
    "first": QueueAsked(state="waiting", priority="high"),
    "escalated": QueueAsked(state="escalated"),
    "stuck": QueueAsked(state="stuck"),
    "customer": QueueAsked(state="customer"),
    "snoozed": QueueAsked(state="snoozed"),
    "all": QueueAsked(state="all"),
}
"""Links that everybody needs; all but the last say how much waits behind them."""
_UNCOUNTED = "all"
_SUGGESTIONS = {("cancel", "submitted"): "stop", ("question", "submitted"): "reply"}
_LONGEST_SAID = 60
MOST_PEOPLE = 30
"""Of how many colleagues it is counted what they have: each costs the same."""
_MOST_OF_ONE = 99
_OF, _SAVED = "of ", "saved "
_RETURN_NO = re.compile(r"R[0-9]{6}[0-9A-Z]{4,9}\Z", re.ASCII)


def queue_page(*, asked: QueueAsked, after: str, zone: tzinfo, actor: Actor, deps: Deps) -> QueuePage:
    """What is not understood is left out. `zone`: the shop's, in which a day ends."""
    with reading(deps) as work:
        now = work.now
        people, looking = work.staff_sessions.colleagues_looking(actor.shop_id, now - IN_LISTS)
        ids = ids_of_people(people, actor)
        asked = understood(asked, ids)
        wanted = exactly(work, filter_of(asked, ids, now, zone), actor)
        found = work.queue.page(actor, wanted, after=read_place(after), limit=PAGE_SIZE + 1)
        here = [person.login for person in people if person.disabled_at is None]
        counted = {code: (view, MOST_COUNTED) for code, view in VIEWS.items() if code != _UNCOUNTED}
        counted |= {code: (view, _MOST_OF_ONE) for code, view in _of_each(here[:MOST_PEOPLE]).items()}
        mine = saved_by(people, actor)
        # What is searched for is not counted: it has no index that holds it.
        counted |= {_SAVED + name: (understood(view, ids), MOST_COUNTED) for name, view in mine.items() if not view.q}
        asked_for = {code: (filter_of(view, ids, now, zone), most) for code, (view, most) in counted.items()}
        counts = work.queue.counts(actor, asked_for)
    shown, logins = found[:PAGE_SIZE], {person.id: person.login for person in people}
    return QueuePage(
        asked=asked.query,
        groups=GROUPS,
        states=STATES,
        orders=ORDERS,
        people=tuple((login, counts.get(_OF + login, 0)) for login in here),
        views=tuple(_views(counts, asked, is_own=asked in mine.values())),
        saved=tuple(_saved(counts, mine, asked)),
        failed_refunds=counts.get("failed", 0),
        searched=MOST_SEARCHED,
        rows=tuple(_row(queued, logins, looking, actor, now) for queued in shown),
        next_after=write_place(shown[-1].place) if len(found) > PAGE_SIZE else "",
        is_first=not after,
        may_see_orders=may(actor, "read", "orders"),
        may_work=may(actor, "write", "cases"),
    )


def next_case_no(*, asked: QueueAsked, place: str, but: str, zone: tzinfo, actor: Actor, deps: Deps) -> str:
    """Of the list that somebody works through: the case after `place`, where they are, else its first one; "" where
    nothing is left that is theirs or nobody's. `but`: the case they come from."""
    with reading(deps) as work:
        ids = ids_of_people(work.staff_sessions.colleagues(actor.shop_id), actor)
        asked = understood(asked, ids)
        wanted = exactly(work, filter_of(asked, ids, work.now, zone), actor)
        for after in dict.fromkeys((read_place(place), None)):
            for queued in work.queue.page(actor, wanted, after=after, limit=PAGE_SIZE):
                is_free = bool(asked.assignee) or queued.case.assignee_id in (None, actor.id)
                if is_free and queued.case.case_no != but:
                    return queued.case.case_no
    return ""


def case_of_return_no(*, q: str, actor: Actor, deps: Deps) -> str:
    """The case whose slip carries this number, "" where something else is searched for. One query at most."""
    return_no = q.strip().upper()
    if not _RETURN_NO.match(return_no):
        return ""
    with reading(deps) as work:
        return work.cases.case_no_of_return(return_no, actor)


def marks_of(case: Case, now: datetime) -> tuple[str, ...]:
    """What makes a case stand out in the queue."""
    found = {
        "appeal": case.is_under_appeal,
        "priority": case.priority == 0,
        "escalated": case.escalated_at is not None,
        "urged": case.urged_at is not None and waits_for_shop(case),
        "unread": case.unread_since is not None,
        "for_customer": case.proof_id is not None,
        "snoozed": is_snoozed(case, now),
    }
    return tuple(mark for mark, holds in found.items() if holds)


def suggestion_of(case: Case) -> str:
    """What policy suggests to whoever answers now, as a code; "" where there is nothing to answer.

    An application that a timer would approve may be granted; of any other the rules say no more than whom to ask.
    """
    if case.state in UNDECIDED_STATES and case.asked:
        return "grant" if case.outcome.at_zero == "approve" else "judge"
    return _SUGGESTIONS.get((case.kind, case.state), "")


def _of_each(logins: Iterable[str]) -> dict[str, QueueAsked]:
    return {_OF + login: QueueAsked(state="waiting", assignee=login) for login in logins}


def _views(counts: Mapping[str, int], asked: QueueAsked, *, is_own: bool) -> Iterable[View]:
    """`is_own`: one that the reader has saved is shown."""
    for code, view in VIEWS.items():
        is_shown = not is_own and view == replace(asked, order="")
        yield View(code, tuple(view.query.items()), counts.get(code, 0), is_shown=is_shown)


def _saved(counts: Mapping[str, int], mine: Mapping[str, QueueAsked], asked: QueueAsked) -> Iterable[View]:
    for name, view in mine.items():
        yield View(name, tuple(view.query.items()), counts.get(_SAVED + name, 0), is_shown=view == asked)


def _row(
    queued: QueuedCase, logins: Mapping[int, str], looking: Mapping[int, tuple[int, ...]], reader: Actor, now: datetime
) -> QueueRow:
    case, plan, said = queued.case, queued.case.plan, queued.said
    due = case.due_at or case.escalated_at
    return QueueRow(
        case_no=case.case_no,
        order_no=case.order_no,
        kind=case.kind,
        state=case.state,
        reason=case.reason,
        opened_at=case.opened_at,
        deadline=due if case.is_open else None,
        is_overdue=bool(case.is_open and due and due <= now),
        waiting_since=waiting_since(case) if waits_for_shop(case) or case.unread_since else None,
        marks=marks_of(case, now),
        customer=queued.customer,
        picture=Picture(queued.title, queued.picture) if queued.title else None,
        said_by="" if said is None else "shop" if said.by == "staff" else "customer",
        said=_cut(said.body) if said else "",
        amount=plan.refund if plan.lines else None,
        units=plan.count,
        suggestion=suggestion_of(case),
        assignee=logins.get(case.assignee_id or 0, ""),
        label=case.label,
        watchers=tuple(logins[one] for one in looking.get(case.id, ()) if one != reader.id),
    )


def _cut(body: str) -> str:
    words = " ".join(body[: 4 * _LONGEST_SAID].split())
    return words if len(words) <= _LONGEST_SAID else f"{words[:_LONGEST_SAID]}…"
