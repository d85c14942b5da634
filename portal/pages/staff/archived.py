"""Orders of the archive and their cases, as staff read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from portal.domain.identity.access import Actor, may
from portal.domain.identity.logins import read_login
from portal.pages.shop.archived import card_of_archived
from portal.pages.staff.case import staff_case_page
from portal.pages.staff.facts import HISTORY, history_count, past_orders
from portal.pages.staff.orders import staff_order_page
from portal.pages.values.archived import ArchivedOrderCard
from portal.pages.values.staff import QueuePage, StaffCasePage, StaffOrderPage
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.open_archived import or_archived

_RIGHTS = "may_work may_claim may_release may_give may_close may_waive may_reopen may_act".split()


def archived_called(work: UnitOfWork, search: str, actor: Actor) -> tuple[ArchivedOrderCard, ...]:
    """Those that a search means by a number of theirs; no query where nothing is searched for."""
    if not search:
        return ()
    return tuple(map(card_of_archived, work.archive_lists.called(actor.shop_id, read_login(search))))


def archived_case_of(page: QueuePage, *, actor: Actor, deps: Deps) -> str:
    """The case of the archive that was searched for by its number or that of its slip, where the queue has found
    nothing; "" for none."""
    search = str(page.asked.get("q") or "")
    if page.rows or not search:
        return ""
    with reading(deps) as work:
        return work.archive_lists.case_called(actor.shop_id, search)


def with_archived(page: QueuePage, *, actor: Actor, deps: Deps) -> QueuePage:
    """Where it has found nothing that is searched for: with the orders of the archive that are called so."""
    search = str(page.asked.get("q") or "")
    if page.rows or not search or not page.may_see_orders:
        return page
    with reading(deps) as work:
        return replace(page, archived=archived_called(work, search, actor))


def staff_order_or_archived(*, order_no: str, actor: Actor, deps: Deps, **shop: Any) -> StaffOrderPage:
    """`pages.staff.orders.staff_order_page`, also of an order in the archive. Raises NotFound."""

    def read(source: Deps, archived_at: datetime | None) -> StaffOrderPage:
        page = staff_order_page(order_no=order_no, actor=actor, deps=source, **shop)
        if archived_at is None:
            return page
        others = _others(page.customer_id, order_no, actor, deps)
        return replace(page, archived_at=archived_at, may_act=False, **others)

    return or_archived(read, order_no=order_no, actor=actor, deps=deps)


def staff_case_or_archived(*, case_no: str, actor: Actor, deps: Deps, **desk: Any) -> StaffCasePage:
    """`pages.staff.case.staff_case_page`, also of a case in the archive. Raises NotFound."""

    def read(source: Deps, archived_at: datetime | None) -> StaffCasePage:
        page = staff_case_page(case_no=case_no, actor=actor, deps=source, **desk)
        if archived_at is None:
            return page
        others = _others(page.customer_id, page.order_no, actor, deps) if page.tab == "customer" else {}
        return replace(_to_read(page, archived_at), **others)

    return or_archived(read, case_no=case_no, actor=actor, deps=deps)


def _others(customer_id: int, order_no: str, actor: Actor, deps: Deps) -> dict[str, Any]:
    """The orders of its customer that are in no archive, for roles that may know them."""
    if not customer_id or not may(actor, "read", "customers"):
        return {}
    with reading(deps) as work:
        history = work.staff_lists.history(actor, customer_id, limit=HISTORY + 1)
    return {"history": past_orders(history, order_no), "history_count": history_count(history)}


def _to_read(page: StaffCasePage, archived_at: datetime) -> StaffCasePage:
    """Nothing of it can be done here any more, and nobody is told that it is looked at."""
    choice = replace(page.deciding, may_act=False) if page.deciding else None
    nothing: dict[str, Any] = dict.fromkeys(_RIGHTS, False)
    nothing |= dict.fromkeys(("hold", "presence", "snooze_proposed", "year"))
    return replace(page, archived_at=archived_at, deciding=choice, macros=(), **nothing)
