"""仓库: parcels to be stopped, on their way, awaited, to be inspected, sent out, sent back; due first. Two queries."""

from __future__ import annotations

from datetime import datetime

from portal.domain.cases.case import Case
from portal.domain.identity.access import Actor
from portal.pages.staff.queue_asked import read_place, write_place
from portal.pages.values.parts import Picture
from portal.pages.values.warehouse import WarehousePage, WarehouseRow
from portal.ports import Deps
from portal.repos.queue import MOST_COUNTED, QueuedCase
from portal.repos.queue_filters import QueueFilter
from portal.repos.unit_of_work import reading

PAGE_SIZE = 50
LISTS = {
    "stop": QueueFilter(which="to_stop", states=("submitted",)),
    "coming": QueueFilter(which="on_the_way", states=("in_transit", "approved")),
    "awaited": QueueFilter(states=("awaiting_return",)),
    "inspect": QueueFilter(which="to_inspect", states=("received",)),
    "send": QueueFilter(which="to_send", states=("replacing",)),
    "back": QueueFilter(states=("sending_back",)),
}
"""`coming`: with a tracking number, or refused at the door and on its way by itself. `send`: what customers get in
exchange, besides or repaired."""
_URGENT = ("stop", "inspect", "send", "coming", "back")
"""Which list is opened first, where it holds anything."""
_SENT = ("in_transit", "approved")


def warehouse_page(*, which: str, after: str, actor: Actor, deps: Deps) -> WarehousePage:
    """Without a list named: the first that holds anything, in the order of what is urgent."""
    with reading(deps) as work:
        found = work.queue.counts(actor, {code: (one, MOST_COUNTED) for code, one in LISTS.items()})
        counts = tuple((code, found[code]) for code in LISTS)
        if which not in LISTS:
            which = next((code for code in _URGENT if found[code]), "inspect")
        rows = work.queue.page(actor, LISTS[which], after=read_place(after), limit=PAGE_SIZE + 1)
        now = work.now
    shown = rows[:PAGE_SIZE]
    return WarehousePage(
        which=which,
        lists=counts,
        rows=tuple(_row(queued, now) for queued in shown),
        next_after=write_place(shown[-1].place) if len(rows) > PAGE_SIZE else "",
    )


def _row(queued: QueuedCase, now: datetime) -> WarehouseRow:
    case = queued.case
    # What is to be sent out has no parcel yet; that of the goods that came says nothing of it.
    there = case.parcel.there if case.parcel and case.state != "replacing" else None
    due = case.due_at or case.escalated_at
    return WarehouseRow(
        case_no=case.case_no,
        order_no=case.order_no,
        return_no=case.return_no,
        kind=case.kind,
        state=case.state,
        label=case.label,
        deadline=due,
        is_overdue=bool(due and due <= now),
        carrier=there.carrier if there else "",
        tracking_no=there.tracking_no if there else "",
        since=_since(case),
        picture=Picture(queued.title, queued.picture) if queued.title else None,
        units=case.plan.count,
        is_escalated=case.escalated_at is not None,
    )


def _since(case: Case) -> datetime | None:
    if case.parcel is None:
        return case.opened_at if case.state in _SENT else None
    there = case.parcel.there
    return case.parcel.received_at or (there.sent_at if there else None)
