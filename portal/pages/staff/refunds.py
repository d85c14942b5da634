"""Refunds that do not arrive and what only a person can mend: the other queue."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from portal.domain.identity.access import Actor, may
from portal.domain.money import Money
from portal.domain.shops.settings import ShopSettings
from portal.pages.values.staff import StaffRefundsPage, TaskRow, TroubledRefund
from portal.ports import Deps
from portal.repos.rows import Row
from portal.repos.unit_of_work import reading
from portal.services.refunds.retry_refund_now import CLOSE_THEMSELVES

MOST = 100
STUCK_AFTER = timedelta(hours=1)
"""A rail that has not said the last word by then is looked at by a person."""


def staff_refunds_page(*, actor: Actor, settings: ShopSettings, deps: Deps) -> StaffRefundsPage:
    """The oldest first, at most 100 of each: what is mended makes room."""
    now = deps.clock.now()
    today = now.astimezone(ZoneInfo(settings.zone)).date()
    with reading(deps) as work:
        refunds = work.staff_lists.refunds_in_trouble(actor, stuck_since=now - STUCK_AFTER, today=today, limit=MOST + 1)
        tasks = work.staff_lists.open_tasks(actor, limit=MOST + 1)
    return StaffRefundsPage(
        refunds=tuple(_refund(row) for row in refunds[:MOST]),
        tasks=tuple(_task(row) for row in tasks[:MOST]),
        may_act=may(actor, "write", "refunds"),
        is_cut=max(len(refunds), len(tasks)) > MOST,
    )


def _refund(row: Row) -> TroubledRefund:
    trouble = {"failed": "failed", "planned": "waiting"}.get(row["state"], "stuck")
    return TroubledRefund(
        refund_no=row["number"],
        order_no=row["order_no"],
        amount=Money(row["amount_minor"], row["currency"]),
        method=row["method"],
        state=row["state"],
        trouble=trouble,
        reason=row["reason"] if trouble == "failed" else "",
        attempts=row["attempts"],
        since=(row["failed_at"] if trouble == "failed" else row["submitted_at"]) or row["created_at"],
    )


def _task(row: Row) -> TaskRow:
    return TaskRow(
        id=row["id"],
        kind=row["kind"],
        order_no=row["order_no"] or "",
        case_no=row["case_no"] or "",
        detail=str(row["detail"].get("reason", "")),
        since=row["created_at"],
        deadline=row["deadline_at"],
        closes_itself=row["kind"] in CLOSE_THEMSELVES,
    )
