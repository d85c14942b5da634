"""我的订单: tabs, what waits for the customer, search, cards and the next page, in three queries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.domain.identity.access import Actor
from portal.domain.orders.card import Card
from portal.domain.policy.jurisdictions import order_zone
from portal.domain.shops.settings import ShopSettings
from portal.domain.typed import as_key
from portal.pages.parts.case_briefs import brief_of
from portal.pages.parts.returnable import returnable_of
from portal.pages.values.amounts import RefundStanding
from portal.pages.values.orders import OrderCard, OrdersPage, Tab, Todo
from portal.pages.values.parts import Action, CaseBrief, NextStep, Picture
from portal.ports import Deps
from portal.repos.order_lists import Asked, ListedOrder, OpenCase
from portal.repos.unit_of_work import reading
from portal.repos.waiting import WaitingRow, label_of
from portal.services.cursors import read_cursor, write_cursor

TABS = ("all", "awaiting_payment", "to_ship", "to_receive", "completed", "cancelled", "after_sales")
WITHIN = {"1m": timedelta(days=31), "3m": timedelta(days=92), "1y": timedelta(days=366)}
"""How long ago an order may have been placed, by the code in the address."""
PAGE_SIZE = 20
_LONGEST_SEARCH = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAsked:
    """What the address asks for, as it stands there; `after`: a cursor."""

    state: str = "all"
    q: str = ""
    after: str = ""
    within: str = ""


def orders_page(*, asked: ListAsked, actor: Actor, shop_name: str, settings: ShopSettings, deps: Deps) -> OrdersPage:
    """A page of `actor`'s orders. An unknown tab is `all`, an unknown time any; a search is cut at 80 characters."""
    tab, search = (asked.state if asked.state in TABS else "all"), asked.q.strip()[:_LONGEST_SEARCH]
    within, now = (asked.within if asked.within in WITHIN else ""), deps.clock.now()
    query = Asked(tab=tab, search=search, since=now - WITHIN[within] if within else None)
    with reading(deps) as work:
        found = work.order_lists.page(actor, query, after=read_cursor(asked.after), limit=PAGE_SIZE + 1)
        shown = found[:PAGE_SIZE]
        touched = [order.id for order in shown if order.after_sales]
        cases = work.order_lists.open_cases(touched) if touched else {}
        waiting = work.order_lists.waiting(actor, now)
        until = returnable_of(work, shown, settings, deps)
    counts = {"awaiting_payment": waiting.to_pay, "after_sales": waiting.cases}
    is_first = not (asked.after or search or within)
    return OrdersPage(
        shop_name=shop_name,
        tabs=tuple(Tab(code=code, count=counts.get(code, 0)) for code in TABS),
        state=tab,
        query=search,
        within=within,
        cards=tuple(
            replace(
                _card(one, cases.get(one.id), shop_name, now, until.get(one.id)),
                is_by_recipient=bool(search) and not one.found and as_key(search) not in as_key(one.number),
            )
            for one in shown
        ),
        next_after=write_cursor(shown[-1].placed_at, shown[-1].id) if len(found) > PAGE_SIZE else "",
        is_first=not asked.after,
        todo=tuple(map(todo_of, waiting.rows)) if is_first and tab == "all" else (),
        todo_count=waiting.to_pay + waiting.cases,
    )


def todo_of(row: WaitingRow) -> Todo:
    """What waits, as a line of 需要您处理."""
    title, address = row.card.pictures[0]
    return Todo(
        code=row.code,
        order_no=row.order_no,
        case_no=row.case_no,
        picture=Picture(title, address),
        amount=row.amount,
        due_at=row.due_at,
        zone=order_zone(jurisdiction=row.jurisdiction, country=row.country),
    )


