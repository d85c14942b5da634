"""Finding an order by whatever a caller can name, and its page as staff read it (S4)."""

from __future__ import annotations

from portal.domain.cases.case import Case
from portal.domain.identity.access import Actor, may
from portal.domain.identity.logins import read_login
from portal.domain.shops.settings import ShopSettings
from portal.pages.shop.archived import card_of_archived
from portal.pages.staff.facts import (
    customer_of,
    history_count,
    order_facts,
    past_orders,
    people_of,
)
from portal.pages.values.parts import CaseBrief
from portal.pages.values.staff import CustomerShown, StaffOrderPage
from portal.pages.values.staff_orders import FoundOrder, StaffOrdersPage
from portal.ports import Deps
from portal.repos.staff_list_values import ListedForStaff
from portal.repos.text_matches import MOST_SEARCHED
from portal.repos.unit_of_work import reading
from portal.services.cursors import read_cursor, write_cursor

PAGE_SIZE = 20
_LONGEST_SEARCH = 80


def staff_orders_page(*, q: str, after: str, actor: Actor, deps: Deps) -> StaffOrdersPage:
    """The shop's orders, newest first; a search is cut at 80 characters."""
    search = q.strip()[:_LONGEST_SEARCH]
    with reading(deps) as work:
        found = work.staff_lists.orders(actor, read_login(search), after=read_cursor(after), limit=PAGE_SIZE + 1)
        archived = work.archive_lists.called(actor.shop_id, read_login(search)) if search and not after else []
    shown = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return StaffOrdersPage(
        query=search,
        searched=MOST_SEARCHED,
        orders=tuple(map(_found, shown)),
        next_after=write_cursor(shown[-1].placed_at, shown[-1].id) if more else "",
        is_first=not after,
        archived=tuple(map(card_of_archived, archived)),
    )


def staff_order_page(*, order_no: str, actor: Actor, settings: ShopSettings, deps: Deps) -> StaffOrderPage:
    """Read only. Raises NotFound."""
    with reading(deps) as work:
        record, refunds = work.orders.get_with_refunds(order_no, actor)
        cases = work.cases.of_order(record.id) if record.after_sales else []
        events = work.events.of_order(record.id)
        people = people_of(work.staff_sessions.colleagues(actor.shop_id))
        customer, history = customer_of(work, record, actor)
    return StaffOrderPage(
        facts=order_facts(record, refunds, events, customer, people, settings, deps.clock.now()),
        cases=tuple(_case(case) for case in cases),
        history=past_orders(history, order_no),
        history_count=history_count(history),
        customer_id=record.customer_id or 0,
        may_act=may(actor, "write", "customers"),
    )


def _found(order: ListedForStaff) -> FoundOrder:
    return FoundOrder(
        order_no=order.number,
        state=order.state,
        marks=order.card.marks,
        placed_at=order.placed_at,
        title=order.card.pictures[0][0] if order.card.pictures else "",
        units=order.units,
        total=order.total,
        recipient=order.recipient,
        customer=_person(*order.customer) if order.customer else None,
    )


def _person(name: str, phone: str, mail: str) -> CustomerShown:
    return CustomerShown(number="", name=name, phone=phone, mail=mail)


def _case(case: Case) -> CaseBrief:
    return CaseBrief(
        case_no=case.case_no,
        kind=case.kind,
        state=case.state,
        deadline=case.due_at if case.is_open else None,
    )
