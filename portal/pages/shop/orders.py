"""我的订单: tabs, search, cards and the next page, in three queries."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from portal.domain.identity.access import Actor
from portal.domain.orders.card import Card
from portal.domain.policy.jurisdictions import order_zone
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.returnable import returnable_of
from portal.pages.values.amounts import RefundStanding
from portal.pages.values.orders import OrderCard, OrdersPage, Tab
from portal.pages.values.parts import Action, CaseBrief, NextStep, Picture
from portal.ports import Deps
from portal.repos.order_lists import ListedOrder, OpenCase
from portal.repos.unit_of_work import reading
from portal.services.cursors import read_cursor, write_cursor

TABS = ("all", "awaiting_payment", "to_ship", "to_receive", "completed", "cancelled", "after_sales")
PAGE_SIZE = 20
_LONGEST_SEARCH = 80


def orders_page(
    *, state: str, q: str, after: str, actor: Actor, shop_name: str, settings: ShopSettings, deps: Deps
) -> OrdersPage:
    """A page of `actor`'s orders. An unknown tab is `all`; a search is cut at 80 characters."""
    tab, search = (state if state in TABS else "all"), q.strip()[:_LONGEST_SEARCH]
    with reading(deps) as work:
        found = work.order_lists.page(actor, tab=tab, search=search, after=read_cursor(after), limit=PAGE_SIZE + 1)
        shown = found[:PAGE_SIZE]
        touched = [order.id for order in shown if order.after_sales]
        cases = work.order_lists.open_cases(touched) if touched else {}
        to_pay = work.order_lists.count_awaiting_payment(actor)
        until = returnable_of(work, shown, settings, deps)
    more, now = len(found) > PAGE_SIZE, deps.clock.now()
    return OrdersPage(
        shop_name=shop_name,
        tabs=tuple(Tab(code=code, count=to_pay if code == "awaiting_payment" else 0) for code in TABS),
        state=tab,
        query=search,
        cards=tuple(_card(one, cases.get(one.id), shop_name, now, until.get(one.id)) for one in shown),
        next_after=write_cursor(shown[-1].placed_at, shown[-1].id) if more else "",
        is_first=not after,
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
    return OrderCard(
        order_no=order.number,
        shop_name=shop_name,
        placed_at=order.placed_at,
        state=order.state,
        marks=(*card.marks, "late") if is_late else card.marks,
        pictures=tuple(Picture(title, address) for title, address in card.pictures),
        title=card.pictures[0][0],
        units=order.item_count,
        total=order.total,
        is_paid=card.is_paid,
        next=while_returnable(step, until),
        actions=_actions(order, card),
        case=_brief(case) if case else None,
        zone=order_zone(jurisdiction=order.jurisdiction, country=order.country),
    )


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


def _actions(order: ListedOrder, card: Card) -> tuple[Action, ...]:
    """The one or two that make sense now. A cancel is named only where the order's page will offer it."""
    state, found = order.state, []
    if state == "awaiting_payment":
        found.append(Action(name="pay", is_primary=True))
    can_cancel = card.waiting and not order.waiting_case and state in ("awaiting_payment", "paid", "picking", "shipped")
    if can_cancel and not (order.payment_terms == "cod" and card.is_paid):
        found.append(Action(name="cancel"))
    return tuple(found)


def _brief(case: OpenCase) -> CaseBrief:
    waits_for = {"submitted": "warehouse" if case.kind == "cancel" else "shop", "refunding": "", "approved": ""}
    return CaseBrief(
        case_no=case.case_no,
        kind=case.kind,
        state=case.state,
        waits_for=waits_for.get(case.state, "customer"),
        deadline=case.deadline_at,
    )
