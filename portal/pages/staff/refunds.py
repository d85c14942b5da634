"""Refunds that do not arrive and what only a person can resolve: the other queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from portal.domain.identity.access import Actor, may
from portal.domain.shops.settings import ShopSettings
from portal.pages.values.staff import ComparedRow, StaffRefundsPage, TaskRow, TroubledRefund
from portal.ports import Deps
from portal.repos.rail_days import RailProgress
from portal.repos.refunds import RefundOfOrder
from portal.repos.staff_lists import OpenTask
from portal.repos.unit_of_work import reading
from portal.services.refunds.note_differences import DIFFERS
from portal.services.refunds.retry_refund_now import CLOSE_THEMSELVES

MOST = 100
STUCK_AFTER = timedelta(hours=1)
"""A rail that has not said the last word by then is looked at by a person."""


def staff_refunds_page(*, actor: Actor, settings: ShopSettings, deps: Deps) -> StaffRefundsPage:
    """The oldest first, at most 100 of each: what is resolved makes room."""
    now = deps.clock.now()
    today = now.astimezone(ZoneInfo(settings.zone)).date()
    with reading(deps) as work:
        refunds = work.staff_lists.refunds_in_trouble(actor, stuck_since=now - STUCK_AFTER, today=today, limit=MOST + 1)
        tasks = work.staff_lists.open_tasks(actor, limit=MOST + 1)
        transfers = work.transfers.open_of(actor.shop_id) if refunds else {}
        rails = work.rail_days.progress_of(actor.shop_id)
    rows = tuple(_task(task) for task in tasks[:MOST])
    return StaffRefundsPage(
        refunds=tuple(replace(_refund(found), transfer=transfers.get(found.refund.id, "")) for found in refunds[:MOST]),
        tasks=tuple(row for row in rows if row.kind != DIFFERS),
        differences=tuple(row for row in rows if row.kind == DIFFERS),
        reconciled_at=max((rail.compared_at for rail in rails if rail.compared_at), default=None),
        rails=tuple(_compared(rail) for rail in rails),
        may_act=may(actor, "write", "refunds"),
        is_cut=max(len(refunds), len(tasks)) > MOST,
    )


def _refund(found: RefundOfOrder) -> TroubledRefund:
    refund = found.refund
    trouble = {"failed": "failed", "planned": "waiting"}.get(refund.state, "parked" if refund.parked_at else "stuck")
    return TroubledRefund(
        refund_no=refund.number,
        quote_no=refund.quote_no,
        order_no=found.order_no,
        amount=refund.amount,
        method=refund.method,
        state=refund.state,
        trouble=trouble,
        reason=refund.reason if trouble == "failed" else "",
        attempts=refund.attempts,
        since=(refund.failed_at if trouble == "failed" else refund.submitted_at) or refund.created_at,
        trace=refund.trace,
        reference=refund.rail_reference if refund.rail_reference != refund.trace else "",
    )


def _compared(rail: RailProgress) -> ComparedRow:
    if not rail.has_books:
        return ComparedRow(rail=rail.rail, state="no_books")
    if rail.missing_from:
        return ComparedRow(rail=rail.rail, state="missing", day=rail.missing_from)
    return ComparedRow(rail=rail.rail, state="compared" if rail.until else "waiting", day=rail.until)


def _task(task: OpenTask) -> TaskRow:
    return TaskRow(
        id=task.id,
        kind=task.kind,
        order_no=task.order_no,
        case_no=task.case_no,
        detail=task.reason,
        since=task.since,
        deadline=task.deadline,
        closes_itself=task.kind in CLOSE_THEMSELVES,
        code=task.code,
        retries=task.payment if task.kind == "fee_return_failed" else "",
    )
