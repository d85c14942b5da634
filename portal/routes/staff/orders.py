"""查订单: by number, product, recipient, name, phone or mail; and one order, read only."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.pages.staff.archived import staff_order_or_archived
from portal.pages.staff.orders import staff_orders_page
from portal.routes.staff import staff
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.security.staff_guards import staff_may


@staff.get("/orders")
@staff_may("read", "orders")
def orders() -> ResponseReturnValue:
    args = request.args
    page = staff_orders_page(q=args.get("q", ""), after=args.get("after", ""), actor=current_actor(), deps=deps())
    return respond("pages/staff/orders.html", "fragments/staff/orders.html", page=page)


@staff.get("/orders/<order_no>")
@staff_may("read", "orders")
def order(order_no: str) -> ResponseReturnValue:
    settings = current_shop().settings
    page = staff_order_or_archived(order_no=order_no, actor=current_actor(), settings=settings, deps=deps())
    return respond("pages/staff/order.html", "fragments/staff/order.html", page=page)
