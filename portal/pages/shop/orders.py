"""我的订单: tabs, search, cards and the next page, in three queries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.domain.codec import from_plain
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.orders.card import Card
from portal.pages.values.orders import OrderCard, OrdersPage, Tab
from portal.pages.values.parts import Action, CaseBrief, NextStep, Picture
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.cursors import read_cursor, write_cursor

TABS = ("all", "awaiting_payment", "to_ship", "to_receive", "completed", "cancelled", "after_sales")
PAGE_SIZE = 20
_LONGEST_SEARCH = 80


def orders_page(*, state: str, q: str, after: str, actor: Actor, shop_name: str, deps: Deps) -> OrdersPage:
    """A page of `actor`'s orders. An unknown tab is `all`; a search is cut at 80 characters."""
    tab, search = (state if state in TABS else "all"), q.strip()[:_LONGEST_SEARCH]
    with reading(deps) as work:
        rows = work.order_lists.page(actor, tab=tab, search=search, after=read_cursor(after), limit=PAGE_SIZE + 1)
        shown = rows[:PAGE_SIZE]
        touched = [row["id"] for row in shown if row["after_sales"]]
        cases = work.order_lists.open_cases(touched) if touched else {}
        to_pay = work.order_lists.count_awaiting_payment(actor)
    more = len(rows) > PAGE_SIZE
    return OrdersPage(
        shop_name=shop_name,
        tabs=tuple(Tab(code=code, count=to_pay if code == "awaiting_payment" else 0) for code in TABS),
        state=tab,
        query=search,
        cards=tuple(_card(row, cases.get(row["id"]), shop_name, deps.clock.now()) for row in shown),
        next_after=write_cursor(shown[-1]["placed_at"], shown[-1]["id"]) if more else "",
        is_first=not after,
    )


def _card(row: Mapping[str, Any], case: Mapping[str, Any] | None, shop_name: str, now: datetime) -> OrderCard:
    card = from_plain(Card, row["card"])
    is_late = row["state"] in ("paid", "picking") and row["ship_due_at"] is not None and now > row["ship_due_at"]
    return OrderCard(
        order_no=row["number"],
        shop_name=shop_name,
        placed_at=row["placed_at"],
        state=row["state"],
        marks=(*card.marks, "late") if is_late else card.marks,
        pictures=tuple(Picture(title, address) for title, address in card.pictures),
        title=card.pictures[0][0],
        units=row["item_count"],
        total=Money(row["total_minor"], row["currency"]),
        is_paid=card.is_paid,
        next=next_step(row, card, is_late=is_late),
        actions=_actions(row, card),
        case=_brief(case) if case else None,
    )


def next_step(row: Mapping[str, Any], card: Card, *, is_late: bool) -> NextStep | None:
    """The line under the state (WORDS, order states), from the order's row and its card."""
    state = row["state"]
    match state:
        case "awaiting_payment":
            return NextStep(code=state, at=row["pay_by"]) if row["pay_by"] else NextStep(code="unpaid_no_limit")
        case "paid" | "picking" if is_late:
            return NextStep(code="late", at=row["ship_due_at"])
        case "paid":
            return NextStep(code="paid", at=row["ship_due_at"]) if row["ship_due_at"] else NextStep(code="paid_no_date")
        case "shipped" if "partly_shipped" in card.marks:
            return NextStep(code="partly_shipped", sent=card.sent, waiting=card.waiting)
        case "shipped":
            return NextStep(code=state, carrier=card.carrier, tracking_no=card.tracking_no)
        case "delivered" | "completed":
            return NextStep(code="delivered_no_window", at=card.delivered_at) if card.delivered_at else None
        case "cancelled":
            refund = row["refund_state"]
            return NextStep(code="cancelled", refund_state=refund) if refund else NextStep(code="cancelled_unpaid")
    return NextStep(code=state)


def _actions(row: Mapping[str, Any], card: Card) -> tuple[Action, ...]:
    """The one or two that make sense now. A cancel is named only where the order's page will offer it."""
    state, found = row["state"], []
    if state == "awaiting_payment":
        found.append(Action(name="pay", is_primary=True))
    can_cancel = (
        card.waiting and not row["waiting_case"] and state in ("awaiting_payment", "paid", "picking", "shipped")
    )
    if can_cancel and not (row["payment_terms"] == "cod" and card.is_paid):
        found.append(Action(name="cancel"))
    return tuple(found)


def _brief(case: Mapping[str, Any]) -> CaseBrief:
    waits_for = {"submitted": "warehouse" if case["kind"] == "cancel" else "shop", "refunding": "", "approved": ""}
    return CaseBrief(
        case_no=case["case_no"],
        kind=case["kind"],
        state=case["state"],
        waits_for=waits_for.get(case["state"], "customer"),
        deadline=case["deadline_at"],
    )