def _card(
    order: ListedOrder, case: OpenCase | None, shop_name: str, now: datetime, until: datetime | None
) -> OrderCard:
    card, due = order.card, order.ship_due_at
    is_late = order.state in ("paid", "picking") and due is not None and now > due
    step = next_step(
        order.state,
        card,
        pay_by=order.pay_by,
        ship_due_at=due,
        refund_state=order.refund_state,
        is_late=is_late,
    )
    pictures = _found_first(order)
    return OrderCard(
        order_no=order.number,
        shop_name=shop_name,
        placed_at=order.placed_at,
        state=order.state,
        marks=(*card.marks, "late") if is_late else card.marks,
        pictures=pictures,
        title=pictures[0].title,
        units=order.item_count,
        kinds=card.line_count,
        total=order.total,
        is_paid=card.is_paid,
        next=while_returnable(step, until),
        actions=_actions(order, card, is_late=is_late, may_return=until is not None),
        case=_brief(case) if case else None,
        zone=order_zone(jurisdiction=order.jurisdiction, country=order.country),
    )


def _found_first(order: ListedOrder) -> tuple[Picture, ...]:
    """The goods that were searched for come first, wherever they stand in the order."""
    found = (order.found,) if order.found else ()
    return tuple(Picture(title, address) for title, address in (*found, *order.card.pictures))


def while_returnable(step: NextStep | None, until: datetime | None) -> NextStep | None:
    """Goods that came, with the day until which they can be returned; `until` None: they cannot, or not any more."""
    if step and step.code == "delivered_no_window" and until:
        return replace(step, code="delivered", until=until)
    return step


def next_step(
    state: str,
    card: Card,
    *,
    pay_by: datetime | None,
    ship_due_at: datetime | None,
    refund_state: str,
    is_late: bool,
) -> NextStep | None:
    """The line under the state (WORDS, order states). `refund_state`: of the least advanced refund, "" for none."""
    match state:
        case "awaiting_payment":
            return NextStep(code=state, at=pay_by) if pay_by else NextStep(code="unpaid_no_limit")
        case "paid" | "picking" if is_late:
            return NextStep(code="late", at=ship_due_at)
        case "paid":
            return NextStep(code="paid", at=ship_due_at) if ship_due_at else NextStep(code="paid_no_date")
        case "shipped" if "partly_shipped" in card.marks:
            return NextStep(code="partly_shipped", sent=card.sent, waiting=card.waiting)
        case "shipped":
            return NextStep(code=state, carrier=card.carrier, tracking_no=card.tracking_no)
        case "delivered" | "completed":
            return NextStep(code="delivered_no_window", at=card.delivered_at) if card.delivered_at else None
        case "cancelled":
            return _cancelled(card, refund_state)
    return NextStep(code=state)


def _cancelled(card: Card, refund_state: str) -> NextStep:
    """Where the money is: on its way from here, given back by the shop itself, with the shop still, or nowhere."""
    if refund_state:
        return NextStep(code="cancelled", refund=RefundStanding(state=refund_state))
    if {"refunded", "partly_refunded"} & set(card.marks):
        return NextStep(code="cancelled_by_shop")
    return NextStep(code="cancelled_owed" if card.is_paid else "cancelled_unpaid")


def _actions(order: ListedOrder, card: Card, *, is_late: bool, may_return: bool) -> tuple[Action, ...]:
    """The one or two that make sense now. What is named here is named where the order's page will offer it."""
    state, found = order.state, []
    if state == "awaiting_payment":
        found.append(Action(name="pay", is_primary=True))
    if is_late and card.waiting and not order.waiting_case:
        found.append(Action(name="urge"))
    can_cancel = card.waiting and not order.waiting_case and state in ("awaiting_payment", "paid", "picking", "shipped")
    if can_cancel and not (order.payment_terms == "cod" and card.is_paid):
        found.append(Action(name="cancel"))
    if may_return:
        found.append(Action(name="after_sales"))
    if state in ("delivered", "completed", "cancelled"):
        found.append(Action(name="buy_again"))
    return tuple(found)


def _brief(case: OpenCase) -> CaseBrief:
    label = label_of(case.state, case.deadline_kind)
    return brief_of(case_no=case.case_no, kind=case.kind, state=case.state, label=label, deadline=case.deadline_at)
