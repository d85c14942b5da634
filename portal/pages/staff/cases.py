"""The queue: who must act first stands on top. Four queries, five where somebody works for several shops."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from portal.domain.cases.case import Case
from portal.domain.cases.life_cycle import OPEN_STATES, UNDECIDED_STATES
from portal.domain.cases.urging import waits_for_shop
from portal.domain.identity.access import Actor
from portal.domain.identity.logins import read_login
from portal.pages.values.staff import QueuePage, QueueRow, View
from portal.ports import Deps
from portal.repos.queue_filters import QueueFilter, QueuePlace
from portal.repos.staff_list_values import WaitingCounts
from portal.repos.staff_lists import MOST_SEARCHED, QueuedCase
from portal.repos.unit_of_work import reading
from portal.services.cursors import read_row_id

PAGE_SIZE = 50
GROUPS = ("waiting", "unread", "open", "escalated", "all")
CLOSED_STATES = ("completed", "rejected", "withdrawn", "expired")
STATES = (*GROUPS, *OPEN_STATES, *CLOSED_STATES)
PRIORITIES = {"high": 0, "normal": 1, "0": 0, "1": 1}
_SUGGESTIONS = {("cancel", "submitted"): "stop", ("question", "submitted"): "reply"}
_LONGEST_SEARCH = 80
_RETURN_NO = re.compile(r"R[0-9]{6}[0-9A-Z]{4,9}\Z", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def queue_page(*, state: str, priority: str, assignee: str, q: str, after: str, actor: Actor, deps: Deps) -> QueuePage:
    """What is not understood is left out: an unknown state is what waits, an unknown priority or assignee anybody's.

    state: waiting, unread, open, escalated, all or a case state. priority: high, normal. assignee: me, none or a login.
    """
    state, search = (state if state in STATES else "waiting"), q.strip()[:_LONGEST_SEARCH]
    priority = {0: "high", 1: "normal"}.get(PRIORITIES.get(priority, -1), "")
    with reading(deps) as work:
        colleagues = work.staff_sessions.colleagues(actor.shop_id)
        ids = {row.login: int(row.id) for row in colleagues} | {"me": actor.id, "none": 0}
        assignee = assignee if assignee in ids else ""
        wanted = _filter(state, priority, ids.get(assignee), search)
        if wanted.search:
            wanted = replace(wanted, is_exact=work.staff_lists.is_exact(actor, wanted.search))
        found = work.staff_lists.queue(actor, wanted, after=_read_place(after), limit=PAGE_SIZE + 1)
        counts = work.staff_lists.count_waiting(actor)
    shown, logins = found[:PAGE_SIZE], {row.id: row.login for row in colleagues}
    return QueuePage(
        state=state,
        priority=priority,
        assignee=assignee,
        query=search,
        searched=MOST_SEARCHED,
        states=STATES,
        assignees=tuple(row.login for row in colleagues if row.disabled_at is None),
        views=tuple(_views(counts, (state, priority, assignee, search))),
        rows=tuple(_row(queued, logins) for queued in shown),
        next_after=_write_place(shown[-1], wanted) if len(found) > PAGE_SIZE else "",
        is_first=not after,
    )


def case_of_return_no(*, q: str, actor: Actor, deps: Deps) -> str:
    """The case whose slip carries this number, "" where something else is searched for. One query at most."""
    return_no = q.strip().upper()
    if not _RETURN_NO.match(return_no):
        return ""
    with reading(deps) as work:
        return work.cases.case_no_of_return(return_no, actor)


def marks_of(case: Case) -> tuple[str, ...]:
    """What makes a case stand out in the queue."""
    found = {
        "appeal": case.is_under_appeal,
        "priority": case.priority == 0,
        "escalated": case.escalated_at is not None,
        "urged": case.urged_at is not None and waits_for_shop(case),
        "unread": case.unread_since is not None,
    }
    return tuple(mark for mark, holds in found.items() if holds)


def suggestion_of(case: Case) -> str:
    """What policy suggests to whoever answers now, as a code; "" where there is nothing to answer.

    An application that a timer would approve may be granted; of any other the rules say no more than whom to ask.
    """
    if case.state in UNDECIDED_STATES and case.asked:
        return "grant" if case.outcome.at_zero == "approve" else "judge"
    return _SUGGESTIONS.get((case.kind, case.state), "")


def _filter(state: str, priority: str, assignee: int | None, search: str) -> QueueFilter:
    groups = {"waiting": (), "open": (*OPEN_STATES, "rejected", "completed"), "escalated": (), "unread": (), "all": ()}
    return QueueFilter(
        states=groups.get(state, (state,)),
        is_to_answer=state == "waiting",
        is_open=state not in ("all", "unread") and state not in CLOSED_STATES,
        is_escalated=state == "escalated",
        is_unread=state == "unread",
        priority=PRIORITIES.get(priority),
        assignee=assignee,
        search=read_login(search) if search else None,
    )


def _views(counts: WaitingCounts, shown: tuple[str, str, str, str]) -> Iterable[View]:
    """Saved views: links that everybody needs, with how much waits behind each."""
    views = {
        "waiting": (("waiting", "", "", ""), counts.all_of_them),
        "mine": (("waiting", "", "me", ""), counts.mine),
        "unread": (("unread", "", "", ""), counts.unread),
        "nobodys": (("waiting", "", "none", ""), counts.nobodys),
        "first": (("waiting", "high", "", ""), counts.first),
        "escalated": (("escalated", "", "", ""), counts.escalated),
        "all": (("all", "", "", ""), 0),
    }
    for code, (filters, count) in views.items():
        named = zip(("state", "priority", "assignee", "q"), filters, strict=True)
        query = tuple((name, value) for name, value in named if value)
        yield View(code, query, count, is_shown=filters == shown)


def _row(queued: QueuedCase, logins: Mapping[int, str]) -> QueueRow:
    case, plan = queued.case, queued.case.plan
    return QueueRow(
        case_no=case.case_no,
        order_no=case.order_no,
        kind=case.kind,
        state=case.state,
        opened_at=case.opened_at,
        deadline=case.due_at if case.is_open else None,
        marks=marks_of(case),
        customer=queued.customer,
        amount=plan.refund if plan.lines else None,
        units=plan.count,
        suggestion=suggestion_of(case),
        assignee=logins.get(case.assignee_id or 0, ""),
        label=case.label,
    )


def _write_place(queued: QueuedCase, wanted: QueueFilter) -> str:
    case = queued.case
    at = case.unread_since or case.opened_at if wanted.is_unread else queued.due if wanted.is_open else case.opened_at
    text = f"{case.priority}.{(at - _EPOCH) // _MICROSECOND}.{case.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_place(text: str) -> QueuePlace | None:
    """None for no cursor and for one that was tampered with: the list then starts at the top."""
    try:
        parts = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(".")
        priority, at, row_id = parts
        return QueuePlace(read_row_id(priority), _EPOCH + int(at) * _MICROSECOND, read_row_id(row_id))
    except (ValueError, binascii.Error, OverflowError):
        return None
