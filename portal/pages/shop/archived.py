"""Orders of the archive and their cases, as their customers read them: all that was told before, and nothing to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from portal.domain.identity.access import Actor
from portal.pages.shop.case_record import CaseExport, export_case
from portal.pages.shop.cases import case_page
from portal.pages.shop.order import order_page
from portal.pages.values.archived import ArchivedOrderCard, ArchivedOrdersPage
from portal.pages.values.cases import CasePage
from portal.pages.values.orders import OrderPage
from portal.pages.values.parts import Picture
from portal.ports import Deps
from portal.repos.archive_lists import ArchivedCard
from portal.repos.unit_of_work import reading
from portal.services.cursors import read_cursor, write_cursor
from portal.services.open_archived import or_archived

PAGE_SIZE = 20


def archived_orders_page(*, after: str, actor: Actor, deps: Deps) -> ArchivedOrdersPage:
    """Newest first, 20 a page. One query."""
    with reading(deps) as work:
        found = work.archive_lists.page(actor, after=read_cursor(after), limit=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    return ArchivedOrdersPage(
        cards=tuple(map(card_of_archived, shown)),
        next_after=write_cursor(shown[-1].placed_at, shown[-1].id) if len(found) > PAGE_SIZE else "",
        is_first=not after,
    )


def card_of_archived(order: ArchivedCard) -> ArchivedOrderCard:
    """As lists show it."""
    title, address = order.card.pictures[0] if order.card.pictures else ("", "")
    return ArchivedOrderCard(
        order_no=order.number,
        state=order.state,
        marks=order.card.marks,
        placed_at=order.placed_at,
        title=title,
        picture=Picture(title, address),
        units=order.item_count,
        total=order.total,
        is_paid=order.card.is_paid,
    )


def is_archived(*, order_no: str, case_no: str, actor: Actor, deps: Deps) -> bool:
    """Whether the order, or that of the case, can only be read. One query."""
    with reading(deps) as work:
        return work.archive_lists.is_there(actor, order_no=order_no, case_no=case_no)


def order_or_archived(*, order_no: str, actor: Actor, deps: Deps, **shop: Any) -> OrderPage:
    """`pages.shop.order.order_page`, also of an order in the archive. Raises NotFound."""

    def read(source: Deps, archived_at: datetime | None) -> OrderPage:
        page = order_page(order_no=order_no, actor=actor, deps=source, **shop)
        return _order_to_read(page, archived_at) if archived_at else page

    return or_archived(read, order_no=order_no, actor=actor, deps=deps)


def case_or_archived(*, case_no: str, actor: Actor, deps: Deps, **shop: Any) -> CasePage:
    """`pages.shop.cases.case_page`, also of a case in the archive. Raises NotFound."""

    def read(source: Deps, archived_at: datetime | None) -> CasePage:
        page = case_page(case_no=case_no, actor=actor, deps=source, **shop)
        return _case_to_read(page, archived_at) if archived_at else page

    return or_archived(read, case_no=case_no, actor=actor, deps=deps)


def record_or_archived(*, case_no: str, actor: Actor, deps: Deps, **shop: Any) -> CaseExport:
    """`pages.shop.case_record.export_case`, also of a case in the archive. Raises NotFound."""

    def read(source: Deps, archived_at: datetime | None) -> CaseExport:
        found = export_case(case_no=case_no, actor=actor, deps=source, **shop)
        return replace(found, page=_case_to_read(found.page, archived_at)) if archived_at else found

    return or_archived(read, case_no=case_no, actor=actor, deps=deps)


def _order_to_read(page: OrderPage, archived_at: datetime) -> OrderPage:
    return replace(page, archived_at=archived_at, actions=(), refusals=(), contract=None, refund_poll_seconds=None)


def _case_to_read(page: CasePage, archived_at: datetime) -> CasePage:
    nothing: dict[str, Any] = dict.fromkeys(("may_edit", "may_withdraw", "may_urge", "may_say_solved"), False)
    return replace(page, archived_at=archived_at, to_send=None, offer=None, refund_poll_seconds=None, **nothing)
